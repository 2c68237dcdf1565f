import {
  AbortedError,
  AmbiguousTargetError,
  type RequestDifference,
  UncertainWriteError,
  withPartial,
} from "../../errors.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { slices } from "../bulk/slices.js";
import { isVouched, newAttempt, takeBack, vouched, vouchFor } from "../once/attempts.js";
import { pause } from "../once/pace.js";
import { mismatch } from "../once/request-mismatch.js";
import { unseenAfterRefusal } from "../once/unknown-fate.js";
import type { MarkCriteria } from "../ownership.js";
import type { IpamSettings } from "../settings.js";
import type { Finding, Intent } from "./intent.js";
import { idOf } from "./request-ids.js";
import type { PlanOptions } from "./requests.js";
import type { StepLeft, StepResult } from "./results.js";

/** How often objects of one plan are looked at, which others may be about to put in order. */
const mostLooks = 20;
/** How often it is looked whether searches find what was just made. */
const mostLooksForOwn = 20;

/** An object that was found for a step. */
interface Found {
  readonly result: StepResult;
  /** The one-time id that it has. */
  readonly attempt: string | undefined;
}

/** What stands for one step. */
interface Standing {
  readonly intent: Intent;
  readonly ours: readonly Found[];
  readonly others: readonly Found[];
}

/** What is there of a plan. */
export interface StandingStep {
  readonly intent: Intent;
  readonly result: StepResult;
  /** Whether this call has made it. */
  readonly isOurs: boolean;
}

/**
 * What one call of `apply` has to do with the objects of its plan: each has the plan's request id with its step's name,
 * where the plan has one, and the call's one-time id, likewise. Tells its own from those of others, and sees to it that of
 * each one stays. What one request makes is kept or taken back as a whole, since its objects belong together.
 */
export class PlanClaim {
  /** The first write of unknown fate. */
  lost: UncertainWriteError | undefined;
  readonly #attempt = newAttempt();
  readonly #settings: IpamSettings;
  readonly #options: Pick<PlanOptions, "requestId" | "signal">;
  /** Several objects of one step were seen at once, so that some of them are about to go. */
  #contested = false;

  constructor(settings: IpamSettings, options: Pick<PlanOptions, "requestId" | "signal">) {
    this.#settings = settings;
    this.#options = options;
  }

