/**
 * Address arithmetic for IPv4 and IPv6 alike: parse, format, contain, overlap, split, first gap.
 *
 * Addresses are `bigint`s together with their family. Parsers return `undefined` for what isn't valid; the caller
 * knows how to say so. Imports nothing from the project.
 */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** Addresses from `first` to `last`, both included. */
export interface Span {
  readonly family: Family;
  readonly first: bigint;
  readonly last: bigint;
}

/** An aligned block: a CIDR without host bits. */
export interface Block extends Span {
  readonly prefixLength: number;
}
