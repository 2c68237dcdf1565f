/** Describes blocks and addresses: labels that fit, and sentences for screen readers. */

import { type Block, blocksOf, formatAddress, formatBlock, formatSpan, type Span, size } from "../cidr.js";
import { freeIn, type Outline, type Plot, type PlotAddress } from "./outline.js";
import { kinds } from "./palette.js";

const counts = new Intl.NumberFormat("en-US");

/** `1,024`; numbers with more than 15 digits as a power of two: `2^64`. */
export function formatCount(count: bigint): string {
  if (count < 10n ** 15n) return counts.format(count);
  const bits = count.toString(2).length - 1;
  return count === 1n << BigInt(bits) ? `2^${bits}` : `about 2^${bits}`;
}

/** `43 %`, or `not known`. */
export function formatPercent(percent: number | undefined): string {
  if (percent === undefined) return "not known";
  const rounded = percent >= 10 ? Math.round(percent) : Math.round(percent * 10) / 10;
  return `${percent > 0 && rounded === 0 ? "under 0.1" : rounded} %`;
}

/** How full a plot is. In IPv6, a used part may be almost nothing, but is shown as more than 0. */
export function shareOf({ percent, index, end, addresses = [] }: Plot): string {
  const hasSome = end > index + 1 || addresses.some(({ kind }) => kind !== "own");
  return percent === 0 && hasSome ? "under 0.1 %" : formatPercent(percent);
}

/** The same as a part of a sentence. */
export function usageOf(plot: Plot): string {
  if (plot.percent === undefined) return "use not known";
  return `${shareOf(plot)} ${plot.kind === "container" ? "assigned" : "used"}`;
}

/** `10.0.3.0/24, subnet, blue, 43 % used, 256 addresses` */
export function describePlot(plot: Plot): string {
  const { cidr, kind, comment } = plot;
  const what = [cidr, kind, comment, usageOf(plot), countOfAddresses(plot)];
  return what.filter((part) => part !== "").join(", ");
}

/** `10.0.3.7, host record, web-1.example.com` */
export function describeAddress(address: PlotAddress): string {
  const { kind, names, client, conflict } = address;
  const what = [formatAddress(address), kinds[kind][1], ...names, client ?? "", conflict ? "conflict" : ""];
  return what.filter((part) => part !== "").join(", ");
}

/** `free: 10.0.1.0-10.0.3.255 (/24, /23), 768 addresses` */
export function describeFree(span: Span): string {
  return `free: ${formatSpan(span)} (${sizesOf(span)}), ${countOfAddresses(span)}`;
}

function countOfAddresses(span: Span): string {
  const count = size(span);
  return count === 1n ? "1 address" : `${formatCount(count)} addresses`;
}

/** The blocks that make up a span, largest first, the same ones counted: `/17, 2 × /20`. */
export function sizesOf(span: Span, most = 4): string {
  const found = new Map<number, number>();
  for (const { prefixLength } of blocksOf(span)) found.set(prefixLength, (found.get(prefixLength) ?? 0) + 1);
  const sizes = [...found]
    .sort(([a], [b]) => a - b)
    .map(([prefixLength, times]) => (times === 1 ? `/${prefixLength}` : `${times} × /${prefixLength}`));
  return sizes.length > most ? `${sizes.slice(0, most).join(", ")}, …` : sizes.join(", ");
}

/** Removes control characters, which could move a terminal's cursor, or worse. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}|\p{Cs}|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}

/** The first of the texts that is no longer than `most` characters. */
export function fitting(most: number, ...texts: readonly string[]): string {
  return texts.find((text) => text.length <= most) ?? "";
}

/** Shortens a text to this many characters, with an ellipsis. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : most < 2 ? "" : `${text.slice(0, most - 1).trimEnd()}…`;
}

/** The part of an address that differs from its neighbours: the last octet, or the last group. */
export function lastPart(text: string): string {
  return text.slice(text.lastIndexOf(text.includes(":") ? ":" : ".")) || text;
}

/** `.3.0/24`, `.7.0.0/16`: the part of an IPv4 CIDR that differs from its neighbours. */
export function shortCidr(cidr: string): string {
  const [, second = "", rest = cidr, bits = ""] = /^\d+(\.\d+)(\.\d+\.\d+\/(\d+))$/.exec(cidr) ?? [];
  if (Number(bits) <= 8) return cidr;
  return Number(bits) <= 16 ? `${second}${rest}` : rest;
}

export function rowLabel(row: Block): string {
  return `${formatAddress({ family: row.family, value: row.first })}/${row.prefixLength}`;
}

/** The map in a few sentences, the most important first. */
export function summaryOf(outline: Outline): string[] {
  const { plots, networkView, readAt } = outline;
  return [
    contentsOf(plots),
    ...largestFree(outline),
    ...soonestFull(outline),
    `Network view ${networkView}, read ${readAt.slice(0, 16).replace("T", " ")} UTC.`,
  ];
}

function contentsOf(plots: readonly Plot[]): string {
  const [only] = plots;
  if (plots.length === 1 && only !== undefined) return `${describePlot(only)}.`;
  const subnets = plots.filter(({ kind }) => kind === "subnet");
  const full = subnets.filter(({ percent = 0 }) => percent >= 90).length;
  const howFull = full === 0 ? "" : ` (${counts.format(full)} of them 90 % full or more)`;
  const containers = plots.length - subnets.length;
  const where = containers === 0 ? "" : ` in ${plural(containers, "container")}`;
  return `${plural(subnets.length, "subnet")}${howFull}${where}.`;
}

function plural(count: number, noun: string): string {
  return `${counts.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first block to fill, by the forecasts. */
function soonestFull({ plots }: Outline): string[] {
  const [soonest] = plots.filter(({ fullAt }) => fullAt !== undefined).sort(byFullAt);
  return soonest?.forecast === undefined ? [] : [`First to fill: ${soonest.cidr}, ${soonest.forecast}.`];
}

function byFullAt({ fullAt: one = "" }: Plot, { fullAt: other = "" }: Plot): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function largestFree(outline: Outline): string[] {
  const free = outline.plots.flatMap((plot) => freeIn(outline, plot)).flatMap((span) => [...blocksOf(span)]);
  const [largest] = free.sort((a, b) => a.prefixLength - b.prefixLength);
  return largest === undefined ? [] : [`The largest free block is ${formatBlock(largest)}.`];
}
