import {
  AbortedError,
  ConflictError,
  isInfobloxError,
  refusalDetails,
  UncertainWriteError,
  type WapiError,
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
import { compareAndDelete, deleteKept } from "./delete.js";
import { learnGrid, sendAsGridNeeds } from "./grid-behavior.js";
import {
  type Composed,
  type Intent,
  leavesNoTrace,
  needsNoSearch,
  type SourceChooser,
  type TakenAddress,
} from "./intent.js";
import type { Made } from "./kinds.js";
import { hasPlaces } from "./places.js";
import {
  explainedUnfound,
  isContended,
  isExhausted,
  isGuardRefused,
  isMissingSource,
  isRefusal,
  isTooMany,
} from "./refusals.js";
import { rollBackAll } from "./roll-back.js";

/** How often a request is sent when its answer is lost or other callers interfere. */
const mostTries = 10;
/** How often a look without an answer is repeated, in addition to the retries of every read. */
const mostLooks = 4;
/** How often a call moves on to other places before each move counts as a try. */
const mostPassed = 50;
/** How often a call looks whether the object in its way is the one that its id stands for. */
const mostConflictLooks = 3;
/** For so many milliseconds an aborted call looks what became of its request. */
const longestLookAfterAbort = 5_000;

const perhapsDone =
  "If the network delivered the request twice, the first delivery has done it: look before you repeat it.";

/** How `applyIntents` carries out its intents. */
export interface Applying<Source> {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** The name of the call in messages: `"the plan"`. */
  readonly what: string;
  readonly sources: SourceChooser<Source>;
  /** Divides the intents into stages, in order. Each stage is one request. Default: one stage. */
  readonly stagesOf?: (intents: readonly Intent<Source>[]) => readonly (readonly Intent<Source>[])[];
  /** Results of objects that exist already, by the names of the intents that would make them. */
  readonly found?: ReadonlyMap<string, unknown> | undefined;
  /** Whether a failure rolls back objects without a request id. Other callers may have adopted an object with an id. */
  readonly rollsBack: boolean;
  /** The entry in the error's `partial` for a result that stays. */
  readonly partialOf: (intent: Intent<Source>, result: unknown) => unknown;
  /** Whether the intents do not depend on each other. Then what a grid keeps of a refused request is a result. */
  readonly areIndependent?: boolean;
  /** Whether an earlier call has probably made some of the objects. Then a look comes first. */
  readonly looksFirst?: boolean;
  /** What to do after the looks and before the first write. */
  readonly prepare?: (intents: readonly Intent<Source>[]) => Promise<void>;
  /** The claim of a call that has several of these. If its sources are exhausted, the call says what may have been done. */
  readonly claim?: Claim;
}

/**
 * Carries out the intents of a call: makes, changes and releases, in one request per stage. Each object is made once, even if
 * answers are lost and requests arrive late or twice.
 *
 * @returns the results, by the names of the intents
 * @throws the error of the grid; its `partial` lists what stays
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

/** An intent that this call has carried out. */
interface Done<Source> {
  readonly intent: Intent<Source>;
  readonly result: unknown;
  /** The steps that roll it back. Empty if it goes with another object; `undefined` if nothing rolls it back. */
  readonly rollBack: readonly Step<unknown>[] | undefined;
}

export class Application<Source> {
  readonly results = new Map<string, unknown>();
  readonly #settings: IpamSettings;
  readonly #intents: readonly Intent<Source>[];
  readonly #applying: Applying<Source>;
  readonly #claim: Claim;
  readonly #stopwatch: Stopwatch;
  /** Intents that have a result, from this call or an earlier one. */
  readonly #settled = new Set<Intent<Source>>();
  readonly #done: Done<Source>[] = [];
  /** Whether this call has looked for objects that earlier calls with the same ids made. */
  #hasLooked = false;
  /** How often other callers held the places that this call wanted. */
  #passed = 0;

  constructor(settings: IpamSettings, intents: readonly Intent<Source>[], applying: Applying<Source>) {
    this.#settings = settings;
    this.#intents = intents;
    this.#applying = applying;
    this.#claim = applying.claim ?? new Claim(settings, applying.signal);
    this.#stopwatch = new Stopwatch(settings.clock);
  }

  async run(): Promise<void> {
    const { signal, sources, stagesOf = (open) => [open], prepare } = this.#applying;
    this.#keepFound();
    try {
      if (this.#looksFirst()) await this.#adopt(this.#intents);
      for (const intent of this.#open(this.#intents)) await intent.look?.(signal);
      await prepare?.(this.#open(this.#intents));
      await sources.begin(this.#open(this.#intents));
      const stages = stagesOf(this.#open(this.#intents));
      for (const stage of stages) await this.#send(stage, stages.length > 1);
    } catch (error) {
      throw await this.#failed(error);
    }
  }

  /** An object that exists is not made again. What completes it, such as a gateway, may still be missing. */
  #keepFound(): void {
    for (const intent of this.#intents) {
      const result = this.#applying.found?.get(intent.name);
      if (result === undefined || intent.findIn !== undefined) continue;
      this.#keep(intent, result);
    }
  }

  /**
   * A request that only makes objects needs no look: its guards refuse it if the objects exist. A look comes first if an intent
   * leaves no trace or needs a look anyway, or if guards are not reliable on this grid.
   */
  #looksFirst(): boolean {
    const open = this.#open(this.#intents);
    if (!this.#claim.isShared(open)) return false;
    const { observed } = this.#settings;
    const { looksFirst = false, stagesOf } = this.#applying;
    const isPlain = open.every(needsNoSearch);
    const isLagging = observed.searchLag > 0 && !hasPlaces(this.#settings);
    const isCareful = observed.keepsParts || isLagging || observed.refusesGuards;
    return looksFirst || isCareful || !isPlain || (stagesOf?.(open).length ?? 1) > 1;
  }

  /** Sends one stage until all its intents have results: again after a lost answer, and from other sources after exhaustion. */
  async #send(stage: readonly Intent<Source>[], isRevocable: boolean): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const open = this.#open(stage);
      if (open.length === 0) return;
      const failure = await this.#sent(open, isRevocable);
      if (failure === undefined) {
        // Other callers made the same objects, and theirs stay: this look reads them.
        if (this.#open(stage).length > 0) await this.#adopt(open);
        if (this.#open(stage).length > 0 && tries >= mostTries) throw this.#unknownFate(undefined, open);
        continue;
      }
      const passed = this.#passed;
      if (await this.#goesOn(open, failure.error, tries)) {
        // A request with other places is a new request, so it does not count as a repetition.
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

  /** Sends the open intents. Those whose object turns out to be another caller's stay open. */
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
   * Sends one request: first the places, then the steps of the intents, then the guards.
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
        if (this.#choosesAlike) await sources.choose?.(open, (name) => refIn(this.results.get(name)));
        sent = compose();
        return [...sent.places, ...sent.steps, ...sent.guard.steps];
      },
      { signal },
    ).catch(async (error: unknown) => {
      if (isRefusal(error)) await deleteKept(this.#settings, sent?.steps ?? []);
      throw error;
    });
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
    // The grid deletes what completes an object together with that object.
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
    // What completes the object was deleted with it.
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
   * Whether to send again although the request failed: its answer was lost, or the object in the way may be its own. Objects
   * that exist are adopted; the rest is sent again. That is safe: guards protect each create, a change is repeated only where
   * that does no harm, and a release reaches only the object that was meant.
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
    // The grid answers again. If its searches lag, the object may show only later.
    if (isLost && this.#settled.size === before) await this.#learnGrid(open);
    if (this.#settled.size === before && isRefused && !isExhausted(error)) {
      if (tries < mostTries && (await this.#hasOtherPlaces(open, error, { isLost, tries }))) return true;
    }
    // Searches may find the object in the way only after a while.
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
    if (tries >= mostTries && this.#claim.lost === undefined) return false;
    if (tries >= mostTries) throw this.#unknownFate(error, open);
    // While an earlier try may still arrive, a refusal does not prove that nothing was done.
    const isOpen = this.#claim.lost !== undefined && isRefused && !isExhausted(error);
    const isGuarded = isTooMany(error) && !open.every(({ recounts }) => recounts);
    if (!isLost && !isGuarded && !isOpen) return false;
    // A search that found too many need not be one for the ids: another look refuses what came to stand in the way.
    if (isGuarded) await this.#isPartlyGone(open, error);
    await this.#backOff(tries);
    return true;
  }

  /**
   * Whether places were in the way and no longer are: a look found the object that holds one, or that object is gone, or the
   * object to be changed has another state. It waits, since searches may show the object only after a while.
   *
   * Model: `placeTaken`, `waitOut`.
   */
  async #hasOtherPlaces(
    open: readonly Intent<Source>[],
    error: unknown,
    { isLost, tries }: { readonly isLost: boolean; readonly tries: number },
  ): Promise<boolean> {
    const taken = this.#taken(open);
    if (!this.#claim.isPlaceTaken(error)) return false;
    const before = this.#settled.size;
    for (let looks = 1; this.#settled.size === before; looks += 1) {
      const { hasMoved, held } = await this.#claim.placesState(open, taken);
      const passed = held.flatMap(({ address }) => address ?? []);
      if (passed.length > 0 || hasMoved) this.#passed += 1;
      if (passed.length > 0) return this.#choosesAnew(open, passed);
      if (hasMoved) {
        if (tries > 1) {
          await this.#backOff(tries);
          if (open.some(({ changesFrom }) => changesFrom?.() !== undefined))
            await this.#lookAgain(open, isLost);
        }
        return true;
      }
      if (held.length === 0 && looks === mostTries) return false;
      await this.#backOff(looks);
      await this.#lookAgain(open, isLost);
    }
    return true;
  }

  /** Chooses other addresses than those that other callers are taking. False if one of these is named in the request. */
  #choosesAnew(open: readonly Intent<Source>[], passed: readonly TakenAddress[]): boolean {
    const named = open.flatMap(({ takes }) => takes ?? []);
    if (passed.some(({ ip }) => named.some((one) => one.ip === ip))) return false;
    this.#applying.sources.chooseAnew?.(open, passed);
    return true;
  }

  /** Reads how this grid behaves, if that is unknown yet, and looks once more if its searches lag. */
  async #learnGrid(open: readonly Intent<Source>[]): Promise<void> {
    if (this.#settings.observed.behavior !== undefined) return;
    await learnGrid(this.#settings).catch(() => undefined);
    if (this.#settings.observed.searchLag > 0) await this.#lookAgain(open, true);
  }

  /** Whether the object in the way may be the one that an id of these intents stands for. */
  #isInTheWay(open: readonly Intent<Source>[], error: unknown): boolean {
    if (!isRefusal(error) || isTooMany(error) || !this.#claim.isShared(open as readonly Intent<never>[]))
      return false;
    return isInfobloxError(error, "ConflictError") || open.some(({ isChosen = false }) => !isChosen);
  }

  /** Whether some of these intents may have been done although the request was refused. */
  #mayStand(open: readonly Intent<Source>[], error: unknown): boolean {
    if (!isRefusal(error)) return false;
    // If the request was delivered twice, the first delivery did it and the grid refused the second.
    if (open.some(({ afterLoss }) => afterLoss?.seen !== undefined)) return true;
    // If two calls complete an object at once, the grid refuses one.
    if (open.every(({ findIn }) => findIn !== undefined)) return true;
    if (!this.#claim.canFind(open as readonly Intent<never>[])) return false;
    if (isMissingSource(error)) return false;
    // This call itself may have taken the last of a source. `#hasAnotherSource` looks for that.
    if (isExhausted(error)) return false;
    if (isTooMany(error) || isInfobloxError(error, "ConflictError")) return true;
    if (this.#claim.lost !== undefined) return true;
    // If a request that names its object or an address was delivered twice, the object in the way is its own.
    if (open.some(({ isChosen = false, takes = [] }) => !isChosen || takes.length > 0)) return true;
    const isRepeated = this.#claim.isShared(open as readonly Intent<never>[]) && !this.#hasLooked;
    // A grid that is not transactional may have kept the first steps.
    return isRepeated || open.length > 1;
  }

  /**
   * Whether an intent may be sent again after a lost answer: guards protect its object or the one that it completes, or a
   * repetition does no harm.
   */
  #mayRepeat(intent: Intent<Source>): boolean {
    if (leavesNoTrace(intent)) return intent.afterLoss?.mayRepeat() ?? false;
    return intent.findIn !== undefined || this.#claim.canFind([intent as Intent<never>]);
  }

  /**
   * Looks what became of these intents.
   *
   * @throws {UncertainWriteError} if the look fails
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
   * If a refused request was delivered twice, all its objects are found, and what leaves no trace is repeated. If only some are
   * found, the grid is not transactional and kept a part of what it refused: that part is rolled back.
   */
  async #rollBackRest(open: readonly Intent<Source>[], found: readonly Done<Source>[]): Promise<void> {
    const isWhole = this.#open(open).every((intent) => leavesNoTrace(intent) && this.#mayRepeat(intent));
    if (found.length === 0 || isWhole || this.#applying.areIndependent) return;
    this.#settings.observed.keepsParts = true;
    await this.#claim.rollBack(found.map(({ result }) => result as Made));
    for (const { intent } of found) this.#forget(intent);
  }

  async #trace(open: readonly Intent<Source>[], isLost: boolean): Promise<void> {
    const { signal } = this.#applying;
    const refOf = (name: string) => refIn(this.results.get(name));
    const see = async (intent: Intent<Source>) => {
      const seen = await intent.afterLoss?.seen?.(refOf, signal, this.#claim.lost !== undefined);
      if (seen !== undefined) this.#keep(intent, seen);
      return seen !== undefined;
    };
    // Objects remember only their last changes. So a look comes before the wait for searches that lag, and another one after it.
    if (this.#settings.observed.searchLag > 0)
      for (const intent of open) if (intent.changesFrom !== undefined) await see(intent);
    await this.#adopt(open);
    for (const intent of this.#open(open)) if (!(await see(intent)) && isLost) await intent.look?.(signal);
  }

  /** Repeats a look that got no answer: without it, the call cannot know what a refused request has left on the grid. */
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
   * Takes objects that exist as the results of these intents, whoever made them, together with what completes them.
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
   * Whether to send again after exhaustion: another source is left, or this call itself took the last of the source. That
   * happens if its request was delivered twice and the answer is that of the second delivery.
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
    if (this.#applying.claim === undefined && this.#claim.lost !== undefined)
      throw this.#unknownFate(end ?? error, open);
    if (end !== undefined) throw end;
    return false;
  }

  /** Whether the request was refused because other callers had released the objects already. A release of what is gone is done. */
  async #isPartlyGone(open: readonly Intent<Source>[], error: unknown): Promise<boolean> {
    if (!isRefusal(error)) return false;
    let isOther = false;
    for (const intent of open)
      isOther = (await intent.lookAgain?.(error, this.#applying.signal)) === true || isOther;
    return isOther;
  }

  /** The error of a call that was aborted after its request was sent: it says whether anything was done. */
  async #abandoned(open: readonly Intent<Source>[]): Promise<unknown> {
    const { signal, rollsBack, what } = this.#applying;
    const until = AbortSignal.timeout(longestLookAfterAbort);
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
    const message = `The caller's signal was aborted after ${what} had been done in part or whole; that is ${end}.`;
    return new AbortedError(message, { cause: signal?.reason });
  }

  /** Model: `refused`. */
  async #explained(open: readonly Intent<Source>[], error: unknown): Promise<unknown> {
    let explained = error;
    for (const intent of open)
      explained = (await intent.explain?.(explained, this.#applying.signal)) ?? explained;
    const [taken] = open.flatMap(({ takes }) => takes ?? []);
    if (explained !== error) return explained;
    if (this.#claim.isPlaceTaken(error)) {
      const isAddress = taken !== undefined && this.#claim.isPlaceTaken(error, this.#taken(open));
      const message = isAddress
        ? `${taken.ip} is in use: another call is taking it, or has just taken it.`
        : `${this.#applying.what} was not done: other calls were faster each time.`;
      return new ConflictError(message, {
        ...refusalDetails(error),
        hint: "Repeat the call in a moment.",
        cause: error,
      });
    }
    if (this.#isUnseen(open, error)) return Object.assign(error, { hint: perhapsDone });
    return explainedUnfound(error, this.#applying.what);
  }

  /** Whether a first delivery of the request may have done it, and nothing on the grid shows that. */
  #isUnseen(open: readonly Intent<Source>[], error: unknown): error is WapiError {
    const isGone = isInfobloxError(error, "NotFoundError") && !isMissingSource(error);
    if (!isRefusal(error) || !(isGone || isInfobloxError(error, "ConflictError"))) return false;
    return open.some((intent) => (leavesNoTrace(intent) ? isGone : !this.#mayRepeat(intent)));
  }

  #open(intents: readonly Intent<Source>[]): readonly Intent<Source>[] {
    return intents.filter((intent) => !this.#settled.has(intent));
  }

  /** Model: `uncertain`. */
  #unknownFate(cause: unknown, open: readonly Intent<Source>[]): unknown {
    return this.#claim.unknownFate(cause, open as readonly Intent<never>[], this.#applying.what);
  }

  /** The error of a look that failed after a refusal: a grid that is not transactional may have kept a part. */
  #unseen(cause: unknown, open: readonly Intent<Source>[]): unknown {
    const isTold = isInfobloxError(cause, "UncertainWriteError") || undefinedAttribute(cause) !== undefined;
    if (!isInfobloxError(cause) || isTold) return cause;
    // A network view that is gone keeps nothing.
    if (isInfobloxError(cause, "NotFoundError")) return cause;
    const message = `POST request: the grid refused ${this.#applying.what}. Whether it has kept a part could not be found out.`;
    const hint = this.#claim.hint(open as readonly Intent<never>[]);
    const error = new UncertainWriteError(message, { method: "POST", path: "request", hint, cause });
    return withPartial(error, cause.partial ?? []);
  }

  /**
   * Rolls back what was done, or lists it in `partial`. If the outcome of a write is uncertain, nothing is rolled back: its
   * objects may depend on what was done before.
   */
  async #failed(error: unknown): Promise<unknown> {
    const { rollsBack, partialOf } = this.#applying;
    const isUncertain = isInfobloxError(error, "UncertainWriteError");
    // Places that a refused send has left would make the next caller wait.
    if (this.#settings.observed.keepsParts && this.#claim.lost === undefined && !isUncertain)
      await this.#leavePlaces().catch(() => undefined);
    const isKept = ({ intent }: Done<Source>) =>
      isUncertain || !rollsBack || this.#intents.some((one) => one.name === intent.name && isClaimed(one));
    const kept = this.#done.filter((one) => isKept(one) && hasEffect(one.result));
    const left = [...kept, ...(await this.#rolledBack(this.#done.filter((one) => !isKept(one))))];
    // An object and what completes it have one name and are one result.
    const byName = new Map(left.map((one) => [one.intent.name, one]));
    const told = isInfobloxError(error) ? (error.partial ?? []) : [];
    const named = [...byName.values()].map(({ intent, result }) =>
      partialOf(intent, this.results.get(intent.name) ?? result),
    );
    return withPartial(error, [...told, ...named.filter((one) => one !== undefined)]);
  }

  /** Gives up places without an object that this call's refused sends have made. The first look only notes them. */
  async #leavePlaces(): Promise<void> {
    const open = this.#open(this.#intents);
    const taken = this.#taken(open);
    const { held } = await this.#claim.placesState(open, taken, undefined);
    if (held.length > 0) await this.#claim.placesState(open, taken, undefined);
  }

  /** Rolls back in reverse order, and returns what could not be rolled back. */
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

/** Whether a result stands for a change of the grid: a release of an object that was gone changes nothing. */
function hasEffect(result: unknown): boolean {
  return !(typeof result === "object" && result !== null && "released" in result) || result.released === true;
}
