import type { Ref } from "../../wapi/ref.js";
import type { Address, AddressRange, Container, DnsRecord, Release, Subnet } from "../objects/results.js";

/** The result of a change. */
export interface Change {
  /** The reference after the change: some references change with the object's name. */
  readonly ref: Ref;
}

/** The results of a plan's steps, by their kind. */
export interface StepResults {
  subnet: Subnet;
  container: Container;
  range: AddressRange;
  address: Address;
  record: DnsRecord;
  change: Change;
  release: Release;
}

/** The kind of a step. */
export type StepKind = keyof StepResults;

/** The result of any step. */
export type StepResult = StepResults[StepKind];

/** A step that was done before its plan failed, and was not rolled back: an entry of the error's `partial`. */
export interface StepLeft {
  readonly step: string;
  readonly kind: StepKind;
  readonly result: StepResult;
}
