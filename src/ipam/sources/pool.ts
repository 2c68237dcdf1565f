import { addressBits, parseSpan, type Span } from "../../cidr.js";
import {
  NotFoundError,
  type PoolAttempt,
  PoolExhaustedError,
  refusalDetails,
  type WapiError,
} from "../../errors.js";
import { type Phrase, phrase } from "../../phrase.js";
import { isExhausted, isMissingSource } from "../engine/refusals.js";
import type { PoolStrategy } from "../requests/sources.js";
import { spanOfTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { inOrderOf } from "./pool-order.js";
import { matchesOf, type Searched } from "./source-query.js";

/** Sources, and what a request takes from them. */
export interface Wanted extends Searched {
  /** What one request takes, also for messages: `"/24"`, `"address"`. */
  readonly wanted: string;
  readonly targets: readonly Target[];
  /** Addresses that must not be taken. */
  readonly exclude: readonly Span[];
  readonly strategy: PoolStrategy;
}

/** The grid's answer that a source is exhausted, with the client's hint. */
export interface PoolRefusal extends PoolAttempt {
  readonly hint: string | undefined;
}

/** Sorts the refusals in the order of the request, since the order in which sources were tried does not matter to the caller. */
export function asGiven(
  tried: readonly PoolRefusal[],
  { targets }: Pick<Wanted, "targets">,
): readonly PoolRefusal[] {
  const place = ({ source }: PoolRefusal) => {
    const found = targets.findIndex(({ text }) => text === source);
    return found < 0 ? targets.length : found;
  };
  return tried.toSorted((one, other) => place(one) - place(other));
}

/** Like {@link inTurn}. When the caller takes the next source, the last one is remembered as exhausted. */
export async function* promising(settings: IpamSettings, pool: Wanted): AsyncGenerator<Target> {
  for await (const target of inTurn(settings, pool)) {
    yield target;
    settings.pools.ranOut(pool, target);
  }
}

/**
 * The sources in the order of the strategy. Those that were exhausted a short while ago come last. They are still tried, so that
 * the error lists only sources that were asked.
 *
 * @param ordered - the order, if it is known already
 */
export async function* inTurn(
  settings: IpamSettings,
  pool: Wanted,
  ordered?: readonly Target[],
): AsyncGenerator<Target> {
  const later: Target[] = [];
  let forget = () => undefined as unknown;
  // A choice counts from now on, so that other calls see it before the request is sent.
  const choose = (target: Target) => {
    forget();
    const span = spanOfTarget(target) ?? parseSpan(target.text);
    forget = settings.pools.taking(span, sizeOf(pool.wanted, target));
  };
  const targets = ordered ?? (await inOrderOf(settings, pool.strategy, pool.targets, pool));
  if (targets[0] !== undefined) choose(targets[0]);
  for await (const target of candidates(settings, targets, pool)) {
    if (settings.pools.hasRunOut(pool, target)) {
      later.push(target);
      continue;
    }
    choose(target);
    yield target;
  }
  for (const target of later) {
    choose(target);
    yield target;
  }
  forget();
}

/** How many addresses `"/24"` or `"address"` has. */
function sizeOf(wanted: string, { family }: Target): bigint {
  const [, prefix] = /^\/(\d+)$/.exec(wanted) ?? [];
  return prefix === undefined ? 1n : 2n ** BigInt(addressBits(family) - Number(prefix));
}

/**
 * The sources in order. For a query first the query itself, since the grid takes from its first match, then each of its matches.
 * The caller takes the next one only if the last was exhausted.
 */
export async function* candidates(
  settings: IpamSettings,
  targets: readonly Target[],
  searched: Searched,
): AsyncGenerator<Target> {
  for (const target of targets) {
    yield target;
    const matches = target.kind === "query" ? await matchesOf(settings, target, searched) : [];
    if (matches.length > 1) yield* matches;
  }
}

/** The refusal of an exhausted source. Any other error is thrown. */
export function refusalOf(target: Target, error: unknown): PoolRefusal {
  if (!isExhausted(error)) throw error;
  return { source: target.text, reason: error.text, hint: error.hint };
}

/** The error for a source that does not exist, in the terms of the request. */
export function absentError(
  error: WapiError,
  target: Target,
  what: string,
  networkView: string,
): NotFoundError {
  const message = `There is no ${what} ${target.text} in network view "${networkView}".`;
  return new NotFoundError(message, { ...refusalDetails(error), hint: phrase({ term: "missingSource" }) });
}

/** The refusal of an optional query that matches nothing; `undefined` for any other source. */
export async function absentOptional(
  settings: IpamSettings,
  target: Target,
  searched: Searched,
): Promise<PoolRefusal | undefined> {
  if (target.kind !== "query" || target.query.optional !== true) return undefined;
  if ((await matchesOf(settings, target, searched)).length > 0) return undefined;
  return { source: target.text, reason: `no ${nounOf(searched)} matches`, absent: true, hint: undefined };
}

export function nounOf({ queried }: Pick<Searched, "queried">): string {
  return queried === "network" ? "subnet" : "container";
}

/**
 * The error if no source has anything left. It distinguishes sources that are full from queries that match nothing.
 *
 * @param message - the message for sources that are full
 */
export function nothingLeft(
  message: string | Phrase,
  tried: readonly PoolRefusal[],
  { queried, networkView }: Pick<Searched, "queried" | "networkView">,
): PoolExhaustedError | NotFoundError {
  const absent = [...new Set(tried.filter((one) => one.absent).map(({ source }) => source))].join(", ");
  const full = tried.filter((one) => !one.absent);
  const noun = nounOf({ queried });
  if (full.length === 0 && absent !== "") return unfitted({ text: absent }, noun, networkView);
  const note = absent === "" ? "" : ` No ${noun} matches ${absent}; the other sources are full.`;
  const parts = typeof message === "string" ? [message] : message.parts;
  return new PoolExhaustedError(phrase(...parts, note), { tried, hint: full.at(-1)?.hint });
}

/** Explains a refusal if the query matches nothing. That is not exhaustion, but probably a mistake in the query or on the grid. */
export function explainedQuery(error: unknown, target: Target, what: string, networkView: string): unknown {
  if (target.kind !== "query" || !isMissingSource(error)) return error;
  return unfitted(target, what, networkView, error);
}

export function unfitted(
  { text: query }: Pick<Target, "text">,
  what: string,
  networkView: string,
  cause?: WapiError,
): NotFoundError {
  return new NotFoundError(`No ${what} in network view "${networkView}" matches ${query}.`, {
    ...refusalDetails(cause),
    hint: "The grid compares names and values of attributes exactly, including upper and lower case.",
  });
}

export function notFound(what: string, networkView: string): NotFoundError {
  return new NotFoundError(`There is no ${what} in network view "${networkView}".`, {
    ...refusalDetails(),
    hint: phrase({ term: "missing" }),
  });
}
