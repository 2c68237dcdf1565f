import { parseBlock } from "../../cidr.js";
import { invalid, SubnetInUseError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { parseRef } from "../../wapi/ref.js";
import { atOnce, slices } from "../engine/chunk-size.js";
import { deleteObjects } from "../engine/delete.js";
import { isRefusal } from "../engine/refusals.js";
import { inTheWay } from "../objects/in-use.js";
import { type Release, releaseOf } from "../objects/results.js";
import { subnetOf } from "../objects/rows.js";
import { checkedBlock } from "../requests/syntax.js";
import { checkedRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { recount } from "./recount.js";
import type { SubnetReleaseOptions, SubnetTarget } from "./requests.js";
import { resizedSubnet } from "./resized-subnets.js";
import { checkSubnetRequest } from "./schemas.js";
import { type Contents, contentsOf, leavingHosts, type NamedSubnet } from "./subnet-contents.js";
import { findRequestedSubnet } from "./subnet-search.js";

const example = "10.0.7.0/24";
/** How often a release looks at a subnet whose contents change meanwhile. */
export const mostLooks = 5;
/** How many addresses in use a message names. Only some are read, so the message does not count them. */
const mostNamed = 10;

/**
 * See `Ipam.releaseSubnet`.
 *
 * A grid always deletes a subnet together with its fixed addresses; hosts stay, without DHCP. So the release first reads what is in
 * use. The request that deletes searches for exactly the subnet that was read, and fails if more addresses are in use by then.
 */
export async function releaseSubnet(
  settings: IpamSettings,
  target: SubnetTarget,
  given: unknown,
): Promise<Release> {
  const options: SubnetReleaseOptions = await checkSubnetRequest("releaseSubnet", given);
  const { networkView = settings.networkView, cascade = false, force, signal } = options;
  let meant = await meaningOf(settings, target, networkView, signal);
  for (let looks = 1; meant !== undefined && looks <= mostLooks; looks += 1) {
    if (!force && meant.kind === "ref" && meant.marks)
      settings.ownership.refuseForeign(meant.marks, meant.ref);
    const contents = await contentsOf(settings, meant, { networkView, everything: cascade, signal });
    if (contents === undefined || isAnother(settings, meant, contents)) {
      meant = await resizedSubnet(settings, meant, signal);
      continue;
    }
    const { row, used, gateway, othersRanges } = contents;
    const cidr = row.network ?? row._ref;
    if (!force) settings.ownership.refuseForeign(row, cidr);
    if (!cascade) refuseUsed(cidr, [...inTheWay(used, gateway), ...(force ? [] : othersRanges)]);
    const subnet = subnetOf(row, false, settings.ownership.expiryAttribute);
    try {
      const hosts = cascade ? await leavingHosts(settings, row, used, signal) : [];
      const early = hosts.slice(0, Math.max(0, hosts.length - atOnce));
      for (const some of slices(early)) await settings.wapi.batch(some, { signal });
      // The request counts the addresses in use again, and fails if there are more than were read.
      const before = [...recount(settings, subnet, used.length), ...hosts.slice(-atOnce)];
      const fates = await deleteObjects(settings, [{ thing: subnet, before }], { signal });
      settings.pools.released([cidr]);
      if (fates.get(subnet) === "deleted") return releaseOf("deleted");
      meant = await resizedSubnet(settings, meant, signal);
    } catch (error) {
      // After a refusal, another caller has changed the contents: look again.
      if (signal?.aborted || looks === mostLooks || !isRefusal(error)) throw error;
    }
  }
  return releaseOf("gone");
}

/** Whether another subnet has the reference of the one that is meant by now. */
function isAnother({ ownership }: IpamSettings, meant: NamedSubnet, { row }: Contents): boolean {
  const token = meant.kind === "ref" && meant.marks ? ownership.tokenOf(meant.marks) : undefined;
  return token !== undefined && token !== ownership.tokenOf(row);
}

async function meaningOf(
  settings: IpamSettings,
  target: SubnetTarget,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<NamedSubnet | undefined> {
  const refOf = (text: unknown) =>
    checkedRef("ref", text, ["network", "ipv6network"], "subnet", "network/ZG5z…:10.0.7.0/24/default");
  if (typeof target === "string") {
    return parseRef(target) !== undefined && parseBlock(target) === undefined
      ? { kind: "ref", ref: refOf(target) }
      : { kind: "cidr", block: checkedBlock("target", target) };
  }
  if (typeof target !== "object" || target === null) {
    throw invalid("target", target, "must be a result, a CIDR or a reference", example);
  }
  if ("ref" in target) {
    const ref = refOf(target.ref);
    return "extattrs" in target ? { kind: "ref", ref, marks: target } : { kind: "ref", ref };
  }
  if ("cidr" in target) return { kind: "cidr", block: checkedBlock("cidr", target.cidr) };
  if ("requestId" in target) return requestedSubnet(settings, target.requestId, networkView, signal);
  throw invalid("target", target, "names no subnet", { cidr: example });
}

async function requestedSubnet(
  settings: IpamSettings,
  requestId: string,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<NamedSubnet | undefined> {
  if (typeof requestId !== "string" || requestId === "") {
    throw invalid("requestId", requestId, "must not be empty", "deploy-42/blue");
  }
  const subnet = await findRequestedSubnet(settings, { requestId, networkView, signal });
  return subnet && { kind: "ref", ref: subnet.ref, marks: subnet };
}

/** @throws {SubnetInUseError} unless the list is empty */
export function refuseUsed(subnet: string, inUse: readonly string[]): void {
  if (inUse.length === 0) return;
  const named = inUse.slice(0, mostNamed).join(", ") + (inUse.length > mostNamed ? " and more" : "");
  throw new SubnetInUseError(`${subnet} has addresses in use: ${named}. Nothing was released.`, {
    subnet,
    inUse,
    hint: phrase(
      "Release these first, or ",
      { term: "cascade" },
      " to release the subnet with everything in it.",
    ),
  });
}
