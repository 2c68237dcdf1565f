import {
  ConflictError,
  isInfobloxError,
  refusalDetails,
  UncertainWriteError,
  type WapiError,
} from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { undefinedAttribute } from "../marks/ownership.js";
import type { IpamSettings } from "../settings/settings.js";
import { applyIntents } from "./apply.js";
import { backOff } from "./backoff.js";
import { slices } from "./chunk-size.js";
import { identityOf } from "./delete.js";
import { sendAsGridNeeds } from "./grid-behavior.js";
import { type Context, type Intent, noSources, type SourceChooser } from "./intent.js";
import { everythingRead, fieldsOfPlace, type Made, searchSelf } from "./kinds.js";
import { claimOfState, Places } from "./places.js";
import { explainedUnfound, isUnfound } from "./refusals.js";
import { newTokenId } from "./token.js";

type Changed = Omit<Made, "created">;

/** How often a call writes first tokens to an object, if answers are lost or other callers interfere. */
const mostTries = 5;

/** A change of one object. */
export interface Change<T extends Changed, Source> {
  /** The name of the change in messages: `"the change of web-1.example.com"`. */
  readonly what: string;
  /** The object as the caller last read it. */
  readonly object: T;
  /** Reads the object; `undefined` if it is gone. */
  readonly read: (signal: AbortSignal | undefined) => Promise<T | undefined>;
  /** Finds the object by the criteria of its last change: a change of its name or address has changed its reference. */
  readonly find?: (where: object, signal: AbortSignal | undefined) => Promise<T | undefined>;
  /**
   * Composes the steps that change the object, and the function that reads their results.
   *
   * @param now - the object as it was read last
   * @param ref - the reference for the step that sets the object's fields
   * @param extattrs - attributes that the same step has to set, too
   */
  readonly compose: (
    now: T,
    ref: Ref,
    extattrs: { readonly extattrs?: ExtattrsToUpdate },
    context: Context<Source>,
  ) => {
    readonly steps: readonly (Step<unknown> | RawStep)[];
    readonly read: (results: readonly unknown[]) => T;
  };
  /** Whether the object has the wanted values already. Absent if the object cannot show that: the grid chooses an address. */
  readonly isDone?: (now: T) => boolean;
  readonly explain?: Intent["explain"];
  readonly lookAgain?: Intent["lookAgain"];
  readonly look?: Intent["look"];
  readonly recounts?: Intent["recounts"];
  readonly takes?: Intent["takes"];
  readonly sources?: SourceChooser<Source>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Changes an object once: compare and set on the token of its last change. The request searches for the object with the token
 * that was read, changes the object that it finds, and writes a new token in front of the last ones. So a request that arrives
 * late, twice, or after another caller's change finds nothing and changes nothing. If the object has the new token, the change
 * was done.
 *
 * An object without such a token gets one by writes that may be repeated. On a grid without the attribute the change
 * uses the reference; if its answer is lost, the change counts as done only if the object shows the wanted values.
 */
export async function changeObject<T extends Changed, Source = never>(
  settings: IpamSettings,
  change: Change<T, Source>,
): Promise<T> {
  const { explain, lookAgain, look, recounts, takes } = change;
  const compared = new CompareAndSet(settings, change);
  const intent: Intent<Source> = {
    ...{ name: "", noun: "object", isChosen: true, recounts, takes },
    changesFrom: () => compared.lastChange,
    explain: async (error, signal) => {
      const explained = (await explain?.(error, signal)) ?? error;
      return explained === error ? compared.explained(error, signal) : explained;
    },
    look: async (signal) => {
      await look?.(signal);
      await compared.firstToken(signal);
    },
    lookAgain: async (error, signal) =>
      (await lookAgain?.(error, signal)) === true || compared.lookAgain(error, signal),
    compose: (context) => {
      const { ref, steps: before, extattrs } = compared.begin();
      const { steps, read } = change.compose(compared.now, ref, extattrs, context);
      return {
        steps: [...before, ...steps],
        main: undefined,
        read: (results) => read(results.slice(before.length)),
      };
    },
    afterLoss: {
      mayRepeat: () => compared.isComparing || change.isDone !== undefined,
      seen: (_refOf, signal, isLost) => compared.seen(signal, isLost),
    },
  };
  const results = await applyIntents<Source>(settings, [intent], {
    signal: change.signal,
    what: change.what,
    sources: change.sources ?? (noSources as SourceChooser<Source>),
    rollsBack: false,
    partialOf: () => undefined,
  });
  return results.get("") as T;
}

/** How a change begins. */
interface Beginning {
  /** The object, for the step that sets its fields. */
  readonly ref: Ref;
  /** The steps that come before those of the change. */
  readonly steps: readonly Step<unknown>[];
  /** The attributes that the step that sets its fields has to set, too. */
  readonly extattrs: { readonly extattrs?: ExtattrsToUpdate };
}

type Compared<T extends Changed> = Pick<Change<T, unknown>, "what" | "object" | "read" | "find" | "isDone">;

/** Compare and set on one object, for a single change or for one of several in a plan. */
export class CompareAndSet<T extends Changed> {
  readonly #settings: IpamSettings;
  readonly #change: Compared<T>;
  readonly #tokens = new Set<string>();
  #now: T;
  /** The value of the last change that the composed request compares with. */
  #composedWith: string | undefined;
  /** Whether a look has shown that others changed the object from that value: the composed request was not done, and never will be. */
  #isOvertaken = false;

