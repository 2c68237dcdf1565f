import type { Block, Family } from "../../cidr.js";
import type { RequestDifference } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { AddressSource } from "../addresses/address-sources.js";
import type { CloudDescription } from "../cloud-attributes.js";
import type { MarkCriteria, Marks } from "../ownership.js";
import type { AddressKind } from "../results.js";
import type { SourcePool } from "../sources/source-choices.js";
import type { StepKind, StepResult } from "./results.js";

/** What the builder keeps of a step: checked only when the plan is understood. */
export interface PlanStep {
  readonly kind: StepKind;
  readonly name: string;
  readonly request: unknown;
  /** What is changed or released. */
  readonly target?: unknown;
  /** What its object is found by again, where the plan has no id for all. */
  readonly requestId?: string | undefined;
}

/** What later steps can know of a step before anything was sent. */
export interface Known {
  readonly kind: StepKind;
  readonly name: string;
  /** The WAPI object type. */
  readonly type: string;
  readonly family?: Family | undefined;
  readonly networkView?: string | undefined;
  /** Of a subnet, container or range that is named by its addresses. */
  readonly block?: Block | undefined;
  /** Of an address. */
  readonly ip?: string | undefined;
  readonly dnsName?: string | undefined;
  readonly addressKind?: AddressKind | undefined;
}

/** A step, understood: all that can be wrong with it before a grid is asked has been looked at. */
export interface Intent {
  readonly name: string;
  readonly kind: StepKind;
  readonly known: Known;
  readonly requestId?: string | undefined;
  /** The step whose object it changes, and whose request id that keeps; its own, where it makes one. */
  readonly changes?: string | undefined;
  /** Earlier steps that it names. */
  readonly uses?: readonly string[];
  /** Earlier steps without whose results this one can't be written down. */
  readonly needs: readonly string[];
  /** Where it takes from: one choice for each. */
  readonly pools: readonly SourcePool[];
  /** In a sentence: `the next /24 of 10.0.0.0/8`. */
  readonly summary: string;
  /** Whether it must come after all that stands before it, and before all that follows. */
  readonly keepsItsPlace?: boolean;
  /** Looks at the grid first; what is thrown stops the plan before anything was written. */
  readonly look?: (signal: AbortSignal | undefined) => Promise<void>;
  /** Looks once more, after a refusal. Whether that shows something else than before. */
  readonly lookAgain?: (signal: AbortSignal | undefined) => Promise<boolean>;
  /** The error of a refusal, with the reason where this step is it. */
  readonly explain?: (error: unknown, signal: AbortSignal | undefined) => Promise<unknown>;
  /** What a look reads, in words. */
  readonly looksAt?: string;
  /** Finds its object by a mark that it was made with. */
  readonly find?: (mark: MarkCriteria) => Finding;
  /** In what an object that is there already differs from what is asked for. */
  readonly differences?: (existing: StepResult) => readonly RequestDifference[];
  /** Of a step that completes an object: whether an object that was found has that already. */
  readonly findIn?: (found: StepResult) => Finding;
  readonly draft: (scene: Scene) => Draft;
  /** Of a step that leaves no object of its own: what can be known of it once an answer is lost. */
  readonly afterLoss?: AfterLoss;
}

/** A change or a release whose answer was lost. */
export interface AfterLoss {
  /** Whether it may be done once more: it does no harm, or it shows that it was done. */
  readonly mayRepeat: () => boolean;
  /** Its result, where it shows that it was done. */
  readonly seen?: (
    refOf: (step: string) => Ref | undefined,
    signal: AbortSignal | undefined,
  ) => Promise<StepResult | undefined>;
}

/** The search for the object of a step. */
export interface Finding {
  readonly step: Step<readonly unknown[]>;
  /** Fails the request that it is in where there is more than one: so of many who ask, only one gets to make it. */
  readonly guard?: Step<undefined>;
  readonly read: (row: unknown) => StepResult;
}

/** What a step can use while it is written down. */
export interface Scene {
  /** The reference of an earlier step's object: real, or one that the grid fills in. */
  readonly refOf: (name: string) => Ref;
  /** A value of an earlier step's object, likewise. */
  readonly valueOf: (name: string, field: string) => string;
  /** The result of an earlier step that is among `needs`. */
  readonly resultOf: (name: string) => StepResult;
  /** The source of a pool that is tried now. */
  readonly sourceOf: (pool: number) => AddressSource;
  /** What a new object says about itself. */
  readonly marks: (described: DescribedObject) => Marks;
  /** Whether it is one of several requests, so that it must be possible to undo it. */
  readonly undoable: boolean;
}

/** What the marks of an object are made from. */
export interface DescribedObject {
  readonly comment?: string | undefined;
  readonly extattrs?: Marks["extattrs"] | undefined;
  readonly cloud?: CloudDescription | undefined;
  readonly expires?: string | undefined;
}

/** The steps of a request that do what a plan's step says. */
export interface Draft {
  readonly steps: readonly (Step<unknown> | RawStep)[];
  /** Of these the one that makes the object. */
  readonly main: Step<unknown> | undefined;
  readonly read: (results: readonly unknown[]) => StepResult;
  /** What takes it back; `undefined` where nothing does. */
  readonly undo: (result: StepResult, results: readonly unknown[]) => Step<unknown> | undefined;
}
