import { formatAddress, parseAddress } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import { type Compared, differing } from "../engine/request-mismatch.js";
import type { Address } from "../objects/results.js";
import { type AddressOrder, familiesOf } from "./address-order.js";

/** In what an address differs from a request with its id: only what the request says is compared. */
export function addressDifferences(order: AddressOrder, address: Address): RequestDifference[] {
  const { kind, name, mac, duid, dns } = order;
  const spelled = (text: string | undefined) => (kind === "host" && dns ? text?.toLowerCase() : text);
  return differing([
    ["kind", kind, address.kind],
    ...missingFamily(order, address),
    ...explicitIp(order, address),
    ...(name === undefined || spelled(name) === spelled(address.name)
      ? []
      : [["name", name, address.name] as const]),
    ...(mac === undefined ? [] : [["mac", mac, address.mac?.toLowerCase()] as const]),
    ...(duid === undefined ? [] : [["duid", duid, address.duid?.toLowerCase()] as const]),
  ]);
}

function explicitIp({ place }: AddressOrder, { ips }: Address): readonly Compared[] {
  if (place.kind !== "explicit") return [];
  const ip = formatAddress(place.address);
  return ips.includes(ip) ? [] : [["ip", ip, ips.join(", ")]];
}

/** A host may have got more addresses since; the one that was asked for it must have. */
function missingFamily({ place }: AddressOrder, { ips }: Address): readonly Compared[] {
  const families = ips.flatMap((ip) => parseAddress(ip)?.family ?? []);
  const missing = familiesOf(place).find((family) => !families.includes(family));
  return missing === undefined ? [] : [["family", missing, families[0]]];
}
