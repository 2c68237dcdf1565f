import { firstOf, formatAddress, lastOf } from "../../cidr.js";
import { invalid, isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { isExhausted } from "../engine/refusals.js";
import type { Sources } from "../requests/sources.js";
import { checkPrefixLength } from "../requests/syntax.js";
import {
  type Holder,
  type HolderType,
  holderType,
  parseTargets,
  spanOfTarget,
  type Target,
} from "../requests/targets.js";
import type { Queried } from "../settings/pools.js";
import type { IpamSettings } from "../settings/settings.js";
import { excludedAddresses, excludedSubnets, maxExclusions, parseExclusions } from "./exclusions.js";
import { notFound, nounOf } from "./pool.js";
import { inOrderOf } from "./pool-order.js";
import type { PeekOptions, PeekSubnets } from "./requests.js";
import { checkPeekRequest } from "./schemas.js";
import { whereOf } from "./source-query.js";

/** The most addresses or networks that a grid returns from one call. */
const mostAtOnce = 20;

type AddressHolder = HolderType<"network" | "range">;
type SubnetHolder = HolderType<"network" | "container">;

/**
 * See `Ipam.peekAddresses`.
 *
 * @param areAllNeeded - whether the refusal of a source that has fewer is thrown
 */
export async function peekAddresses(
  settings: IpamSettings,
  from: Sources,
  count: number,
  options: unknown,
  areAllNeeded = false,
): Promise<string[]> {
  const checked: PeekOptions = await checkPeekRequest("peekAddresses", options);
  const { exclude, signal, networkView = settings.networkView } = checked;
  checkCount(count);
  const sources = await sourcesIn(settings, from, "network", checked);
  return ofAll(sources, count, async (target, wanted) => {
    const ref = await addressHolder(settings, target, networkView, signal);
    return upTo(
      wanted,
      async (num, seen) => {
        const spans = parseExclusions([exclude ?? [], seen].flat(), target.family);
        const parameters = { num, exclude: excludedAddresses(spans, spanOfTarget(target)) };
        const { ips } = await settings.wapi.call(ref, "next_available_ip", parameters, { signal });
        return ips;
      },
      areAllNeeded,
    );
  });
}

/** See `Ipam.peekSubnets`. */
export async function peekSubnets(
  settings: IpamSettings,
  from: Sources,
  options: unknown,
): Promise<string[]> {
  const checked: PeekSubnets = await checkPeekRequest("peekSubnets", options);
  const { prefixLength, count = 1, exclude, signal, networkView = settings.networkView } = checked;
  checkCount(count);
  const sources = await sourcesIn(settings, from, "container", checked);
  for (const { family } of sources) checkPrefixLength(prefixLength, family);
  return ofAll(sources, count, async (target, wanted) => {
    const ref = await subnetHolder(settings, target, networkView, signal);
    return upTo(wanted, async (num, seen) => {
      const spans = parseExclusions([exclude ?? [], seen].flat(), target.family);
      const excluded = excludedSubnets(spans, prefixLength, spanOfTarget(target));
      const parameters = { cidr: prefixLength, num, exclude: excluded };
      const { networks } = await settings.wapi.call(ref, "next_available_network", parameters, { signal });
      return networks;
    });
  });
}

const holders: Readonly<Record<Queried, readonly Holder[]>> = {
  network: ["network", "range"],
  container: ["container", "network"],
};

/** The sources in the order in which a request would try them. A peek takes nothing, so it does not use up a turn. */
async function sourcesIn(
  settings: IpamSettings,
  from: Sources,
  queried: Queried,
  { networkView = settings.networkView, signal }: PeekOptions,
): Promise<readonly Target[]> {
  const noun = nounOf({ queried });
  const named = settings.pools.sourcesOf(from, undefined, noun);
  const targets = parseTargets(named.from, holders[queried], noun);
  const strategy = named.strategy === "round-robin" ? "first" : named.strategy;
  return inOrderOf(settings, strategy, targets, { queried, networkView, signal });
}

/** Peeks at one source after the other, until there are enough results. */
async function ofAll(
  targets: readonly Target[],
  count: number,
  peek: (target: Target, count: number) => Promise<readonly string[]>,
): Promise<string[]> {
  const seen: string[] = [];
  const peekOne = (target: Target, left: number) =>
    peek(target, left).catch((error: unknown) => {
      const isOptional = target.kind === "query" && target.query.optional;
      if (isOptional && isInfobloxError(error, "NotFoundError")) return [];
      throw error;
    });
  for (const target of targets) {
    if (seen.length < count) seen.push(...(await peekOne(target, count - seen.length)));
  }
  return seen;
}

/**
 * Asks repeatedly, excluding the results so far. If a grid has fewer than requested it returns none, so the call then asks for
 * half as many, unless all are needed.
 */
async function upTo(
  count: number,
  ask: (num: number, seen: readonly string[]) => Promise<readonly string[]>,
  areAllNeeded = false,
): Promise<string[]> {
  const seen: string[] = [];
  let most = mostAtOnce;
  while (seen.length < count && most > 0) {
    const num = Math.min(most, count - seen.length);
    try {
      seen.push(...(await ask(num, seen)));
    } catch (error) {
      if (areAllNeeded || !isExhausted(error)) throw error;
      most = Math.floor(num / 2);
    }
  }
  return seen;
}

async function addressHolder(
  { wapi }: IpamSettings,
  target: Target,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Ref<AddressHolder>> {
  if (target.kind === "ref") return target.ref as Ref<AddressHolder>;
  const options = { fields: ["network"], limit: 1, signal } as const;
  if (target.kind === "range") {
    const [start_addr, end_addr] = [firstOf(target.span), lastOf(target.span)].map(formatAddress);
    const where = { start_addr, end_addr, network_view: networkView } as { network_view: string };
    const ranges = await wapi.find(holderType("range", target.family), { ...options, where });
    return found(ranges, target, networkView);
  }
  const where = whereOf(target, networkView);
  const subnets = await wapi.find(holderType("network", target.family), { ...options, where });
  return found(subnets, target, networkView);
}

async function subnetHolder(
  { wapi }: IpamSettings,
  target: Target,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Ref<SubnetHolder>> {
  if (target.kind === "ref") return target.ref as Ref<SubnetHolder>;
  const options = { where: whereOf(target, networkView), fields: ["network"], limit: 1 } as const;
  const find = (holds: "container" | "network") => step.find(holderType(holds, target.family), options);
  const [containers, networks] = await wapi.batch([find("container"), find("network")], { signal });
  return found([...containers, ...networks], target, networkView);
}

function found<T extends AddressHolder | SubnetHolder>(
  rows: readonly { readonly _ref: Ref<T> }[],
  target: Target,
  networkView: string,
): Ref<T> {
  const [row] = rows;
  if (row !== undefined) return row._ref;
  throw notFound(target.text, networkView);
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count >= 1 && count <= maxExclusions) return;
  throw invalid("count", count, `must be a whole number from 1 to ${maxExclusions}`, 3);
}
