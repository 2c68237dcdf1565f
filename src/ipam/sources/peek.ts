import { firstOf, formatAddress, formatBlock, lastOf } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { checkRequest } from "../request-schemas.js";
import type { PeekOptions, PeekSubnets } from "../requests.js";
import type { IpamSettings } from "../settings.js";
import { excludedAddresses, excludedSubnets, maxExclusions, parseExclusions } from "./exclusions.js";
import { isExhausted } from "./exhaustion.js";
import { notFound } from "./pool.js";
import { whereOf } from "./source-query.js";
import {
  type HolderType,
  holderType,
  parseTarget,
  type Source,
  spanOfTarget,
  type Target,
} from "./targets.js";

/** A grid names at most so many in one call. */
const mostAtOnce = 20;

type AddressHolder = HolderType<"network" | "range">;
type SubnetHolder = HolderType<"network" | "container">;

/** See `Ipam.peekAddresses`. */
export async function peekAddresses(
  settings: IpamSettings,
  source: Source,
  count: number,
  options: unknown,
): Promise<string[]> {
  const checked: PeekOptions = await checkRequest("peekAddresses", options);
  const { exclude, signal, networkView = settings.networkView } = checked;
  checkCount(count);
  const target = parseTarget(source, ["network", "range"], "subnet");
  const ref = await addressHolder(settings, target, networkView, signal);
  return upTo(count, async (num, seen) => {
    const spans = parseExclusions([exclude ?? [], seen].flat(), target.family);
    const parameters = { num, exclude: excludedAddresses(spans, spanOfTarget(target)) };
    const { ips } = await settings.wapi.call(ref, "next_available_ip", parameters, { signal });
    return ips;
  });
}

/** See `Ipam.peekSubnets`. */
export async function peekSubnets(
  settings: IpamSettings,
  source: Source,
  options: unknown,
): Promise<string[]> {
  const checked: PeekSubnets = await checkRequest("peekSubnets", options);
  const { prefixLength, count = 1, exclude, signal, networkView = settings.networkView } = checked;
  checkCount(count);
  const target = parseTarget(source, ["container", "network"], "container");
  const most = target.family === 4 ? 32 : 128;
  if (prefixLength > most) {
    throw invalid(
      "prefixLength",
      prefixLength,
      `an IPv${target.family} prefix length is at most ${most}`,
      24,
    );
  }
  const ref = await subnetHolder(settings, target, networkView, signal);
  return upTo(count, async (num, seen) => {
    const spans = parseExclusions([exclude ?? [], seen].flat(), target.family);
    const excluded = excludedSubnets(spans, prefixLength, spanOfTarget(target));
    const parameters = { cidr: prefixLength, num, exclude: excluded };
    const { networks } = await settings.wapi.call(ref, "next_available_network", parameters, { signal });
    return networks;
  });
}

/**
 * Asks again and again, leaving out what was seen. A grid that has fewer than it is asked for names none at all, so
 * then it is asked for half as many.
 */
async function upTo(
  count: number,
  ask: (num: number, seen: readonly string[]) => Promise<readonly string[]>,
): Promise<string[]> {
  const seen: string[] = [];
  let most = mostAtOnce;
  while (seen.length < count && most > 0) {
    const num = Math.min(most, count - seen.length);
    try {
      seen.push(...(await ask(num, seen)));
    } catch (error) {
      if (!isExhausted(error)) throw error;
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
  const { family } = target;
  const options = { fields: ["network"], limit: 1, signal } as const;
  switch (target.kind) {
    case "ref":
      return target.ref as Ref<AddressHolder>;
    case "range": {
      const [start_addr, end_addr] = [firstOf(target.span), lastOf(target.span)].map(formatAddress);
      const where = { start_addr, end_addr, network_view: networkView } as { network_view: string };
      return found(await wapi.find(holderType("range", family), { ...options, where }), target, networkView);
    }
    case "block": {
      const where = { network: formatBlock(target.block), network_view: networkView };
      return found(
        await wapi.find(holderType("network", family), { ...options, where }),
        target,
        networkView,
      );
    }
    case "query": {
      const where = whereOf(target, networkView);
      return found(
        await wapi.find(holderType("network", family), { ...options, where }),
        target,
        networkView,
      );
    }
  }
}

async function subnetHolder(
  { wapi }: IpamSettings,
  target: Target,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Ref<SubnetHolder>> {
  if (target.kind === "ref") return target.ref as Ref<SubnetHolder>;
  const where =
    target.kind === "query"
      ? whereOf(target, networkView)
      : {
          network: target.kind === "block" ? formatBlock(target.block) : target.text,
          network_view: networkView,
        };
  const options = { where, fields: ["network"], limit: 1 } as const;
  const [containers, networks] = await wapi.batch(
    [
      step.find(holderType("container", target.family), options),
      step.find(holderType("network", target.family), options),
    ],
    { signal },
  );
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
