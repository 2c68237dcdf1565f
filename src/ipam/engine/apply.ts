import {
  AbortedError,
  ConflictError,
  isInfobloxError,
  UncertainWriteError,
  withPartial,
} from "../../errors.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";
import type { Step } from "../../wapi/step.js";
import type { Described, Marks } from "../marks/ownership.js";
import { undefinedAttribute } from "../marks/ownership.js";
import type { IpamSettings } from "../settings/settings.js";
import { backOff } from "./backoff.js";
import { Claim, isFinding, type Taken } from "./claim.js";
import { type ComposedIntent, composeAll, refIn, stepsOf } from "./compose.js";
import { compareAndDelete } from "./delete.js";
import { learnGrid, sendAsGridNeeds } from "./grid-behavior.js";
import {
  type Composed,
  type Intent,
  leavesNoTrace,
  type SourceChooser,
  type TakenAddress,
} from "./intent.js";
import type { Made } from "./kinds.js";
import { hasPlaces } from "./places.js";
import {
  isContended,
  isExhausted,
  isGuardRefused,
  isMissingSource,
  isRefusal,
  isTooMany,
} from "./refusals.js";
import { rollBackAll } from "./roll-back.js";

/** How often a request is sent whose answer is lost, or that others get in the way of. */
const mostTries = 10;
/** How often a look is repeated that got no answer, beyond the retries that every read has. */
const mostLooks = 4;
/** How often other places are taken than those that others have, before each time counts as a try. */
const mostPassed = 50;
/** How often it is looked whether what is in the way of something with an id is just that. */
const mostConflictLooks = 3;
/** Milliseconds for which it is found out what became of a request that the caller has aborted. */
const patience = 5_000;

/** How intents are carried out. */
export interface Applying<Source> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** What is called what in messages: `"the plan"`. */
  readonly what: string;
  readonly sources: SourceChooser<Source>;
  /** What goes into one request each, in order. Left out: all in one. */
  readonly stagesOf?: (intents: readonly Intent<Source>[]) => readonly (readonly Intent<Source>[])[];
  /** What is there already, by the names of the intents that would make it. */
  readonly found?: ReadonlyMap<string, unknown> | undefined;
  /** Whether a failure rolls back what has no request id. With an id somebody may have adopted it. */
  readonly rollsBack: boolean;
  /** What stays, as an entry of the error's `partial`. */
  readonly partialOf: (intent: Intent<Source>, result: unknown) => unknown;
  /** Whether each intent stands for itself: then the beginning of a refused request that a grid has kept is a result. */
  readonly areIndependent?: boolean;
  /** Whether it is likely that an earlier call has made some of it: then a look comes first. */
  readonly looksFirst?: boolean;
}

/**
 * Carries out what a call is to do: makes, changes and releases, in as few requests as its stages. Each object is made once,
 * whatever is lost, late or delivered twice.
 *
 * @returns the results, by the names of the intents
 * @throws what the grid says, with what stays as `partial`
 */
export async function applyIntents<Source>(
  settings: IpamSettings,
  intents: readonly Intent<Source>[],
  applying: Applying<Source>,
): Promise<ReadonlyMap<string, unknown>> {
  const application = new Application(settings, intents, applying);
  await application.run();
  return application.results;
}

/** Something that this call has done. */
interface Done<Source> {
  readonly intent: Intent<Source>;
  readonly result: unknown;
  /** What rolls it back; empty where it goes with another; `undefined` where nothing does. */
  readonly rollBack: readonly Step<unknown>[] | undefined;
}

export class Application<Source> {
  readonly results = new Map<string, unknown>();
  readonly #settings: IpamSettings;
  readonly #intents: readonly Intent<Source>[];
  readonly #applying: Applying<Source>;
  readonly #claim: Claim;
  readonly #stopwatch: Stopwatch;
  /** Intents whose results are there, by this call or an earlier one. */
  readonly #settled = new Set<Intent<Source>>();
  readonly #done: Done<Source>[] = [];
  /** Whether it is known what earlier calls with the ids have made. */
  #hasLooked = false;
  /** How often others had the places that this call was to take. */
  #passed = 0;

