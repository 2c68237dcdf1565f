import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Step } from "../../wapi/step.js";
import type { PlanStep } from "../plan/intent.js";
import type { Changes } from "../plan/requests.js";
import type { StepResult } from "../plan/results.js";
import type { OptionsRow } from "../requests/dhcp-options.js";
import type { DesiredKind, Difference, EnsuredObject } from "./description.js";

/** A checked entry of a description. */
export interface Entry {
  readonly kind: DesiredKind;
  /** The path of the entry in the description, which is also the name of its step. */
  readonly path: string;
  /** The CIDR, IP or name that it is found by, for messages. */
  readonly key: string;
  /** The step that makes it. It has the name of its path. */
  readonly create: PlanStep;
  /** The searches for it. The first finds the object, the others find objects that belong to it. */
  readonly finds: readonly Step<readonly unknown[]>[];
  /**
   * The searches for objects that belong to it, if they need the row of the object. Their answers come before those of the other
   * searches.
   */
  readonly findsIn?: ((row: Row) => readonly Step<readonly unknown[]>[]) | undefined;
  /** Chooses the row that the entry describes; `undefined` if there is none. */
  readonly choose?: (rows: readonly Row[]) => Row | undefined;
  /** Chooses the rows that have to be deleted. */
  readonly surplus?: (rows: readonly Row[]) => readonly Row[];
  /** Set if the grid chooses the block or address. */
  readonly chosen?: Chosen;
  /** Turns the row into a result. */
  readonly read: (row: Row, belongings: readonly (readonly Row[])[]) => NonNullable<EnsuredObject["object"]>;
  readonly compared: readonly Compared[];
}

/** How an entry whose block or address the grid chooses is found, and where it may lie. */
export interface Chosen {
  /** The request id that it is found by. Absent for a host, which is found by its name. */
  readonly requestId?: string;
  /** Its sources. A dual-stack host has some for each family. */
  readonly sources: readonly ChosenFrom[];
  /** The block or the addresses of a row. */
  readonly placesOf: (row: Row) => readonly string[];
}

/** The sources of an entry, as a step of a plan names them. */
export interface ChosenFrom {
  readonly from: unknown;
  readonly field: string;
}

export type Row = Readonly<Record<string, unknown>> &
  OptionsRow & {
    readonly _ref: string;
    readonly comment?: string;
    readonly extattrs?: ExtensibleAttributes;
  };

/** An entry with its rows on the grid. */
export interface Found {
  readonly entry: Entry;
  readonly row: Row | undefined;
  readonly belongings: readonly (readonly Row[])[];
  /** Rows that have to be deleted. */
  readonly surplus: readonly Row[];
}

export type FoundWithRow = Found & { readonly row: Row };

/** The comparison of one field, and its correction. */
export interface Compared {
  readonly field: string;
  readonly wanted: unknown;
  readonly actual: (found: FoundWithRow) => unknown;
  /** Whether the values are the same. Default: {@link same}. */
  readonly isSame?: (actual: unknown, found: FoundWithRow) => boolean;
  /** Whether the field cannot be corrected: only another object has the wanted value. */
  readonly isFixed?: boolean;
  readonly correct: (found: FoundWithRow) => Correction | readonly Correction[];
}

/** A change of the object itself, or of one that belongs to it; or the remaining steps that make it. */
export type Correction =
  | ({ readonly kind: "object"; readonly changes: Changes } & Pick<PlanStep, "taken" | "freed">)
  | { readonly kind: "other"; readonly ref: string; readonly changes: Changes }
  | { readonly kind: "complete" };

export interface Judged {
  readonly found: Found;
  readonly differences: readonly Difference[];
  readonly corrections: readonly Correction[];
  readonly object: StepResult | undefined;
}
