import { ConflictError, isInfobloxError, type WapiError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { undefinedAttribute } from "../marks/ownership.js";
import type { IpamSettings } from "../settings/settings.js";
import { applyIntents } from "./apply.js";
import { identityOf } from "./delete.js";
import { type Context, type Intent, noSources, type SourceChooser } from "./intent.js";
import { everythingRead, fieldsOfPlace, type Made, searchSelf } from "./kinds.js";
import { changeMark, isChangedBefore } from "./places.js";
import { isUnfound } from "./refusals.js";
import { newTokenId } from "./token.js";

type Changed = Omit<Made, "created">;

/** A change of one object. */
export interface Change<T extends Changed, Source> {
  /** In a sentence about it: `"the change of web-1.example.com"`. */
  readonly what: string;
  /** The object as it is known. */
  readonly object: T;
  /** The object as it is now; `undefined` where it is gone. */
  readonly read: (signal: AbortSignal | undefined) => Promise<T | undefined>;
  /**
   * The steps that change it, given as it was read, and how to read what they give.
   *
   * @param ref - the object, for the step that sets its fields
   * @param extattrs - to be set by that step, too
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
  /** Whether what the change is to bring about holds already. Absent where that can't be told: the grid chooses an address. */
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
 * Changes an object once: compare and set on the token of its last change. The request searches the object with the token
 * that was read, changes what it found, and puts a new token before the last ones. So a change that is carried out late or twice, or after
 * somebody else's, finds nothing and changes nothing; and a change was done if our token is among them.
 *
 * An object without such a token gets a first one by a write that may be repeated. On a grid without the attribute the change
 * goes by reference; where its answer is lost, only what can be seen to hold counts as done.
 */
export async function changeObject<T extends Changed, Source = never>(
  settings: IpamSettings,
  change: Change<T, Source>,
): Promise<T> {
  const { explain, lookAgain, look, recounts, takes } = change;
  const compared = new CompareAndSet(settings, change);
  const intent: Intent<Source> = {
    ...{ name: "", noun: "object", isChosen: true, recounts, takes },
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
  /** What goes before the steps of the change. */
  readonly steps: readonly Step<unknown>[];
  /** What the step that sets its fields is to set, too. */
  readonly extattrs: { readonly extattrs?: ExtattrsToUpdate };
}

/** Compare and set on one object: a change by itself, or one of several in a plan. */
export class CompareAndSet<T extends Changed> {
  readonly #settings: IpamSettings;
  readonly #change: Pick<Change<T, unknown>, "what" | "object" | "read" | "isDone">;
  readonly #tokens = new Set<string>();
  #now: T;
  /** The token of the last change that the change was composed with. */
  #composedWith: string | undefined;

  constructor(
    settings: IpamSettings,
    change: Pick<Change<T, unknown>, "what" | "object" | "read" | "isDone">,
  ) {
    this.#settings = settings;
    this.#change = change;
    this.#now = change.object;
  }

  /** The object as it was read last. */
  get now(): T {
    return this.#now;
  }

  /** Whether it has a token of its last change to compare with. Else the change goes by reference. */
  get isComparing(): boolean {
    return this.#lastChange !== undefined;
  }

  get #lastChange(): string | undefined {
    return this.#settings.ownership.lastChangeOf(this.#now);
  }

  /** Model: `compareAndChange`. */
  begin(): Beginning {
    const last = this.#lastChange;
    this.#composedWith = last;
    if (last === undefined) return { ref: this.#now.ref, steps: [], extattrs: {} };
    const token = newTokenId();
    this.#tokens.add(token);
    const self = this.#search(last);
    return {
      ref: self.ref,
      steps: [self.discard(), ...changeMark(this.#settings, last)],
      extattrs: { extattrs: this.#settings.ownership.changedBy(newestOf(token, last)) },
    };
  }

  /** Whether a refusal comes of somebody else's change, or of searches that lag: then the change is sent once more. */
  async lookAgain(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    return (await this.#isAnother(signal)) || (await this.#mayShowLater(error, signal));
  }

  /** Finds the very object, as long as nobody has changed it: a token of a change may have been copied or inherited. */
  #search(last: string): Step<readonly unknown[], never> {
    const { ownership } = this.#settings;
    const thing = this.#now as unknown as Made;
    const where =
      ownership.tokenOf(thing) === undefined ? fieldsOfPlace(thing) : identityOf(this.#settings, thing);
    const { extattrs } = where as { readonly extattrs?: object };
    return searchSelf(thing, { ...where, extattrs: { ...extattrs, ...ownership.changedBy(last) } });
  }

  /**
   * An object that was made by others has no token of its last change. It gets one, if it is still as it was read.
   *
   * Model: `firstValue`.
   */
  async firstToken(signal: AbortSignal | undefined): Promise<void> {
    const { ownership, wapi } = this.#settings;
    if (ownership.lastChangeAttribute === undefined || this.#lastChange !== undefined) return;
    const token = newTokenId();
    const self = searchSelf(this.#now as unknown as Made, everythingRead(this.#now as unknown as Made));
    const set = step.update(
      self.ref as Ref<"network">,
      { extattrs: ownership.changedBy(token) },
      { fields: [] },
    );
    try {
      await wapi.batch([self.discard(), set.discard()], { signal });
      this.#now = { ...this.#now, extattrs: { ...this.#now.extattrs, ...ownership.changedBy(token) } };
      return;
    } catch (error) {
      if (ownership.drops(undefinedAttribute(error))) return;
      if (!isInfobloxError(error, "WapiError") && !isInfobloxError(error, "UncertainWriteError")) throw error;
    }
    // Somebody else may have been faster; whatever token is there by now will do.
    this.#now = (await this.#reread(signal)) ?? this.#now;
  }

  /** The object as it is now; nothing where another one has its reference by now. */
  async #reread(signal: AbortSignal | undefined): Promise<T | undefined> {
    const { ownership } = this.#settings;
    const now = await this.#change.read(signal);
    const token = ownership.tokenOf(this.#change.object);
    const isAnother = now !== undefined && token !== undefined && ownership.tokenOf(now) !== token;
    return isAnother ? undefined : now;
  }

  /**
   * The result, where the object shows that the change was done: it has our token, or what was wanted holds.
   *
   * Model: `changed`.
   */
  async seen(signal: AbortSignal | undefined, isLost: boolean): Promise<T | undefined> {
    const now = await this.#reread(signal);
    if (now === undefined) return undefined;
    const last = this.#settings.ownership.lastChangeOf(now);
    const tokens = tokensIn(last);
    if (tokens.some((one) => this.#tokens.has(one))) return now;
    if (this.#change.isDone?.(now) === true) return now;
    const [expected] = tokensIn(this.#composedWith);
    // So many others have changed it since that nothing tells whether ours was among them.
    if (isLost && expected !== undefined && !tokens.includes(expected))
      throw new Error("others have changed the object several times since");
    this.#now = now;
    return undefined;
  }

  /** The error of a change that others were faster than each time. */
  async explained(error: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    const last = this.#composedWith;
    if (last === undefined) return error;
    if (!isUnfound(error) && !isChangedBefore(this.#settings, last, error)) return error;
    const now = await this.#reread(signal).catch(() => undefined);
    if (now === undefined) return error;
    const message = `${this.#change.what} was not done: others have changed it each time in between.`;
    const { status, code, text, method, path } = error as WapiError;
    const hint = "Ask again in a moment.";
    return new ConflictError(message, { status, code, text, method, path, hint, cause: error });
  }

  /** Whether searches lag, and don't show the object, or that it was changed: then it is sent once more when they do. */
  async #mayShowLater(error: unknown, signal: AbortSignal | undefined): Promise<boolean> {
    const { clock, observed } = this.#settings;
    const last = this.#composedWith;
    const isHidden = observed.searchLag > 0 && isUnfound(error);
    const isBefore = last !== undefined && isChangedBefore(this.#settings, last, error);
    if ((!isHidden && !isBefore) || (await this.#reread(signal)) === undefined) return false;
    // Never in step with others that wait for the same.
    await clock.sleep(Math.max(100, 2 * observed.searchLag) * (1 + clock.random()), signal);
    await this.#isAnother(signal);
    return true;
  }

  /**
   * Whether somebody else has changed the object since it was read: then the change is composed anew.
   *
   * Model: `changedByOthers`.
   */
  async #isAnother(signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#composedWith === undefined) return false;
    const now = await this.#reread(signal);
    if (now === undefined) return false;
    this.#now = now;
    return this.#lastChange !== this.#composedWith;
  }
}

/** How many changes an object remembers. A change that was done is found again although others came after it. */
const remembered = 3;

/** The tokens of an object's last changes, the newest first. */
export function tokensIn(last: string | undefined): readonly string[] {
  return last?.split(" ") ?? [];
}

/** The tokens of an object's last changes, with that of the next one. */
function newestOf(token: string, last: string): string {
  return [token, ...tokensIn(last)].slice(0, remembered).join(" ");
}
