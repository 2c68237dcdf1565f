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
import { isList, parseTargets, type Source, spanOfTarget, type Target } from "../requests/targets.js";

/** The options of an `Ipam` for pools. */
export interface PoolOptions {
  /** Sources under names of your own: `{ "paris-web": ["10.1.0.0/16", { extattrs: { Site: "Paris" } }] }`. */
  readonly pools?: Readonly<Record<string, PoolDefinition>> | undefined;
  /**
   * Milliseconds for which an exhausted source is tried after all others. Default: 30,000. With 0, it is not remembered. A
   * release by this `Ipam` ends it at once.
   */
  readonly exhaustedFor?: number | undefined;
}

/** A request to a source, reduced to the values that decide whether the source can fill it. */
export interface Asked {
  /** `"/24"`, `"address"`. */
  readonly wanted: string;
  /** The objects that a query among the sources finds. */
  readonly queried: Queried;
  readonly networkView: string;
  readonly exclude: readonly Span[];
}

/** A query among sources finds containers if subnets are taken, networks if addresses are. */
export type Queried = "container" | "network";

interface Definition {
  readonly from: readonly Source[];
  readonly strategy: PoolStrategy;
}

/** A block or address that was taken, and that the grid's figures may not count yet. */
interface Take {
  readonly span: Span;
  /** The number of addresses. */
  readonly size: bigint;
  /** The wall time in milliseconds. */
  readonly at: number;
}

/** How long the grid's figures may miss what was taken, in milliseconds. A grid counts every quarter of an hour. */
const uncountedFor = 20 * 60 * 1000;
/** How long a request may be under way, in milliseconds. What was chosen so shortly before a count may be missing in it. */
const underWayFor = 10_000;

interface Exhausted {
  readonly until: number;
  /** Its addresses, if they are known. */
  readonly span: Span | undefined;
  /** The objects that a query finds: a new one may match it. */
  readonly queried: Queried | undefined;
}

/** How many lists of sources have a remembered turn. Beyond that, the oldest is forgotten. */
const mostTurns = 1000;

/** The pools of one `Ipam`: their names, the turns of their sources, and which sources are exhausted. */
export class Pools {
  readonly #named: Map<string, Definition>;
  readonly #exhaustedFor: number;
  readonly #clock: Pick<Clock, "now" | "wallTime">;
  readonly #exhausted: Map<string, Exhausted>;
  readonly #turns: Map<string, number>;
  readonly #takes: Set<Take>;

  /** @param parent - pools whose names are known here, too, and whose memory is shared */
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
      throw invalid("exhaustedFor", exhaustedFor, "must be a number of milliseconds", 30_000);
    this.#exhaustedFor = exhaustedFor;
    this.#clock = clock;
    for (const [name, pool] of Object.entries(pools)) this.#named.set(name, definitionOf(name, pool));
  }

  /** The same pools with more names. Both share what is remembered of sources. */
  with(pools: PoolOptions["pools"]): Pools {
    return new Pools({ pools, exhaustedFor: this.#exhaustedFor }, this.#clock, this);
  }

  /**
   * The sources of a request, with each pool replaced by its sources. If the request names one pool alone and no strategy, the
   * strategy of the pool applies.
   *
   * @throws {InvalidRequestError} if no pool has that name
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
    // A single source stays single, so that errors name it `from`, not `from[0]`.
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
   * Remembers that a request takes this many addresses, before it is sent: calls that choose at the same moment see each other.
   *
   * @returns a function that forgets it, if nothing was taken
   */
  taking(span: Span | undefined, size: bigint): () => void {
    if (span === undefined) return () => undefined;
    const now = this.#clock.wallTime();
    for (const take of this.#takes) if (now - take.at > uncountedFor) this.#takes.delete(take);
    const take = { span, size, at: now };
    this.#takes.add(take);
    return () => this.#takes.delete(take);
  }

  /** How many addresses were taken in a block that the grid has not counted yet. `countedAt`: the time of its count, if known. */
  uncounted(block: Span, countedAt: number | undefined): bigint {
    const since = Math.max(this.#clock.wallTime() - uncountedFor, (countedAt ?? 0) - underWayFor);
    let size = 0n;
    for (const take of this.#takes) if (take.at >= since && contains(block, take.span)) size += take.size;
    return size;
  }

  /** Notes that something was released: in these places, or at an unknown one if there are none. */
  released(places: readonly string[] = []): void {
    const spans = places.map(parseSpan);
    const isConcerned = (source: Span | undefined) =>
      spans.length === 0 ||
      spans.some((span) => source === undefined || span === undefined || overlaps(source, span));
    for (const [key, { span }] of this.#exhausted) if (isConcerned(span)) this.#exhausted.delete(key);
    for (const span of spans.filter((one) => one !== undefined)) {
      const given = [...this.#takes].find((take) => take.size === size(span) && contains(take.span, span));
      if (given !== undefined) this.#takes.delete(given);
    }
  }

  /** Notes that a container or subnet was made or got other attributes: queries may find it now. */
  gained(kind: Queried): void {
    for (const [key, { queried }] of this.#exhausted) if (queried === kind) this.#exhausted.delete(key);
  }

  /** The index of the source whose turn it is. Each call for the same sources moves on by one. */
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
    const problem = "no pool has that name: define it in the option pools of the Ipam, or in the description";
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

/** Two requests have the same key if a source that cannot fill one cannot fill the other. */
function keyOf({ wanted, networkView, exclude }: Asked, { kind, text }: Target): string {
  return JSON.stringify([wanted, networkView, kind, text, ...exclude.map(formatSpan)]);
}
