/** JSON values, and the objects that the store keeps. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * One stored object. It is never changed in place: a change stores a new entity with the same `id`. So snapshots are
 * shallow, and undoing a transaction puts the old entity back.
 */
export interface Entity {
  /** Object type, e.g. `network`. Changes when a network turns into a container. */
  readonly type: string;
  /** Stays the same for the life of the object. Links between objects hold it. 0 for virtual rows. */
  readonly id: number;
  /** The grid's internal key, whose base64 is the id part of the reference, e.g. `dns.network$10.0.0.0/24/0`. */
  readonly key: string;
  /**
   * The fields that were set, in wire form and canonical spelling. Unset fields are absent; reads add defaults. A
   * reference to another object is stored as `{ "_id": 12 }`, and shown as the object's current reference. Names that
   * are not fields of the type are never shown: rules may keep internal values there.
   */
  readonly values: JsonObject;
  /** Ids of objects that this one belongs to, by link name, e.g. `{ networkView: 1, zone: 7 }`. */
  readonly links: Readonly<Record<string, number>>;
}
