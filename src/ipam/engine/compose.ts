import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { Described, Marks } from "../marks/ownership.js";
import type { Composed, Context, Intent, SourceChooser } from "./intent.js";

/** An intent, composed as steps of a request. */
export interface ComposedIntent<Source> {
  readonly intent: Intent<Source>;
  readonly composed: Composed;
  /** The index of its first result among those of the request. */
  readonly offset: number;
}

/** What `composeAll` needs besides the intents. */
export interface Composing<Source> {
  readonly sources: Pick<SourceChooser<Source>, "of">;
  readonly results: ReadonlyMap<string, unknown>;
  readonly marks: (intent: Intent<Source>, described: Described) => Marks;
  readonly isRevocable: boolean;
}

/** Composes a request. The grid fills in the values that later steps use of earlier ones. */
export function composeAll<Source>(
  intents: readonly Intent<Source>[],
  composing: Composing<Source>,
): ComposedIntent<Source>[] {
  const mains = new Map<string, Step<unknown>>();
  const all: ComposedIntent<Source>[] = [];
  let offset = 0;
  for (const intent of intents) {
    const composed = intent.compose(contextOf(intent, mains, composing));
    if (composed.main !== undefined) mains.set(intent.name, composed.main);
    all.push({ intent, composed, offset });
    offset += composed.steps.length;
  }
  return all;
}

export function stepsOf(composed: readonly ComposedIntent<never>[]): (Step<unknown> | RawStep)[] {
  return composed.flatMap((one) => one.composed.steps);
}

function contextOf<Source>(
  intent: Intent<Source>,
  mains: ReadonlyMap<string, Step<unknown>>,
  { sources, results, marks, isRevocable }: Composing<Source>,
): Context<Source> {
  const made = (name: string) => {
    const main = mains.get(name);
    if (main === undefined) throw new RangeError(`${intent.name} uses ${name}, which does not exist yet`);
    return main;
  };
  return {
    refOf: (name) => refIn(results.get(name)) ?? (made(name).ref as Ref),
    valueOf: (name, field) => {
      const result = results.get(name);
      return result === undefined ? made(name).value(field as never) : valueIn(result, field);
    },
    resultOf: (name) => {
      const result = results.get(name);
      if (result === undefined) throw new RangeError(`${intent.name} needs ${name}, which is not known yet`);
      return result;
    },
    known: (name) => results.get(name),
    sourceOf: (pool) => sources.of(intent, pool),
    marks: (described) => marks(intent, described),
    isRevocable,
  };
}

export function refIn(result: unknown): Ref | undefined {
  return typeof result === "object" && result !== null && "ref" in result ? (result.ref as Ref) : undefined;
}

/** A value of a result, by the WAPI field that it comes from. */
function valueIn(result: unknown, field: string): string {
  const { cidr, ip } = result as { readonly cidr?: string; readonly ip?: string };
  const value = field === "network" ? cidr : ip;
  if (value === undefined) throw new RangeError(`no ${field} in a result`);
  return value;
}
