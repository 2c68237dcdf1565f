import { addressBits, parseSpan, type Span } from "../../cidr.js";
import {
  NotFoundError,
  type PoolAttempt,
  PoolExhaustedError,
  type WapiError,
  type WapiErrorDetails,
} from "../../errors.js";
import { type Phrase, phrase } from "../../phrase.js";
import { isExhausted, isMissingSource } from "../engine/refusals.js";
import type { PoolStrategy } from "../requests/sources.js";
import { spanOfTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { inOrderOf } from "./pool-order.js";
import { matchesOf, type Searched } from "./source-query.js";

/** Sources, and what is wanted of them. */
export interface Wanted extends Searched {
  /** One of it, also for messages: `"/24"`, `"address"`. */
  readonly wanted: string;
  readonly targets: readonly Target[];
  /** What must not be taken. */
  readonly exclude: readonly Span[];
  readonly strategy: PoolStrategy;
}

/** One source's "exhausted", with what the client has to say about it. */
export interface PoolRefusal extends PoolAttempt {
  readonly hint: string | undefined;
}

/** In the order in which the sources were given: which of them were asked last, and why, is nobody's concern. */
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

/** The sources in turn: whoever takes the next from here has found the last one exhausted, which is remembered. */
export async function* promising(settings: IpamSettings, pool: Wanted): AsyncGenerator<Target> {
  for await (const target of inTurn(settings, pool)) {
    yield target;
    settings.pools.ranOut(pool, target);
  }
}

/**
 * The sources in the order of the strategy, but for those that were found exhausted a short while ago: these come last,
 * so that "exhausted" is never said of a source that wasn't asked.
 *
 * @param ordered - that order, where it is known already
 */
export async function* inTurn(
  settings: IpamSettings,
  pool: Wanted,
  ordered?: readonly Target[],
): AsyncGenerator<Target> {
  const later: Target[] = [];
  let forget = () => undefined as unknown;
  // Counted as soon as it is chosen: others that choose meanwhile see it.
  const choose = (target: Target) => {
    forget();
    forget = settings.pools.taking(
      spanOfTarget(target) ?? parseSpan(target.text),
      sizeOf(pool.wanted, target),
    );
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

/** How many addresses one thing has: `"/24"`, or an address. */
function sizeOf(wanted: string, { family }: Target): bigint {
  const [, prefix] = /^\/(\d+)$/.exec(wanted) ?? [];
  return prefix === undefined ? 1n : 2n ** BigInt(addressBits(family) - Number(prefix));
}

/**
 * The sources in order. Of a query first the query itself, which the grid answers with the first match, then each of
 * its matches: whoever takes the next from here has found the last one exhausted.
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

/** What an exhausted source said. Any other error is thrown on. */
export function refusalOf(target: Target, error: unknown): PoolRefusal {
  if (!isExhausted(error)) throw error;
  return { source: target.text, reason: error.text, hint: error.hint };
}

/** Whether the source itself is at fault, so that it pays to look what it is. */
export function isAbsent(error: unknown, target: Target): error is WapiError {
  return target.kind !== "query" && isMissingSource(error);
}

/** The error of a grid that has no such source, told in the terms of the request. */
export function absentError(
  error: WapiError,
  target: Target,
  what: string,
  networkView: string,
): NotFoundError {
  const { status, code, text, method, path } = error;
  const message = `There is no ${what} ${target.text} in network view "${networkView}".`;
  const hint = phrase({ term: "missingSource" });
  return new NotFoundError(message, { status, code, text, method, path, hint, cause: error });
}

/** An optional query that fits nothing, as one of the sources that were tried; `undefined` where it is none, or does. */
export async function absentOptional(
  settings: IpamSettings,
  target: Target,
  searched: Searched,
): Promise<PoolRefusal | undefined> {
  if (target.kind !== "query" || target.query.optional !== true) return undefined;
  if ((await matchesOf(settings, target, searched)).length > 0) return undefined;
  return { source: target.text, reason: `no ${nounOf(searched)} fits`, absent: true, hint: undefined };
}

/** What sources hold, in a word. */
export function nounOf({ queried }: Pick<Searched, "queried">): string {
  return queried === "network" ? "subnet" : "container";
}

/**
 * The error where no source has anything: those that are full are told from those that are absent.
 *
 * @param message - what is said of sources that are full
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
  const note = absent === "" ? "" : ` No ${noun} fits ${absent}; the other sources are full.`;
  const parts = typeof message === "string" ? [message] : message.parts;
  return new PoolExhaustedError(phrase(...parts, note), { tried, hint: full.at(-1)?.hint });
}

/** A query that fits nothing: not exhausted, but probably a slip in the query or in the grid's data. */
export function explainedQuery(error: unknown, target: Target, what: string, networkView: string): unknown {
  if (target.kind !== "query" || !isMissingSource(error)) return error;
  const { status, code, text, method, path } = error;
  return unfitted(target, what, networkView, { status, code, text, method, path, cause: error });
}

/** The error of a query that fits nothing: a source that isn't there, as one that is named by its CIDR. */
export function unfitted(
  { text: query }: Pick<Target, "text">,
  what: string,
  networkView: string,
  details: WapiErrorDetails = { status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "" },
): NotFoundError {
  return new NotFoundError(`No ${what} in network view "${networkView}" fits ${query}.`, {
    hint: "Names and values of attributes are compared exactly, upper and lower case included.",
    ...details,
  });
}

/** What was looked for, and isn't there. */
export function notFound(what: string, networkView: string): NotFoundError {
  return new NotFoundError(`There is no ${what} in network view "${networkView}".`, {
    ...{ status: 0, code: "ERR_INFOBLOX_NOT_FOUND", method: "GET", path: "" },
    hint: phrase({ term: "missing" }),
  });
}
