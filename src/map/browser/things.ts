/** The things of a map, for pointing, keys and the table. */

import {
  type Block,
  contains,
  formatAddress,
  formatBlock,
  formatSpan,
  parseSpan,
  type Span,
  size,
} from "../../cidr.js";
import type { Subject } from "../drawing.js";
import { childrenOf, freeIn, type Outline, type Plot, type PlotAddress } from "../outline.js";
import { kinds } from "../palette.js";
import { describeAddress, describeFree, describePlot, formatCount, shareOf, sizesOf } from "../words.js";

/** A sentence for the tip and for screen readers. */
export function describe(subject: Subject): string {
  switch (subject.kind) {
    case "plot":
      return [describePlot(subject.plot), ...subject.plot.attributes].join(", ");
    case "free":
      return describeFree(subject.span);
    case "address":
      return describeAddress(subject.address);
    case "range":
      return `DHCP range ${formatSpan(subject.range)}${subject.range.comment && `, ${subject.range.comment}`}`;
    case "unused": {
      const { address, range } = subject;
      const where = range === undefined ? "" : `, in DHCP range ${formatSpan(range)}`;
      return `${formatAddress(address)}, not in use${where}`;
    }
  }
}

/** The addresses of a thing. */
export function spanOfSubject(subject: Subject): Span {
  switch (subject.kind) {
    case "plot":
      return subject.plot;
    case "free":
      return subject.span;
    case "range":
      return subject.range;
    case "address":
    case "unused": {
      const { family, value } = subject.address;
      return { family, first: value, last: value };
    }
  }
}

/** A row of the table. */
export interface Entry {
  readonly cells: readonly string[];
  /** The view that the row opens; `undefined` if there is none. */
  readonly target: Block | undefined;
  /** Sort keys of columns that are not sorted by their text. */
  readonly keys: Readonly<Record<string, number | bigint>>;
}

export interface Listing {
  readonly columns: readonly string[];
  readonly entries: readonly Entry[];
}

/** The list of a view: its blocks, or a subnet's addresses. */
export function listingOf(outline: Outline, view: Plot | undefined): Listing {
  if (view?.kind === "subnet") return addressListing(view);
  const children = childrenOf(outline, view).map((plot) => ({ span: plot as Span, entry: plotEntry(plot) }));
  const free =
    view === undefined ? [] : freeIn(outline, view).map((span) => ({ span, entry: freeEntry(span) }));
  const inOrder = [...children, ...free].sort((a, b) => (a.span.first < b.span.first ? -1 : 1));
  return {
    columns: ["Block", "Kind", "Comment", "Use", "Addresses", "Attributes"],
    entries: inOrder.map(({ entry }) => entry),
  };
}

function plotEntry(plot: Plot): Entry {
  const { kind, cidr, comment, attributes, percent = -1 } = plot;
  return {
    cells: [cidr, kind, comment, shareOf(plot), formatCount(size(plot)), attributes.join(", ")],
    target: plot,
    keys: { Block: plot.first, Use: percent, Addresses: size(plot) },
  };
}

function freeEntry(span: Span): Entry {
  return {
    cells: [formatSpan(span), `free: ${sizesOf(span)}`, "", "", formatCount(size(span)), ""],
    target: undefined,
    keys: { Block: span.first, Use: -1, Addresses: size(span) },
  };
}

/** An empty table gets a row that says whether no address is in use, or addresses were not read. */
function addressListing({ addresses, ranges }: Plot): Listing {
  const instead = addresses === undefined ? "addresses not read" : "no address in use";
  return {
    columns: ["Address", "Kind", "Names", "MAC or DUID", "Remarks"],
    entries: [
      ...ranges.map((range) => ({
        cells: [formatSpan(range), "DHCP range", range.comment, "", ""],
        target: undefined,
        keys: { Address: range.first },
      })),
      ...(addresses ?? []).map((address) => ({
        cells: [
          formatAddress(address),
          kinds[address.kind][1],
          address.names.join(", "),
          address.client ?? "",
          address.conflict ? "conflict" : "",
        ],
        target: undefined,
        keys: { Address: address.value },
      })),
      ...(addresses?.length ? [] : [{ cells: [instead, "", "", "", ""], target: undefined, keys: {} }]),
    ],
  };
}

/** Finds containers and subnets by address, CIDR, comment, attribute or name. */
export function findPlots(outline: Outline, text: string): Plot[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const span = parseSpan(wanted);
  if (span !== undefined) {
    const holding = outline.plots.filter((plot) => contains(plot, span));
    const inside = outline.plots.filter((plot) => contains(span, plot) && !contains(plot, span));
    return [...holding.reverse(), ...inside];
  }
  return outline.plots.filter(
    (plot) => isNamed(plot, wanted) || plot.addresses?.some((address) => hasName(address, wanted)),
  );
}

function isNamed({ cidr, comment, attributes }: Plot, wanted: string): boolean {
  return [cidr, comment, ...attributes].some((text) => text.toLowerCase().includes(wanted));
}

function hasName({ names, client = "" }: PlotAddress, wanted: string): boolean {
  return [...names, client].some((text) => text.toLowerCase().includes(wanted));
}

/** A test whether a thing in the picture matches a search. An address matches only the innermost block around it. */
export function markingOf(found: readonly Plot[], text: string): (subject: Subject) => boolean {
  const wanted = text.trim().toLowerCase();
  const span = parseSpan(wanted);
  const isAround = (plot: Plot) => span !== undefined && contains(plot, span);
  const marked = new Set(found.filter((plot, index) => index === 0 || !isAround(plot)));
  return (subject) => {
    if (wanted === "") return false;
    if (subject.kind === "plot") return marked.has(subject.plot);
    if (subject.kind !== "address" && subject.kind !== "unused") return false;
    const { address } = subject;
    if (span !== undefined) return contains(span, address);
    return "names" in address && hasName(address, wanted);
  };
}

/** The fragment of a view in the page's address. */
export function linkTo(block: Block): string {
  return `#${formatBlock(block)}`;
}
