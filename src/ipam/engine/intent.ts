import type { RequestDifference } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { Described, Marks } from "../marks/ownership.js";
import type { InView, Kind, Made } from "./kinds.js";

/** How the object of an intent is found again. */
export interface Tracked {
  readonly kind: Kind;
  /** The object type that the intent creates. */
  readonly type: string;
  readonly view: InView;
}

/**
 * One thing that a call is to make, change or release.
 *
 * @typeParam Source - what the grid takes from, where it chooses
 */
export interface Intent<Source = unknown> {
  /** Tells it from others of the same call, and stands in its creation token; empty for one alone. */
  readonly name: string;
  /** For messages: `"subnet"`. */
  readonly noun: string;
  readonly requestId?: string | undefined;
  /** Attributes that stand for the object as a request id does: whoever asks with the same ones gets the same object. */
  readonly sharedBy?: ExtattrsWhere | undefined;
  /** Absent where the intent leaves no object of its own: a change, a release, a gateway. */
  readonly tracked?: Tracked | undefined;
  /** The intent beside whose object alone its own may stay: where that turns out to be somebody else's, both go. */
  readonly goesWith?: string;
  /** Whether the grid chooses the address, so that another one can be had where somebody was faster. */
  readonly isChosen?: boolean;
  /** The addresses that it names. */
  readonly takes?: readonly TakenAddress[] | undefined;
  /** In what an object that is there already differs from what is asked for. */
  readonly differences?: (existing: Made) => readonly RequestDifference[];
  /** Looks at the grid first; what is thrown stops the call before anything was written. */
  readonly look?: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Whether the look refuses nothing that an earlier call with the same id has made: then it needn't be known first. */
  readonly lookComesFirst?: boolean;
  /** Whether its request fails where more stands than its look has counted: then only another look helps. */
  readonly recounts?: boolean | undefined;
  /** Looks once more, after a refusal. Whether that shows something else than before. */
  readonly lookAgain?: (error: unknown, signal: AbortSignal | undefined) => Promise<boolean>;
  /** The error of a refusal, with the reason where this intent is it. */
  readonly explain?: ((error: unknown, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
  /** Of an intent that completes an object (a gateway): finds what an object that was found has of it. */
  readonly findIn?: (found: unknown) => Completion;
  readonly compose: (context: Context<Source>) => Composed;
  /** Of an intent without an object of its own: what can be known of it once an answer is lost. */
  readonly afterLoss?: AfterLoss;
}

/** A change or a release whose answer was lost. */
export interface AfterLoss {
  /** Whether it may be sent once more: it does no harm, or it shows that it was done. */
  readonly mayRepeat: () => boolean;
  /** Its result, where it shows that it was done. */
  readonly seen?: (
    refOf: (intent: string) => Ref | undefined,
    signal: AbortSignal | undefined,
    isLost: boolean,
  ) => Promise<unknown>;
}

/** The search for what completes an object. */
export interface Completion {
  readonly step: Step<readonly unknown[]>;
  readonly read: (row: unknown) => unknown;
}

/** What an intent can use while its steps are composed. */
export interface Context<Source> {
  /** The reference of an earlier intent's object: real, or one that the grid fills in. */
  readonly refOf: (name: string) => Ref;
  /** A value of an earlier intent's object, likewise. */
  readonly valueOf: (name: string, field: string) => string;
  /** The result of an earlier intent of an earlier request. */
  readonly resultOf: (name: string) => unknown;
  /** The same; `undefined` where it is made by this very request. */
  readonly known: (name: string) => unknown;
  /** The source of a pool that is tried now. */
  readonly sourceOf: (pool: number) => Source;
  /** What a new object says about itself. */
  readonly marks: (described: Described) => Marks;
  /** Whether it is one of several requests, so that it must be possible to roll it back. */
  readonly isRevocable: boolean;
}

/** The steps of a `request` that do what an intent says. */
export interface Composed {
  readonly steps: readonly (Step<unknown> | RawStep)[];
  /** Of these the one that makes the object. */
  readonly main: Step<unknown> | undefined;
  readonly read: (results: readonly unknown[]) => unknown;
  /** What rolls it back, where the object's token doesn't: of changes, and of gateways. */
  readonly rollBack?: (result: unknown, results: readonly unknown[]) => Step<unknown> | undefined;
}

/** An address that an intent is to take, as it is known before its request. */
export interface TakenAddress {
  readonly networkView: string;
  readonly ip: string;
}

/** Which sources the intents of a call take from. */
export interface SourceChooser<Source> {
  /** Puts the sources of these intents in order. */
  readonly begin: (intents: readonly Intent<Source>[]) => Promise<void>;
  /** The source of an intent's pool that is tried now. */
  readonly of: (intent: Intent<Source>, pool: number) => Source;
  /**
   * Chooses anew after a refusal. Whether there is anything else to try.
   *
   * @throws {PoolExhaustedError} where all sources are exhausted
   */
  readonly another: (intents: readonly Intent<Source>[], error: unknown) => Promise<boolean>;
  /** For grids where two that choose at once may choose alike: chooses the addresses of these intents beforehand. */
  readonly choose?: (intents: readonly Intent<Source>[]) => Promise<void>;
  /** The addresses of an intent that were chosen so. */
  readonly chosen?: (intent: Intent<Source>) => readonly TakenAddress[];
  /** Forgets what was chosen for these intents. Others take `passed` at this moment. */
  readonly chooseAnew?: (intents: readonly Intent<Source>[], passed: readonly TakenAddress[]) => void;
}

/** For intents that the grid chooses nothing for. */
export const noSources: SourceChooser<never> = {
  begin: async () => {},
  of: () => {
    throw new RangeError("this call takes from no source");
  },
  another: async () => false,
};

/** Nothing on the grid tells afterwards that it was done. */
export function leavesNoTrace({ tracked, findIn }: Intent<never>): boolean {
  return tracked === undefined && findIn === undefined;
}
