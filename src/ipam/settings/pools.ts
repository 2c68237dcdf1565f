import { contains, formatSpan, overlaps, parseSpan, type Span, size } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Clock } from "../../wapi/clock.js";
import {
  type NamedPool,
  type PoolDefinition,
  type PoolStrategy,
  type Sources,
  strategies,
} from "../requests/sources.js";
import { parseTargets, type Source, spanOfTarget, type Target } from "../requests/targets.js";

/** What an `Ipam` knows of pools. */
export interface PoolOptions {
  /** Sources by a name of your own: `{ "paris-web": ["10.1.0.0/16", { extattrs: { Site: "Paris" } }] }`. */
  readonly pools?: Readonly<Record<string, PoolDefinition>> | undefined;
  /**
   * Milliseconds for which a source that was found exhausted is tried after all others. 30,000 unless said otherwise;
   * 0: it isn't remembered. A release by this `Ipam` ends it at once.
   */
  readonly exhaustedFor?: number | undefined;
}

/** What is asked of sources, as far as it matters for whether they have it. */
export interface Asked {
  /** `"/24"`, `"address"`. */
  readonly wanted: string;
  /** What a query among the sources looks for. */
  readonly queried: Queried;
  readonly networkView: string;
  readonly exclude: readonly Span[];
}

/** What a query among sources looks for: what subnets, or what addresses are taken from. */
export type Queried = "container" | "network";

interface Definition {
  readonly from: readonly Source[];
  readonly strategy: PoolStrategy;
}

/** Something that was taken, and that the grid's figures may not know yet. */
interface Take {
  readonly span: Span;
  /** How many addresses. */
  readonly size: bigint;
  /** By the machine's clock. */
  readonly at: number;
}

/** A grid counts every quarter of an hour; until then its figures lack what was taken. In milliseconds, with a margin. */
const uncountedFor = 20 * 60 * 1000;
/** What was chosen so shortly before the grid counted may not have been there yet: its request was under way. In milliseconds. */
const underWayFor = 10_000;

interface Exhausted {
  readonly until: number;
  /** Where it lies, as far as that is known. */
  readonly span: Span | undefined;
  /** Of a query, what it looks for: another such thing may fit it. */
  readonly queried: Queried | undefined;
}

/** How many lists of sources have their turns remembered; beyond, the oldest begins anew. */
const mostTurns = 1000;

/** The pools of one `Ipam`: what they are called, whose turn it is, and which have nothing left. */
export class Pools {
  readonly #named: Map<string, Definition>;
  readonly #exhaustedFor: number;
  readonly #clock: Pick<Clock, "now" | "wallTime">;
  readonly #exhausted: Map<string, Exhausted>;
  readonly #turns: Map<string, number>;
  readonly #takes: Set<Take>;

  /** @param parent - whose names are known here, too, and whose memory is shared */
  constructor(
    { pools = {}, exhaustedFor = 30_000 }: PoolOptions,
    clock: Pick<Clock, "now" | "wallTime">,
    parent?: Pools,
  ) {
    this.#named = new Map(parent === undefined ? [] : parent.#named);
    this.#exhausted = parent === undefined ? new Map() : parent.#exhausted;
    this.#turns = parent === undefined ? new Map() : parent.#turns;
    this.#takes = parent === undefined ? new Set() : parent.#takes;
    if (!(exhaustedFor >= 0 && Number.isFinite(exhaustedFor)))
      throw invalid("exhaustedFor", exhaustedFor, "must be milliseconds", 30_000);
    this.#exhaustedFor = exhaustedFor;
    this.#clock = clock;
    for (const [name, pool] of Object.entries(pools)) this.#named.set(name, definitionOf(name, pool));
  }

