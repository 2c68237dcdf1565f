import { firstOf, formatAddress, formatBlock, size } from "../../cidr.js";
import { ConflictError, isInfobloxError, SubnetInUseError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { NextAvailable } from "../../wapi/next-available.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { findUsed, inTheWay } from "../addresses/in-use.js";
import { childrenOf, largestFree } from "../capacity/space.js";
import { type Kind, subnetKind } from "../once/kinds.js";
import { makeOnce } from "../once/once.js";
import type { Draft, Make, Request } from "../once/request.js";
import { subnetDifferences } from "../once/request-mismatch.js";
import type { Marks } from "../ownership.js";
import type { Subnet, SubnetType } from "../results.js";
import { subnetFields } from "../rows.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { checkInsideOnGrid } from "../sources/inside.js";
import { absentError, explainedQuery, isAbsent, takeFromFirst } from "../sources/pool.js";
import { holderType, type RefTarget, type Target } from "../sources/targets.js";
import { checkRelatives, type NamedSubnet, onlyDirectlyIn } from "./relatives.js";
import { cidrOf, nextNetwork, subnetDraft } from "./subnet-drafts.js";
import { withGateway } from "./subnet-gateway.js";
import {
  type ExplicitSubnet,
  type NextSubnet,
  placedIn,
  type SubnetOrder,
  subnetOrder,
} from "./subnet-order.js";

/** Where a source is looked at. */
type Where = Pick<SubnetOrder, "family" | "networkView" | "signal">;

/** See `Ipam.requestSubnet`. */
export async function requestSubnet(settings: IpamSettings, request: unknown): Promise<Subnet> {
  const order = await subnetOrder(settings, request);
  const differences = (existing: Subnet) => subnetDifferences(order, existing);
  const subnet = await takeSubnet(settings, order, subnetKind, { ...order, differences });
  return withGateway(settings, order, subnet);
}

/** Takes the subnet, once: what it is known by again stands in the request. */
export async function takeSubnet(
  settings: IpamSettings,
  order: SubnetOrder,
  kind: Kind<Subnet>,
  described: SubnetOrder & Request<Subnet>,
): Promise<Subnet> {
  const { place, networkView, signal } = order;
  if (place.kind === "explicit")
    await checkInsideOnGrid(settings, placedIn(place), { queried: "container", networkView, signal });
  const subnet = await makeOnce(settings, kind, described, (make, marks) => {
    if (place.kind === "explicit") return takeExplicit(settings, order, place, make, marks);
    const create = (network: NextAvailable<"network">) => make(draftOf(settings, order, network, marks));
    return takeNext(settings, order, place, create);
  });
  settings.pools.gained("network");
  if (place.kind === "explicit") settings.pools.taking(place.block, size(place.block));
  return subnet;
}

/** How often a subnet is asked for whose relatives change between the look and the create. */
const mostTries = 5;

/**
 * Takes the subnet that is named, unless that would rearrange what others have: see `relatives.ts`. The creating request
 * checks where the subnet lies. Where searches lag behind writes, that check finds nothing: then the answer is compared.
 */
async function takeExplicit(
  settings: IpamSettings,
  order: SubnetOrder,
  { block, insideSubnet }: ExplicitSubnet,
  make: Make<Subnet>,
  marks: Marks,
): Promise<Subnet> {
  const { networkView, signal } = order;
  const named = { block, insideSubnet, networkView, signal };
  let parent = await checkRelatives(settings, named);
  let isChecked = settings.learnt.searchLag === 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const placed = isChecked ? onlyDirectlyIn(named, parent) : [];
      const subnet = await make(draftOf(settings, order, formatBlock(block), marks, placed));
      if (!isChecked && subnet.created) await keptInPlace(settings, named, subnet, parent);
      return subnet;
    } catch (error) {
      // A conflict is about the subnet itself: the grid has it already.
      if (!isChecked || !isRefusal(error) || isInfobloxError(error, "ConflictError")) throw error;
      const parentNow = await checkRelatives(settings, named);
      isChecked = parentNow !== parent && tries < mostTries;
      parent = parentNow;
    }
  }
}

