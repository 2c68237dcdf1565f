/** The utilization of networks, containers and ranges, in tenths of a percent: 1000 is full. */

import { contains, hostSpan, intersection, mergeSpans, type Span, size } from "../../cidr.js";
import type { Grid, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import { type AddressFamily, addressFamilies, familyNames } from "./address-family.js";
import { blockOfNetwork, isContainer, nodeOf, spaceAround } from "./network-place.js";

type Readers = NonNullable<Rules["read"]>;

/** The utilization of a container or a leaf when the grid last counted it. */
export const readContainerUtilization: Readers = {
  utilization: (network, { grid }) => figuresOf(grid).of(network),
};

export const readNetworkUtilization: Readers = {
  ...readContainerUtilization,
  utilization_update: (network, { grid }) => figuresOf(grid).countedAt(network),
  ...readDhcpUtilization((network) => blockOfNetwork(network)),
};

/** The utilization of a container: the part that the networks below take. */
function containerUtilization(container: Entity, grid: Grid): number {
  const { taken, block } = nodeOf(container, grid);
  return perMille(taken.size, size(block));
}

/** The utilization of a leaf: its used addresses, with all addresses of its ranges. */
function leafUtilization(network: Entity, grid: Grid): number {
  const block = blockOfNetwork(network);
  const hosts = hostSpan(block);
  const { addresses, ranges } = spaceAround(network, familyNames(block.family), grid);
  const given = grid.assumptions.utilizationCountsRanges ? [...ranges.overlapping(hosts)] : [];
  if (given.length === 0) return perMille(addresses.count(hosts), size(hosts));
  const inRanges = given.map((range) => intersection(range, hosts)).filter((span) => span !== undefined);
  const used = mergeSpans([...addresses.spans(hosts), ...inRanges]);
  return perMille(
    used.reduce((sum, span) => sum + size(span), 0n),
    size(hosts),
  );
}

/**
 * The figures of the grid's last count. A grid counts at intervals, so its figures are some minutes old (see
 * `assumptions.utilizationUpdatesEvery`). Seeded objects are counted at the start.
 */
class Figures {
  readonly #grid: Grid;
  #figures = new Map<number, number>();
  #counted = Number.NEGATIVE_INFINITY;
  #seedings = -1;

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  /** Counts if the interval has passed. */
  refresh(): void {
    const { assumptions, clock, seedings } = this.#grid;
    const now = clock.now();
    if (assumptions.utilizationUpdatesEvery === 0) return;
    if (now - this.#counted < assumptions.utilizationUpdatesEvery && seedings === this.#seedings) return;
    this.#counted = now;
    this.#seedings = seedings;
    this.#figures = new Map(
      [...leafTypes, ...containerTypes].flatMap((type) =>
        [...this.#grid.all(type)].map((network) => [network.id, this.#count(network)] as const),
      ),
    );
  }

  /** A network that was created since the last count has a figure of 0. */
  of(network: Entity): number {
    return this.#isKept ? (this.#figures.get(network.id) ?? 0) : this.#count(network);
  }

  /** Seconds since 1970. */
  countedAt({ id }: Entity): number | undefined {
    if (!this.#isKept) return this.#grid.clock.seconds();
    return this.#figures.has(id) ? Math.floor(this.#counted / 1000) : undefined;
  }

  get #isKept(): boolean {
    return this.#grid.assumptions.utilizationUpdatesEvery > 0 && this.#seedings >= 0;
  }

  #count(network: Entity): number {
    return isContainer(network)
      ? containerUtilization(network, this.#grid)
      : leafUtilization(network, this.#grid);
  }
}

const leafTypes = addressFamilies.map(({ network }) => network);
const containerTypes = addressFamilies.map(({ container }) => container);

function figuresOf(grid: Grid): Figures {
  return grid.derived(makeFigures);
}

const makeFigures = (grid: Grid): Figures => new Figures(grid);

/** Before each call: counts if the interval has passed. */
export function refreshUtilization(grid: Grid): void {
  figuresOf(grid).refresh();
}

/** Readers for the utilization of the part that DHCP serves. `spanOf` gives the span of the network or range. */
export function readDhcpUtilization(spanOf: (object: Entity) => Span): Readers {
  return readDhcpUsage((object, grid) => dhcpUsage(object, spanOf(object), grid));
}

export function readDhcpUsage(usageOf: (object: Entity, grid: Grid) => DhcpUsage): Readers {
  const utilized = (object: Entity, grid: Grid) => utilization(usageOf(object, grid));
  return {
    dynamic_hosts: (object, { grid }) => usageOf(object, grid).dynamic,
    static_hosts: (object, { grid }) => usageOf(object, grid).static,
    total_hosts: (object, { grid }) => usageOf(object, grid).total,
    dhcp_utilization: (object, { grid }) => utilized(object, grid),
    dhcp_utilization_status: (object, { grid }) => status(object, utilized(object, grid), grid),
  };
}

export interface DhcpUsage {
  /** Leased addresses. */
  readonly dynamic: number;
  /** Fixed addresses, and host addresses that DHCP serves. */
  readonly static: number;
  /** Addresses of ranges, and static ones outside of them. */
  readonly total: number;
}

/** Guess dhcp-total (open; asks staticInRangeCountsOnce): that a static address inside a range counts once in the total. */
export function dhcpUsage(object: Entity, span: Span, grid: Grid): DhcpUsage {
  const names = familyNames(span.family);
  const { addresses, ranges } = spaceAround(object, names, grid);
  const inRanges = [...ranges.overlapping(span)];
  const usage = {
    dynamic: 0,
    static: 0,
    total: inRanges.reduce((sum, range) => sum + Number(size(range)), 0),
  };
  for (const value of addresses.addresses(span)) {
    const kind = dhcpKind(addresses.holders(value), names, grid);
    if (kind === undefined) continue;
    usage[kind] += 1;
    const covered = inRanges.some((range) => contains(range, { family: span.family, value }));
    if (!covered) usage.total += 1;
  }
  return usage;
}

function dhcpKind(
  holders: readonly number[],
  names: AddressFamily,
  grid: Grid,
): "static" | "dynamic" | undefined {
  const objects = holders.map((id) => grid.get(id));
  const isStatic = objects.some(
    (object) =>
      object?.type === names.fixedAddress ||
      (object?.type === names.hostAddress && object.values["configure_for_dhcp"] === true),
  );
  if (isStatic) return "static";
  return objects.some((object) => object?.type === "lease") ? "dynamic" : undefined;
}

function utilization({ dynamic, static: fixed, total }: DhcpUsage): number {
  return total === 0 ? 0 : perMille(BigInt(dynamic + fixed), BigInt(total));
}

/** `HIGH` above the high water mark, `LOW` below the low one. Both marks are in percent. */
function status(object: Entity, utilized: number, grid: Grid): Json {
  const high = Number(grid.read(object, "high_water_mark") ?? 95) * 10;
  const low = Number(grid.read(object, "low_water_mark") ?? 0) * 10;
  if (utilized >= 1000) return "FULL";
  if (utilized > high) return "HIGH";
  return utilized < low ? "LOW" : "NORMAL";
}

function perMille(part: bigint, whole: bigint): number {
  return whole === 0n ? 0 : Number((part * 1000n) / whole);
}
