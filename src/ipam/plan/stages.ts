import { slices } from "../engine/chunk-size.js";
import type { PlanIntent } from "./intent.js";

/** What goes into one request, in order. */
export type Stage = readonly PlanIntent[];

/**
 * As few requests as the steps permit. A step goes into the first request in which all that it uses is made or known:
 * a reference can be filled in by the grid within one request, but what a step has to know in order to be written down
 * (an address that the grid chose, as a number to count from) is known only after the request before.
 */
export function stagesOf(intents: readonly PlanIntent[]): Stage[] {
  const levels: PlanIntent[][] = [];
  const madeIn = new Map<string, number>();
  // A subnet is made in one step, and complete with its gateway, before others take the address.
  const completeIn = new Map<string, number>();
  let lowest = 0;
  for (const intent of intents) {
    const { name, needs, uses = [] } = intent;
    const after = needs.map((one) => (madeIn.get(one) ?? 0) + 1);
    const beside = uses.map((one) => completeIn.get(one) ?? 0);
    if (intent.keepsItsPlace) lowest = Math.max(0, levels.length - 1);
    const level = Math.max(lowest, madeIn.get(name) ?? 0, ...after, ...beside);
    if (!madeIn.has(name)) madeIn.set(name, level);
    completeIn.set(name, level);
    while (levels.length <= level) levels.push([]);
    levels[level]?.push(intent);
  }
  return levels.flatMap((level) => [...slices(level)]);
}