  constructor(settings: IpamSettings, change: Compared<T>) {
    this.#settings = settings;
    this.#change = change;
    this.#now = change.object;
  }

  /** The object as it was read last. */
  get now(): T {
    return this.#now;
  }

  /** Whether the object has a token of its last change to compare with. If not, the change uses the reference. */
  get isComparing(): boolean {
    return this.lastChange !== undefined && !isFirst(this.lastChange);
  }

  /** The tokens of the object's last changes, as it was read last. */
  get lastChange(): string | undefined {
    return this.#settings.ownership.lastChangeOf(this.#now);
  }

  /** Model: `compareAndChange`. */
  begin(): Beginning {
    const last = this.lastChange;
    this.#composedWith = last;
    this.#isOvertaken = false;
    if (last === undefined) return { ref: this.#now.ref, steps: [], extattrs: {} };
    const token = newTokenId();
    this.#tokens.add(token);
    const self = this.#search(last);
    return {
      ref: self.ref,
      steps: [self.discard()],
      extattrs: { extattrs: this.#settings.ownership.changedBy(newestOf(token, last)) },
    };
  }

  /** Whether a refusal comes from another caller's change or from lagging searches. Then the change is sent once more. */
  async lookAgain(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    return this.#isAnother || this.#mayShowLater(error, signal);
  }

  /**
   * The search that finds this object as long as nobody has changed it. The token of a change alone does not identify the
   * object, since it may have been copied or inherited.
   */
  #search(last: string): Step<readonly unknown[], never> {
    const { ownership } = this.#settings;
    const thing = this.#now as unknown as Made;
    const where =
      ownership.tokenOf(thing) === undefined ? fieldsOfPlace(thing) : identityOf(this.#settings, thing);
    const { extattrs } = where as { readonly extattrs?: object };
    return searchSelf(thing, { ...where, extattrs: { ...extattrs, ...ownership.changedBy(last) } });
  }

  /**
   * Gives an object that other software made a token to compare with: writes a first one, if the object is still as it was read,
   * and then a second one in its place. The write of the first one may be carried out twice, so nothing else compares with it.
   * With places, one of the callers that do so at once writes the second one. After a lost answer it looks, and writes again: without a token, the change would compare with nothing.
   *
   * Model: `firstValue`.
   *
   * @param earlier - the error of an earlier try
   */
  async firstToken(signal: AbortSignal | undefined, earlier?: unknown): Promise<void> {
    const { ownership, clock, observed } = this.#settings;
    if (ownership.lastChangeAttribute === undefined) return;
    if (isInfobloxError(earlier, "UncertainWriteError"))
      this.#now = (await this.#reread(signal)) ?? this.#now;
    for (let tries = 1; !this.isComparing; tries += 1) {
      const before = this.lastChange;
      try {
        await writeTokens(this.#settings, [this], signal);
      } catch (error) {
        if (ownership.drops(undefinedAttribute(error))) return;
        const isLost = isInfobloxError(error, "UncertainWriteError");
        if (!isLost && !isInfobloxError(error, "WapiError")) throw error;
        this.#now = (await this.#reread(signal)) ?? this.#now;
        // Another caller may have been faster: any token will do.
        const hasAnother = this.lastChange !== before;
        // Searches that lag may not show the first token yet, nor the object the token of a caller that was faster.
        const mayShowLater = isLost || before !== undefined || observed.searchLag > 0;
        if (tries === mostTries && isLost) throw error;
        if (tries === mostTries || !(hasAnother || mayShowLater)) return;
        if (hasAnother) continue;
        await backOff(clock, tries, signal);
        this.#now = (await this.#reread(signal)) ?? this.#now;
      }
    }
  }

  /** The steps that write the first or the second token, and what to call once they are done. */
  first(): { readonly steps: readonly Step<unknown>[]; readonly written: () => void } {
    const last = this.lastChange;
    const token = newTokenId();
    const change = this.#settings.ownership.changedBy(
      last === undefined ? firstOf(token) : newestOf(token, last),
    );
    const thing = this.#now as unknown as Made;
    const self = last === undefined ? searchSelf(thing, everythingRead(thing)) : this.#search(last);
    const set = step.update(self.ref as Ref<"network">, { extattrs: change }, { fields: [] });
    const written = () => {
      this.#now = { ...this.#now, extattrs: { ...this.#now.extattrs, ...change } };
    };
    const places = last === undefined ? [] : new Places(this.#settings).steps([claimOfState(last, token)]);
    return { steps: [...places, self.discard(), set.discard()], written };
  }

  /** Reads the object again; `undefined` if it is gone or another object has its reference. */
  async #reread(signal: AbortSignal | undefined): Promise<T | undefined> {
    const { ownership } = this.#settings;
    const now = await this.#change.read(signal);
    const token = ownership.tokenOf(this.#change.object);
    const isAnother = now !== undefined && token !== undefined && ownership.tokenOf(now) !== token;
    // An object never loses the token of its last change.
    const isUnchanged = now !== undefined && ownership.lastChangeOf(now) === undefined;
    return isAnother || (isUnchanged && this.#composedWith !== undefined) ? undefined : now;
  }

  /**
   * The result, if the object shows that the change was done: it has our token, or the wanted values.
   *
   * Model: `changed`.
   */
  async seen(signal: AbortSignal | undefined, isLost: boolean): Promise<T | undefined> {
    const now = (await this.#reread(signal)) ?? (await this.#moved(signal));
    if (now === undefined) return undefined;
    const last = this.#settings.ownership.lastChangeOf(now);
    const tokens = tokensIn(last);
    const isDone = tokens.some((one) => this.#tokens.has(one)) || this.#change.isDone?.(now) === true;
    if (isDone) {
      this.#now = now;
      return now;
    }
    const [expected] = tokensIn(this.#composedWith);
    // The object remembers only the last few changes, and ours may have been before them. If nothing but time keeps two changes
    // of one state apart, both may have been done, and the token of the second has taken the place of ours.
    const isWaiting = isLost && this.#settings.observed.behavior?.path === "wait";
    const isProof = isWaiting ? last === this.#composedWith : tokens.includes(expected ?? "");
    // Several callers that change an object for the first time replace each other's first tokens.
    const first = tokens.at(-1) ?? "";
    const isReset = !isLost && isFirst(first) && this.#composedWith?.endsWith(first) === false;
    if (expected !== undefined && !isProof && !isReset && !this.#isOvertaken) throw this.#unknown();
    this.#isOvertaken ||= isReset || (isProof && last !== this.#composedWith);
    this.#now = now;
    return undefined;
  }

  /** A refusal is no proof, either: the network may have delivered the request twice. */
  #unknown(): UncertainWriteError {
    const message = `Whether ${this.#change.what} was done could not be found out: other calls have changed the object several times since.`;
    const hint = "Read the object before you repeat the call.";
    return new UncertainWriteError(message, { method: "POST", path: "request", hint });
  }

  /** The object under another reference, if one of our requests has changed it. */
  async #moved(signal: AbortSignal | undefined): Promise<T | undefined> {
    const { lastChangeAttribute } = this.#settings.ownership;
    if (lastChangeAttribute === undefined || this.#tokens.size === 0) return undefined;
    const matches = [...this.#tokens].join("|");
    return this.#change.find?.({ extattrs: { [lastChangeAttribute]: { matches } } }, signal);
  }

  /** The error of a change that lost each race with other callers. */
  async explained(error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const last = this.#composedWith;
    if (last === undefined) return error;
    if (!isUnfound(error)) return error;
    let why = "it was released, or got another reference, since it was read";
    let hint = "Read it again to see whether it still exists.";
    try {
      const now = await this.#reread(signal);
      if (now && this.#settings.ownership.lastChangeOf(now) === last)
        return explainedUnfound(error, this.#change.what);
      if (now !== undefined) {
        why = "other calls changed the object each time before the request arrived";
        hint = "Repeat the call in a moment.";
      }
    } catch {
      return error;
    }
    const details = { ...refusalDetails(error as WapiError), hint };
    return new ConflictError(`${this.#change.what} was not done: ${why}.`, details);
  }

  /**
   * Whether another caller has changed the object, as the last look showed. Then the change is composed anew.
   *
   * Model: `changedByOthers`.
   */
  get #isAnother(): boolean {
    return this.#composedWith !== undefined && this.lastChange !== this.#composedWith;
  }

  /** Waits if lagging searches do not show the object yet. Returns whether the change can be sent again. */
  async #mayShowLater(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    const { clock, observed } = this.#settings;
    if (observed.searchLag === 0 || !isUnfound(error)) return false;
    if ((await this.#reread(signal)) === undefined) return false;
    // A random part keeps callers that wait for the same object out of step.
    await clock.sleep(Math.max(100, 2 * observed.searchLag) * (1 + clock.random()), signal);
    return true;
  }
}

/** Gives several objects tokens to compare with, a hundred with each request: see {@link CompareAndSet.firstToken}. */
export async function firstTokens(
  settings: IpamSettings,
  all: readonly CompareAndSet<Made>[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const { lastChangeAttribute } = settings.ownership;
  const lacking = lastChangeAttribute === undefined ? [] : all.filter((one) => !one.isComparing);
  // The first tokens, and then the second ones.
  for (const some of [...slices(lacking), ...slices(lacking)]) {
    try {
      await writeTokens(settings, some, signal);
    } catch (error) {
      for (const one of some) await one.firstToken(signal, error);
    }
  }
}

/** Writes the next token to each of these objects that has none to compare with. */
async function writeTokens(
  settings: IpamSettings,
  all: readonly Pick<CompareAndSet<Made>, "isComparing" | "first">[],
  signal: AbortSignal | undefined,
): Promise<void> {
  let writes: readonly ReturnType<CompareAndSet<Made>["first"]>[] = [];
  const compose = () => {
    writes = all.filter((one) => !one.isComparing).map((one) => one.first());
    return writes.flatMap(({ steps }) => steps);
  };
  await sendAsGridNeeds(settings, compose, { signal });
  for (const { written } of writes) written();
}

/** How many changes an object remembers, so that a change is still recognized after a few others. */
const remembered = 6;

/** A first token, which shows that it is one. */
function firstOf(token: string): string {
  return `${token}:first`;
}

function isFirst(last: string): boolean {
  return last.endsWith(":first") && !last.includes(" ");
}

/** The tokens of an object's last changes, the newest first. */
export function tokensIn(last: string | undefined): readonly string[] {
  return last?.split(" ") ?? [];
}

/** The value of the attribute after the next change. */
function newestOf(token: string, last: string): string {
  return [token, ...tokensIn(last)].slice(0, remembered).join(" ");
}
