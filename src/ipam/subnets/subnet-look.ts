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

/** Where to look for a source. */
type Where = Pick<SubnetOrder, "family" | "networkView" | "signal">;

/** The checks of a new subnet or container: before its request, within it, and after a refusal. */
export interface PlaceLooks extends Pick<Intent, "look" | "lookComesFirst" | "lookAgain"> {
  readonly guards: Placement["guards"];
}

/** The other subnets and containers of a call. */
export interface Beside {
  /** All subnets and containers that the call names. */
  readonly networks: NamedNetworks;
  readonly before: DoneBefore;
  /** Whether the call itself makes a source, so that nothing can be looked up in it before. */
  readonly isOfCall: (target: Target) => boolean;
}

/**
 * The checks of a new subnet or container: a subnet that is divided must be empty, and a given block must lie in its sources and must
 * not turn other subnets into containers.
 *
 * @param beside - left out if the call makes nothing else
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
    // The look at relatives refuses nothing that an earlier call with the same id has made.
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

/** The sources that are subnets, which the grid would divide. */
export function dividedTargets(targets: readonly Target[]): readonly RefTarget[] {
  return targets.flatMap((target) => (target.kind === "ref" && target.holds === "network" ? [target] : []));
}

/** The subnet with the CIDR of a source, if the grid has no such container. @throws {SubnetInUseError} if it is in use */
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

/** Checks that a subnet has no address in use before it is divided. @throws {SubnetInUseError} if it has one */
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
    hint: "A subnet inside it would turn it into a container. Release the addresses first, or use a container.",
  });
}
