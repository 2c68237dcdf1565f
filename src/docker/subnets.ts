import { formatBlock } from "../cidr.js";
import { invalid, isInfobloxError } from "../errors.js";
import type { Subnet } from "../ipam/objects/results.js";
import type { DriverParts } from "./parts.js";
import type { Pool } from "./pool-id.js";
import type { NextPool, PoolOrder } from "./pool-order.js";
import { fullWith, moreContainers } from "./wording.js";

/** The containers that can hold the next free subnet. @throws {InvalidRequestError} if there are none */
export function nextOf({ scope, family }: PoolOrder, { containers, prefixLength }: NextPool) {
  if (containers.length === 0) {
    const problem = `is needed: no IPv${family} container is configured for the ${scope} address space`;
    throw invalid("--subnet", undefined, problem, family === 4 ? "10.1.2.0/24" : "2001:db8:0:1::/64");
  }
  const large = containers.filter((container) => container.prefixLength < prefixLength);
  if (large.length === 0) {
    const longest = Math.min(...containers.map((container) => container.prefixLength)) + 1;
    const problem = `is larger than every container of the ${scope} address space: ${containers.map(formatBlock).join(", ")}`;
    throw invalid("--ipam-opt prefix-length", prefixLength, problem, String(longest));
  }
  return { from: large.map(formatBlock), prefixLength };
}

/** The grid's subnet; `undefined` if the subnet or its network view does not exist. */
export async function findSubnet(
  { ipam }: DriverParts,
  { networkView, block }: Pick<Pool, "networkView" | "block">,
): Promise<Subnet | undefined> {
  const [subnet] = await ipam.findSubnets({ cidr: formatBlock(block), networkView }).catch(noneWhereGone);
  return subnet;
}

/** An empty list if the network view does not exist any more. */
export function noneWhereGone(error: unknown): readonly never[] {
  if (isInfobloxError(error, "NotFoundError")) return [];
  throw error;
}

/** Creates the subnet of a pool that one engine has for itself. */
export function createSubnet(
  { ipam, settings, attributes, journal }: DriverParts,
  { networkView }: PoolOrder,
  what: { readonly requestId: string } & (
    | { readonly from: readonly string[]; readonly prefixLength: number }
    | { readonly cidr: string; readonly insideSubnet: "never" }
  ),
): Promise<Subnet> {
  const { engine } = settings;
  const create = () =>
    attributes.writing(attributes.of({ engine }), (extattrs) =>
      ipam.requestSubnet({ ...what, networkView, comment: `Docker network of ${engine}`, extattrs }),
    );
  // A named subnet has the same request id each time, by which it is found again: it needs no journal.
  if ("cidr" in what) return create();
  return journal.taking({ requestId: what.requestId, networkView }, create).catch(fullWith(moreContainers));
}
