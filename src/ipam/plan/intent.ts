import type { Block, Family } from "../../cidr.js";
import type { AddressKind } from "../objects/results.js";
import type { SourcedIntent } from "../sources/source-choices.js";
import type { StepKind } from "./results.js";

/** What the builder keeps of a step: checked only when the plan is understood. */
export interface PlanStep {
  readonly kind: StepKind;
  readonly name: string;
  readonly request: unknown;
  /** What is changed or released. */
  readonly target?: unknown;
  /** Addresses that a change gives to the object, and that nobody else may have; and those that it takes off. */
  readonly taken?: readonly string[] | undefined;
  readonly freed?: readonly string[] | undefined;
  /** What its object is found by again, where the plan has no id for all. */
  readonly requestId?: string | undefined;
  /** Whether its object is there already, so that the step only lets others name it. */
  readonly isThere?: boolean;
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
  /** Of an address: one, or several of a host; with `ip` where it is named. */
  readonly addresses?: readonly { readonly family: Family; readonly ip: string | undefined }[] | undefined;
  /** Addresses that are nobody's any more once it is done. */
  readonly freed?: readonly string[] | undefined;
  readonly dnsName?: string | undefined;
  readonly addressKind?: AddressKind | undefined;
}

/** A step, understood: all that can be wrong with it before a grid is asked has been looked at. */
export interface PlanIntent extends SourcedIntent {
  readonly kind: StepKind;
  readonly known: Known;
  /** Earlier steps that it names. */
  readonly uses?: readonly string[];
  /** Earlier steps without whose results this one can't be composed. */
  readonly needs: readonly string[];
  /** In a sentence: `the next /24 of 10.0.0.0/8`. */
  readonly summary: string;
  /** Whether it must come after all that stands before it, and before all that follows. */
  readonly keepsItsPlace?: boolean;
  /** What a look reads, in words. */
  readonly looksAt?: string;
}
