import { isInfobloxError, withPartial } from "../../errors.js";
import { Stopwatch } from "../../wapi/progress.js";
import type { Step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { SourceChoices } from "./choices.js";
import type { DescribedObject, Intent } from "./intent.js";
import { idOf, madeEarlier, maybeSecond } from "./request-ids.js";
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

/** How often a request whose answer was lost, and which has left nothing, is sent again. */
const mostRepeats = 3;

/** One call of `apply`, and how far it has come. */
class Application {
  readonly results = new Map<string, StepResult>();
  readonly #settings: IpamSettings;
  readonly #intents: readonly Intent[];
  readonly #options: Applying;
  readonly #choices: SourceChoices;
  readonly #stopwatch: Stopwatch;
  /** Steps whose results are there, by this call or an earlier one. */
  readonly #settled = new Set<Intent>();
  readonly #done: Done[] = [];
  #repeats = 0;

  constructor(settings: IpamSettings, intents: readonly Intent[], options: Applying) {
    this.#settings = settings;
    this.#intents = intents;
    this.#options = options;
    this.#choices = new SourceChoices(settings, intents, options.signal);
    this.#stopwatch = new Stopwatch(settings.pace);
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    this.#keepFound();
    await this.#findEarlier(this.#intents);
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

  /** One request; again with other sources, as long as the grid says that one is exhausted. */
  async #send(stage: Stage, undoable: boolean): Promise<void> {
    for (;;) {
      const open = this.#open(stage);
      if (open.length === 0) return;
      try {
        await this.#settings.ownership.marking((marksOf) => this.#request(open, marksOf, undoable));
        return;
      } catch (error) {
        if (await this.#goesOn(open, error)) continue;
        if (!(await this.#choices.another(open, error))) throw await this.#explained(open, error);
        // Where a grid keeps no promise of "all or nothing", a part may be there.
        await this.#findEarlier(open);
      }
    }
  }

  async #request(open: readonly Intent[], marksOf: MarksOf, undoable: boolean): Promise<void> {
    const { requestId, signal } = this.#options;
    const marks = (intent: Intent, described: DescribedObject) =>
      marksOf({ ...described, requestId: idOf(requestId, intent) });
    const written = writtenDown(open, { choices: this.#choices, results: this.results, marks, undoable });
    const steps = [...stepsOf(written), ...this.#guards(open)];
    const answers = steps.length === 0 ? [] : await this.#settings.wapi.batch(steps, { signal });
    for (const one of written) this.#settle(one, answers);
    if (open.some(leavesNoTrace)) this.#settings.pools.released();
    this.#options.onProgress?.(this.#stopwatch.of(this.#settled.size, this.#intents.length));
  }

  #settle({ intent, draft, offset }: Written, all: readonly unknown[]): void {
    const answers = all.slice(offset, offset + draft.steps.length);
    const result = draft.read(answers);
    this.#done.push({ intent, draft, result, answers });
    this.#settled.add(intent);
    this.results.set(intent.name, result);
  }

  /** With a request id, each object is made only where no other has its id: what is there already fails the request. */
  #guards(open: readonly Intent[]): Step<undefined>[] {
    const { requestId } = this.#options;
    if (requestId === undefined) return [];
    return open.flatMap((intent) => intent.find?.(`${requestId}/${intent.name}`).guard ?? []);
  }

  /**
   * Whether to go on after all. With a request id it shows what became of an answer that was lost, and who was faster.
   * What isn't there can be sent again, since each object is guarded. What leaves no trace of its own (a change, a
   * release) is done once more where the rest was done, which changes nothing.
   */
  async #goesOn(open: readonly Intent[], error: unknown): Promise<boolean> {
    if (this.#options.requestId === undefined) return false;
    const isLost = isInfobloxError(error, "UncertainWriteError");
    if (!isLost && !maybeSecond(error)) return false;
    await this.#findEarlier(open);
    const left = this.#open(open);
    if (left.length < open.length) {
      if (left.some((intent) => !leavesNoTrace(intent)) && !maybeSecond(error)) return false;
      for (const intent of left) await intent.look?.(this.#options.signal);
      return true;
    }
    if (!isLost || this.#repeats === mostRepeats || !open.some(({ find }) => find)) return false;
    this.#repeats += 1;
    return true;
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

  async #findEarlier(intents: readonly Intent[]): Promise<void> {
    const { requestId, signal } = this.#options;
    if (requestId === undefined) return;
    const made = await madeEarlier(this.#settings, requestId, this.#open(intents), signal);
    for (const [intent, result] of made) {
      this.#settled.add(intent);
      this.results.set(intent.name, result);
    }
  }

  /** What was done is taken back, unless it is uncertain what else was: then nothing is pulled from under it. */
  async #undone(error: unknown): Promise<unknown> {
    const isUncertain = isInfobloxError(error, "UncertainWriteError");
    const left = isUncertain ? this.#done.map(leftBy) : await undo(this.#settings, this.#done);
    return withPartial(error, left);
  }
}

function leavesNoTrace({ kind }: Intent): boolean {
  return kind === "change" || kind === "release";
}

type MarksOf = Parameters<Parameters<IpamSettings["ownership"]["marking"]>[0]>[0];
