import { type Family, formatAddress, parseAddress } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { type Compared, differing } from "../engine/request-mismatch.js";
import type { Address } from "../objects/results.js";
import type { AddressOrder } from "./address-order.js";
import { namedAmong } from "./wanted-address.js";

/** The differences between an address and the request with its id. Fields that the request leaves out are not compared. */
export function addressDifferences(order: AddressOrder, address: Address): RequestDifference[] {
  const { kind, name, mac, duid, dns } = order;
  const spelled = (text: string | undefined) => (kind === "host" && dns ? text?.toLowerCase() : text);
  return differing([
    ["kind", kind, address.kind],
    ...missingFamily(order, address),
    ...explicitIps(order, address),
    ...(name === undefined || spelled(name) === spelled(address.name)
      ? []
      : [["name", name, address.name] as const]),
    ...(mac === undefined ? [] : [["mac", mac, address.mac?.toLowerCase()] as const]),
    ...(duid === undefined ? [] : [["duid", duid, address.duid?.toLowerCase()] as const]),
  ]);
}

function explicitIps({ wanted }: AddressOrder, { ips }: Address): readonly Compared[] {
  return namedAmong(wanted).flatMap(({ address }) => {
    const ip = formatAddress(address);
    return ips.includes(ip) ? [] : [["ip", ip, ips.join(", ")] as const];
  });
}

/** A difference if the host has fewer addresses of a family than requested. It may have more: others may have added them. */
function missingFamily({ wanted }: AddressOrder, { ips }: Address): readonly Compared[] {
  const families = ips.flatMap((ip) => parseAddress(ip)?.family ?? []);
  const count = (all: readonly Family[], family: Family) => all.filter((one) => one === family).length;
  const asked = wanted.map(({ family }) => family);
  const missing = asked.find((family) => !families.includes(family));
  if (missing !== undefined) return [["family", missing, families[0]]];
  const tooFew = asked.some((family) => count(asked, family) > count(families, family));
  return tooFew ? [["addresses", wanted.length, ips.length]] : [];
}
