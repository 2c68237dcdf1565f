import type { Step } from "../../wapi/step.js";
import type { PlanStep } from "../plan/intent.js";
import type { Changes } from "../plan/requests.js";
import type { StepResult } from "../plan/results.js";
import type { DesiredKind, Difference, EnsuredObject } from "./description.js";

/** A described object, understood. */
export interface Entry {
  readonly kind: DesiredKind;
  /** Where it is described; the name of its step, too. */
  readonly path: string;
  /** What it is found by, for people. */
  readonly key: string;
  /** What makes it, where it isn't there: a step of its path's name, and what belongs to it. */
  readonly create: readonly [PlanStep, ...PlanStep[]];
  /** Searches for it: the first finds the object, others what belongs to it. */
  readonly finds: readonly Step<readonly unknown[]>[];
  /**
   * Searches for what belongs to one whose place only the grid tells, once it is found. Their answers come before those of the
   * other searches.
   */
  readonly findsIn?: ((row: Row) => readonly Step<readonly unknown[]>[]) | undefined;
  /** The object that is meant, of those that were found; `undefined` where it isn't there. */
  readonly choose?: (rows: readonly Row[]) => Row | undefined;
  /** Those that shall not be there beside it. */
  readonly surplus?: (rows: readonly Row[]) => readonly Row[];
  /** Of one whose place the grid chooses: what it is found by, and where it may be. */
  readonly chosen?: Chosen;
  /** What it is in terms of this API. */
  readonly read: (row: Row, belongings: readonly (readonly Row[])[]) => NonNullable<EnsuredObject["object"]>;
  /** What is compared. */
  readonly compared: readonly Compared[];
}

/** An entry whose place the grid chooses. */
export interface Chosen {
  /** Of one that is found again by it; a host is found by its name. */
  readonly requestId?: string;
  /** What it is taken from: of a dual-stack host, of each family. */
  readonly sources: readonly ChosenFrom[];
  /** Where it lies: of a host, all its addresses. */
  readonly placesOf: (row: Row) => readonly string[];
}

/** What an entry is taken from, as a step of a plan names it. */
export interface ChosenFrom {
  readonly from: unknown;
  readonly field: string;
}

/** A row of whatever type. */
export type Row = Readonly<Record<string, unknown>> & { readonly _ref: string };

/** An entry, and what the grid has of it. */
export interface Found {
  readonly entry: Entry;
  readonly row: Row | undefined;
  readonly belongings: readonly (readonly Row[])[];
  /** What shall not be there beside it. */
  readonly surplus: readonly Row[];
}

/** One thing that is compared: with what the grid has, and what would set it right. */
export interface Compared {
  readonly field: string;
  readonly wanted: unknown;
  readonly actual: (found: Found & { readonly row: Row }) => unknown;
  /** Whether they are the same; left out, by {@link same}. */
  readonly isSame?: (actual: unknown, found: Found & { readonly row: Row }) => boolean;
  readonly correct: (found: Found & { readonly row: Row }) => Correction | readonly Correction[];
}

/** A change: of the object itself, or of one that belongs to it; or the rest of the steps that make it. */
export type Correction =
  | ({ readonly kind: "object"; readonly changes: Changes } & Pick<PlanStep, "taken" | "freed">)
  | { readonly kind: "other"; readonly ref: string; readonly changes: Changes }
  | { readonly kind: "complete" }
  /** Nothing but another object would be right. */
  | { readonly kind: "replace" };

/** An entry that was compared. */
export interface Judged {
  readonly found: Found;
  readonly differences: readonly Difference[];
  readonly corrections: readonly Correction[];
  readonly object: StepResult | undefined;
}
