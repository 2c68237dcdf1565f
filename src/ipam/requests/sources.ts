import type { Source } from "./targets.js";

/**
 * In which order sources are tried.
 *
 * - `"first"`: as they stand
 * - `"most-free"`: the one with the most free addresses before the others
 * - `"least-used"`: the one with the smallest share in use before the others
 * - `"round-robin"`: each request begins with the next one, within one `Ipam`
 *
 * `"most-free"` and `"least-used"` cost one request more. For IPv4 they go by the grid's own figures, which it brings up
 * to date every quarter of an hour, and add what this `Ipam` has taken since; else they count. Each query among the sources costs one more, also with `"round-robin"`.
 */
export type PoolStrategy = (typeof strategies)[number];

export const strategies = ["first", "most-free", "least-used", "round-robin"] as const;

/** Sources that the `Ipam` knows by a name: see its option `pools`. */
export interface NamedPool {
  readonly pool: string;
}

/** Where to take from: one source or pool, or several, in order. */
export type Sources = Source | NamedPool | readonly (Source | NamedPool)[];

/** What stands behind the name of a pool: sources, in order or by a strategy of their own. */
export type PoolDefinition =
  | Source
  | readonly Source[]
  | { readonly from: Source | readonly Source[]; readonly strategy?: PoolStrategy | undefined };
