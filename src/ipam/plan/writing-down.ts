import type { RawStep } from "../../wapi/batch.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import type { Marks } from "../ownership.js";
import type { SourceChoices } from "./choices.js";
import type { DescribedObject, Draft, Intent, Scene } from "./intent.js";
import type { StepResult } from "./results.js";
import type { Stage } from "./stages.js";

/** A plan's step, written down as steps of a request. */
export interface Written {
  readonly intent: Intent;
  readonly draft: Draft;
  /** Where its results begin. */
  readonly offset: number;
}

/** What is written down with. */
export interface Desk {
  readonly choices: SourceChoices;
  readonly results: ReadonlyMap<string, StepResult>;
  readonly marks: (intent: Intent, described: DescribedObject) => Marks;
  readonly undoable: boolean;
}

/**
 * Writes down a request: what later steps of it use of earlier ones, the grid fills in.
 *
 * Guess: it does so wherever a text stands in a step's data, inside `_object_ref` and `ipv4addr` too; and a search in a
 * request finds what the same request has created.
 */
export function writtenDown(stage: Stage, desk: Desk): Written[] {
  const mains = new Map<string, Step<unknown>>();
  const written: Written[] = [];
  let offset = 0;
  for (const intent of stage) {
    const draft = intent.draft(sceneOf(intent, mains, desk));
    if (draft.main !== undefined) mains.set(intent.name, draft.main);
    written.push({ intent, draft, offset });
    offset += draft.steps.length;
  }
  return written;
}

/** The steps of the request. */
export function stepsOf(written: readonly Written[]): (Step<unknown> | RawStep)[] {
  return written.flatMap(({ draft }) => draft.steps);
}

function sceneOf(intent: Intent, mains: ReadonlyMap<string, Step<unknown>>, desk: Desk): Scene {
  const { choices, results, marks, undoable } = desk;
  const made = (name: string) => {
    const main = mains.get(name);
    if (main === undefined) throw new RangeError(`${intent.name} uses ${name}, which isn't there yet`);
    return main;
  };
  return {
    refOf: (name) => {
      const result = results.get(name);
      return result !== undefined && "ref" in result ? result.ref : (made(name).ref as Ref);
    },
    valueOf: (name, field) => {
      const result = results.get(name);
      return result === undefined ? made(name).value(field as never) : valueIn(result, field);
    },
    resultOf: (name) => {
      const result = results.get(name);
      if (result === undefined) throw new RangeError(`${intent.name} needs ${name}, which isn't known yet`);
      return result;
    },
    sourceOf: (pool) => choices.of(intent, pool),
    marks: (described) => marks(intent, described),
    undoable,
  };
}

/** A result's value, by the field of the grid that it came from. */
function valueIn(result: StepResult, field: string): string {
  if (field === "network" && "cidr" in result) return result.cidr;
  if ("ip" in result) return result.ip;
  throw new RangeError(`no ${field} in a result`);
}
