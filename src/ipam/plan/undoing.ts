import { isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import type { Step } from "../../wapi/step.js";
import { slices } from "../bulk/slices.js";
import { isVouched } from "../once/attempts.js";
import type { IpamSettings } from "../settings.js";
import type { Intent } from "./intent.js";
import type { StepLeft, StepResult } from "./results.js";

/** A step that was done by this call. */
export interface Done {
  readonly intent: Intent;
  readonly result: StepResult;
  /** What takes it back; `undefined` where nothing does. None where it goes with another. */
  readonly undo: readonly Step<unknown>[] | undefined;
}

/**
 * Takes back what was done, last first, and gives what could not be. Without the caller's signal, whose abort may be
 * why. All in one request where the grid lets that; else one by one, so that as little as possible stays.
 */
export async function undo(settings: IpamSettings, done: readonly Done[]): Promise<StepLeft[]> {
  const backwards = done.toReversed();
  const left = backwards.filter((one) => one.undo === undefined && hasEffect(one.result));
  const undoing = backwards.filter((one) => (one.undo?.length ?? 0) > 0);
  const { pace, learnt, pools } = settings;
  // By then searches find what is to be deleted.
  if (undoing.length > 0 && learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
  if (undoing.length > 0) pools.released();
  for (const some of slices(undoing)) {
    if (await isDone(settings, some)) continue;
    for (const one of some) {
      if (!(await isDone(settings, [one])) && !(await isOthers(settings, one))) left.push(one);
    }
  }
  return left.map(leftBy);
}

async function isDone({ wapi }: IpamSettings, some: readonly Done[]): Promise<boolean> {
  return wapi.batch(some.flatMap((one) => one.undo ?? [])).then(
    () => true,
    () => false,
  );
}

/** Whether it needs no undoing any more: it is gone, or somebody has taken it over. */
async function isOthers({ wapi, ownership }: IpamSettings, { intent, result }: Done): Promise<boolean> {
  if (intent.kind === "change" || !("ref" in result)) return false;
  try {
    const standing = await wapi.get(result.ref as Ref<"network">, { fields: ["extattrs"] });
    return isVouched(ownership.attemptOf(standing) ?? "");
  } catch (error) {
    return isInfobloxError(error, "NotFoundError");
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
