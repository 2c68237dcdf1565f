import { contains, parseBlock } from "../cidr.js";
import { isInfobloxError } from "../errors.js";
import type { Address, Subnet } from "../ipam/objects/results.js";
import type { Abortable } from "../ipam/requests/requests.js";
import { tenantAttribute } from "./cloud-attributes.js";
import type { EngineState } from "./engine-state.js";
import type { DriverParts } from "./parts.js";
import type { IdSearch } from "./request-ids.js";
import type { AddressSpace } from "./settings.js";
import { noneWhereGone } from "./subnets.js";

/** An object that the grid holds for an engine, and that the engine does not use. */
export interface Leftover {
  /**
   * `"membership"` is the mark by which an engine uses a shared subnet. A `"global-subnet"` is reported and never
   * released: other engines may use it.
   */
  readonly kind: "address" | "membership" | "subnet" | "global-subnet";
  /** The address, or the CIDR of the subnet. */
  readonly what: string;
  readonly networkView: string;
  readonly comment: string | undefined;
}

/** The comparison of the grid with an engine. */
export interface Reconciliation {
  /** Objects without a holder in Docker. */
  readonly leftovers: readonly Leftover[];
  /** How many objects of this engine the grid has. */
  readonly compared: number;
}

type Candidate = Leftover & ({ readonly address: Address } | { readonly subnet: Subnet });

/**
 * Compares what the grid holds for this engine with what the engine shows. Addresses in global subnets count as held,
 * and so do objects of other engines or people.
 */
export async function compare(
  driver: DriverParts,
  engine: EngineState,
  { signal }: Abortable = {},
): Promise<Reconciliation & { readonly candidates: readonly Candidate[] }> {
  const { addresses, own, shared, members } = await objectsOf(driver, signal);
  const global = new Set(own.filter((subnet) => driver.ids.isOfSwarm(subnet)).map(placeOf));
  const isGlobal = (subnet: Place) => global.has(placeOf(subnet)) || isInGlobal(driver, engine, subnet);
  const left = addresses.flatMap((address) => addressCandidate(driver, engine, address, isGlobal) ?? []);
  const subnets = [
    ...own,
    ...unused(driver, shared, members, new Set(left.map(({ address }) => address.ref))),
  ];
  const candidates: Candidate[] = [
    ...left,
    ...subnets.flatMap((subnet) => subnetCandidate(engine, subnet, isGlobal) ?? []),
  ];
  return { candidates, leftovers: candidates.map(leftoverOf), compared: addresses.length + subnets.length };
}

/** Whether a driver releases it if both comparisons show it. */
export function isReleasable({ kind }: Leftover): boolean {
  return kind !== "global-subnet";
}

/** Releases what both comparisons show without a holder: addresses first, then their subnets. */
export async function release(
  { ipam, ids }: DriverParts,
  before: readonly Candidate[],
  now: readonly Candidate[],
): Promise<readonly Leftover[]> {
  // Another pool may have taken the same subnet or address meanwhile.
  const keyOf = (one: Candidate) =>
    `${one.kind} ${one.what} ${one.networkView} ${ids.of("address" in one ? one.address : one.subnet)}`;
  const seen = new Set(before.map(keyOf));
  const released: Leftover[] = [];
  for (const candidate of now.filter(isReleasable)) {
    if (!seen.has(keyOf(candidate))) continue;
    try {
      if ("address" in candidate) await ipam.releaseAddress(candidate.address);
      else await ipam.releaseSubnet(candidate.subnet);
      released.push(leftoverOf(candidate));
    } catch (error) {
      // Another client has taken an address in the subnet, or released the subnet.
      if (!isInfobloxError(error, "SubnetInUseError") && !isInfobloxError(error, "NotFoundError"))
        throw error;
    }
  }
  return released;
}

