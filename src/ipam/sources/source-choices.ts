import { formatSpan } from "../../cidr.js";
import { type InfobloxError, isInfobloxError, PoolExhaustedError, type WapiError } from "../../errors.js";
import type { Intent, SourceChooser, TakenAddress } from "../engine/intent.js";
import { isExhausted, isMissingSource, isOutOfBlocks } from "../engine/refusals.js";
import type { AddressSource, Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { ChosenAddresses } from "./chosen-addresses.js";
import {
  absentError,
  absentOptional,
  asGiven,
  explainedQuery,
  inTurn,
  nothingLeft,
  nounOf,
  type PoolRefusal,
  refusalOf,
  type Wanted,
} from "./pool.js";
import { orderingOf } from "./pool-order.js";

/** Sources, one of which is used. A request may take from several such pools at once. */
export interface SourcePool extends Omit<Wanted, "signal"> {
  /** Whether a source has room for one intent alone. Called only if any of several pools may be the exhausted one. */
  readonly hasRoom: (source: AddressSource, signal: AbortSignal | undefined) => Promise<boolean>;
  /** The source to use if the grid has no object for this one. Called once per source. */
  readonly instead: (
    source: AddressSource,
    error: WapiError,
    signal: AbortSignal | undefined,
  ) => Promise<AddressSource>;
}

/** An intent that takes from pools: one block or address from each. */
export interface SourcedIntent extends Intent<AddressSource> {
  readonly pools: readonly SourcePool[];
  /** Completes the result after all requests of the call, if that depends on what the grid has chosen. */
  readonly finish?: (result: unknown, signal: AbortSignal | undefined) => Promise<unknown>;
}

/** The message that all sources of these choices are exhausted. */
type Exhausted = (concerned: readonly Choice[]) => string | Promise<string>;

/** Chooses the sources of the intents of one call, and moves on when one is exhausted. */
export class SourceChoices implements SourceChooser<AddressSource> {
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #exhausted: Exhausted;
  readonly #choices = new Map<Intent<AddressSource>, readonly Choice[]>();
  readonly #chosen: ChosenAddresses<Choice>;

  /** @param exhausted - makes the message if nothing is left */
  constructor(
    settings: IpamSettings,
    intents: readonly SourcedIntent[],
    { signal, exhausted }: { readonly signal: AbortSignal | undefined; readonly exhausted: Exhausted },
  ) {
    this.#settings = settings;
    this.#signal = signal;
    this.#exhausted = exhausted;
    this.#chosen = new ChosenAddresses(settings, signal);
    for (const intent of intents) {
      this.#choices.set(
        intent,
        intent.pools.map((pool) => choiceOf(intent.name, pool)),
      );
    }
  }

  async begin(intents: readonly Intent<AddressSource>[]): Promise<void> {
    await begin(this.#settings, this.#chosenBy(intents), this.#signal);
  }

  of(intent: Intent<AddressSource>, pool: number): AddressSource {
    const choice = this.#choices.get(intent)?.[pool];
    if (choice === undefined) throw new RangeError(`${intent.name} has no pool ${pool}`);
    return this.#chosen.sourceFor(choice, choice.current);
  }

  choose(intents: readonly Intent<AddressSource>[]): Promise<void> {
    const takers = this.#chosenBy(intents).filter(({ pool }) => pool.queried === "network");
    return this.#chosen.choose(
      takers.map((choice) => ({ key: choice, source: choice.current, networkView: choice.pool.networkView })),
    );
  }

  chosen(intent: Intent<AddressSource>): TakenAddress[] {
    return this.#chosenBy([intent]).flatMap((choice) => this.#chosen.of(choice) ?? []);
  }

  chooseAnew(intents: readonly Intent<AddressSource>[], passed: readonly TakenAddress[]): void {
    this.#chosen.forget(this.#chosenBy(intents), passed);
  }

  another(intents: readonly Intent<AddressSource>[], error: unknown): Promise<boolean> {
    return chooseAnother(this.#settings, this.#chosenBy(intents), error, this.#signal, this.#exhausted);
  }

  #chosenBy(intents: readonly Intent<AddressSource>[]): Choice[] {
    return intents.flatMap((intent) => this.#choices.get(intent) ?? []);
  }
}

/** The chooser of a call with one intent. */
export function chooserOf(
  settings: IpamSettings,
  taker: {
    readonly name: string;
    readonly pools: readonly SourcePool[];
    readonly signal: AbortSignal | undefined;
  },
  exhausted: Exhausted,
): SourceChooser<AddressSource> {
  const { name, pools, signal } = taker;
  const intent = {
    name,
    pools,
    noun: name,
    compose: () => ({ steps: [], main: undefined, read: () => undefined }),
  };
  const choices = new SourceChoices(settings, [intent], { signal, exhausted });
  return {
    begin: () => choices.begin([intent]),
    of: (_intent, pool) => choices.of(intent, pool),
    another: (_intents, error) => choices.another([intent], error),
    choose: () => choices.choose([intent]),
    chosen: () => choices.chosen(intent),
    chooseAnew: (_intents, passed) => choices.chooseAnew([intent], passed),
  };
}

/** The source of a pool that is tried now, and those that remain. */
export interface Choice {
  /** The name of the intent, for messages. */
  readonly taker: string;
  readonly pool: SourcePool;
  rest: AsyncGenerator<Target> | undefined;
  /** The next source, if it was read from `rest` already. */
  upcoming: IteratorResult<Target> | undefined;
  /** The source as the request names it. */
  target: Target;
  /** The source as it is sent. */
  current: AddressSource;
  /** Whether `SourcePool.instead` was called for the current source. */
  looked: boolean;
  /** Whether the choice went back to the source as the request names it. */
  returned: boolean;
  readonly tried: PoolRefusal[];
}

/** The choice before the sources are ordered: the first source of the request. */
function choiceOf(taker: string, pool: SourcePool): Choice {
  const [target] = pool.targets;
  if (target === undefined) throw new RangeError(`${taker} takes from nothing`);
  const current = { target, exclude: pool.exclude };
  return {
    taker,
    pool,
    rest: undefined,
    upcoming: undefined,
    target,
    current,
    looked: false,
    returned: false,
    tried: [],
  };
}

/**
 * Puts the sources of all choices in the order of their strategies. Choices with the same sources and strategy are measured
 * once.
 */
async function begin(
  settings: IpamSettings,
  choices: readonly Choice[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const measured = new Map<string, Promise<() => readonly Target[]>>();
  const orderOf = ({ pool }: Choice) => {
    const { strategy, queried, networkView, targets } = pool;
    const order = () => orderingOf(settings, strategy, targets, { ...pool, signal });
    const key = JSON.stringify([strategy, queried, networkView, ...targets.map(({ text }) => text)]);
    const known = measured.get(key) ?? order();
    measured.set(key, known);
    return known;
  };
  for (const choice of choices) {
    choice.rest = inTurn(settings, { ...choice.pool, signal }, (await orderOf(choice))());
    const first = await choice.rest.next();
    if (!first.done) turnTo(choice, first.value);
  }
}

function turnTo(choice: Choice, target: Target): void {
  choice.target = target;
  choice.current = { target, exclude: choice.pool.exclude };
  choice.upcoming = undefined;
  choice.looked = false;
  choice.returned = false;
}

/**
 * Moves one choice on to another source after a refusal, and returns whether that was possible. A request succeeds or fails as a
 * whole, and the grid does not say which of its sources is exhausted. So the whole request is sent again with one other choice.
 *
 * @param exhausted - makes the message if all sources are exhausted
 * @throws {PoolExhaustedError} if all sources are exhausted
 * @throws {NotFoundError} if a source does not exist
 */
async function chooseAnother(
  settings: IpamSettings,
  choices: readonly Choice[],
  error: unknown,
  signal: AbortSignal | undefined,
  exhausted: Exhausted,
): Promise<boolean> {
  if (choices.length === 0) return false;
  if (isMissingSource(error)) return instead(settings, choices, error, signal, exhausted);
  if (!isExhausted(error)) return false;
  return next(settings, choices, error, signal, exhausted);
}

/** Replaces sources that the grid has no object for, and returns whether any was replaced. */
async function instead(
  settings: IpamSettings,
  choices: readonly Choice[],
  error: WapiError,
  signal: AbortSignal | undefined,
  exhausted: Exhausted,
): Promise<boolean> {
  let changed = false;
  for (const choice of choices) {
    const absent = await absentOptional(settings, choice.target, { ...choice.pool, signal });
    if (absent === undefined) continue;
    choice.tried.push(absent);
    choice.upcoming ??= await choice.rest?.next();
    if (choice.upcoming === undefined || choice.upcoming.done)
      throw await ended([choice], exhausted, undefined);
    turnTo(choice, choice.upcoming.value);
    changed = true;
  }
  if (changed) return true;
  for (const choice of choices) {
    const { current, pool, looked, returned, target } = choice;
    // Another call divided the subnet after the look. It is a container now, with another reference.
    if (looked && !returned && current.target.kind === "ref" && target.kind === "block") {
      choice.returned = changed = true;
      choice.current = { ...current, target };
    }
    // A reference that does not exist any more may come with a CIDR. The object there may explain it.
    if (looked || (current.target.kind === "ref" && current.target.block === undefined)) continue;
    if (current.target.kind === "query") {
      throw explainedQuery(error, current.target, nounOf(pool), pool.networkView);
    }
    choice.looked = true;
    choice.current = await pool.instead(current, error, signal);
    changed ||= choice.current !== current;
  }
  if (changed) return true;
  const [only, ...others] = choices;
  const lost =
    choices.find(({ current }) => current.target.kind !== "ref") ?? (others.length === 0 ? only : undefined);
  if (lost === undefined) return false;
  throw absentError(error, lost.current.target, nounOf(lost.pool), lost.pool.networkView);
}

/** Moves one choice, whose source is exhausted, on to its next source. */
async function next(
  settings: IpamSettings,
  choices: readonly Choice[],
  error: WapiError,
  signal: AbortSignal | undefined,
  exhausted: Exhausted,
): Promise<boolean> {
  const wanted = isOutOfBlocks(error) ? "container" : "network";
  const concerned = choices.filter(({ pool }) => pool.queried === wanted);
  for (const choice of concerned) choice.upcoming ??= await choice.rest?.next();
  const isOpen = ({ upcoming }: Choice) => upcoming?.done === false;
  const found = concerned.length > 1 ? await withoutRoom(concerned, signal) : undefined;
  const chosen = found ?? concerned.findLast(isOpen);
  if (chosen?.upcoming === undefined || chosen.upcoming.done) {
    const empty = found === undefined ? concerned : [found];
    for (const choice of empty) choice.tried.push(refusalOf(choice.target, error));
    for (const { pool, target } of empty.length === 1 ? empty : []) settings.pools.ranOut(pool, target);
    throw await ended(empty, exhausted, error.hint);
  }
  // If several intents take from one source, it may have room for some of them: it is not remembered as exhausted.
  if (concerned.length === 1 || found !== undefined) settings.pools.ranOut(chosen.pool, chosen.target);
  chosen.tried.push(refusalOf(chosen.target, error));
  turnTo(chosen, chosen.upcoming.value);
  return true;
}

/** The error if the sources of these choices have nothing left. */
async function ended(
  choices: readonly Choice[],
  exhausted: Exhausted,
  hint: string | undefined,
): Promise<InfobloxError> {
  const message = await exhausted(choices);
  const tried = choices.flatMap((choice) => asGiven(choice.tried, choice.pool));
  const [first] = choices;
  // The exhausted object may be no source, but a new subnet without room for its gateway.
  if (first === undefined) return new PoolExhaustedError(message, { tried, hint });
  return nothingLeft(message, tried, first.pool);
}

/** The first choice whose source has no room even for it alone; `undefined` if each has room on its own. */
async function withoutRoom(
  concerned: readonly Choice[],
  signal: AbortSignal | undefined,
): Promise<Choice | undefined> {
  // Choices with the same source are asked once.
  const withRoom = new Set<string>();
  for (const choice of concerned) {
    const { pool, current } = choice;
    const key = JSON.stringify([pool.wanted, current.target.text, ...current.exclude.map(formatSpan)]);
    if (withRoom.has(key)) continue;
    const hasRoom = await pool.hasRoom(current, signal).catch((error: unknown) => {
      // If the look fails, the request itself will show the reason.
      if (isInfobloxError(error, "WapiError")) return true;
      throw error;
    });
    if (!hasRoom) return choice;
    withRoom.add(key);
  }
  return undefined;
}