  /** The same with more names: what is remembered of sources stays one memory. */
  with(pools: PoolOptions["pools"]): Pools {
    return new Pools({ pools, exhaustedFor: this.#exhaustedFor }, this.#clock, this);
  }

  /**
   * The sources of a request, with those of pools in the place of their names. A pool that is named alone brings its
   * strategy, unless the request has one.
   *
   * @throws {InvalidRequestError} where no pool has that name
   */
  sourcesOf(
    from: Sources,
    strategy?: PoolStrategy,
    field = "from",
  ): { readonly from: Source | readonly Source[]; readonly strategy: PoolStrategy } {
    if (isPool(from)) {
      const pool = this.#pool(from, field);
      return { from: pool.from, strategy: strategy ?? pool.strategy };
    }
    // One source stays one: it is named `from` in errors, not `from[0]`.
    const sources = !isList(from)
      ? from
      : from.flatMap((source, index) =>
          isPool(source) ? this.#pool(source, `${field}[${index}]`).from : [source],
        );
    return { from: sources, strategy: strategy ?? "first" };
  }

  /** Remembers that a source has nothing left for requests like this one. */
  ranOut(asked: Asked, target: Target): void {
    if (this.#exhaustedFor === 0) return;
    const now = this.#clock.now();
    for (const [key, { until }] of this.#exhausted) if (until <= now) this.#exhausted.delete(key);
    const span = spanOfTarget(target) ?? parseSpan(target.text);
    const queried = target.kind === "query" ? asked.queried : undefined;
    this.#exhausted.set(keyOf(asked, target), { until: now + this.#exhaustedFor, span, queried });
  }

  hasRunOut(asked: Asked, target: Target): boolean {
    const found = this.#exhausted.get(keyOf(asked, target));
    return found !== undefined && found.until > this.#clock.now();
  }

  /**
   * Remembers that this much is taken somewhere, from before it is: many that choose at the same moment see each other.
   *
   * @returns what forgets it, where nothing was taken
   */
  taking(span: Span | undefined, size: bigint): () => void {
    if (span === undefined) return () => undefined;
    const now = this.#clock.wallTime();
    for (const take of this.#takes) if (now - take.at > uncountedFor) this.#takes.delete(take);
    const take = { span, size, at: now };
    this.#takes.add(take);
    return () => this.#takes.delete(take);
  }

  /** How many addresses were taken inside a block that the grid hasn't counted. `countedAt`: when it did, if that is known. */
  uncounted(block: Span, countedAt: number | undefined): bigint {
    const since = Math.max(this.#clock.wallTime() - uncountedFor, (countedAt ?? 0) - underWayFor);
    let size = 0n;
    for (const take of this.#takes) if (take.at >= since && contains(block, take.span)) size += take.size;
    return size;
  }

  /** Something was given back: there, or nobody knows where. */
  released(places: readonly string[] = []): void {
    const spans = places.map(parseSpan);
    const isConcerned = (source: Span | undefined) =>
      spans.length === 0 ||
      spans.some((span) => source === undefined || span === undefined || overlaps(source, span));
    for (const [key, { span }] of this.#exhausted) if (isConcerned(span)) this.#exhausted.delete(key);
    for (const span of spans) this.#giveBack(span);
  }

  #giveBack(span: Span | undefined): void {
    for (const take of this.#takes) {
      if (span === undefined || take.size !== size(span) || !contains(take.span, span)) continue;
      this.#takes.delete(take);
      return;
    }
  }

  /** A container or subnet was made, or got other attributes: queries may find it from now on. */
  gained(kind: Queried): void {
    for (const [key, { queried }] of this.#exhausted) if (queried === kind) this.#exhausted.delete(key);
  }

  /** Whose turn it is of so many; the next one's with the next call for the same sources. */
  turn(sources: string, count: number): number {
    const turn = (this.#turns.get(sources) ?? -1) + 1;
    this.#turns.delete(sources);
    this.#turns.set(sources, turn);
    const [oldest] = this.#turns.keys();
    if (this.#turns.size > mostTurns && oldest !== undefined) this.#turns.delete(oldest);
    return turn % count;
  }

  #pool({ pool }: NamedPool, field: string): Definition {
    const found = this.#named.get(pool);
    if (found !== undefined) return found;
    const [example] = this.#named.keys();
    const problem =
      "no pool of that name: the option pools of the Ipam defines them, and so may a description";
    throw invalid(`${field}.pool`, pool, problem, example ?? "10.0.0.0/16");
  }
}

function definitionOf(name: string, pool: PoolDefinition): Definition {
  const field = `pools[${JSON.stringify(name)}]`;
  const { from, strategy = "first" } = hasStrategy(pool) ? pool : { from: pool };
  if (!strategies.includes(strategy))
    throw invalid(`${field}.strategy`, strategy, `must be one of ${strategies.join(", ")}`, "most-free");
  parseTargets(from, ["container", "network", "range"], field);
  return { from: isList(from) ? from : [from], strategy };
}

function hasStrategy(pool: PoolDefinition): pool is Extract<PoolDefinition, { readonly from: unknown }> {
  return typeof pool === "object" && pool !== null && "from" in pool;
}

function isPool(source: Sources): source is NamedPool {
  return typeof source === "object" && source !== null && "pool" in source;
}

function isList<T>(sources: T | readonly T[]): sources is readonly T[] {
  return Array.isArray(sources);
}

/** Two requests are alike where one finding nothing means that the other would, too. */
function keyOf({ wanted, networkView, exclude }: Asked, { kind, text }: Target): string {
  return JSON.stringify([wanted, networkView, kind, text, ...exclude.map(formatSpan)]);
}