  /** What the object of a step is marked with. A change leaves the one-time id of its object as it is. */
  marks(intent: Intent): { readonly requestId: string | undefined; readonly attempt: string | undefined } {
    return {
      requestId: idOf(this.#options.requestId, intent),
      attempt: intent.find === undefined ? undefined : this.#attemptOf(intent),
    };
  }

  /** Whether what becomes of these steps can be found out. */
  canFind(intents: readonly Intent[]): boolean {
    return intents.some((intent) => this.#finding(intent) !== undefined);
  }

  /** Each object is made only where no other has its mark: one that is there already fails the request. */
  guards(intents: readonly Intent[]): Step<undefined>[] {
    return intents.flatMap((intent) => this.#finding(intent)?.guard ?? []);
  }

  /**
   * What stands of these steps, put in order where there are several of one. Of an object that takes two steps (a subnet
   * with its gateway) the second is looked for only once the first was found.
   *
   * @param known - what is known to stand of other steps
   * @param goesOn - whether more is to be made that builds on it
   */
  async existing(
    intents: readonly Intent[],
    known: ReadonlyMap<string, StepResult>,
    goesOn: boolean,
  ): Promise<readonly StandingStep[]> {
    const { pace, learnt } = this.#settings;
    // By then everything shows that was made together with what shows now.
    if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
    for (let looks = 1; ; looks += 1) {
      const standing = await this.#look(intents);
      const found = standing.filter(({ ours, others }) => ours.length + others.length > 0);
      if (await this.#isInOrder(found, goesOn || found.length < intents.length))
        return this.#completed(found, intents, known);
      if (looks === mostLooks) throw this.#several(found);
      await pause(pace, Math.min(looks, 5), this.#options.signal);
    }
  }

  /**
   * Makes sure of what one request has made: that nothing else has its marks.
   *
   * @returns whether it stays; if not, it was taken back, and somebody else's stands
   */
  async settled(intents: readonly Intent[]): Promise<boolean> {
    const { pace, learnt } = this.#settings;
    const made = intents.filter((intent) => this.#finding(intent) !== undefined);
    // Without a request id nobody else makes the same.
    const isAlone = learnt.searchLag === 0 || this.#options.requestId === undefined;
    if ((isAlone && this.lost === undefined) || made.length === 0) return true;
    const started = pace.now();
    if (learnt.searchLag > 0) await this.#untilShown(made);
    // What was sent first, and whose answer was lost, may be carried out only now.
    await pace.sleep(Math.max(100, 2 * learnt.searchLag - (pace.now() - started)));
    const standing = await this.#look(made);
    const hasTwins = standing.some(({ ours }) => ours.length > 1);
    if (!hasTwins && this.#isWinner(standing)) return true;
    this.#contested = true;
    await this.#withdraw(standing);
    return false;
  }

  /** Takes back what is there of these steps by this call: the beginning of a request that was refused further on. */
  async withdraw(intents: readonly Intent[]): Promise<void> {
    const { pace, learnt } = this.#settings;
    if (!this.canFind(intents)) return;
    if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
    const standing = await this.#look(intents, undefined);
    if (!standing.some(({ ours }) => ours.length > 0)) return;
    learnt.keepsParts = true;
    await this.#withdraw(standing);
  }

  /** The steps that take back what this call made, unless somebody has taken it over; `undefined` where nothing finds it. */
  undoing(intent: Intent): readonly Step<unknown>[] | undefined {
    const search = this.#ownSearch(intent);
    return search && [search.discard(), step.delete(search.ref as Ref<"network">)];
  }

  /** The end of a call whose caller has aborted it. What a request id stands for may be others' by now; the rest is taken back. */
  async abandoned(intents: readonly Intent[], until: AbortSignal): Promise<AbortedError | undefined> {
    const { requestId, signal } = this.#options;
    for (let looks = 1; looks <= mostLooks; looks += 1) {
      const standing = await this.#look(intents, until);
      const ours = standing.filter((one) => one.ours.length > 0);
      if (ours.length > 0) {
        if (requestId === undefined) await this.#withdraw(standing);
        const end = requestId === undefined ? "taken back" : "left as it is";
        const left = requestId === undefined ? [] : ours.flatMap(leftBy);
        const message = `The caller's signal was aborted when the plan had been done in part or whole; that was ${end}.`;
        return withPartial(new AbortedError(message, { cause: signal?.reason }), left);
      }
      await pause(this.#settings.pace, looks);
    }
    return undefined;
  }

  /** The error of a look that failed after a refusal: on some grids a part of what was refused stays. */
  unseen(cause: unknown, intents: readonly Intent[]): unknown {
    if (!this.canFind(intents)) return cause;
    return unseenAfterRefusal(cause, {
      ...{ noun: "the plan", pronoun: "it" },
      hint: this.#hint(intents, undefined),
    });
  }

  /** The write of unknown fate, with what to look for. Where none is, what was to be its cause. */
  unknownFate(cause: unknown, intents: readonly Intent[]): unknown {
    const { lost } = this;
    if (lost === undefined) return cause;
    const { method, path, attempts } = lost;
    const hint = this.#hint(intents, lost);
    return new UncertainWriteError(
      `${method} ${path}: the answer was lost, and whether the plan was done could not be found out.`,
      { method, path, attempts, hint, cause: cause ?? lost },
    );
  }

  #hint(intents: readonly Intent[], lost: UncertainWriteError | undefined): string | undefined {
    const { requestId } = this.#options;
    const { attemptAttribute } = this.#settings.ownership;
    if (requestId !== undefined)
      return `Apply the plan with the same request id, "${requestId}", again: that is safe.`;
    return attemptAttribute !== undefined && this.canFind(intents)
      ? `What it has made has one-time ids that end with this: ${JSON.stringify({ [attemptAttribute]: this.#attempt })}. Search for them.`
      : lost?.hint;
  }

  /** The error of a call whose things others take the place of, again and again. */
  neverOurs(intents: readonly Intent[]): AmbiguousTargetError {
    const names = intents.map(({ name }) => name).join(", ");
    return new AmbiguousTargetError(
      `What this call made for some steps of the plan (${names}) was taken back again and again, since other calls with the same request id made the same, and none of it stayed.`,
      { candidates: [], hint: "Apply the plan with the same request id again, when fewer do: that is safe." },
    );
  }

  /** Whether of each object just one is there, which stays. Sees to it that it will be so, where it isn't. */
  async #isInOrder(standing: readonly Standing[], goesOn: boolean): Promise<boolean> {
    const { learnt } = this.#settings;
    const hasOthers = standing.some(({ others }) => others.length > 0);
    const hasOurs = standing.some(({ ours }) => ours.length > 0);
    if (!hasOthers) {
      if (standing.every(({ ours }) => ours.length === 1)) return true;
      await this.#withdraw(standing);
      return false;
    }
    if (hasOurs) {
      this.#contested = true;
      learnt.keepsParts ||= learnt.searchLag === 0;
      await this.#withdraw(standing);
      return false;
    }
    if (standing.some(({ others }) => others.length > 1)) {
      this.#contested = true;
      return false;
    }
    this.#refuseMismatch(standing);
    return this.#vouch(standing, goesOn);
  }

  /** Of several requests that were made at once, everybody keeps the same: by the first object that both have. */
  #isWinner(standing: readonly Standing[]): boolean {
    const contested = standing.find(({ ours, others }) => ours.length > 0 && others.length > 0);
    if (contested === undefined) return standing.every(({ ours }) => ours.length > 0);
    const [own] = contested.ours.map(refOf);
    return contested.others.every((other) => (own ?? "") < refOf(other));
  }

  /** Keeps whoever made these from taking them back, where that might be about to happen. */
  async #vouch(standing: readonly Standing[], goesOn: boolean): Promise<boolean> {
    const { learnt } = this.#settings;
    const isCalm = !this.#contested && !learnt.keepsParts && learnt.searchLag === 0;
    if (isCalm && !goesOn) return true;
    const found = standing.flatMap(({ intent, others: [other] }) => {
      const attempt = other?.attempt;
      const mark = attempt === undefined || isVouched(attempt) ? undefined : this.#mark(attempt);
      const search = mark && intent.find?.(mark).step;
      return attempt === undefined || search === undefined ? [] : [{ step: search, attempt }];
    });
    return vouchFor(this.#settings, found);
  }

  /** Takes back all that this call has made of these: last first. */
  async #withdraw(standing: readonly Standing[]): Promise<void> {
    const ours = standing.filter((one) => one.ours.length > 0);
    for (const one of ours.toReversed()) {
      const search = this.#ownSearch(one.intent);
      for (let count = 0; search !== undefined && count < one.ours.length; count += 1) {
        try {
          if (!(await takeBack(this.#settings, search))) break;
        } catch (error) {
          throw withPartial(error, ours.flatMap(leftBy));
        }
      }
    }
  }

  async #untilShown(made: readonly Intent[]): Promise<void> {
    const { pace, learnt } = this.#settings;
    const started = pace.now();
    let standing: readonly Standing[] = [];
    for (let looks = 1; looks <= mostLooksForOwn; looks += 1) {
      standing = await this.#look(made);
      if (standing.every(({ ours }) => ours.length > 0)) {
        learnt.searchLag = Math.max(learnt.searchLag, looks === 1 ? 0 : pace.now() - started);
        return;
      }
      await pause(pace, Math.min(looks, 3));
    }
    const hidden = standing.filter(({ ours }) => ours.length === 0).map(({ intent }) => intent.name);
    const message = `The grid's searches don't find what it has just made (${hidden.join(", ")}): whether another plan has the same request id can't be told.`;
    throw new AmbiguousTargetError(message, { candidates: [] });
  }

  async #look(
    intents: readonly Intent[],
    signal: AbortSignal | undefined = this.#options.signal,
  ): Promise<Standing[]> {
    const searches = intents.flatMap((intent) => {
      const finding = this.#finding(intent);
      return finding === undefined ? [] : [{ intent, finding }];
    });
    const lists = await this.#lists(searches, signal);
    return searches.map(({ intent, finding }, index) => {
      const found = (lists[index] ?? []).map((row): Found => {
        const result = finding.read(row);
        return { result, attempt: this.#settings.ownership.attemptOf(result as Marked) };
      });
      const own = this.#attemptOf(intent);
      const isOurs = ({ attempt }: Found) => attempt === own || attempt === vouched(own);
      return {
        intent,
        ours: found.filter(isOurs),
        others: found.filter((one) => !isOurs(one)),
      };
    });
  }

  /** With what completes the objects, where that is there, too. */
  async #completed(
    standing: readonly Standing[],
    intents: readonly Intent[],
    known: ReadonlyMap<string, StepResult>,
  ): Promise<readonly StandingStep[]> {
    const { signal } = this.#options;
    const steps = standing.flatMap(({ intent, ours, others }): StandingStep[] => {
      const [own] = ours;
      const [found = own] = others;
      if (found === undefined) return [];
      const isOurs = found === own;
      return [{ intent, isOurs, result: { ...found.result, ...(isOurs && { created: true }) } }];
    });
    const searches = intents.flatMap((intent) => {
      const object = steps.find((one) => one.intent.name === intent.name);
      const result = object?.result ?? known.get(intent.name);
      if (result === undefined || intent.findIn === undefined) return [];
      return [{ intent, finding: intent.findIn(result), isOurs: object?.isOurs ?? false }];
    });
    const lists = await this.#lists(searches, signal);
    const completions = searches.flatMap(({ intent, finding, isOurs }, index): StandingStep[] => {
      const [row] = lists[index] ?? [];
      return row === undefined ? [] : [{ intent, isOurs, result: finding.read(row) }];
    });
    return [...steps, ...completions];
  }

  async #lists(
    searches: readonly { readonly finding: Finding }[],
    signal: AbortSignal | undefined,
  ): Promise<(readonly unknown[])[]> {
    const { wapi, ownership } = this.#settings;
    const lists: (readonly unknown[])[] = [];
    for (const some of slices(searches)) {
      const steps = some.map(({ finding }) => finding.step);
      const found = await wapi.batch(steps, { signal }).catch((error: unknown) => {
        throw ownership.explained(error);
      });
      lists.push(...found);
    }
    return lists;
  }

  /** What finds the object of a step: by the plan's request id, else by the one-time id; `undefined` where nothing does. */
  #finding(intent: Intent): Finding | undefined {
    const { requestId } = this.#options;
    const { ownership } = this.#settings;
    const mark =
      requestId === undefined
        ? this.#attemptMark(intent)
        : ownership.requested(`${requestId}/${intent.name}`);
    return mark && intent.find?.(mark);
  }

  #ownSearch(intent: Intent): Step<unknown> | undefined {
    const mark = this.#attemptMark(intent);
    return mark && intent.find?.(mark).step;
  }

  #attemptMark(intent: Intent): MarkCriteria | undefined {
    return this.#mark(this.#attemptOf(intent));
  }

  #mark(attempt: string): MarkCriteria | undefined {
    const { attemptAttribute } = this.#settings.ownership;
    return attemptAttribute === undefined ? undefined : { extattrs: { [attemptAttribute]: attempt } };
  }