  constructor(settings: IpamSettings, intents: readonly Intent<Source>[], applying: Applying<Source>) {
    this.#settings = settings;
    this.#intents = intents;
    this.#applying = applying;
    this.#claim = new Claim(settings, applying.signal);
    this.#stopwatch = new Stopwatch(settings.clock);
  }

  async run(): Promise<void> {
    const { signal, sources, stagesOf = (open) => [open] } = this.#applying;
    this.#keepFound();
    try {
      if (this.#looksFirst()) await this.#adopt(this.#intents);
      for (const intent of this.#open(this.#intents)) await intent.look?.(signal);
      await sources.begin(this.#open(this.#intents));
      const stages = stagesOf(this.#open(this.#intents));
      for (const stage of stages) await this.#send(stage, stages.length > 1);
    } catch (error) {
      throw await this.#failed(error);
    }
  }

  /** What is there needn't be made; what completes it (a gateway) may have to be. */
  #keepFound(): void {
    for (const intent of this.#intents) {
      const result = this.#applying.found?.get(intent.name);
      if (result === undefined || intent.findIn !== undefined) continue;
      this.#keep(intent, result);
    }
  }

  /**
   * One request that only makes things can do without a look: where they are there already, the guard refuses it. Not so
   * where a part of it leaves no trace, where a look is needed anyhow, or where the grid isn't as it should be.
   */
  #looksFirst(): boolean {
    const open = this.#open(this.#intents);
    if (!this.#claim.isShared(open)) return false;
    const { observed } = this.#settings;
    const { looksFirst = false, stagesOf } = this.#applying;
    const isPlain = open.every(
      (intent) => !leavesNoTrace(intent) && (intent.look === undefined || intent.lookComesFirst),
    );
    const isLagging = observed.searchLag > 0 && !hasPlaces(this.#settings);
    const isCareful = observed.keepsParts || isLagging || observed.refusesGuards;
    return looksFirst || isCareful || !isPlain || (stagesOf?.(open).length ?? 1) > 1;
  }

  /** One request, until all of it stands: again after a lost answer, and with other sources where one is exhausted. */
  async #send(stage: readonly Intent<Source>[], isRevocable: boolean): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const open = this.#open(stage);
      if (open.length === 0) return;
      const failure = await this.#sent(open, isRevocable);
      if (failure === undefined) {
        // Others made the same, and theirs stays: the look says what it is.
        if (this.#open(stage).length > 0) await this.#adopt(open);
        if (this.#open(stage).length > 0 && tries >= mostTries) throw this.#unknownFate(undefined, open);
        continue;
      }
      const passed = this.#passed;
      if (await this.#goesOn(open, failure.error, tries)) {
        // With other places it is another request: it is no repetition of one that was in vain.
        if (this.#passed > passed && this.#passed <= mostPassed) tries -= 1;
        continue;
      }
      if (await this.#hasAnotherSource(open, failure.error)) {
        this.#applying.sources.chooseAnew?.(open, []);
        tries = 0;
        continue;
      }
      if (tries < mostTries && (await this.#isPartlyGone(open, failure.error))) continue;
      const isFought = isContended(failure.error) && open.some(({ isChosen = false }) => isChosen);
      if (!isFought || tries >= mostTries) throw await this.#explained(open, failure.error);
      this.#applying.sources.chooseAnew?.(open, []);
      await this.#backOff(tries);
    }
  }

  /** Sends what is open. What turns out to be somebody else's stays open. */
  async #sent(
    open: readonly Intent<Source>[],
    isRevocable: boolean,
  ): Promise<{ readonly error: unknown } | undefined> {
    const { ownership, pools } = this.#settings;
    const { onProgress } = this.#applying;
    try {
      const { composed, answers, seen } = await ownership.marking((marksOf) =>
        this.#request(open, isRevocable, marksOf),
      );
      if (open.some(leavesNoTrace)) pools.released();
      const made = new Map<Intent<never>, Made>();
      for (const one of composed) {
        const own = answers.slice(one.offset, one.offset + one.composed.steps.length);
        const result = one.composed.read(own);
        this.#note(one, result, own);
        if (one.intent.tracked !== undefined) made.set(one.intent as Intent<never>, result as Made);
      }
      const kept = await this.#claim.confirm(made, seen);
      for (const intent of made.keys()) if (!kept.has(intent)) this.#forget(intent as Intent<Source>);
      onProgress?.(this.#stopwatch.of(this.#settled.size, this.#intents.length));
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /**
   * Sends one request: places, what it is to do, and guards.
   *
   * Model: `sendCreate`.
   */
  async #request(
    open: readonly Intent<Source>[],
    isRevocable: boolean,
    marksOf: (described: Described) => Marks,
  ) {
    const { signal, sources } = this.#applying;
    const intents = open as readonly Intent<never>[];
    this.#claim.beginSend();
    const marks = (intent: Intent<Source>, described: Described) =>
      marksOf({ ...described, ...this.#claim.marksOf(intent as Intent<never>) });
    const compose = () => {
      const places = this.#claim.placeSteps(intents, this.#taken(open));
      const composed = composeAll(open, { sources, results: this.results, marks, isRevocable });
      return { places, composed, steps: stepsOf(composed), guard: this.#claim.guards(intents) };
    };
    let sent: ReturnType<typeof compose> | undefined;
    const answers = await sendAsGridNeeds(
      this.#settings,
      async () => {
        if (this.#choosesAlike) await sources.choose?.(open);
        sent = compose();
        return [...sent.places, ...sent.steps, ...sent.guard.steps];
      },
      { signal },
    );
    const { places, composed, steps, guard } = sent ?? compose();
    const own = answers.slice(places.length);
    return { composed, answers: own, seen: guard.read(own.slice(steps.length)) };
  }

  get #choosesAlike(): boolean {
    return this.#settings.observed.behavior?.choosesAlike ?? false;
  }

  /** The addresses that these intents take, where they need places. */
  #taken(open: readonly Intent<Source>[]): Taken[] {
    const { sources } = this.#applying;
    const isNamedToo = this.#settings.observed.behavior?.sharesAddresses ?? false;
    return open.flatMap((intent) => {
      const named = isNamedToo ? (intent.takes ?? []) : [];
      const addresses = [...named, ...(sources.chosen?.(intent) ?? [])];
      return addresses.map((address) => ({ intent: intent as Intent<never>, address }));
    });
  }

  /** Model: `created`. */
  #note({ intent, composed }: ComposedIntent<Source>, result: unknown, answers: readonly unknown[]): void {
    this.#keep(intent, result);
    this.#done.push({ intent, result, rollBack: this.#rollBackOf(intent, result, composed, answers) });
  }

  #rollBackOf(
    intent: Intent<Source>,
    result: unknown,
    { rollBack }: Partial<Composed>,
    answers: readonly unknown[],
  ): readonly Step<unknown>[] | undefined {
    // What completes an object of this call goes with that.
    if (intent.findIn !== undefined && this.#done.some((one) => one.intent.name === intent.name)) return [];
    if (intent.tracked !== undefined) return compareAndDelete(this.#settings, result as Made);
    const own = rollBack?.(result, answers);
    return own === undefined ? undefined : [own];
  }

  #forget(intent: Intent<Source>): void {
    this.#settled.delete(intent);
    this.results.delete(intent.name);
    const index = this.#done.findIndex((one) => one.intent === intent);
    if (index >= 0) this.#done.splice(index, 1);
    // What completes it was made for it, and went with it.
    for (const other of this.#intents) {
      if (other === intent || other.name !== intent.name || other.findIn === undefined) continue;
      this.#settled.delete(other);
      const at = this.#done.findIndex((one) => one.intent === other);
      if (at >= 0) this.#done.splice(at, 1);
    }
  }

  #keep(intent: Intent<Source>, result: unknown): void {
    this.#settled.add(intent);
    this.results.set(intent.name, result);
  }

  /**
   * Whether to go on after all: an answer was lost, or something is in the way that may be the same. Then what stands is
   * adopted, and what isn't there is sent again, which is safe: each object is guarded, a change is repeated where that
   * changes nothing, and a release reaches only the very object that it was to release.
   *
   * Model: `guardRefused`, `refusedForAnother`.
   */
  async #goesOn(open: readonly Intent<Source>[], error: unknown, tries: number): Promise<boolean> {
    const { signal } = this.#applying;
    const { observed } = this.#settings;
    if (undefinedAttribute(error) !== undefined) return false;
    if (isGuardRefused(error) && !observed.refusesGuards) {
      observed.refusesGuards = true;
      if (this.#claim.isShared(open)) await this.#adopt(open);
      return true;
    }
    if (isInfobloxError(error, "UncertainWriteError")) this.#claim.lost ??= error;
    const isRefused = isRefusal(error);
    if (isRefused) this.#claim.refused(error);
    const isLost = this.#claim.lost !== undefined && !isRefused;
    if (!isLost && !this.#mayStand(open, error)) return false;
    if (isLost && !open.every((intent) => this.#mayRepeat(intent))) throw this.#unknownFate(error, open);
    if (isLost && signal?.aborted) throw await this.#abandoned(open);
    const before = this.#settled.size;
    await this.#lookAgain(open, isLost);
    // The grid answers by now. Where it isn't as most are, the object may show only later.
    if (isLost && this.#settled.size === before) await this.#learnGrid(open);
    if (this.#settled.size === before && isRefused && !isExhausted(error)) {
      if (tries < mostTries && (await this.#hasOtherPlaces(open, error, { isLost, tries }))) return true;
    }
    // Searches may take their time to find what is in the way.
    const isInTheWay = this.#isInTheWay(open, error);
    for (
      let looks = 2;
      isInTheWay && this.#settled.size === before && looks <= mostConflictLooks;
      looks += 1
    ) {
      await this.#backOff(looks - 1);
      await this.#lookAgain(open, isLost);
    }
    if (this.#settled.size > before) return true;
    if (tries >= mostTries) throw this.#unknownFate(error, open);
    // No refusal proves that nothing was done while an earlier try may still be carried out.
    const isOpen = this.#claim.lost !== undefined && isRefused && !isExhausted(error);
    const isGuarded = isTooMany(error) && !open.every(({ recounts }) => recounts);
    if (!isLost && !isGuarded && !isOpen) return false;
    await this.#backOff(tries);
    return true;
  }

  /**
   * Whether places were in the way, and aren't any more: the object that holds one was found by now, or is gone. Searches may
   * take their time to show it.
   *
   * Model: `placeTaken`, `waitOut`.
   */
  async #hasOtherPlaces(
    open: readonly Intent<Source>[],
    error: unknown,
    { isLost, tries }: { readonly isLost: boolean; readonly tries: number },
  ): Promise<boolean> {
    const taken = this.#taken(open);
    if (!this.#claim.isPlaceTaken(open, taken, error)) return false;
    const before = this.#settled.size;
    for (let looks = 1; this.#settled.size === before; looks += 1) {
      const { hasMoved, held } = await this.#claim.placesState(open, taken);
      const passed = held.flatMap(({ address }) => address ?? []);
      if (passed.length > 0 || hasMoved) this.#passed += 1;
      if (passed.length > 0) return this.#choosesAnew(open, passed);
      if (hasMoved) {
        if (tries > 1) await this.#backOff(tries);
        return true;
      }
      if (held.length === 0 && looks === mostTries) return false;
      await this.#backOff(looks);
      await this.#lookAgain(open, isLost);
    }
    return true;
  }

  /** Whether these intents take other addresses than those that others take at this moment. One that is named is what it is. */
  #choosesAnew(open: readonly Intent<Source>[], passed: readonly TakenAddress[]): boolean {
    const named = open.flatMap(({ takes }) => takes ?? []);
    if (passed.some(({ ip }) => named.some((one) => one.ip === ip))) return false;
    this.#applying.sources.chooseAnew?.(open, passed);
    return true;
  }

  /** Finds out what kind of grid this is, where that isn't known yet, and looks once more where its searches lag. */
  async #learnGrid(open: readonly Intent<Source>[]): Promise<void> {
    if (this.#settings.observed.behavior !== undefined) return;
    await learnGrid(this.#settings).catch(() => undefined);
    if (this.#settings.observed.searchLag > 0) await this.#lookAgain(open, true);
  }

  /** Whether what is in the way of something that is named, and has an id, may be just that. */
  #isInTheWay(open: readonly Intent<Source>[], error: unknown): boolean {
    if (!isRefusal(error) || isTooMany(error) || !this.#claim.isShared(open as readonly Intent<never>[]))
      return false;
    return isInfobloxError(error, "ConflictError") || open.some(({ isChosen = false }) => !isChosen);
  }

  /** Whether something of these intents may stand although the request was refused. */
  #mayStand(open: readonly Intent<Source>[], error: unknown): boolean {
    if (!isRefusal(error)) return false;
    // What was delivered twice is refused the second time, since it was done.
    if (open.some(({ afterLoss }) => afterLoss?.seen !== undefined)) return true;
    // Of two that complete an object at once, one is refused.
    if (open.every(({ findIn }) => findIn !== undefined)) return true;
    if (!this.#claim.canFind(open as readonly Intent<never>[])) return false;
    if (isMissingSource(error)) return false;
    // What took the last of a source may be our own: that is looked at when no source is left.
    if (isExhausted(error)) return false;
    if (isTooMany(error) || isInfobloxError(error, "ConflictError")) return true;
    if (this.#claim.lost !== undefined) return true;
    // What is in the way of something that is named may be just that, if the request was delivered twice.
    if (open.some(({ isChosen = false }) => !isChosen)) return true;
    const isRepeated = this.#claim.isShared(open as readonly Intent<never>[]) && !this.#hasLooked;
    // A grid that doesn't undo what it refuses may have kept the beginning.
    return isRepeated || open.length > 1;
  }

  /** Whether an intent may be sent again after a lost answer: it is guarded, completes such a one, or does no harm. */
  #mayRepeat(intent: Intent<Source>): boolean {
    if (leavesNoTrace(intent)) return intent.afterLoss?.mayRepeat() ?? false;
    return intent.findIn !== undefined || this.#claim.canFind([intent as Intent<never>]);
  }

  /**
   * What became of these intents. @throws {UncertainWriteError} where that can't be looked at
   *
   * Model: `lookAgain`.
   */
  async #lookAgain(open: readonly Intent<Source>[], isLost: boolean): Promise<void> {
    const before = this.#done.length;
    try {
      if (isLost) return await this.#trace(open, isLost);
      await this.#persistently(() => this.#trace(open, isLost));
      if (this.#claim.lost === undefined) await this.#rollBackRest(open, this.#done.slice(before));
    } catch (cause) {
      if (isFinding(cause) || isInfobloxError(cause, "AbortedError")) throw cause;
      throw this.#claim.lost === undefined ? this.#unseen(cause, open) : this.#unknownFate(cause, open);
    }
  }

  /**
   * A request that was delivered twice has done all that it says, and is refused the second time. What has done a part only
   * was refused by a grid that doesn't undo: that part goes.
   */
  async #rollBackRest(open: readonly Intent<Source>[], found: readonly Done<Source>[]): Promise<void> {
    const isWhole = open.every((intent) => this.#settled.has(intent));
    if (found.length === 0 || isWhole || this.#applying.areIndependent) return;
    this.#settings.observed.keepsParts = true;
    await this.#claim.rollBack(found.map(({ result }) => result as Made));
    for (const { intent } of found) this.#forget(intent);
  }

  async #trace(open: readonly Intent<Source>[], isLost: boolean): Promise<void> {
    const { signal } = this.#applying;
    await this.#adopt(open);
    const refOf = (name: string) => refIn(this.results.get(name));
    for (const intent of this.#open(open)) {
      const seen = await intent.afterLoss?.seen?.(refOf, signal, this.#claim.lost !== undefined);
      if (seen !== undefined) this.#keep(intent, seen);
      else if (isLost) await intent.look?.(signal);
    }
  }

  /** A look whose failure would leave open what a refused request has left: the grid has just answered, so it is there. */
  async #persistently(look: () => Promise<void>): Promise<void> {
    const { signal } = this.#applying;
    for (let tries = 1; ; tries += 1) {
      try {
        return await look();
      } catch (error) {
        const isUnanswered =
          isInfobloxError(error, "ServerError") || isInfobloxError(error, "ConnectionError");
        if (!isUnanswered || tries === mostLooks || signal?.aborted) throw error;
        await this.#backOff(tries + 2);
      }
    }
  }

  /**
   * What is there of these intents is this call's result, whoever made it: with what completes it, if that is there, too.
   *
   * Model: `adopt`.
   */
  async #adopt(intents: readonly Intent<Source>[], until?: AbortSignal): Promise<void> {
    const { signal = until } = this.#applying;
    const open = this.#open(intents);
    this.#hasLooked = true;
    for (const { intent, thing, isOurs } of await this.#claim.standing(
      open as readonly Intent<never>[],
      until,
    )) {
      this.#keep(intent as Intent<Source>, thing);
      if (isOurs)
        this.#done.push({
          intent: intent as Intent<Source>,
          result: thing,
          rollBack: compareAndDelete(this.#settings, thing),
        });
    }
    await this.#complete(intents, until ?? signal);
  }

  async #complete(intents: readonly Intent<Source>[], signal: AbortSignal | undefined): Promise<void> {
    const searches = this.#open(intents).flatMap((intent) => {
      const object = this.results.get(intent.name) ?? this.#applying.found?.get(intent.name);
      return object === undefined || intent.findIn === undefined
        ? []
        : [{ intent, completion: intent.findIn(object) }];
    });
    if (searches.length === 0) return;
    const found = await this.#settings.wapi.batch(
      searches.map(({ completion }) => completion.step),
      { signal },
    );
    for (const [index, { intent, completion }] of searches.entries()) {
      const [row] = found[index] ?? [];
      if (row !== undefined) this.#keep(intent, completion.read(row));
    }
  }

  /**
   * Whether there are other sources to try; or whether nothing is left because this very call took the last of it, where its
   * request was delivered twice and it is the second delivery that was answered.
   */
  async #hasAnotherSource(open: readonly Intent<Source>[], error: unknown): Promise<boolean> {
    let end: unknown;
    try {
      if (await this.#applying.sources.another(open, error)) return true;
    } catch (exhausted) {
      if (!isInfobloxError(exhausted, "PoolExhaustedError")) throw exhausted;
      end = exhausted;
    }
    if (end === undefined && !isExhausted(error)) return false;
    if (this.#claim.canFind(open as readonly Intent<never>[]) || open.some((one) => one.afterLoss?.seen)) {
      const before = this.#settled.size;
      await this.#lookAgain(open, false);
      if (this.#settled.size > before) return true;
    }
    if (this.#claim.lost !== undefined) throw this.#unknownFate(end ?? error, open);
    if (end !== undefined) throw end;
    return false;
  }

  /** Whether the request was refused because somebody else has released what it was to release: gone is done. */
  async #isPartlyGone(open: readonly Intent<Source>[], error: unknown): Promise<boolean> {
    if (!isRefusal(error)) return false;
    let isOther = false;
    for (const intent of open)
      isOther = (await intent.lookAgain?.(error, this.#applying.signal)) === true || isOther;
    return isOther;
  }

  /** The end of a call whose caller has aborted it while an answer was awaited. */
  async #abandoned(open: readonly Intent<Source>[]): Promise<unknown> {
    const { signal, rollsBack, what } = this.#applying;
    const until = AbortSignal.timeout(patience);
    try {
      for (let looks = 1; this.#open(open).length === open.length; looks += 1) {
        await this.#adopt(open, until);
        if (until.aborted || looks === mostTries) return this.#unknownFate(undefined, open);
        if (this.#open(open).length === open.length) await backOff(this.#settings.clock, looks);
      }
    } catch (error) {
      return isFinding(error) ? error : this.#unknownFate(error, open);
    }
    const isLeft =
      !rollsBack || open.some(({ requestId, sharedBy }) => (requestId ?? sharedBy) !== undefined);
    const end = isLeft ? "left as it is" : "rolled back";
    const message = `The caller's signal was aborted when ${what} had been done in part or whole; that is ${end}.`;
    return new AbortedError(message, { cause: signal?.reason });
  }

  /** Model: `refused`. */
  async #explained(open: readonly Intent<Source>[], error: unknown): Promise<unknown> {
    let explained = error;
    for (const intent of open)
      explained = (await intent.explain?.(explained, this.#applying.signal)) ?? explained;
    const [taken] = open.flatMap(({ takes }) => takes ?? []);
    if (explained !== error || taken === undefined) return explained;
    if (!this.#claim.isPlaceTaken([], this.#taken(open), error)) return error;
    const message = `${taken.ip} is in use: somebody else takes it at this moment, or has done so a moment ago.`;
    return new ConflictError(message, { ...(error as ConflictError), cause: error });
  }

  #open(intents: readonly Intent<Source>[]): readonly Intent<Source>[] {
    return intents.filter((intent) => !this.#settled.has(intent));
  }

  /** Model: `uncertain`. */
  #unknownFate(cause: unknown, open: readonly Intent<Source>[]): unknown {
    return this.#claim.unknownFate(cause, open as readonly Intent<never>[], this.#applying.what);
  }

  /** The error of a look that failed after a refusal: on some grids a part of what was refused stays. */
  #unseen(cause: unknown, open: readonly Intent<Source>[]): unknown {
    if (!isInfobloxError(cause) || undefinedAttribute(cause) !== undefined) return cause;
    // What there is nothing to look in (a network view that is gone) keeps nothing.
    if (isInfobloxError(cause, "NotFoundError")) return cause;
    const message = `POST request: the grid refused ${this.#applying.what}, and whether it has kept a part of it could not be found out.`;
    const hint = this.#claim.hint(open as readonly Intent<never>[]);
    const error = new UncertainWriteError(message, { method: "POST", path: "request", hint, cause });
    return withPartial(error, cause.partial ?? []);
  }

  /** What was done is rolled back or named, unless it is uncertain what else was: then nothing is pulled from under it. */
  async #failed(error: unknown): Promise<unknown> {
    const { rollsBack, partialOf } = this.#applying;
    const isUncertain = isInfobloxError(error, "UncertainWriteError");
    // What a refused send has left of places would keep the next caller waiting.
    if (this.#settings.observed.keepsParts && this.#claim.lost === undefined && !isUncertain)
      await this.#leavePlaces().catch(() => undefined);
    const isKept = ({ intent }: Done<Source>) =>
      isUncertain || !rollsBack || this.#intents.some((one) => one.name === intent.name && isClaimed(one));
    const kept = this.#done.filter((one) => isKept(one) && hasEffect(one.result));
    const left = [...kept, ...(await this.#rolledBack(this.#done.filter((one) => !isKept(one))))];
    // An object and what completes it are one result.
    const byName = new Map(left.map((one) => [one.intent.name, one]));
    const told = isInfobloxError(error) ? (error.partial ?? []) : [];
    const named = [...byName.values()].map(({ intent, result }) =>
      partialOf(intent, this.results.get(intent.name) ?? result),
    );
    return withPartial(error, [...told, ...named.filter((one) => one !== undefined)]);
  }

  /** Gives up places that this call's refused sends have made, and that no object shows for. The first look only notes them. */
  async #leavePlaces(): Promise<void> {
    const open = this.#open(this.#intents);
    const taken = this.#taken(open);
    const { held } = await this.#claim.placesState(open, taken, undefined);
    if (held.length > 0) await this.#claim.placesState(open, taken, undefined);
  }

  /** Rolls back what was done, last first, and gives what could not be. */
  async #rolledBack(done: readonly Done<Source>[]): Promise<readonly Done<Source>[]> {
    const backwards = done.toReversed();
    const left = backwards.filter((one) => one.rollBack === undefined && hasEffect(one.result));
    const revocable = backwards.filter((one) => (one.rollBack?.length ?? 0) > 0);
    const standing = await rollBackAll(this.#settings, revocable, {
      stepsOf: (one) => one.rollBack ?? [],
      thingOf: ({ intent, result }) => (intent.tracked === undefined ? undefined : (result as Made)),
    });
    return [...left, ...standing];
  }

  #backOff(tries: number): Promise<void> {
    return backOff(this.#settings.clock, tries, this.#applying.signal);
  }
}

function isClaimed({ requestId, sharedBy }: Intent<never>): boolean {
  return (requestId ?? sharedBy) !== undefined;
}

/** A release of what was gone has done nothing. */
function hasEffect(result: unknown): boolean {
  return !(typeof result === "object" && result !== null && "released" in result) || result.released === true;
}
