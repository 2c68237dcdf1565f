import type { Block, Family } from "../../cidr.js";
import type { CompareAndSet } from "../engine/change.js";
import type { Made } from "../engine/kinds.js";
import type { AddressKind } from "../objects/results.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import type { StepKind } from "./results.js";

/** A step as the caller gave it. It is checked when the plan is compiled. */
export interface PlanStep {
  readonly kind: StepKind;
  readonly name: string;
  readonly request: unknown;
  /** The object that is changed or released. */
  readonly target?: unknown;
  /** Addresses that a change adds to its object, and that no other object may have. */
  readonly taken?: readonly string[] | undefined;
  /** Addresses that a change removes from its object. */
  readonly freed?: readonly string[] | undefined;
  /** The request id of its object, if it is not derived from that of the plan. */
  readonly requestId?: string | undefined;
  /** Whether its object exists already: the step then only lets other steps name it. */
  readonly isThere?: boolean;
}

/** What is known of a step before anything is sent, for later steps. */
export interface Known {
  readonly kind: StepKind;
  readonly name: string;
  readonly type: string;
  readonly family?: Family | undefined;
  readonly networkView?: string | undefined;
  /** The block of a subnet or container that is given by its CIDR. */
  readonly block?: Block | undefined;
  /** The addresses of an object: one, or several for a host. `ip` is set for given addresses. */
  readonly addresses?: readonly { readonly family: Family; readonly ip: string | undefined }[] | undefined;
  /** Addresses that the step frees. */
  readonly freed?: readonly string[] | undefined;
  readonly dnsName?: string | undefined;
  readonly addressKind?: AddressKind | undefined;
}

/** A compiled step. Everything was checked that can be without asking the grid. */
export interface PlanIntent extends SourcedIntent {
  readonly known: Known;
  /** The names of earlier steps that it uses. */
  readonly uses?: readonly string[];
  /** The names of earlier steps whose results it needs before it can be composed. */
  readonly needs: readonly string[];
  /** The step in words, for the preview: `a subnet: the next /24 of 10.0.0.0/8`. */
  readonly summary: string;
  /** Whether it must come after all steps before it, and before all steps after it. */
  readonly keepsItsPlace?: boolean;
  /** For a change: the object that it compares with, once that is read. */
  readonly comparing?: () => CompareAndSet<Made> | undefined;
  /** What its look reads, in words, for the preview. */
  readonly looksAt?: string;
}
