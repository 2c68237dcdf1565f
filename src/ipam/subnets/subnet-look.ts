import { SubnetInUseError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import type { Intent } from "../engine/intent.js";
import { findUsed, inTheWay } from "../objects/in-use.js";
import type { SubnetType } from "../objects/results.js";
import { holderType, type RefTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkInsideOnGrid, isUndecided } from "../sources/inside.js";
import { type DoneBefore, type NamedNetwork, NamedNetworks, type Placement } from "./relatives.js";
import { cidrOf } from "./subnet-network.js";
import { placedIn, type SubnetOrder } from "./subnet-order.js";

/** Where a source is looked at. */
type Where = Pick<SubnetOrder, "family" | "networkView" | "signal">;

/** How it is looked at whether a new subnet or container may have its place: before its request, within it, and after a refusal. */
export interface PlaceLooks extends Pick<Intent, "look" | "lookComesFirst" | "lookAgain"> {
  readonly guards: Placement["guards"];
}

/** What a call makes and deletes beside the subnet or container that is looked at. */
export interface Beside {
  /** All that the call names. */
  readonly networks: NamedNetworks;
  readonly before: DoneBefore;
  /** Whether a source is one that the call itself makes: what is in that is known only afterwards. */
  readonly isOfCall: (target: Target) => boolean;
}

/**
 * What has to be asked of the grid before a subnet or container is made: that a subnet which is to be divided is empty, and
 * that one which is named lies where it should.
 *
 * @param beside - left out where the call makes nothing else
 */
export function placeLooks(
  settings: IpamSettings,
  order: SubnetOrder,
  kind: NamedNetwork["kind"],
  beside?: Beside,
): PlaceLooks {
  const { networkView, place } = order;
  const source = lookAtSources(settings, order, beside?.isOfCall ?? (() => false));
  if (place.kind === "next") return { look: source, guards: () => [] };
  const { block, insideSubnet } = place;
  const { networks = new NamedNetworks(settings), before } = beside ?? {};
  const { look, lookAgain, guards } = networks.add({
    ...{ kind, block, networkView, insideSubnet },
    ...(before !== undefined && { before }),
  });
  return {
    look: async (signal) => {
      await source?.(signal);
      await look(signal);
    },
    // It refuses nothing that an earlier call with the same id has made.
    lookComesFirst: source === undefined,
    lookAgain,
    guards,
  };
}

function lookAtSources(
  settings: IpamSettings,
  { family, networkView, place }: SubnetOrder,
  isOfCall: (target: Target) => boolean,
): Intent["look"] {
  if (place.kind === "explicit") {
    const placed = placedIn(place);
    if (!isUndecided(placed) || place.targets.some(isOfCall)) return undefined;
    return (signal) => checkInsideOnGrid(settings, placed, { queried: "container", networkView, signal });
  }
  const networks = dividedTargets(place.targets).filter((target) => !isOfCall(target));
  if (networks.length === 0) return undefined;
  return async (signal) => {
    for (const target of networks) await emptyNetwork(settings, { family, networkView, signal }, target);
  };
}

/** Sources that are subnets themselves. */
export function dividedTargets(targets: readonly Target[]): readonly RefTarget[] {
  return targets.flatMap((target) => (target.kind === "ref" && target.holds === "network" ? [target] : []));
}

/** The subnet that stands where a container was named: it can be divided as long as nothing in it is in use. */
export async function networkInstead(
  settings: IpamSettings,
  order: Where,
  target: Target,
): Promise<RefTarget | undefined> {
  if (target.kind !== "block") return undefined;
  const { family, networkView, signal } = order;
  const [row] = await settings.wapi.find(holderType("network", family), {
    where: { network: cidrOf(target), network_view: networkView },
    fields: ["network"],
    limit: 1,
    signal,
  });
  if (row === undefined) return undefined;
  const { text, block } = target;
  return emptyNetwork(settings, order, {
    kind: "ref",
    text,
    family,
    ref: row._ref,
    holds: "network",
    block,
    networkView,
  });
}

/** The first subnet inside a subnet turns that into a container, addresses and all: not under anybody's feet. */
export async function emptyNetwork(
  settings: IpamSettings,
  order: Where,
  target: RefTarget,
): Promise<RefTarget> {
  const net = step.get(target.ref as Ref<SubnetType>, { fields: ["network", "network_view"] });
  const used = findUsed(order.family, net.value("network"), net.value("network_view"));
  const [row, rows] = await settings.wapi.batch([net, used], { signal: order.signal });
  const inUse = inTheWay(rows, undefined);
  if (inUse.length === 0) return target;
  const subnet = row.network ?? target.text;
  const message = `${subnet} is a subnet with addresses in use, not a container: ${inUse.join(", ")}.`;
  throw new SubnetInUseError(message, {
    subnet,
    inUse,
    hint: "A subnet inside it would turn it into a container. Release the addresses first, or take from a container.",
  });
}
