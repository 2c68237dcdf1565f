import { invalid } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import type { Ref } from "../../wapi/types.js";
import { atOnce } from "../engine/chunk-size.js";
import type { Address, AddressType, Subnet, SubnetType } from "../objects/results.js";
import type { ManyToRelease } from "./requests.js";

const subnetTypes: readonly string[] = ["network", "ipv6network"];
const types: readonly string[] = ["record:host", "fixedaddress", "ipv6fixedaddress", ...subnetTypes];

export type Releasable = Address | Subnet | string | { readonly ref: string };

/** Divides the targets into chunks for one request each. @throws {InvalidRequestError} if a target is no address or subnet */
export async function* chunksOf(targets: ManyToRelease): AsyncGenerator<readonly Releasable[]> {
  if (
    typeof targets !== "object" ||
    targets === null ||
    !(Symbol.iterator in targets || Symbol.asyncIterator in targets)
  ) {
    throw invalid("targets", targets, "must be a list or another iterable", ["fixedaddress/ZG5z…"]);
  }
  let chunk: Releasable[] = [];
  for await (const target of targets) {
    refOf(target);
    chunk.push(target);
    if (chunk.length < atOnce) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}

export function refOf(target: Releasable): Ref<AddressType | SubnetType> {
  const ref = typeof target === "object" && target !== null ? target.ref : target;
  const type = typeof ref === "string" ? parseRef(ref)?.type : undefined;
  if (type !== undefined && types.includes(type)) return ref as Ref<AddressType | SubnetType>;
  const problem =
    "must be addresses and subnets that are results, or references of hosts, fixed addresses and subnets";
  throw invalid("targets", target, problem, "fixedaddress/ZG5z…:10.0.7.5/default");
}

export function isSubnet(target: Releasable): boolean {
  return subnetTypes.includes(parseRef(refOf(target))?.type ?? "");
}
