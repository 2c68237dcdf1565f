import { formatSpan } from "../../cidr.js";
import { type InfobloxError, isInfobloxError, PoolExhaustedError, type WapiError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
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
  /** The source as it exists already; `undefined` if the request itself makes it, so that nobody else can take from it. */
  readonly grounded?: (
    source: AddressSource,
    refOf: (name: string) => Ref | undefined,
  ) => AddressSource | undefined;
}

/** What takes from pools: one block or address from each. */
interface Taker {
  readonly name: string;
  readonly pools: readonly SourcePool[];
}

export interface SourcedIntent extends Intent<AddressSource>, Taker {
  /** Completes the result after all requests of the call, if that depends on what the grid has chosen. */
  readonly finish?: (result: unknown, signal: AbortSignal | undefined) => Promise<unknown>;
}

interface ChoiceOptions {
  readonly signal: AbortSignal | undefined;
  /** Makes the message that all sources of these choices are exhausted. */
  readonly exhausted: (concerned: readonly Choice[]) => string | Promise<string>;
}

/** Chooses the sources of the intents of one call, and moves on when one is exhausted. */
export class SourceChoices implements SourceChooser<AddressSource> {
  readonly #settings: IpamSettings;
  readonly #options: ChoiceOptions;
  readonly #choices: ReadonlyMap<object, readonly Choice[]>;
  readonly #chosen: ChosenAddresses<Choice>;

  constructor(settings: IpamSettings, takers: readonly Taker[], options: ChoiceOptions) {
    this.#settings = settings;
    this.#options = options;
    this.#chosen = new ChosenAddresses(settings, options.signal);
    this.#choices = new Map(
      takers.map((taker) => [taker, taker.pools.map((pool) => choiceOf(taker.name, pool))]),
    );
  }

  /**
   * Puts the sources of all choices in the order of their strategies. Choices with the same sources and strategy are measured
   * once.
   */
  async begin(takers: readonly object[]): Promise<void> {
    const measured = new Map<string, Promise<() => readonly Target[]>>();
    for (const choice of this.#choicesOf(takers)) {
      const { strategy, queried, networkView, targets } = choice.pool;
      const pool = this.#searched(choice);
      const key = JSON.stringify([strategy, queried, networkView, ...targets.map(({ text }) => text)]);
      const order = measured.get(key) ?? orderingOf(this.#settings, strategy, targets, pool);
      measured.set(key, order);
      choice.rest = inTurn(this.#settings, pool, (await order)());
      const first = await choice.rest.next();
      if (!first.done) turnTo(choice, first.value);
    }
  }

  of(taker: object, pool: number): AddressSource {
    const choice = this.#choices.get(taker)?.[pool];
    if (choice === undefined) throw new RangeError(`there is no pool ${pool}`);
    return this.#chosen.sourceFor(choice, choice.current);
  }

  choose(takers: readonly object[], refOf: (name: string) => Ref | undefined): Promise<void> {
    const choices = this.#choicesOf(takers).filter(({ pool }) => pool.queried === "network");
    return this.#chosen.choose(
      choices.flatMap((choice) => {
        const { grounded = (current) => current, networkView } = choice.pool;
        const source = grounded(choice.current, refOf);
        return source === undefined ? [] : [{ key: choice, source, networkView }];
      }),
    );
  }

  chosen(taker: object): TakenAddress[] {
    return this.#choicesOf([taker]).flatMap((choice) => this.#chosen.of(choice) ?? []);
  }

  chooseAnew(takers: readonly object[], passed: readonly TakenAddress[]): void {
    this.#chosen.forget(this.#choicesOf(takers), passed);
  }

  /**
   * Moves one choice on to another source after a refusal, and returns whether that was possible. A request succeeds or fails as a
   * whole, and the grid does not say which of its sources is exhausted. So the whole request is sent again with one other choice.
   *
   * @throws {PoolExhaustedError} if all sources are exhausted
   * @throws {NotFoundError} if a source does not exist
   */
  async another(takers: readonly object[], error: unknown): Promise<boolean> {
    const choices = this.#choicesOf(takers);
    if (choices.length === 0) return false;
    if (isMissingSource(error)) return this.#instead(choices, error);
    return isExhausted(error) && this.#next(choices, error);
  }

  #choicesOf(takers: readonly object[]): Choice[] {
    return takers.flatMap((taker) => this.#choices.get(taker) ?? []);
  }

  #searched({ pool }: Choice): SourcePool & Wanted {
    return { ...pool, signal: this.#options.signal };
  }

  /** Replaces sources that the grid has no object for, and returns whether any was replaced. */
  async #instead(choices: readonly Choice[], error: WapiError): Promise<boolean> {
    let changed = false;
    for (const choice of choices) {
      const absent = await absentOptional(this.#settings, choice.target, this.#searched(choice));
      if (absent === undefined) continue;
      choice.tried.push(absent);
      choice.upcoming ??= await choice.rest?.next();
      if (choice.upcoming === undefined || choice.upcoming.done) throw await this.#ended([choice], undefined);
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
      choice.current = await pool.instead(current, error, this.#options.signal);
      changed ||= choice.current !== current;
    }
    if (changed) return true;
    const [only, ...others] = choices;
    const lost =
      choices.find(({ current }) => current.target.kind !== "ref") ??
      (others.length === 0 ? only : undefined);
    if (lost === undefined) return false;
    throw absentError(error, lost.current.target, nounOf(lost.pool), lost.pool.networkView);
  }

  /** Moves one choice, whose source is exhausted, on to its next source. */
  async #next(choices: readonly Choice[], error: WapiError): Promise<boolean> {
    const { pools } = this.#settings;
    const wanted = isOutOfBlocks(error) ? "container" : "network";
    const concerned = choices.filter(({ pool }) => pool.queried === wanted);
    for (const choice of concerned) choice.upcoming ??= await choice.rest?.next();
    const found = concerned.length > 1 ? await this.#withoutRoom(concerned) : undefined;
    const chosen = found ?? concerned.findLast(({ upcoming }) => upcoming?.done === false);
    if (chosen?.upcoming === undefined || chosen.upcoming.done) {
      const empty = found === undefined ? concerned : [found];
      for (const choice of empty) choice.tried.push(refusalOf(choice.target, error));
      for (const { pool, target } of empty.length === 1 ? empty : []) pools.ranOut(pool, target);
      throw await this.#ended(empty, error.hint);
    }
    // If several intents take from one source, it may have room for some of them: it is not remembered as exhausted.
    if (concerned.length === 1 || found !== undefined) pools.ranOut(chosen.pool, chosen.target);
    chosen.tried.push(refusalOf(chosen.target, error));
    turnTo(chosen, chosen.upcoming.value);
    return true;
  }

  /** The error if the sources of these choices have nothing left. */
  async #ended(choices: readonly Choice[], hint: string | undefined): Promise<InfobloxError> {
    const message = await this.#options.exhausted(choices);
    const tried = choices.flatMap((choice) => asGiven(choice.tried, choice.pool));
    const [first] = choices;
    // The exhausted object may be no source, but a new subnet without room for its gateway.
    if (first === undefined) return new PoolExhaustedError(message, { tried, hint });
    return nothingLeft(message, tried, first.pool);
  }

  /** The first choice whose source has no room even for it alone; `undefined` if each has room on its own. */
  async #withoutRoom(concerned: readonly Choice[]): Promise<Choice | undefined> {
    // Choices with the same source are asked once.
    const withRoom = new Set<string>();
    for (const choice of concerned) {
      const { pool, current } = choice;
      const key = JSON.stringify([pool.wanted, current.target.text, ...current.exclude.map(formatSpan)]);
      if (withRoom.has(key)) continue;
      const hasRoom = await pool.hasRoom(current, this.#options.signal).catch((error: unknown) => {
        // If the look fails, the request itself will show the reason.
        if (isInfobloxError(error, "WapiError")) return true;
        throw error;
      });
      if (!hasRoom) return choice;
      withRoom.add(key);
    }
    return undefined;
  }
}

