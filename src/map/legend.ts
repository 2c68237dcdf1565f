/** The legend: the colours that a picture may show. */

import type { MapAddressKind } from "../ipam/map/map-results.js";
import type { Outline, Plot } from "./outline.js";
import { conflictMark, fills, kinds, type Tone } from "./palette.js";

export interface LegendEntry {
  readonly tone: Tone | "frame";
  readonly letter: string;
  readonly name: string;
}

/** @param shown - the plots of the view: a single subnet shows its addresses, others show how full subnets are */
export function legendOf(outline: Outline, shown: readonly Plot[]): LegendEntry[] {
  const [only] = shown;
  return shown.length === 1 && only?.kind === "subnet" ? addressLegend(only) : blockLegend(outline, shown);
}

function addressLegend(subnet: Plot): LegendEntry[] {
  const seen = new Set(subnet.addresses?.map(({ kind }) => kind));
  const names = Object.entries(kinds) as [MapAddressKind, readonly [string, string]][];
  return [
    ...names.filter(([kind]) => seen.has(kind)).map(([tone, [letter, name]]) => ({ tone, letter, name })),
    ...(subnet.addresses?.some(({ conflict }) => conflict)
      ? [{ tone: "unused", letter: conflictMark, name: "conflict" } as const]
      : []),
    ...(subnet.ranges.length > 0
      ? [{ tone: "range", letter: "", name: "DHCP range, not in use" } as const]
      : []),
    {
      tone: "unused",
      letter: "",
      name: subnet.addresses === undefined ? "addresses not read" : "not in use",
    },
  ];
}

function blockLegend({ plots }: Outline, shown: readonly Plot[]): LegendEntry[] {
  const subnets = plots.filter(({ kind }) => kind === "subnet");
  const hasUnknown = subnets.some(({ percent }) => percent === undefined);
  const scale = subnets.length === 0 ? [] : fills.filter(([tone]) => tone !== "unknown" || hasUnknown);
  const isNested = shown.some((plot) =>
    plots.slice(plot.index + (shown.length === 1 ? 1 : 0), plot.end).some(({ kind }) => kind === "container"),
  );
  return [
    ...scale.map(([tone, name], index) => ({
      tone,
      letter: "",
      name: index === 0 ? `subnets: ${name}` : name,
    })),
    { tone: "free", letter: "", name: "free" },
    ...(isNested ? [{ tone: "frame", letter: "", name: "container" } as const] : []),
  ];
}
