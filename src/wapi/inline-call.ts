/** A value that the grid finds, as it stands in what is to be written: `next-available.ts` makes it. */

export const call: unique symbol = Symbol.for("infoblox-ipam.next-available");

/** What the grid finds: an address, a network, or a VLAN id. */
export type NextAvailableKind = "ip" | "network" | "vlan";

/**
 * The next free address, network or VLAN id, in place of a value: the grid finds it while it creates the object, so
 * that two callers never get the same one.
 */
export interface NextAvailable<Kind extends NextAvailableKind> {
  readonly [call]: InlineCall & { readonly kind: Kind };
}

export interface InlineCall {
  readonly kind: NextAvailableKind;
  readonly function: string;
  readonly resultField: string;
  readonly source: Source;
  readonly networkView: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Where the grid looks: by the text that names it, by reference, or by search. */
export type Source =
  | { readonly text: string; readonly type: string; readonly search: Readonly<Record<string, string>> }
  | { readonly ref: string }
  | { readonly type: string; readonly where: object };
