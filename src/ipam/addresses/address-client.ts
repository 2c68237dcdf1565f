import type { Family } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { formatDuid, formatMac } from "../requests/syntax.js";
import type { HostClient } from "./address-place.js";

/** DHCP identifies IPv4 clients by MAC, and IPv6 clients by DUID. */
export const exampleMac = "02:42:ac:11:00:02";
export const exampleDuid = "00:03:00:01:02:42:ac:11:00:02";

/** @throws {InvalidRequestError} for a `mac` without an IPv4 address, or a `duid` without an IPv6 address */
export function checkClient({ mac, duid }: HostClient, families: readonly Family[]): void {
  if (mac !== undefined && !families.includes(4)) {
    throw invalid("mac", mac, "an IPv6 address is bound to a DUID, not to a MAC; pass duid", exampleDuid);
  }
  if (duid !== undefined && !families.includes(6)) {
    throw invalid("duid", duid, "an IPv4 address is bound to a MAC, not to a DUID; pass mac", exampleMac);
  }
}

/** The client for an address of this family, in the grid's spelling. */
export function clientOf({ mac, duid }: HostClient, family: Family): HostClient {
  if (family === 4) return mac === undefined ? {} : { mac: formatMac(mac) };
  return duid === undefined ? {} : { duid: formatDuid(duid) };
}
