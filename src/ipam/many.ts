import { PoolExhaustedError } from "../errors.js";
import type { Step } from "../wapi/step.js";
import type { AddressSource } from "./address-sources.js";
import { isExhausted } from "./exhaustion.js";
import { type PoolRefusal, promising, refusalOf, type Wanted } from "./pool.js";
import type { Progress } from "./requests.js";
import type { IpamSettings } from "./settings.js";
import { atOnce } from "./slices.js";
import type { Target } from "./targets.js";

/** One of many things to be created, and how to read it. */
export interface ManyDraft<T> {
  readonly step: Step<unknown>;
  readonly read: (result: unknown) => T;
}

/** Many things to be taken, and how far that has come. */
export interface Many<T> extends Wanted {
  /** For messages: `"addresses"`. */
  readonly plural: string;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly count: number;
  readonly taken: T[];
  /** Has a target drained, as what it turns out to be on the grid. */
  readonly from: (
    target: Target,
    drain: (source: AddressSource) => Promise<PoolRefusal | undefined>,
  ) => Promise<PoolRefusal | undefined>;
  readonly drafts: (source: AddressSource, length: number) => readonly ManyDraft<T>[];
}

/**
 * Takes from one source after the other until there are enough.
 *
 * @throws {PoolExhaustedError} where there aren't; what was taken stays in `taken`
 */
export async function takeMany<T>(settings: IpamSettings, many: Many<T>): Promise<void> {
  const { taken, count, plural } = many;
  const tried: PoolRefusal[] = [];
  for await (const target of promising(settings, many)) {
    const refusal = await many.from(target, (source) => drain(settings, many, source));
    if (refusal === undefined) return;
    tried.push(refusal);
  }
  const sources = [...new Set(tried.map(({ source }) => source))].join(", ");
  const whereabouts = taken.length > 0 ? "; those that stay taken are in the error's partial" : "";
  const message = `Only ${taken.length} of ${count} ${plural} could be had in ${sources}${whereabouts}.`;
  throw new PoolExhaustedError(message, { tried, hint: tried.at(-1)?.hint });
}

/**
 * Takes what is needed from one source, or all that it has: then what it said last is given. A chunk is all or
 * nothing, so one that is too large for what is left is halved.
 */
async function drain<T>(
  { wapi }: IpamSettings,
  { count, taken, signal, onProgress, drafts }: Many<T>,
  source: AddressSource,
): Promise<PoolRefusal | undefined> {
  let most = atOnce;
  while (taken.length < count) {
    const some = drafts(source, Math.min(most, count - taken.length));
    try {
      const steps = some.map(({ step }) => step);
      const results = await wapi.batch(steps, { signal });
      taken.push(...some.map(({ read }, index) => read(results[index])));
    } catch (error) {
      if (some.length === 1 || !isExhausted(error)) return refusalOf(source.target, error);
      most = Math.floor(some.length / 2);
      continue;
    }
    onProgress?.({ done: taken.length, total: count });
  }
  return undefined;
}
