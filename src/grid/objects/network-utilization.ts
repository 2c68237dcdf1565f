/** How full networks, containers and ranges are. Utilization is in tenths of a percent: 1000 is full. */

import { contains, hostSpan, type Span, size } from "../../cidr.js";
import type { Grid } from "../grid.js";
import type { Entity, Json, Rules } from "../rules.js";
import { type AddressFamily, familyNames } from "./address-family.js";
import { blockOfNetwork, nodeOf, spaceAround } from "./network-place.js";

type Readers = NonNullable<Rules["read"]>;

/** Of a container: how much of it is given to the networks below. */
export const readContainerUtilization: Readers = {
  utilization: (container, { grid }) => {
    const { taken, block } = nodeOf(container, grid);
    return perMille(taken.size, size(block));
  },
};

/** Of a leaf: how many of its addresses are in use. */
export const readNetworkUtilization: Readers = {
  utilization: (network, { grid }) => {
    const block = blockOfNetwork(network);
    const hosts = hostSpan(block);
    return perMille(
      spaceAround(network, familyNames(block.family), grid).addresses.count(hosts),
      size(hosts),
    );
  },
  utilization_update: (_network, { grid }) => grid.clock.seconds(),
  ...readDhcpUtilization((network) => blockOfNetwork(network)),
};

/** Of the part of a network that DHCP serves. `spanOf`: the network itself, or the range. */
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
  /** Addresses that are leased. */
  readonly dynamic: number;
  /** Fixed addresses, and host addresses that DHCP serves. */
  readonly static: number;
  /** Addresses of ranges, and static ones outside of them. */
  readonly total: number;
}

/** Guess: that a static address inside a range counts once in the total. */
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

/** Above the high water mark HIGH, below the low one LOW; both are in percent. */
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