async function objectsOf({ ipam, ids, settings }: DriverParts, signal: AbortSignal | undefined) {
  const { engine, releaseShared, spaces } = settings;
  const views = new Set(Object.values(spaces).map(({ networkView }) => networkView));
  const addresses: Address[] = [];
  const subnets: Subnet[] = [];
  const members: Address[] = [];
  for (const networkView of views) {
    // The network view of an address space is created with its first subnet.
    const addressesOf = (extattrs: IdSearch) =>
      ipam.findAddresses({ extattrs, networkView, signal }).catch(noneWhereGone);
    addresses.push(...(await addressesOf(ids.ofEngine(engine))));
    if (releaseShared) members.push(...(await addressesOf(ids.ofMembers())));
    const searches = [ids.ofEngine(engine), ids.ofEngine(engine, "global"), ids.ofShared()];
    for (const extattrs of releaseShared ? searches : searches.slice(0, 2)) {
      for (const family of [4, 6] as const) {
        const query = { extattrs, networkView, family, signal };
        subnets.push(...(await ipam.findSubnets(query).catch(noneWhereGone)));
      }
    }
  }
  return {
    addresses,
    own: subnets.filter((subnet) => ids.engineOf(subnet) === engine),
    shared: subnets.filter((subnet) => ids.isShared(subnet)),
    members: members.filter((address) => ids.isMember(address)),
  };
}

/** Shared subnets that this engine created or used, and whose memberships are all leftovers. */
function unused(
  { settings }: DriverParts,
  shared: readonly Subnet[],
  members: readonly Address[],
  left: ReadonlySet<string>,
): readonly Subnet[] {
  return shared.filter(({ cidr, networkView, extattrs }) => {
    const inIt = members.filter((one) => one.subnet === cidr && one.networkView === networkView);
    const isOwn = inIt.length > 0 || extattrs[tenantAttribute] === settings.engine;
    return isOwn && inIt.every(({ ref }) => left.has(ref));
  });
}

type Place = Pick<Subnet, "cidr" | "networkView">;
type IsGlobal = (subnet: Place) => boolean;

function placeOf({ cidr, networkView }: Place): string {
  return `${cidr} ${networkView}`;
}

/** A gateway, an auxiliary address or a membership is held as long as the engine has its subnet. */
function addressCandidate(
  { ids, settings }: DriverParts,
  engine: EngineState,
  address: Address,
  isGlobal: IsGlobal,
): (Leftover & { readonly address: Address }) | undefined {
  if (ids.engineOf(address) !== settings.engine) return undefined;
  const { ips, subnet, networkView, comment } = address;
  const isMember = ids.isMember(address);
  if (!isMember && ips.some((ip) => engine.addresses.has(ip))) return undefined;
  if (subnet !== undefined && isGlobal({ cidr: subnet, networkView })) return undefined;
  if (subnet !== undefined && engine.subnets.has(subnet) && !ids.isOfContainer(address)) return undefined;
  const what = isMember && subnet !== undefined ? subnet : ips.join(", ");
  return { kind: isMember ? "membership" : "address", what, networkView, comment, address };
}

/** A worker of a swarm does not show whether the swarm has a network on a global subnet. */
function subnetCandidate(engine: EngineState, subnet: Subnet, isGlobal: IsGlobal): Candidate | undefined {
  const { cidr, networkView, comment } = subnet;
  const isOfAll = isGlobal(subnet);
  if (engine.subnets.has(cidr) || (isOfAll && !engine.showsSwarm)) return undefined;
  return { kind: isOfAll ? "global-subnet" : "subnet", what: cidr, networkView, comment, subnet };
}

function isInGlobal({ settings: { spaces } }: DriverParts, engine: EngineState, { cidr }: Place): boolean {
  const block = parseBlock(cidr);
  const isIn = ({ containers }: AddressSpace) =>
    block !== undefined && containers.some((container) => contains(container, block));
  return engine.swarmSubnets.has(cidr) || (isIn(spaces.global) && !isIn(spaces.local));
}

function leftoverOf({ kind, what, networkView, comment }: Leftover): Leftover {
  return { kind, what, networkView, comment };
}
