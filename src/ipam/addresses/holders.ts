import type { Family } from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import {
  type FixedRow4,
  type FixedRow6,
  fixedFields4,
  fixedFields6,
  type HostRow,
  hostFields,
} from "../objects/rows.js";

export function holdersOf(family: Family, ip: string, networkView: string) {
  return [hostsAt(family, ip, networkView), fixedAt(family, ip, networkView)] as const;
}

function hostsAt(family: Family, ip: string, networkView: string): Step<readonly HostRow[]> {
  const where = { network_view: networkView, ...(family === 4 ? { ipv4addr: ip } : { ipv6addr: ip }) };
  return step.find("record:host", { where, fields: hostFields });
}

function fixedAt(family: Family, ip: string, networkView: string): Step<readonly (FixedRow4 | FixedRow6)[]> {
  return family === 4
    ? step.find("fixedaddress", { where: { network_view: networkView, ipv4addr: ip }, fields: fixedFields4 })
    : step.find("ipv6fixedaddress", {
        where: { network_view: networkView, ipv6addr: ip },
        fields: fixedFields6,
      });
}
