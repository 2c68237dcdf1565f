import { randomUUID } from "node:crypto";
import { isInfobloxError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { pause } from "./pace.js";

/** How often what takes back is sent, where its answer is lost. */
const mostTries = 10;

/** A one-time id: tells what one call has made from all that others make. */
export function newAttempt(): string {
  return randomUUID();
}

/**
 * The one-time id of a thing that somebody else has taken over. Whoever made it searches for the id as it was, so that
 * the thing can't be taken back any more.
 */
export function vouched(attempt: string): string {
  return `${attempt}+`;
}

export function isVouched(attempt: string): boolean {
  return attempt.endsWith("+");
}

/** Whether two one-time ids are of one thing, whether or not somebody has taken it over in between. */
export function isSameAttempt(one: string | undefined, other: string | undefined): boolean {
  return one?.replace(/\+$/, "") === other?.replace(/\+$/, "");
}

/** Deletes what the search finds first. @returns whether it found anything: what is gone, or vouched for, it doesn't */
export async function takeBack({ wapi, pace }: IpamSettings, found: Step<unknown>): Promise<boolean> {
  for (let tries = 1; ; tries += 1) {
    try {
      await wapi.batch([found.discard(), step.delete(found.ref as Ref<"network">)]);
      return true;
    } catch (error) {
      if (isRefusal(error)) return tries > 1;
      // A grid that can't be reached, or has no master just now: what would stay is nobody's.
      if (tries === mostTries || !isInfobloxError(error)) throw error;
      await pause(pace, tries);
    }
  }
}

/**
 * Gives what the searches find other one-time ids, so that whoever made it can't take it back.
 *
 * @returns whether all were found as they were: if not, somebody may just be taking them back
 */
export async function vouchFor(
  { wapi, ownership }: IpamSettings,
  found: readonly { readonly step: Step<unknown>; readonly attempt: string }[],
): Promise<boolean> {
  const { attemptAttribute } = ownership;
  if (attemptAttribute === undefined || found.length === 0) return true;
  const changes = found.flatMap(({ step: search, attempt }) => [
    search.discard(),
    step.update(search.ref as Ref<"network">, { extattrs: { [attemptAttribute]: vouched(attempt) } }),
  ]);
  try {
    await wapi.batch(changes);
    return true;
  } catch (error) {
    if (isRefusal(error) || isInfobloxError(error, "UncertainWriteError")) return false;
    throw error;
  }
}
