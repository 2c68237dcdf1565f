import { parseBlock } from "../../cidr.js";
import { invalid, isInfobloxError, SubnetInUseError } from "../../errors.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import { parseRef } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";
import { inTheWay } from "../addresses/in-use.js";
import { slices } from "../bulk/slices.js";
import { findRequestedSubnet } from "../once/request-ids.js";
import { checkRequest } from "../request-schemas.js";
import type { SubnetReleaseOptions, SubnetTarget } from "../requests.js";
import type { Release, SubnetType } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { checkedBlock } from "../syntax.js";
import { type Contents, contentsOf, leavingHosts, type NamedSubnet } from "./subnet-contents.js";

const gone: Release = { released: false, reason: "gone" };
const deleted: Release = { released: true, reason: "deleted" };
const example = "10.0.7.0/24";
/** How often a subnet is looked at whose contents change meanwhile. */
const mostLooks = 3;
/** How many of the addresses in the way a message names. Not all of them are looked for, so it never counts them. */
const mostNamed = 10;

/**
 * See `Ipam.releaseSubnet`.
 *
 * A grid deletes a subnet with the fixed addresses in it, and can't be told not to; hosts it only takes out of DHCP.
 * So what is in it is looked at first, in one request. An address that is taken between that and the delete goes with
 * the subnet.
 */
export async function releaseSubnet(
  settings: IpamSettings,
  target: SubnetTarget,
  given: unknown,
): Promise<Release> {
  const options: SubnetReleaseOptions = await checkRequest("releaseSubnet", given);
  const { networkView = settings.networkView, cascade = false, force, signal } = options;
  const meant = await meaningOf(settings, target, networkView, signal);
  if (meant === undefined) return gone;
  if (!force && meant.kind === "ref" && meant.marks) settings.ownership.refuseForeign(meant.marks, meant.ref);
  /** Of the subnet that is meant: another may have its place, and so its reference, by now. */
  let known = meant.kind === "ref" && meant.marks ? attemptOf(settings, meant.marks) : undefined;
  let isLost = false;
  for (let looks = 1; ; looks += 1) {
    const contents = await contentsOf(settings, meant, { networkView, everything: cascade, signal });
    if (contents === undefined && isLost) settings.pools.released();
    if (contents === undefined) return isLost ? deleted : gone;
    const { row, used, gateway } = contents;
    const mark = attemptOf(settings, row);
    if (known !== undefined && mark !== known) return isLost ? deleted : gone;
    known = mark;
    const cidr = row.network ?? row._ref;
    if (!force) settings.ownership.refuseForeign(row, cidr);
    if (!cascade) refuseUsed(cidr, inTheWay(used, gateway));
    try {
      await remove(settings, contents, cascade, signal);
      settings.pools.released([cidr]);
      return deleted;
    } catch (error) {
      // Somebody else released a part of it, or all, in the meantime: what is left shows when it is looked at again.
      // So does what a lost answer has left, where the subnet can be told from one that comes after it.
      const isUncertain = isInfobloxError(error, "UncertainWriteError") && mark !== undefined;
      if (signal?.aborted || looks === mostLooks) throw error;
      if (!isUncertain && !isInfobloxError(error, "NotFoundError")) throw error;
      isLost ||= isUncertain;
    }
  }
}

/** The one-time id, whether or not somebody has taken over what was made with it. */
function attemptOf(
  { ownership }: IpamSettings,
  marked: { readonly extattrs?: ExtensibleAttributes },
): string | undefined {
  return ownership.attemptOf(marked)?.replace(/\+$/, "");
}

async function meaningOf(
  settings: IpamSettings,
  target: SubnetTarget,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<NamedSubnet | undefined> {
  if (typeof target === "string") {
    return parseRef(target) !== undefined && parseBlock(target) === undefined
      ? { kind: "ref", ref: checkedRef(target) }
      : { kind: "cidr", block: checkedBlock("target", target) };
  }
  if (typeof target !== "object" || target === null) {
    throw invalid("target", target, "must be a result, a CIDR or a reference", example);
  }
  if ("ref" in target) {
    const ref = checkedRef(target.ref);
    return "extattrs" in target ? { kind: "ref", ref, marks: target } : { kind: "ref", ref };
  }
  if ("cidr" in target) return { kind: "cidr", block: checkedBlock("cidr", target.cidr) };
  if ("requestId" in target) return requestedSubnet(settings, target.requestId, networkView, signal);
  throw invalid("target", target, "names nothing to release", { cidr: example });
}

/** A request id says nothing of the family. */
async function requestedSubnet(
  settings: IpamSettings,
  requestId: string,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<NamedSubnet | undefined> {
  if (typeof requestId !== "string" || requestId === "") {
    throw invalid("requestId", requestId, "must not be empty", "deploy-42/blue");
  }
  for (const family of [4, 6] as const) {
    const subnet = await findRequestedSubnet(settings, { requestId, family, networkView, signal });
    if (subnet !== undefined) return { kind: "ref", ref: subnet.ref, marks: subnet };
  }
  return undefined;
}

function checkedRef(text: unknown): Ref<SubnetType> {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (type === "network" || type === "ipv6network") return text as Ref<SubnetType>;
  const problem = type === undefined ? "not a reference" : `refers to a ${type}, not to a subnet`;
  throw invalid("ref", text, problem, "network/ZG5z…:10.0.7.0/24/default");
}

/** @throws {SubnetInUseError} where anything is */
export function refuseUsed(subnet: string, inUse: readonly string[]): void {
  if (inUse.length === 0) return;
  const named = inUse.slice(0, mostNamed).join(", ") + (inUse.length > mostNamed ? " and more" : "");
  throw new SubnetInUseError(`${subnet} has addresses in use: ${named}. Nothing was released.`, {
    subnet,
    inUse,
    hint: "Release these first, or pass cascade: true to release the subnet with all that is in it.",
  });
}

/** The subnet, and before it the hosts in it where all is to go: a host whose subnet went would keep its name. */
async function remove(
  settings: IpamSettings,
  contents: Contents,
  cascade: boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { wapi } = settings;
  const steps = await removal(settings, contents, cascade, signal);
  if (steps.length === 1) await wapi.delete(contents.row._ref, { signal });
  else for (const some of slices(steps)) await wapi.batch(some, { signal });
}

/** What gives a subnet back, step by step. */
export async function removal(
  settings: IpamSettings,
  { row, used }: Pick<Contents, "row" | "used">,
  cascade: boolean,
  signal: AbortSignal | undefined,
): Promise<Step<unknown>[]> {
  const hosts = cascade ? await leavingHosts(settings, row, used, signal) : [];
  return [...hosts, step.delete(row._ref)];
}
