import { formatAddress, formatBlock, parseAddress } from "../../cidr.js";
import { type RequestDifference, RequestMismatchError } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import { type AddressOrder, familiesOf } from "../addresses/address-order.js";
import type { Address, Subnet } from "../results.js";
import type { SubnetOrder } from "../subnets/subnet-order.js";

type Compared = readonly [field: string, requested: unknown, existing: unknown];

/**
 * In what a subnet differs from a request with its id. Where it was to be taken from isn't compared, since pools change
 * over time, nor how it is described.
 */
export function subnetDifferences({ family, place }: SubnetOrder, subnet: Subnet): RequestDifference[] {
  const isContainer = parseRef(subnet.ref)?.type.endsWith("container") === true;
  return differing([
    ["kind", "subnet", isContainer ? "container" : "subnet"],
    ["family", family, subnet.family],
    place.kind === "explicit"
      ? ["cidr", formatBlock(place.block), subnet.cidr]
      : ["prefixLength", place.prefixLength, subnet.prefixLength],
  ]);
}

/** The same of an address: only what the request says is compared. */
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

/** The error of a request whose id stands for something else; `undefined` where it stands for just that. */
export function mismatch(
  noun: string,
  requestId: string,
  ref: string,
  differences: readonly RequestDifference[],
): RequestMismatchError | undefined {
  if (differences.length === 0) return undefined;
  const told = differences.map(
    ({ field, requested, existing }) => `${field} ${shown(existing)}, where ${shown(requested)} is asked for`,
  );
  return new RequestMismatchError(
    `The request id "${requestId}" stands for another ${noun}, ${ref}: ${told.join("; ")}.`,
    {
      requestId,
      differences,
      hint: "An id is for one request and its repetitions. Take a new one, or release what the old one stands for.",
    },
  );
}

/** Those fields whose values differ. */
export function differing(all: readonly Compared[]): RequestDifference[] {
  return all
    .filter(([, requested, existing]) => requested !== existing)
    .map(([field, requested, existing]) => ({ field, requested, existing }));
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

function shown(value: unknown): string {
  return value === undefined ? "none" : String(value);
}