  #attemptOf({ name }: Intent): string {
    // The id comes last: what a step is called shall not look like the sign of somebody who has taken it over.
    return `${name}:${this.#attempt}`;
  }

  #refuseMismatch(standing: readonly Standing[]): void {
    const { requestId = "" } = this.#options;
    for (const { intent, others } of standing) {
      for (const { result } of others) {
        const differences: readonly RequestDifference[] = intent.differences?.(result) ?? [];
        const error = mismatch(intent.kind, `${requestId}/${intent.name}`, refOf({ result }), differences);
        if (error !== undefined) throw error;
      }
    }
  }

  #several(standing: readonly Standing[]): AmbiguousTargetError {
    const doubtful = standing.filter(({ ours, others }) => ours.length + others.length > 1);
    const candidates = doubtful.flatMap(({ ours, others }) => [...ours, ...others].map(refOf));
    const names = doubtful.map(({ intent }) => intent.name).join(", ");
    return new AmbiguousTargetError(
      `Several objects have the request id of a step of the plan (${names}): ${candidates.join(", ")}.`,
      {
        candidates,
        hint: "Calls at the same moment may just be putting it in order: ask again in a minute. If it stays so, release those that are not wanted, by reference.",
      },
    );
  }
}

interface Marked {
  readonly extattrs?: ExtensibleAttributes;
}

function refOf({ result }: Pick<Found, "result">): string {
  return "ref" in result ? result.ref : "";
}

function leftBy({ intent, ours }: Standing): StepLeft[] {
  return ours.map(({ result }) => ({ step: intent.name, kind: intent.kind, result }));
}
