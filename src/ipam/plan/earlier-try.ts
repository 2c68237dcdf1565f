import type { IpamSettings } from "../settings.js";
import type { Intent } from "./intent.js";
import { stagesOf } from "./stages.js";

/**
 * Whether a plan looks first for what an earlier call with its request id has made. One request that only makes things can
 * do without: where they are there already, the grid refuses it. Not so where a grid keeps parts of what it refuses.
 */
export function looksForEarlierTry(
  { learnt }: IpamSettings,
  intents: readonly Intent[],
  requestId: string | undefined,
): boolean {
  if (requestId === undefined) return false;
  const isPlain = intents.every((intent) => !leavesNoTrace(intent) && intent.look === undefined);
  return learnt.keepsParts || learnt.searchLag > 0 || !isPlain || stagesOf(intents).length > 1;
}

/** Nothing on the grid tells afterwards that the step was done. */
export function leavesNoTrace({ kind }: Intent): boolean {
  return kind === "change" || kind === "release";
}
