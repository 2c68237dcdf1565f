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
import { unfitted } from "./pool.js";
import { matchesOf, type Searched } from "./source-query.js";

/** A subnet or an address that is named, and what it must lie in. */
export interface NamedInside {
  /** How it is called in the request. */
  readonly field: "cidr" | "ip";
  readonly text: string;
  readonly span: Span;
  /** None: anywhere. */
  readonly targets: readonly Target[];
}

/**
 * As far as the sources say where they are: what is named must lie in one of them.
 *
 * @throws {InvalidRequestError} where it lies in none, and none is left that only the grid knows
 */
export function checkInside(placed: NamedInside): void {
  const { targets, span } = placed;
  if (targets.length === 0 || isInKnown(placed)) return;
  if (targets.some((target) => spanOfTarget(target) === undefined)) return;
  throw outside(
    placed,
    targets.map(({ text }) => text),
    targets.flatMap((target) => spanOfTarget(target) ?? []).find(({ family }) => family === span.family),
  );
}

/** Whether it takes a look at the grid to tell: where no source that says so holds it. */
export function isUndecided(placed: NamedInside): boolean {
  return placed.targets.length > 0 && !isInKnown(placed);
}

/**
 * The same for all sources: queries and references are looked up. No request where {@link checkInside} could tell, else
 * one for each of these.
 *
 * @throws {InvalidRequestError} where it lies in none; shows what queries found
 * @throws {NotFoundError} where the only sources are queries that fit nothing, or a reference is no more
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
  if (
    first !== undefined &&
    found.every(({ target, spans }) => target.kind === "query" && spans.length === 0)
  ) {
    const noun = searched.queried === "network" ? "subnet" : "container";
    throw unfitted(first, noun, searched.networkView);
  }
  const sources = found.map(({ target, spans }) =>
    target.kind === "query" ? `${target.text} (${spans.map(shown).join(", ") || "nothing"})` : target.text,
  );
  const spans = found.flatMap((one) => one.spans);
  throw outside(
    placed,
    sources,
    spans.find(({ family }) => family === span.family),
  );
}

function isInKnown({ targets, span }: NamedInside): boolean {
  return targets.some((target) => {
    const known = spanOfTarget(target);
    return known !== undefined && contains(known, span);
  });
}

async function spansOf(settings: IpamSettings, target: Target, searched: Searched): Promise<readonly Span[]> {
  const known = spanOfTarget(target);
  if (known !== undefined) return [known];
  if (target.kind === "ref") return spansOfRef(settings, target, searched.signal);
  if (target.kind !== "query") return [];
  const matches = await matchesOf(settings, target, searched);
  return matches.flatMap(({ block }) => block ?? []);
}

async function spansOfRef(
  { wapi }: IpamSettings,
  { ref, holds }: RefTarget,
  signal: AbortSignal | undefined,
): Promise<readonly Span[]> {
  if (holds === "range") {
    const fields = ["start_addr", "end_addr"] as const;
    const row = await wapi.get(ref as Ref<HolderType<"range">>, { fields, signal });
    return [parseSpan(`${row.start_addr}-${row.end_addr}`) ?? []].flat();
  }
  const row = await wapi.get(ref as Ref<HolderType<"network">>, { fields: ["network"], signal });
  return [parseBlock(row.network ?? "") ?? []].flat();
}

function outside({ field, text }: NamedInside, sources: readonly string[], example: Span | undefined): Error {
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
