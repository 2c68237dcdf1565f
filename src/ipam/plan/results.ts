import type { Ref } from "../../wapi/ref.js";
import type { Address, AddressRange, Container, DnsRecord, Release, Subnet } from "../objects/results.js";

/** An object that was changed. */
export interface Change {
  /** As it is from now on: some objects change their reference with their name. */
  readonly ref: Ref;
}

/** What the steps of a plan give, by their kind. */
export interface StepResults {
  subnet: Subnet;
  container: Container;
  range: AddressRange;
  address: Address;
  record: DnsRecord;
  change: Change;
  release: Release;
}

/** What a step of a plan does. */
export type StepKind = keyof StepResults;

/** What any step of a plan gives. */
export type StepResult = StepResults[StepKind];

/** A step that was done when its plan failed, and could not be undone: an entry of the error's `partial`. */
export interface StepLeft {
  readonly step: string;
  readonly kind: StepKind;
  readonly result: StepResult;
}
