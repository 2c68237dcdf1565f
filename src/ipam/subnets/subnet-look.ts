import { SubnetInUseError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Intent } from "../engine/intent.js";
import { findUsed, inTheWay } from "../objects/in-use.js";
import type { SubnetType } from "../objects/results.js";
import { holderType, type RefTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkInsideOnGrid, isUndecided } from "../sources/inside.js";
import { whereOf } from "../sources/source-query.js";
import { type Divided, staysUnused } from "./recount.js";
import { type DoneBefore, type NamedNetwork, NamedNetworks, type Placement } from "./relatives.js";
import { type ExplicitSubnet, placedIn, type SubnetOrder } from "./subnet-order.js";

/** A source that is a subnet, and how it was looked at. */
interface DividedTarget extends RefTarget {
  readonly divided?: Divided;
}

type Where = Pick<SubnetOrder, "family" | "networkView" | "signal">;

/** The checks of a new subnet or container: before its request, within it, and after a refusal. */
export interface PlaceLooks extends Pick<Intent, "look" | "lookComesFirst" | "lookAgain"> {
  /**
   * Steps before the create. They fail its request if somebody has come to use the subnet that it divides.
   *
   * @param source - the source that the grid chooses from
   */
  readonly holds: (source?: Target) => readonly Step<unknown>[];
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
  const isOfCall = beside?.isOfCall ?? (() => false);
  if (place.kind === "next") return lookAtDivided(settings, order, dividedTargets(place.targets, isOfCall));
  const source = lookAround(settings, order, place, isOfCall);
  const { block, insideSubnet } = place;
  const { networks = new NamedNetworks(settings), before } = beside ?? {};
  const { look, lookAgain, holds, guards } = networks.add({
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
    holds,
    guards,
  };
}

/** Checks that a named subnet lies in one of its sources, if only the grid can tell. */
function lookAround(
  settings: IpamSettings,
  { networkView }: SubnetOrder,
  place: ExplicitSubnet,
  isOfCall: Beside["isOfCall"],
): Intent["look"] {
  const placed = placedIn(place);
  if (!isUndecided(placed) || place.targets.some(isOfCall)) return undefined;
  return (signal) => checkInsideOnGrid(settings, placed, { queried: "container", networkView, signal });
}

/** Checks that sources which are subnets are unused, and stay unused until the request divides one. */
function lookAtDivided(
  settings: IpamSettings,
  { family, networkView }: SubnetOrder,
  subnets: readonly RefTarget[],
): PlaceLooks {
  const looked = new Map<Ref, DividedTarget>();
  let composed: DividedTarget | undefined;
  const look = async (target: RefTarget, signal: AbortSignal | undefined) => {
    looked.set(target.ref, await emptyNetwork(settings, { family, networkView, signal }, target));
  };
  return {
    ...(subnets.length > 0 && {
      look: async (signal) => {
        for (const target of subnets) await look(target, signal);
      },
    }),
    lookAgain: async (_error, signal) => {
      if (composed !== undefined) await look(composed, signal);
      return false;
    },
    holds: (source) => {
      composed = source?.kind === "ref" && source.holds === "network" ? source : undefined;
      const { ref, divided } = looked.get(composed?.ref as Ref) ?? composed ?? {};
      if (divided === undefined) return [];
      // If another call has divided it, the reference is gone, and the grid says so.
      return [step.get(ref as Ref<SubnetType>, { fields: [] }).discard(), ...staysUnused(settings, divided)];
    },
    guards: () => [],
  };
}

/** The sources that are subnets, which the grid would divide, and that the call does not create. */
export function dividedTargets(
  targets: readonly Target[],
  isOfCall: Beside["isOfCall"],
): readonly RefTarget[] {
  return targets.flatMap((target) =>
    target.kind === "ref" && target.holds === "network" && !isOfCall(target) ? [target] : [],
  );
}

/** The subnet with the CIDR of a source, if the grid has no such container. @throws {SubnetInUseError} if it is in use */
export async function networkInstead(
  settings: IpamSettings,
  order: Where,
  target: Target,
): Promise<DividedTarget | undefined> {
  if (target.kind !== "block") return undefined;
  const { family, networkView, signal } = order;
  const where = whereOf(target, networkView);
  const type = holderType("network", family);
  const [row] = await settings.wapi.find(type, { where, fields: ["network"], limit: 1, signal });
  if (row === undefined) return undefined;
  const { text, block } = target;
  const found: RefTarget = { kind: "ref", text, family, ref: row._ref, holds: "network", block, networkView };
  return emptyNetwork(settings, order, found);
}

/** Checks that a subnet has no address in use before it is divided. @throws {SubnetInUseError} if it has one */
export async function emptyNetwork(
  settings: IpamSettings,
  order: Where,
  target: RefTarget,
): Promise<DividedTarget> {
  const net = step.get(target.ref as Ref<SubnetType>, { fields: ["network", "network_view"] });
  const used = findUsed(order.family, net.value("network"), net.value("network_view"));
  const [row, rows] = await settings.wapi.batch([net, used], { signal: order.signal });
  const inUse = inTheWay(rows, undefined);
  const { network: cidr = target.text, network_view: networkView = order.networkView } = row;
  if (inUse.length === 0)
    return { ...target, divided: { family: order.family, cidr, networkView, used: rows.length } };
  const message = `${cidr} is a subnet with addresses in use, not a container: ${inUse.join(", ")}.`;
  throw new SubnetInUseError(message, {
    ...{ subnet: cidr, inUse },
    hint: "A subnet inside it would turn it into a container. Release the addresses first, or use a container.",
  });
}
