import type { Source } from "./targets.js";

/**
 * The order in which sources are tried.
 *
 * - `"first"`: as given
 * - `"most-free"`: sources with more free addresses first
 * - `"least-used"`: sources with a smaller share in use first
 * - `"round-robin"`: each request of one `Ipam` begins with the next source
 *
 * `"most-free"` and `"least-used"` cost one request more. For IPv4 they use the grid's own figures, which it updates every
 * quarter of an hour, and add what this `Ipam` has taken since. For IPv6 they count. With any strategy but `"first"`, each query
 * among the sources costs one request more.
 */
export type PoolStrategy = (typeof strategies)[number];

export const strategies = ["first", "most-free", "least-used", "round-robin"] as const;

/** The name of a pool: see the option `pools` of the `Ipam`. */
export interface NamedPool {
  readonly pool: string;
}

/** One source or pool, or several that are tried in order. */
export type Sources = Source | NamedPool | readonly (Source | NamedPool)[];

/** The sources of a pool, in order or with a strategy. */
export type PoolDefinition =
  | Source
  | readonly Source[]
  | { readonly from: Source | readonly Source[]; readonly strategy?: PoolStrategy | undefined };
