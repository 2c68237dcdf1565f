import { randomUUID } from "node:crypto";

/** A one-time id of so many things that one request makes; it says how many they are. */
export function newSharedAttempt(things: number): string {
  return things > 1 ? `${randomUUID()}/${things}` : randomUUID();
}

/** How many things there may be with a one-time id: more are too many. */
export function sharersOf(attempt: string): number {
  return Number(/\/(\d+)\+?$/.exec(attempt)?.[1] ?? 1);
}
