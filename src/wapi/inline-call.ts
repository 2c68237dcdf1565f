/** A value in a create or update that the grid finds. `next-available.ts` creates it. */

export const call: unique symbol = Symbol.for("infoblox-ipam.next-available");

/** The kind of value that the grid finds: an address, a network, or a VLAN id. */
export type NextAvailableKind = "ip" | "network" | "vlan";

/**
 * The next free address, network or VLAN id, instead of a value. The grid finds it while it creates the object, so that
 * two callers never get the same one.
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

/** The place where the grid searches: as text, as a reference, or as a search. */
export type Source =
  | { readonly text: string; readonly type: string; readonly search: Readonly<Record<string, string>> }
  | { readonly ref: string }
  | { readonly type: string; readonly where: object };
