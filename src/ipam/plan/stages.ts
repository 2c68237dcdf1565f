import { slices } from "../engine/chunk-size.js";
import type { PlanIntent } from "./intent.js";

export type Stage = readonly PlanIntent[];

/**
 * Divides the steps into as few requests as possible. Within one request the grid can fill in references of earlier steps. A step
 * that needs more than a reference, such as the addresses of a subnet that the grid chooses, goes into a later request.
 */
export function stagesOf(intents: readonly PlanIntent[]): Stage[] {
  const levels: PlanIntent[][] = [];
  const madeIn = new Map<string, number>();
  // A subnet is complete only with its gateway: before that, other steps might take the gateway's address.
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
