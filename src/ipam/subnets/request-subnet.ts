import { firstOf, formatAddress, formatBlock, size } from "../../cidr.js";
import { withPartial } from "../../errors.js";
import { applyIntents } from "../engine/apply.js";
import type { Subnet } from "../objects/results.js";
import type { IpamSettings } from "../settings/settings.js";
import { SourceChoices, type SourcedIntent } from "../sources/source-choices.js";
import { childrenOf, largestFree } from "../sources/space.js";
import { isGatewayLater, type SubnetNaming, subnetIntents } from "./subnet-intent.js";
import { type SubnetOrder, subnetOrder } from "./subnet-order.js";
import { withGateway } from "./subnet-search.js";

/** See `Ipam.requestSubnet`. */
export async function requestSubnet(settings: IpamSettings, request: unknown): Promise<Subnet> {
  const order = await subnetOrder(settings, request);
  return takeSubnet(settings, order, { name: "", requestId: order.requestId });
}

/** Takes the subnet and its gateway, once. */
export async function takeSubnet(
  settings: IpamSettings,
  order: SubnetOrder,
  naming: SubnetNaming,
): Promise<Subnet> {
  const intents = subnetIntents(settings, order, naming);
  const { signal, place } = order;
  const exhausted = async () => {
    // The free space is only an addition to the message: a failure to read it must not hide the error.
    const free = await freeSpace(settings, order).catch(() => undefined);
    const [sources, wanted] =
      place.kind === "next"
        ? [place.targets.map(({ text }) => text).join(", "), `/${place.prefixLength}`]
        : [formatBlock(place.block), "address"];
    return `No ${wanted} is free in ${sources}${free ? `; ${free}` : ""}.`;
  };
  const results = await applyIntents(settings, intents, {
    signal,
    what: "the subnet",
    sources: new SourceChoices(settings, intents, { signal, exhausted }),
    stagesOf: (open) => (isGatewayLater(order) ? open.map((intent) => [intent]) : [open]),
    rollsBack: true,
    partialOf: (_intent, result) => result,
  });
  const subnet = (await finished(intents, results.get(naming.name), signal)) as Subnet;
  settings.pools.gained("network");
  if (place.kind === "explicit") settings.pools.taking(place.block, size(place.block));
  // An adopted subnet may have a gateway even if this request asks for none.
  return subnet.created || subnet.gateway !== undefined ? subnet : withGateway(settings, subnet, signal);
}

/** Completes the result of a call. If that fails, the subnet stays, and the error's `partial` lists it. */
export async function finished(
  intents: readonly SourcedIntent[],
  result: unknown,
  signal: AbortSignal | undefined,
): Promise<unknown> {
  let now = result;
  for (const { finish } of intents) {
    now =
      (await finish?.(now, signal).catch((error: unknown) => {
        throw withPartial(error, [result]);
      })) ?? now;
  }
  return now;
}

async function freeSpace(
  settings: IpamSettings,
  { family, networkView, signal, place }: SubnetOrder,
): Promise<string | undefined> {
  if (place.kind === "explicit") return undefined;
  const { targets, exclude } = place;
  const containers = targets.flatMap((target) => (target.kind === "block" ? [target.block] : [])).slice(0, 5);
  const free = await Promise.all(
    containers.map(async (block) => {
      const children = await childrenOf(settings, family, formatBlock(block), networkView, signal);
      return largestFree(block, [...children.subnets, ...children.containers, ...exclude]) ?? [];
    }),
  );
  const [largest] = free.flat().sort((one, other) => one.prefixLength - other.prefixLength);
  if (largest !== undefined)
    return `largest free: /${largest.prefixLength} at ${formatAddress(firstOf(largest))}`;
  return containers.length === targets.length ? "no space of any size is left there" : undefined;
}
