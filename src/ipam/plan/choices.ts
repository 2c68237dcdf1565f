import { isInfobloxError, PoolExhaustedError, type WapiError } from "../../errors.js";
import type { AddressSource } from "../addresses/address-sources.js";
import type { IpamSettings } from "../settings.js";
import { isExhausted, isMissingSource } from "../sources/exhaustion.js";
import { absentError, candidates, explainedQuery, type PoolRefusal, refusalOf } from "../sources/pool.js";
import type { Target } from "../sources/targets.js";
import type { Intent, SourcePool } from "./intent.js";
import type { Stage } from "./stages.js";

/** Which source of a pool is tried now. */
interface Choice {
  readonly step: string;
  readonly pool: SourcePool;
  readonly rest: AsyncGenerator<Target>;
  /** What comes next, where that was asked already. */
  upcoming: IteratorResult<Target> | undefined;
  current: AddressSource;
  /** Whether it is known what stands in the place of the current source. */
  looked: boolean;
  readonly tried: PoolRefusal[];
}

/**
 * Which sources the steps of a plan take from. All steps of a request succeed or fail together, and the grid says only
 * that something is exhausted: so the whole request is tried again, with one other choice.
 */
export class SourceChoices {
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #choices = new Map<Intent, readonly Choice[]>();

  constructor(settings: IpamSettings, intents: readonly Intent[], signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
    for (const intent of intents) {
      this.#choices.set(
        intent,
        intent.pools.map((pool) => this.#first(intent, pool)),
      );
    }
  }

  /** The source of a step's pool that is tried now. */
  of(intent: Intent, pool: number): AddressSource {
    const choice = this.#choices.get(intent)?.[pool];
    if (choice === undefined) throw new RangeError(`${intent.name} has no pool ${pool}`);
    return choice.current;
  }

  /**
   * Chooses anew after a refusal. Whether there is anything else to try.
   *
   * @throws {PoolExhaustedError} where all sources are exhausted
   * @throws {NotFoundError} where there is no such source
   */
  async another(stage: Stage, error: unknown): Promise<boolean> {
    const choices = stage.flatMap((intent) => this.#choices.get(intent) ?? []);
    if (choices.length === 0) return false;
    if (isMissingSource(error)) return this.#instead(choices, error);
    return isExhausted(error) && this.#next(choices, error);
  }

  #first({ name }: Intent, pool: SourcePool): Choice {
    const [target] = pool.targets;
    if (target === undefined) throw new RangeError(`${name} takes from nothing`);
    const signal = this.#signal;
    const { exclude } = pool;
    return {
      step: name,
      pool,
      rest: afterFirst(candidates(this.#settings, pool.targets, { ...pool, signal })),
      upcoming: undefined,
      current: { target, exclude },
      looked: false,
      tried: [],
    };
  }

  /** What else could be meant by sources that the grid has no object for. */
  async #instead(choices: readonly Choice[], error: WapiError): Promise<boolean> {
    let changed = false;
    for (const choice of choices) {
      const { current, pool, looked } = choice;
      if (looked || current.target.kind === "ref") continue;
      if (current.target.kind === "query") {
        throw explainedQuery(error, current.target, pool.queried, pool.networkView);
      }
      choice.looked = true;
      choice.current = await pool.instead(current, error, this.#signal);
      changed ||= choice.current !== current;
    }
    if (changed) return true;
    const lost = choices.find(({ current }) => current.target.kind !== "ref");
    if (lost === undefined) return false;
    throw absentError(error, lost.current.target, lost.pool.queried, lost.pool.networkView);
  }

  /** One other source, for a step whose own has nothing left. */
  async #next(choices: readonly Choice[], error: WapiError): Promise<boolean> {
    const wanted = /IP address/i.test(error.text) ? "network" : "container";
    const concerned = choices.filter(({ pool }) => pool.queried === wanted);
    const open: Choice[] = [];
    for (const choice of concerned) {
      choice.upcoming ??= await choice.rest.next();
      if (!choice.upcoming.done) open.push(choice);
    }
    const chosen = open.length > 1 ? await this.#exhausted(open) : open[0];
    if (chosen?.upcoming === undefined || chosen.upcoming.done) throw exhaustedError(concerned, error);
    chosen.tried.push(refusalOf(chosen.current.target, error));
    chosen.current = { target: chosen.upcoming.value, exclude: chosen.pool.exclude };
    chosen.upcoming = undefined;
    chosen.looked = false;
    return true;
  }

  /** Of several that could be at fault: one that has nothing on its own, else the last, for which nothing was left. */
  async #exhausted(open: readonly Choice[]): Promise<Choice | undefined> {
    for (const choice of open) {
      const hasRoom = await choice.pool.hasRoom(choice.current, this.#signal).catch((error: unknown) => {
        // What can't be looked at, the request itself will tell.
        if (isInfobloxError(error, "WapiError")) return true;
        throw error;
      });
      if (!hasRoom) return choice;
    }
    return open.at(-1);
  }
}

async function* afterFirst(targets: AsyncGenerator<Target>): AsyncGenerator<Target> {
  await targets.next();
  yield* targets;
}

function exhaustedError(choices: readonly Choice[], error: WapiError): PoolExhaustedError {
  const tried = choices.flatMap((choice) => [...choice.tried, refusalOf(choice.current.target, error)]);
  const steps = [...new Set(choices.map(({ step }) => step))].join(", ");
  const message = `The plan has no room: for one of its steps (${steps}) no source has anything left. Nothing of this request was done.`;
  return new PoolExhaustedError(message, { tried, hint: error.hint });
}