/** Rolls the subnet back where it came to lie elsewhere than its relatives said. */
async function keptInPlace(
  settings: IpamSettings,
  named: NamedSubnet,
  { ref, cidr, container = "/" }: Subnet,
  parent: string,
): Promise<void> {
  if (container === parent) return;
  await settings.wapi.delete(ref);
  await checkRelatives(settings, named);
  const message = `The network around ${cidr} changed while it was created; it was rolled back.`;
  throw new ConflictError(message, {
    ...{ status: 0, code: "ERR_INFOBLOX_UNSETTLED", method: "POST", path: ref },
    hint: "Try again.",
  });
}

type Create = (network: NextAvailable<"network">) => Promise<Subnet>;

function takeNext(
  settings: IpamSettings,
  order: SubnetOrder,
  place: NextSubnet,
  create: Create,
): Promise<Subnet> {
  return takeFromFirst(settings, {
    ...place,
    wanted: `/${place.prefixLength}`,
    queried: "container",
    networkView: order.networkView,
    signal: order.signal,
    take: (target) => takeFrom(settings, order, place, create, target),
    explain: () => freeSpace(settings, order, place),
  });
}

async function takeFrom(
  settings: IpamSettings,
  order: SubnetOrder,
  place: NextSubnet,
  create: Create,
  target: Target,
): Promise<Subnet> {
  const next = (source: Target) => nextNetwork(source, place, order.networkView);
  if (target.kind === "ref" && target.holds === "network") {
    return create(next(await emptyNetwork(settings, order, target)));
  }
  try {
    return await create(next(target));
  } catch (error) {
    if (!isAbsent(error, target)) throw explainedQuery(error, target, "container", order.networkView);
    const network = await networkInstead(settings, order, target);
    if (network === undefined) throw absentError(error, target, "container", order.networkView);
    return create(next(network));
  }
}

/** The subnet, and its gateway with it where that can be. */
function draftOf(
  { wapi, ownership }: IpamSettings,
  order: SubnetOrder,
  network: string | NextAvailable<"network">,
  marks: Marks,
  placed: readonly RawStep[] = [],
): Draft<Subnet> {
  const draft = subnetDraft(order, network, marks, ownership.expiryAttribute);
  const { type, values, step, gateway } = draft;
  const common = { type, chosen: order.place.kind === "next" };
  if (gateway !== undefined || placed.length > 0) {
    const steps = [step, ...placed, ...(gateway === undefined ? [] : [gateway])];
    const read: Draft<Subnet>["read"] = (results) =>
      draft.read(results[0], gateway && results[placed.length + 1]);
    return { ...common, steps, goesOn: true, read };
  }
  return {
    ...common,
    steps: [step],
    read: ([row]) => draft.read(row),
    create: async (options) =>
      draft.read(await wapi.create(type, values, { ...options, fields: subnetFields })),
  };
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

/** What is left, for the error of a request that found no room. */
async function freeSpace(
  settings: IpamSettings,
  { family, networkView, signal }: SubnetOrder,
  { targets, exclude }: NextSubnet,
): Promise<string | undefined> {
  const containers = targets.flatMap((target) => (target.kind === "block" ? [target.block] : [])).slice(0, 5);
  const free = await Promise.all(
    containers.map(async (block) => {
      const { subnets, containers } = await childrenOf(
        settings,
        family,
        formatBlock(block),
        networkView,
        signal,
      );
      return largestFree(block, [...subnets, ...containers, ...exclude]) ?? [];
    }),
  );
  const [largest] = free.flat().sort((one, other) => one.prefixLength - other.prefixLength);
  if (largest !== undefined)
    return `largest free: /${largest.prefixLength} at ${formatAddress(firstOf(largest))}`;
  return containers.length === targets.length ? "nothing of any size is left there" : undefined;
}
