import {
  type Block,
  contains,
  firstOf,
  formatAddress,
  formatBlock,
  formatSpan,
  parseBlock,
  parseSpan,
  type Span,
} from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { type HolderType, type RefTarget, spanOfTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { nounOf, unfitted } from "./pool.js";
import { matchesOf, type Searched } from "./source-query.js";

/** A given subnet or address, with the sources that it must lie in. */
export interface NamedInside {
  /** Its field in the request. */
  readonly field: "cidr" | "ip";
  readonly text: string;
  readonly span: Span;
  /** Empty if it may lie anywhere. */
  readonly targets: readonly Target[];
}

/**
 * Checks without asking the grid that a given subnet or address lies in one of its sources.
 *
 * @throws {InvalidRequestError} if it lies in none, and the addresses of all sources are known
 */
export function checkInside(placed: NamedInside): void {
  const { targets } = placed;
  if (!isUndecided(placed)) return;
  if (targets.some((target) => spanOfTarget(target) === undefined)) return;
  const sources = targets.map(({ text }) => text);
  throw outside(
    placed,
    sources,
    targets.flatMap((target) => spanOfTarget(target) ?? []),
  );
}

/** Whether only the grid can tell: no source with known addresses contains it. */
export function isUndecided({ targets, span }: NamedInside): boolean {
  const isInKnown = targets.some((target) => {
    const known = spanOfTarget(target);
    return known !== undefined && contains(known, span);
  });
  return targets.length > 0 && !isInKnown;
}

/**
 * Checks the same for all sources. It looks up queries and references with one request each, unless {@link checkInside} could
 * tell without.
 *
 * @throws {InvalidRequestError} if it lies in none; the error shows what the queries found
 * @throws {NotFoundError} if all sources are queries that match nothing, or a reference does not exist any more
 */
export async function checkInsideOnGrid(
  settings: IpamSettings,
  placed: NamedInside,
  searched: Searched,
): Promise<void> {
  if (!isUndecided(placed)) return;
  const { targets, span } = placed;
  const found = await Promise.all(
    targets.map(async (target) => ({ target, spans: await spansOf(settings, target, searched) })),
  );
  if (found.some(({ spans }) => spans.some((one) => contains(one, span)))) return;
  const [first] = targets;
  const isNothing = found.every(({ target, spans }) => target.kind === "query" && spans.length === 0);
  if (first && isNothing) throw unfitted(first, nounOf(searched), searched.networkView);
  const sources = found.map(({ target, spans }) =>
    target.kind === "query" ? `${target.text} (${spans.map(shown).join(", ") || "nothing"})` : target.text,
  );
  throw outside(
    placed,
    sources,
    found.flatMap(({ spans }) => spans),
  );
}

async function spansOf(settings: IpamSettings, target: Target, searched: Searched): Promise<readonly Span[]> {
  if (target.kind === "query") {
    const matches = await matchesOf(settings, target, searched);
    return matches.flatMap(({ block }) => block ?? []);
  }
  const known = spanOfTarget(target);
  const span = known ?? (target.kind === "ref" ? await spanOfRef(settings, target, searched.signal) : known);
  return span === undefined ? [] : [span];
}

async function spanOfRef(
  { wapi }: IpamSettings,
  { ref, holds }: RefTarget,
  signal: AbortSignal | undefined,
): Promise<Span | undefined> {
  if (holds === "range") {
    const fields = ["start_addr", "end_addr"] as const;
    const row = await wapi.get(ref as Ref<HolderType<"range">>, { fields, signal });
    return parseSpan(`${row.start_addr}-${row.end_addr}`);
  }
  const row = await wapi.get(ref as Ref<HolderType<"network">>, { fields: ["network"], signal });
  return parseBlock(row.network ?? "");
}

function outside(
  { field, text, span }: NamedInside,
  sources: readonly string[],
  spans: readonly Span[],
): Error {
  const example = spans.find(({ family }) => family === span.family);
  const instead = example && (field === "cidr" ? shown(example) : formatAddress(hostIn(example)));
  return invalid(field, text, `does not lie in ${sources.join(", ")}`, instead);
}

function shown(span: Span): string {
  return "prefixLength" in span ? formatBlock(span as Block) : formatSpan(span);
}

function hostIn(span: Span) {
  const first = firstOf(span);
  return span.last > span.first && "prefixLength" in span ? { ...first, value: first.value + 1n } : first;
}
