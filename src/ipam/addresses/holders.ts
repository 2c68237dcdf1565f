import type { Family } from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import { type FixedRow, fixedFields4, fixedFields6, type HostRow, hostFields } from "../objects/rows.js";

/** The searches for the hosts, and for the fixed addresses and reservations, that hold an address. */
export function holdersOf(
  family: Family,
  ip: string,
  networkView: string,
): readonly [Step<readonly HostRow[]>, Step<readonly FixedRow[]>] {
  const where4 = { network_view: networkView, ipv4addr: ip };
  const where6 = { network_view: networkView, ipv6addr: ip };
  return family === 4
    ? [
        step.find("record:host", { where: where4, fields: hostFields }),
        step.find("fixedaddress", { where: where4, fields: fixedFields4 }),
      ]
    : [
        step.find("record:host", { where: where6, fields: hostFields }),
        step.find("ipv6fixedaddress", { where: where6, fields: fixedFields6 }),
      ];
}
