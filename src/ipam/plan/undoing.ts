import { isInfobloxError } from "../../errors.js";
import type { Step } from "../../wapi/step.js";
import { slices } from "../bulk/slices.js";
import type { IpamSettings } from "../settings.js";
import type { Draft, Intent } from "./intent.js";
import type { StepLeft, StepResult } from "./results.js";

/** A step that was done by this call. */
export interface Done {
  readonly intent: Intent;
  readonly draft: Draft;
  readonly result: StepResult;
  /** What the grid answered. */
  readonly answers: readonly unknown[];
}

/**
 * Takes back what was done, last first, and gives what could not be. Without the caller's signal, whose abort may be
 * why. All in one request where the grid lets that; else one by one, so that as little as possible stays.
 */
export async function undo(settings: IpamSettings, done: readonly Done[]): Promise<StepLeft[]> {
  const left: StepLeft[] = [];
  const undoing: [done: Done, step: Step<unknown>][] = [];
  for (const one of done.toReversed()) {
    const step = one.draft.undo(one.result, one.answers);
    if (step !== undefined) undoing.push([one, step]);
    else if (hasEffect(one.result)) left.push(leftBy(one));
  }
  if (undoing.length > 0) settings.pools.released();
  for (const some of slices(undoing)) {
    if (await isDone(settings, some)) continue;
    for (const one of some) if (!(await isDone(settings, [one]))) left.push(leftBy(one[0]));
  }
  return left;
}

async function isDone(
  { wapi }: IpamSettings,
  some: readonly (readonly [done: Done, step: Step<unknown>])[],
): Promise<boolean> {
  try {
    await wapi.batch(some.map(([, step]) => step));
    return true;
  } catch (error) {
    // What is gone needs no undoing.
    return some.length === 1 && isInfobloxError(error, "NotFoundError");
  }
}

/** What was done, for an error that can't undo it. */
export function leftBy({ intent, result }: Done): StepLeft {
  return { step: intent.name, kind: intent.kind, result };
}

/** A release of what was gone has done nothing. */
function hasEffect(result: StepResult): boolean {
  return !("released" in result) || result.released;
}