/** The chooser of a change of one object, whose intent the engine makes. */
export function chooserOf(
  settings: IpamSettings,
  taker: Taker,
  options: ChoiceOptions,
): SourceChooser<AddressSource> {
  const choices = new SourceChoices(settings, [taker], options);
  return {
    begin: () => choices.begin([taker]),
    of: (_intent, pool) => choices.of(taker, pool),
    another: (_intents, error) => choices.another([taker], error),
    choose: (_intents, refOf) => choices.choose([taker], refOf),
    chosen: () => choices.chosen(taker),
    chooseAnew: (_intents, passed) => choices.chooseAnew([taker], passed),
  };
}

/** The source of a pool that is tried now. */
interface Turn {
  /** The source as the request names it. */
  target: Target;
  /** The source as it is sent. */
  current: AddressSource;
  /** The next source, if it was read from `rest` already. */
  upcoming: IteratorResult<Target> | undefined;
  /** Whether `SourcePool.instead` was called for the current source. */
  looked: boolean;
  /** Whether the choice went back to the source as the request names it. */
  returned: boolean;
}

/** The source of a pool that is tried now, and those that remain. */
export interface Choice extends Turn {
  /** The name of the intent, for messages. */
  readonly taker: string;
  readonly pool: SourcePool;
  rest: AsyncGenerator<Target> | undefined;
  readonly tried: PoolRefusal[];
}

/** The choice before the sources are ordered: the first source of the request. */
function choiceOf(taker: string, pool: SourcePool): Choice {
  const [target] = pool.targets;
  if (target === undefined) throw new RangeError(`${taker} takes from nothing`);
  return { taker, pool, rest: undefined, tried: [], ...turnOf(pool, target) };
}

function turnTo(choice: Choice, target: Target): void {
  Object.assign(choice, turnOf(choice.pool, target));
}

function turnOf({ exclude }: SourcePool, target: Target): Turn {
  return {
    target,
    current: { target, exclude },
    upcoming: undefined,
    looked: false,
    returned: false,
  };
}
