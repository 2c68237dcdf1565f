import {
  type Address,
  type Block,
  contains,
  type Family,
  formatBlock,
  gaps,
  parseAddress,
  parseBlock,
  type Span,
} from "../cidr.js";
import type { AddressMap, MapAddress, MapBlock } from "../ipam/map/map-results.js";

/** A map for drawing: its blocks in address order, each container before its content. */
export interface Outline {
  readonly title: string;
  readonly networkView: string;
  readonly family: Family;
  readonly readAt: string;
  readonly plots: readonly Plot[];
}

/** A container or subnet, and its position among the others. */
export interface Plot extends Block {
  readonly kind: "container" | "subnet";
  readonly cidr: string;
  readonly comment: string;
  /** `Site: Paris` */
  readonly attributes: readonly string[];
  readonly percent: number | undefined;
  /** `full about 2026-03-01 (2026-02-20 to 2026-03-15)`. A page shows it among the attributes. */
  readonly forecast?: string | undefined;
  /** The forecast time, in ISO 8601. */
  readonly fullAt?: string | undefined;
  readonly ranges: readonly PlotRange[];
  readonly addresses: readonly PlotAddress[] | undefined;
  readonly depth: number;
  /** Its index in the outline. */
  readonly index: number;
  /** The index of the first plot after it that is not in it. */
  readonly end: number;
}

export interface PlotRange extends Span {
  readonly comment: string;
}

export interface PlotAddress extends Address, Omit<MapAddress, "ip"> {}

export function outlineOf(map: AddressMap): Outline {
  const plots: Plot[] = [];
  for (const block of map.blocks) addPlots(plots, block, 0);
  const { title, networkView, family, readAt } = map;
  return { title, networkView, family, readAt, plots };
}

function addPlots(plots: Plot[], source: MapBlock, depth: number): void {
  const block = parseBlock(source.cidr);
  if (block === undefined) throw new TypeError(`The map holds "${source.cidr}", which is no CIDR.`);
  const index = plots.length;
  const isSubnet = source.kind === "subnet";
  const forecast = forecastText(source);
  const plot = {
    ...block,
    kind: source.kind,
    cidr: source.cidr,
    comment: source.comment ?? "",
    attributes: [
      ...Object.entries(source.extattrs).map(([name, value]) => `${name}: ${textOf(value)}`),
      ...(forecast === undefined ? [] : [forecast]),
    ],
    percent: source.percent,
    ...(forecast === undefined ? {} : { forecast, fullAt: source.forecast?.fullAt }),
    ranges: isSubnet ? source.ranges.flatMap(plotRange) : [],
    addresses: isSubnet ? source.addresses?.flatMap(plotAddress) : undefined,
    depth,
    index,
    end: index + 1,
  };
  plots.push(plot);
  if (source.kind === "container") for (const child of source.children) addPlots(plots, child, depth + 1);
  plot.end = plots.length;
}

function forecastText({ forecast }: MapBlock): string | undefined {
  if (forecast?.fullAt === undefined) return undefined;
  const day = (time: string | undefined) => time?.slice(0, 10) ?? "open";
  const { fullAt, earliest, latest } = forecast;
  const range = earliest === undefined && latest === undefined ? "" : ` (${day(earliest)} to ${day(latest)})`;
  return `full about ${day(fullAt)}${range}`;
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(textOf).join(", ");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

function plotRange(range: { first: string; last: string; comment: string | undefined }): PlotRange[] {
  const [first, last] = [parseAddress(range.first), parseAddress(range.last)];
  if (first === undefined || last === undefined) return [];
  return [{ family: first.family, first: first.value, last: last.value, comment: range.comment ?? "" }];
}

function plotAddress({ ip, ...rest }: MapAddress): PlotAddress[] {
  const address = parseAddress(ip);
  return address === undefined ? [] : [{ ...address, ...rest }];
}

/** The direct children of a plot; for `undefined`, the outermost plots. */
export function childrenOf({ plots }: Outline, parent: Plot | undefined): Plot[] {
  const children: Plot[] = [];
  const end = parent?.end ?? plots.length;
  for (let index = parent === undefined ? 0 : parent.index + 1; index < end; ) {
    const plot = plots[index] as Plot;
    children.push(plot);
    index = plot.end;
  }
  return children;
}

/** The containers and subnets around a block, with itself, the outermost first. */
export function pathTo({ plots }: Outline, block: Block): Plot[] {
  return plots.filter((plot) => contains(plot, block));
}

/** The free spans of a container, between its children. */
export function freeIn(outline: Outline, container: Plot): Span[] {
  return container.kind === "container" ? [...gaps(container, childrenOf(outline, container))] : [];
}

/**
 * The view of a block: the container or subnet itself, or a container that stands for the block. `undefined` if the map
 * has nothing there.
 */
export function viewOf({ plots }: Outline, block: Block): Plot | undefined {
  const exact = plots.find(({ first, last }) => first === block.first && last === block.last);
  if (exact !== undefined) return exact;
  const inside = plots.filter((plot) => contains(block, plot));
  const around = plots.filter((plot) => plot.kind === "container" && contains(plot, block)).at(-1);
  const first = inside[0]?.index;
  if (first === undefined && around === undefined) return undefined;
  return {
    ...block,
    kind: "container",
    cidr: formatBlock(block),
    comment: "",
    attributes: [],
    percent: undefined,
    ranges: [],
    addresses: undefined,
    depth: (around?.depth ?? -1) + 1,
    index: first === undefined ? plots.length : first - 1,
    end: first === undefined ? plots.length : (inside.at(-1)?.end ?? first),
  };
}
