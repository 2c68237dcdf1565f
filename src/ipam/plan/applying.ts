import { isInfobloxError, withPartial } from "../../errors.js";
import { Stopwatch } from "../../wapi/progress.js";
import type { Step } from "../../wapi/step.js";
import { pause } from "../once/pace.js";
import { persistently } from "../once/persistence.js";
import { isFinding } from "../once/unknown-fate.js";
import type { IpamSettings } from "../settings.js";
import { isContended, isExhausted, isRefusal, isTooMany } from "../sources/exhaustion.js";
import { SourceChoices } from "./choices.js";
import { leavesNoTrace, looksForEarlierTry } from "./earlier-try.js";
import type { DescribedObject, Intent } from "./intent.js";
import { PlanClaim } from "./plan-claim.js";
import type { ApplyOptions, PlanOptions } from "./requests.js";
import type { StepResult } from "./results.js";
import { type Stage, stagesOf } from "./stages.js";
import { type Done, leftBy, undo } from "./undoing.js";
import { stepsOf, type Written, writtenDown } from "./writing-down.js";

/** How to apply what was understood. */
export interface Applying extends PlanOptions, ApplyOptions {
  /** What is there already, by the names of the steps that would make it. */
  readonly found?: ReadonlyMap<string, StepResult> | undefined;
}

/** Sends what was understood, and gives the results by name. */
export async function applyIntents(
  settings: IpamSettings,
  intents: readonly Intent[],
  options: Applying,
): Promise<Map<string, StepResult>> {
  const application = new Application(settings, intents, options);
  await application.run();
  if (intents.some(({ kind }) => kind === "subnet")) settings.pools.gained("network");
  if (intents.some(({ kind }) => kind === "container")) settings.pools.gained("container");
  return application.results;
}

/** How often a request is sent whose answer is lost, or that others get in the way of. */
const mostTries = 10;
/** How long it is found out what became of a request that the caller has aborted. */
const patience = 5_000;

/** One call of `apply`, and how far it has come. */
class Application {
  readonly results = new Map<string, StepResult>();
  readonly #settings: IpamSettings;
  readonly #intents: readonly Intent[];
  readonly #options: Applying;
  readonly #choices: SourceChoices;
  readonly #stopwatch: Stopwatch;
  readonly #claim: PlanClaim;
  /** Steps whose results are there, by this call or an earlier one. */
  readonly #settled = new Set<Intent>();
  readonly #done: Done[] = [];
  /** Whether it is known what earlier calls with the request id have made. */
  #hasLooked = false;

