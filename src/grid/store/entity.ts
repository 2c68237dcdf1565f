/** JSON values, and the objects that the store keeps. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/**
 * One stored object; never changed in place (a change stores a new entity with the same `id`), so that snapshots
 * are shallow and a transaction is undone by putting the old entity back.
 */
export interface Entity {
  /** Object type, e.g. `network`. Changes when a network turns into a container. */
  readonly type: string;
  /** Stable for the life of the object, whatever it is renamed to; links between objects hold it. 0 for virtual rows. */
  readonly id: number;
  /** The grid's internal key, whose base64 is the id part of the reference, e.g. `dns.network$10.0.0.0/24/0`. */
  readonly key: string;
  /**
   * What was set, by field name, in wire form and canonical spelling. Fields not set are absent; defaults come at
   * reading. A reference to another object is held as `{ "_id": 12 }`, which is shown as the object's reference of the
   * day. Names that are no field of the type are never shown: rules may keep notes there.
   */
  readonly values: JsonObject;
  /** Ids of objects that this one hangs on, by a name of the rules' own, e.g. `{ networkView: 1, zone: 7 }`. */
  readonly links: Readonly<Record<string, number>>;
}
