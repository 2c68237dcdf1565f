import type { Family } from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import type { Address, Container, Release, Subnet } from "../results.js";
import type { HolderType } from "../sources/targets.js";
import type { RecordKind, RecordType } from "./records.js";

/** A DHCP range as the grid holds it. */
export interface AddressRange {
  /** `"10.0.7.100"` */
  readonly first: string;
  readonly last: string;
  readonly ref: Ref<HolderType<"range">>;
  readonly family: Family;
  /** The subnet that it lies in: `"10.0.7.0/24"`. */
  readonly subnet: string | undefined;
  readonly networkView: string;
  readonly name: string | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

/** A DNS record as the grid holds it. */
export interface DnsRecord {
  readonly type: RecordKind;
  /** Of a PTR record the reverse name: `"5.7.0.10.in-addr.arpa"`. */
  readonly name: string;
  /** As in a zone file: `"10.0.7.5"`, `"web-1.example.com"`, `"10 mail.example.com"`. */
  readonly value: string;
  readonly ref: Ref<RecordType>;
  readonly dnsView: string | undefined;
  /** Seconds; `undefined` where the zone's holds. */
  readonly ttl: number | undefined;
  readonly comment: string | undefined;
  readonly extattrs: ExtensibleAttributes;
  readonly created: boolean;
}

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