  constructor(settings: IpamSettings, intents: readonly Intent[], options: Applying) {
    this.#settings = settings;
    this.#intents = intents;
    this.#options = options;
    this.#choices = new SourceChoices(settings, intents, options.signal);
    this.#stopwatch = new Stopwatch(settings.pace);
    this.#claim = new PlanClaim(settings, options);
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    this.#keepFound();
    const isLookedFor = looksForEarlierTry(
      this.#settings,
      this.#open(this.#intents),
      this.#options.requestId,
    );
    if (isLookedFor) await this.#takeOver(this.#intents);
    for (const intent of this.#open(this.#intents)) await intent.look?.(signal);
    await this.#choices.begin(this.#open(this.#intents));
    const stages = stagesOf(this.#open(this.#intents));
    try {
      for (const stage of stages) await this.#send(stage, stages.length > 1);
    } catch (error) {
      throw await this.#undone(error);
    }
  }

  /** What is there needn't be made; what completes it (a gateway) may have to be. */
  #keepFound(): void {
    const { found } = this.#options;
    for (const intent of this.#intents) {
      const result = found?.get(intent.name);
      if (result === undefined || intent.findIn !== undefined) continue;
      this.#settled.add(intent);
      this.results.set(intent.name, result);
    }
  }

  /** One request, until all of it stands: again after a lost answer, and with other sources where one is exhausted. */
  async #send(stage: Stage, undoable: boolean): Promise<void> {
    const { signal } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const open = this.#open(stage);
      if (open.length === 0) return;
      const failure = await this.#sent(open, undoable);
      if (failure === undefined) {
        // It was done, and taken back since others had done it; who may have done the same.
        if (this.#open(stage).length > 0 && tries >= mostTries) throw this.#claim.neverOurs(open);
        continue;
      }
      if (await this.#goesOn(open, failure.error, tries)) continue;
      if (await this.#another(open, failure.error)) {
        tries = 0;
        continue;
      }
      if (tries < mostTries && (await this.#isPartlyGone(open, failure.error))) continue;
      const isKnown = mayBeTheSame(failure.error);
      if (isRefusal(failure.error) && open.length > 1 && !isKnown) await this.#withdraw(open);
      if (!isContended(failure.error) || tries >= mostTries) throw await this.#explained(open, failure.error);
      await pause(this.#settings.pace, tries, signal);
    }
  }

  /** What a grid may have kept of a request that it refused goes. */
  async #withdraw(open: readonly Intent[]): Promise<void> {
    const { pace } = this.#settings;
    try {
      await persistently(pace, this.#options.signal, () => this.#claim.withdraw(open));
    } catch (error) {
      throw this.#claim.unseen(error, open);
    }
  }

  /**
   * Whether there are other sources to try; or whether nothing is left because this very request took the last of it, where
   * the network has delivered it twice, and it is the second that was answered.
   */
  async #another(open: readonly Intent[], error: unknown): Promise<boolean> {
    try {
      return await this.#choices.another(open, error);
    } catch (end) {
      if (!isInfobloxError(end, "PoolExhaustedError") || !this.#claim.canFind(open)) throw end;
      await this.#takeOver(open);
      if (this.#open(open).length > 0) throw end;
      return true;
    }
  }

  /** Whether the request was refused because somebody else has released what it was to release: gone is done. */
  async #isPartlyGone(open: readonly Intent[], error: unknown): Promise<boolean> {
    if (!isInfobloxError(error, "NotFoundError")) return false;
    let isOther = false;
    for (const intent of open) {
      const shows = await intent.lookAgain?.(this.#options.signal);
      isOther ||= shows === true;
    }
    return isOther;
  }

  /** Sends what is open. What others turn out to have made at the same time stays open. */
  async #sent(open: readonly Intent[], undoable: boolean): Promise<{ readonly error: unknown } | undefined> {
    const { wapi, ownership, pools } = this.#settings;
    const { signal } = this.#options;
    try {
      const { written, answers } = await ownership.marking(async (marksOf) => {
        const marks = (intent: Intent, described: DescribedObject) =>
          marksOf({ ...described, ...this.#claim.marks(intent) });
        const written = writtenDown(open, { choices: this.#choices, results: this.results, marks, undoable });
        const steps: Sent = [...stepsOf(written), ...this.#claim.guards(open)];
        return { written, answers: steps.length === 0 ? [] : await wapi.batch(steps, { signal }) };
      });
      if (open.some(leavesNoTrace)) pools.released();
      if (await this.#isSettled(open, written, answers))
        for (const one of written) this.#settle(one, answers);
      else await this.#takeOver(open);
      this.#options.onProgress?.(this.#stopwatch.of(this.#settled.size, this.#intents.length));
      return undefined;
    } catch (error) {
      return { error };
    }
  }

  /** Whether what was made stays. Where that can't be told, it is still known to have been made, and can be undone. */
  async #isSettled(
    open: readonly Intent[],
    written: readonly Written[],
    answers: readonly unknown[],
  ): Promise<boolean> {
    try {
      return await this.#claim.settled(open);
    } catch (error) {
      if (this.#claim.lost === undefined) for (const one of written) this.#settle(one, answers);
      throw error;
    }
  }

  #settle({ intent, draft, offset }: Written, all: readonly unknown[]): void {
    const answers = all.slice(offset, offset + draft.steps.length);
    const result = draft.read(answers);
    this.#keep(intent, result);
    this.#done.push({ intent, result, undo: this.#undoing(intent) ?? stepOf(draft.undo(result, answers)) });
  }

  /** How to undo what one finds by its mark. What completes an object of this call goes with that. */
  #undoing(intent: Intent): readonly Step<unknown>[] | undefined {
    const completes =
      intent.findIn !== undefined && this.#done.some((one) => one.intent.name === intent.name);
    return completes ? [] : this.#claim.undoing(intent);
  }

  #keep(intent: Intent, result: StepResult): void {
    this.#settled.add(intent);
    this.results.set(intent.name, result);
  }

  /**
   * Whether to go on after all: an answer was lost, or somebody was faster. Then what stands is taken over, and what isn't
   * there is sent again, which is safe: each object is guarded, a change is repeated where that changes nothing, and a
   * release only of the very object that it was to release.
   */
  async #goesOn(open: readonly Intent[], error: unknown, tries: number): Promise<boolean> {
    const { signal } = this.#options;
    if (isInfobloxError(error, "UncertainWriteError")) this.#claim.lost ??= error;
    const isLost = this.#claim.lost !== undefined && !isRefusal(error);
    if (!isLost && !isTooMany(error) && !mayBeTheSame(error) && !this.#maybeRepeated(error)) return false;
    if (isLost && !open.every((intent) => this.#mayRepeat(intent)))
      throw this.#claim.unknownFate(error, open);
    if (isLost && signal?.aborted) throw await this.#abandoned(open);
    if (tries >= mostTries) throw this.#claim.unknownFate(error, open);
    const before = this.#settled.size;
    const look = () => this.#lookAgain(open);
    await (isLost ? look() : persistently(this.#settings.pace, signal, look)).catch((cause: unknown) => {
      if (isFinding(cause)) throw cause;
      throw isLost ? this.#claim.unknownFate(cause, open) : this.#claim.unseen(cause, open);
    });
    if (this.#settled.size > before) return true;
    if (!isLost && !isTooMany(error)) return false;
    await pause(this.#settings.pace, tries, signal);
    return true;
  }

  /** Whether what was refused may have been done by an earlier call with the request id. */
  #maybeRepeated(error: unknown): boolean {
    return this.#options.requestId !== undefined && !this.#hasLooked && isRefusal(error);
  }

  /** Whether a step may be done again after a lost answer: it is guarded, completes such a one, or does no harm. */
  #mayRepeat(intent: Intent): boolean {
    if (leavesNoTrace(intent)) return intent.afterLoss?.mayRepeat() ?? false;
    return intent.findIn !== undefined || this.#claim.canFind([intent]);
  }

  /** What became of these steps. */
  async #lookAgain(open: readonly Intent[]): Promise<void> {
    const { signal } = this.#options;
    await this.#takeOver(open);
    const refOf = (name: string) => {
      const result = this.results.get(name);
      return result !== undefined && "ref" in result ? result.ref : undefined;
    };
    for (const intent of this.#open(open)) {
      const seen = await intent.afterLoss?.seen?.(refOf, signal);
      if (seen !== undefined) this.#keep(intent, seen);
      else await intent.look?.(signal);
    }
  }

  /** What is there of these steps is the plan's, whoever made it. */
  async #takeOver(intents: readonly Intent[]): Promise<void> {
    const open = this.#open(intents);
    this.#hasLooked = true;
    const goesOn = this.#open(this.#intents).length > open.length;
    for (const { intent, result, isOurs } of await this.#claim.existing(open, this.results, goesOn)) {
      this.#keep(intent, result);
      if (isOurs) this.#done.push({ intent, result, undo: this.#undoing(intent) });
    }
  }

  async #abandoned(open: readonly Intent[]): Promise<unknown> {
    try {
      const end = await this.#claim.abandoned(open, AbortSignal.timeout(patience));
      return end ?? this.#claim.unknownFate(undefined, open);
    } catch (error) {
      return this.#claim.unknownFate(error, open);
    }
  }

  async #explained(open: readonly Intent[], error: unknown): Promise<unknown> {
    let explained = error;
    for (const intent of open) {
      explained = (await intent.explain?.(explained, this.#options.signal)) ?? explained;
    }
    return explained;
  }

  #open(intents: readonly Intent[]): Intent[] {
    return intents.filter((intent) => !this.#settled.has(intent));
  }

  /** What was done is taken back, unless it is uncertain what else was: then nothing is pulled from under it. */
  async #undone(error: unknown): Promise<unknown> {
    const isUncertain = isInfobloxError(error, "UncertainWriteError");
    const left = isUncertain ? this.#done.map(leftBy) : await undo(this.#settings, this.#done);
    const told = isInfobloxError(error) ? (error.partial ?? []) : [];
    return withPartial(error, [...told, ...left]);
  }
}

type Sent = (Written["draft"]["steps"][number] | Step<undefined>)[];

function stepOf(step: Step<unknown> | undefined): readonly Step<unknown>[] | undefined {
  return step && [step];
}

/**
 * Whether what is in the way may be the same: made by another call with the request id, or by this one, where the network
 * has delivered its request twice.
 */
function mayBeTheSame(error: unknown): boolean {
  return isInfobloxError(error, "ConflictError") && !isExhausted(error);
}
