import type { RequestDifference } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { ExtattrsWhere } from "../../wapi/types.js";
import type { Described, Marks } from "../marks/ownership.js";
import type { InView, Kind, Made } from "./kinds.js";

/** What a search needs to find the object of an intent again. */
export interface Tracked {
  readonly kind: Kind;
  /** The object type that the intent creates. */
  readonly type: string;
  readonly view: InView;
}

/**
 * One thing that a call is to make, change or release.
 *
 * @typeParam Source - where the grid takes a block or address from, if it chooses
 */
export interface Intent<Source = unknown> {
  /** Distinguishes it from the other intents of the call, and is part of its creation token. Empty if there is one intent only. */
  readonly name: string;
  /** The word for its object in messages: `"subnet"`. */
  readonly noun: string;
  readonly requestId?: string | undefined;
  /** Attributes that identify the object as a request id does: calls with the same ones get the same object. */
  readonly sharedBy?: ExtattrsWhere | undefined;
  /** Absent if the intent makes no object of its own: a change, a release, a gateway. */
  readonly tracked?: Tracked | undefined;
  /** The name of another intent. If the object of that one turns out to be another caller's, both are rolled back. */
  readonly goesWith?: string;
  /** Whether the grid chooses the address. Then another one will do if another caller was faster. */
  readonly isChosen?: boolean;
  /** For a change: the tokens of the object's last changes, if it has any. Of two changes of one state only one is done. */
  readonly changesFrom?: () => string | undefined;
  /** The addresses that the request names. */
  readonly takes?: readonly TakenAddress[] | undefined;
  /** The fields in which an object that exists already differs from the request. */
  readonly differences?: (existing: Made) => readonly RequestDifference[];
  /** Looks at the grid before the first write. An error stops the call. */
  readonly look?: ((signal: AbortSignal | undefined) => Promise<void>) | undefined;
  /** Whether `look` may run before the call knows what an earlier call with the same id has made: it refuses none of that. */
  readonly lookComesFirst?: boolean;
  /** Whether its request fails if more objects exist than its look has counted. Then only another look helps. */
  readonly recounts?: boolean | undefined;
  /** Looks once more after a refusal, and returns whether anything has changed. */
  readonly lookAgain?: (error: unknown, signal: AbortSignal | undefined) => Promise<boolean>;
  /** Explains a refusal: a better error if this intent is the reason, the error itself if not. */
  readonly explain?: ((error: unknown, signal: AbortSignal | undefined) => Promise<unknown>) | undefined;
  /** For an intent that completes an object, such as a gateway: the search whether an existing object has it. */
  readonly findIn?: (found: unknown) => Completion;
  readonly compose: (context: Context<Source>) => Composed;
  /** For an intent without an object of its own: what to do once an answer is lost. */
  readonly afterLoss?: AfterLoss;
}

/** What is known of a change or a release whose answer was lost. */
export interface AfterLoss {
  /** Whether it may be sent once more: a repetition does no harm, or the object shows whether it was done. */
  readonly mayRepeat: () => boolean;
  /** Its result, if the grid shows that it was done. */
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
  /** The reference of an earlier intent's object. If this request makes the object, the grid fills it in. */
  readonly refOf: (name: string) => Ref;
  /** A value of an earlier intent's object. If this request makes the object, the grid fills it in. */
  readonly valueOf: (name: string, field: string) => string;
  /** The result of an intent of an earlier request. */
  readonly resultOf: (name: string) => unknown;
  /** The same; `undefined` if this request makes the object. */
  readonly known: (name: string) => unknown;
  /** The source that is tried now for a pool, by the index of the pool. */
  readonly sourceOf: (pool: number) => Source;
  /** The comment and attributes of a new object. */
  readonly marks: (described: Described) => Marks;
  /** Whether a later request of the call may fail, so that this one must be possible to roll back. */
  readonly isRevocable: boolean;
}

/** The steps of a `request` that carry out an intent. */
export interface Composed {
  readonly steps: readonly (Step<unknown> | RawStep)[];
  /** The step that makes the object. */
  readonly main: Step<unknown> | undefined;
  readonly read: (results: readonly unknown[]) => unknown;
  /** The step that rolls back a change or a gateway, which have no token to be deleted by. */
  readonly rollBack?: (result: unknown, results: readonly unknown[]) => Step<unknown> | undefined;
}

/** An address that an intent takes, known before its request is sent. */
export interface TakenAddress {
  readonly networkView: string;
  readonly ip: string;
}

/** Which sources the intents of a call take from. */
export interface SourceChooser<Source> {
  /** Puts the sources of these intents in order. */
  readonly begin: (intents: readonly Intent<Source>[]) => Promise<void>;
  /** The source that is tried now for a pool of the intent. */
  readonly of: (intent: Intent<Source>, pool: number) => Source;
  /**
   * Moves on to another source after a refusal, and returns whether there is one.
   *
   * @throws {PoolExhaustedError} if all sources are exhausted
   */
  readonly another: (intents: readonly Intent<Source>[], error: unknown) => Promise<boolean>;
  /**
   * Chooses the addresses of these intents before the request, for grids where two requests may choose the same one.
   *
   * @param refOf - the reference of an earlier intent's object; `undefined` if the request makes it
   */
  readonly choose?: (
    intents: readonly Intent<Source>[],
    refOf: (intent: string) => Ref | undefined,
  ) => Promise<void>;
  /** The addresses that `choose` has chosen for an intent. */
  readonly chosen?: (intent: Intent<Source>) => readonly TakenAddress[];
  /** Forgets the addresses that were chosen for these intents. Other callers are taking the addresses in `passed`. */
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

/** Whether no object on the grid shows afterwards that the intent was carried out. */
export function leavesNoTrace({ tracked, findIn }: Intent<never>): boolean {
  return tracked === undefined && findIn === undefined;
}

/** Whether the intent is sent without a search for the object of an earlier call with its id: its guard finds that object. */
export function needsNoSearch(intent: Intent<never>): boolean {
  return !leavesNoTrace(intent) && (intent.look === undefined || intent.lookComesFirst === true);
}
