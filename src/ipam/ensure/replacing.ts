import { contains, parseBlock, parseSpan, type Span } from "../../cidr.js";
import { RequestMismatchError } from "../../errors.js";
import type { Sources } from "../requests/sources.js";
import { parseTargets, type QueryTarget, spanOfTarget } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { matchesOf } from "../sources/source-query.js";
import type { Difference, EnsureOptions } from "./description.js";
import type { ChosenFrom, Judged, Row } from "./entry.js";
import type { Looking } from "./looking.js";
import type { Surplus } from "./pruning.js";
import { placeOf } from "./scope.js";

/**
 * Compares blocks and addresses that the grid has chosen with the description: size, family and source. A host that is found by its
 * name must have an address in its sources, too.
 *
 * @throws {RequestMismatchError} if an object differs and may not be replaced
 * @throws {OwnershipError} if an object to replace has another owner
 */
export async function replaceMismatched(
  settings: IpamSettings,
  judged: readonly Judged[],
  { replace, signal, end }: EnsureOptions & Looking,
): Promise<{ readonly judged: readonly Judged[]; readonly replaced: readonly Surplus[] }> {
  const replaced: Surplus[] = [];
  const all: Judged[] = [];
  for (const one of judged) {
    const old = await mismatched(settings, one, judged, signal);
    if (old === undefined) {
      all.push(one);
      continue;
    }
    if (!replace) throw mismatchError(one, old, end);
    settings.ownership.refuseForeign(old.row as object, one.found.entry.key);
    const { kind, key } = one.found.entry;
    const { row } = old;
    replaced.push({ kind: kindOf(row) ?? kind, key: placeOf(row) ?? key, row, isReplaced: true });
    const found = { ...one.found, row: undefined, belongings: [] };
    all.push({ found, differences: old.differences, corrections: [], object: undefined });
  }
  return { judged: all, replaced };
}

/** The object of a request id that differs from the description. */
interface Mismatched {
  readonly row: Row;
  readonly differences: readonly Difference[];
}

async function mismatched(
  settings: IpamSettings,
  { found, differences }: Judged,
  judged: readonly Judged[],
  signal: AbortSignal | undefined,
): Promise<Mismatched | undefined> {
  const { entry, row, belongings } = found;
  if (entry.chosen === undefined) return undefined;
  if (row === undefined) {
    const [other] = belongings.flat();
    if (other === undefined) return undefined;
    const actual = other._ref.split("/")[0];
    return { row: other, differences: [{ field: "kind", wanted: entry.kind, actual }] };
  }
  const fixed = new Set(entry.compared.filter(({ isFixed }) => isFixed).map(({ field }) => field));
  const beyondRepair = differences.filter(({ field }) => fixed.has(field));
  if (beyondRepair.length > 0) return { row, differences: beyondRepair };
  const places = entry.chosen.placesOf(row);
  const spans = places.flatMap((place) => parseSpan(place) ?? []);
  for (const source of entry.chosen.sources) {
    if (await isAnyInside(settings, spans, source, judged, signal)) continue;
    const actual = places.length === 1 ? places[0] : places;
    const field = source.field.slice(entry.path.length + 1);
    return { row, differences: [{ field, wanted: source.from, actual }] };
  }
  return undefined;
}

/** The kind of a row. A subnet may have become a container, whose deletion differs. */
function kindOf({ _ref }: Row): "container" | "subnet" | undefined {
  if (/^(ipv6)?networkcontainer\//.test(_ref)) return "container";
  return /^(ipv6)?network\//.test(_ref) ? "subnet" : undefined;
}

/** Whether any of the places lies in one of the sources. Known sources are compared first, then the matches of queries. */
async function isAnyInside(
  settings: IpamSettings,
  spans: readonly Span[],
  { from, field }: ChosenFrom,
  judged: readonly Judged[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const holds = (outer: Span | undefined) =>
    outer !== undefined && spans.some((span) => contains(outer, span));
  const queries: QueryTarget[] = [];
  for (const source of [from].flat()) {
    const path = pathIn(source);
    if (path !== undefined) {
      const holder = judged.find((one) => one.found.entry.path === path);
      if (holds(holderSpan(holder))) return true;
      continue;
    }
    const { from: sources } = settings.pools.sourcesOf(source as Sources, undefined, field);
    for (const target of parseTargets(sources, ["container", "network", "range"], field)) {
      if (target.kind === "query") queries.push(target);
      else {
        const place = spanOfTarget(target);
        // The addresses of a reference are not known here, so it is accepted.
        if (place === undefined || holds(place)) return true;
      }
    }
  }
  const { networkView } = settings;
  for (const query of queries) {
    for (const queried of ["container", "network"] as const) {
      const found = await matchesOf(settings, query, { queried, networkView, signal });
      if (found.some(({ block }) => holds(block))) return true;
    }
  }
  return false;
}

/** The path of the entry that a source names. */
function pathIn(source: unknown): string | undefined {
  if (typeof source !== "object" || source === null) return undefined;
  const [[kind = "", path] = []] = Object.entries(source);
  return ["container", "subnet", "range"].includes(kind) && typeof path === "string" ? path : undefined;
}

function holderSpan(holder: Judged | undefined): Span | undefined {
  const { row } = holder?.found ?? {};
  if (row === undefined) return undefined;
  const { network, start_addr, end_addr } = row;
  return typeof network === "string" ? parseBlock(network) : parseSpan(`${start_addr}-${end_addr}`);
}

function mismatchError(
  { found: { entry } }: Judged,
  { row, differences }: Mismatched,
  end: string,
): RequestMismatchError {
  const requestId = entry.chosen?.requestId ?? entry.key;
  const told = differences.map(
    ({ field, wanted, actual }) => `${field} is ${shown(actual)}, described is ${shown(wanted)}`,
  );
  const place = entry.chosen?.placesOf(row).join(", ") || row._ref;
  return new RequestMismatchError(
    `${entry.path} (${entry.key}) was made as ${place}, which differs from the description: ${told.join("; ")}. ${end}`,
    {
      requestId,
      differences: differences.map(({ field, wanted, actual }) => ({
        field,
        requested: wanted,
        existing: actual,
      })),
      hint: "Describe it under another name, or pass replace: true to replace it.",
    },
  );
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
