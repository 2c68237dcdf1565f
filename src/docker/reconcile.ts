import { type Block, contains, parseAddress, parseBlock } from "../cidr.js";
import { isInfobloxError } from "../errors.js";
import type { Address, Subnet } from "../ipam/objects/results.js";
import type { Abortable } from "../ipam/requests/requests.js";
import type { EngineState } from "./engine-state.js";
import type { DriverParts } from "./parts.js";
import { noneWhereGone } from "./subnets.js";

/** What the grid holds for an engine that shows no holder of it. */
export interface Leftover {
  readonly kind: "address" | "subnet";
  /** The address, or the subnet's CIDR. */
  readonly what: string;
  readonly networkView: string;
  readonly comment: string | undefined;
}

export interface Reconciliation {
  /** Without a holder in Docker. */
  readonly leftovers: readonly Leftover[];
  /** How many objects of this engine the grid has. */
  readonly compared: number;
}

type Candidate = Leftover & ({ readonly address: Address } | { readonly subnet: Subnet });

/**
 * Compares what the grid holds for this engine with what the engine shows. Global subnets, and what other engines or
 * people made, count as held.
 */
export async function compare(
  driver: DriverParts,
  engine: EngineState,
  { signal }: Abortable = {},
): Promise<Reconciliation & { readonly candidates: readonly Candidate[] }> {
  const { addresses, subnets } = await objectsOf(driver, signal);
  const candidates: Candidate[] = [
    ...addresses.flatMap((address) => addressCandidate(driver, engine, address) ?? []),
    ...subnets.flatMap((subnet) => subnetCandidate(driver, engine, subnet) ?? []),
  ];
  return { candidates, leftovers: candidates.map(leftoverOf), compared: addresses.length + subnets.length };
}

/** Releases what both looks show without a holder: addresses first, then the subnets that held them. */
export async function release(
  { ipam }: DriverParts,
  before: Reconciliation,
  now: readonly Candidate[],
): Promise<readonly Leftover[]> {
  const seen = new Set(before.leftovers.map(keyOf));
  const released: Leftover[] = [];
  for (const candidate of now) {
    if (!seen.has(keyOf(candidate))) continue;
    try {
      if ("address" in candidate) await ipam.releaseAddress(candidate.address);
      else await ipam.releaseSubnet(candidate.subnet);
      released.push(leftoverOf(candidate));
    } catch (error) {
      // Somebody has put an address into the subnet, or released it.
      if (!isInfobloxError(error, "SubnetInUseError") && !isInfobloxError(error, "NotFoundError"))
        throw error;
    }
  }
  return released;
}

async function objectsOf({ ipam, ids, settings }: DriverParts, signal: AbortSignal | undefined) {
  const extattrs = ids.ofEngine(settings.engine);
  const views = new Set(Object.values(settings.spaces).map(({ networkView }) => networkView));
  const addresses: Address[] = [];
  const subnets: Subnet[] = [];
  for (const networkView of views) {
    // The network view of an address space is created with its first subnet.
    addresses.push(...(await ipam.findAddresses({ extattrs, networkView, signal }).catch(noneWhereGone)));
    for (const family of [4, 6] as const) {
      const query = { extattrs, networkView, family, signal };
      subnets.push(...(await ipam.findSubnets(query).catch(noneWhereGone)));
    }
  }
  return { addresses, subnets };
}

/** An address of a gateway or an auxiliary one is held as long as the engine has its subnet. */
function addressCandidate(driver: DriverParts, engine: EngineState, address: Address): Candidate | undefined {
  const { ids, settings } = driver;
  if (ids.isMember(address) || ids.engineOf(address) !== settings.engine) return undefined;
  const { ips, subnet, networkView, comment } = address;
  if (ips.some((ip) => engine.addresses.has(ip))) return undefined;
  if (subnet !== undefined && isGlobal(driver, engine, subnet)) return undefined;
  if (ids.isOfContainer(address))
    return { kind: "address", what: ips.join(", "), networkView, comment, address };
  if (subnet !== undefined && engine.subnets.has(subnet)) return undefined;
  return { kind: "address", what: ips.join(", "), networkView, comment, address };
}

function subnetCandidate(driver: DriverParts, engine: EngineState, subnet: Subnet): Candidate | undefined {
  const { cidr, networkView, comment } = subnet;
  if (driver.ids.engineOf(subnet) !== driver.settings.engine) return undefined;
  if (engine.subnets.has(cidr) || isGlobal(driver, engine, cidr)) return undefined;
  return { kind: "subnet", what: cidr, networkView, comment, subnet };
}

function isGlobal({ settings }: DriverParts, engine: EngineState, cidr: string): boolean {
  const block = parseBlock(cidr) ?? blockOfAddress(cidr);
  const inGlobal = settings.spaces.global.containers.some(
    (container) => block !== undefined && contains(container, block),
  );
  const inLocal = settings.spaces.local.containers.some(
    (container) => block !== undefined && contains(container, block),
  );
  return engine.swarmSubnets.has(cidr) || (inGlobal && !inLocal);
}

function blockOfAddress(text: string): Block | undefined {
  const address = parseAddress(text);
  if (address === undefined) return undefined;
  const { family, value } = address;
  return { family, first: value, last: value, prefixLength: family === 4 ? 32 : 128 };
}

function leftoverOf({ kind, what, networkView, comment }: Leftover): Leftover {
  return { kind, what, networkView, comment };
}

function keyOf({ kind, what, networkView }: Leftover): string {
  return `${kind} ${what} ${networkView}`;
}
