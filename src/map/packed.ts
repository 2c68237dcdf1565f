/** The compact form of an outline in a page: a /8 may have 20,000 subnets. */

import { formatAddress, parseAddress, parseBlock } from "../cidr.js";
import type { MapAddressKind } from "../ipam/map/map-results.js";
import type { Outline, Plot, PlotAddress, PlotRange } from "./outline.js";

/** Title, network view, family, time of reading, texts, plots. */
export type PackedOutline = readonly [
  title: string,
  networkView: string,
  family: 4 | 6,
  readAt: string,
  texts: readonly string[],
  plots: readonly PackedPlot[],
];

/** Texts are kept in a separate list, each once: comments and attributes are often the same. */
type PackedPlot = readonly [
  cidr: string,
  depth: number,
  percent: number | null,
  kind: 0 | 1,
  comment: number,
  attributes: readonly number[],
  ranges?: readonly PackedRange[],
  addresses?: readonly PackedAddress[],
];

type PackedRange = readonly [first: string, last: string, comment: number];
type PackedAddress = readonly [
  ip: string,
  kind: MapAddressKind,
  names: readonly string[],
  client: string | 0,
  conflict: 0 | 1,
];

export function packOutline(outline: Outline): PackedOutline {
  const texts = new Map<string, number>();
  const textOf = (text: string) => {
    const index = texts.get(text) ?? texts.size;
    texts.set(text, index);
    return index;
  };
  const packRange = ({ family, first, last, comment }: PlotRange): PackedRange => [
    formatAddress({ family, value: first }),
    formatAddress({ family, value: last }),
    textOf(comment),
  ];
  const plots = outline.plots.map((plot): PackedPlot => {
    const { cidr, depth, percent = null, kind, comment, attributes, ranges, addresses } = plot;
    const common = [
      cidr,
      depth,
      percent,
      kind === "container" ? 0 : 1,
      textOf(comment),
      attributes.map(textOf),
    ] as const;
    if (addresses !== undefined) {
      return [...common, ranges.map(packRange), addresses.map(packAddress)];
    }
    return ranges.length > 0 ? [...common, ranges.map(packRange)] : common;
  });
  const { title, networkView, family, readAt } = outline;
  return [title, networkView, family, readAt, [...texts.keys()], plots];
}

function packAddress(address: PlotAddress): PackedAddress {
  const { kind, names, client = 0, conflict } = address;
  return [formatAddress(address), kind, names, client, conflict ? 1 : 0];
}

export function unpackOutline([title, networkView, family, readAt, texts, packed]: PackedOutline): Outline {
  const text = (index: number) => texts[index] ?? "";
  const plots = packed.map(([cidr, depth, percent, kind, comment, attributes, ranges, addresses], index) => {
    const block = parseBlock(cidr);
    if (block === undefined) throw new TypeError(`${cidr} is no CIDR`);
    return {
      ...block,
      kind: kind === 0 ? ("container" as const) : ("subnet" as const),
      cidr,
      comment: text(comment),
      attributes: attributes.map(text),
      percent: percent ?? undefined,
      ranges: (ranges ?? []).map(([first, last, about]) => ({
        family,
        first: addressValue(first),
        last: addressValue(last),
        comment: text(about),
      })),
      addresses: addresses?.map(unpackAddress),
      depth,
      index,
      end: index + 1,
    };
  });
  closePlots(plots);
  return { title, networkView, family, readAt, plots };
}

function unpackAddress([ip, kind, names, client, conflict]: PackedAddress): PlotAddress {
  return {
    family: ip.includes(":") ? 6 : 4,
    value: addressValue(ip),
    kind,
    names,
    client: client === 0 ? undefined : client,
    conflict: conflict === 1,
  };
}

/** Sets the end of each plot: the next plot that is not deeper. */
function closePlots(plots: (Plot & { end: number })[]): void {
  const open: (Plot & { end: number })[] = [];
  for (const plot of plots) {
    while ((open.at(-1)?.depth ?? -1) >= plot.depth) (open.pop() as { end: number }).end = plot.index;
    open.push(plot);
  }
  for (const plot of open) plot.end = plots.length;
}

function addressValue(ip: string): bigint {
  return parseAddress(ip)?.value ?? 0n;
}
