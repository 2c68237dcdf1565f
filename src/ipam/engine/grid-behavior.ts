/**
 * How the engine comes to know what kind of grid it writes to. A profile that asks for more than guards stands in the
 * definitions of all our attributes, any other in one: a search for these that may find two at most fails the request that it
 * begins. So the first write costs no request more, and on such a grid it does nothing.
 */

import { isInfobloxError, NotFoundError, type WapiError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import { type Step, step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { placesView } from "./places.js";
import { behaviorOf, type GridBehavior, profilePattern, readBehavior } from "./profile.js";
import { isRefusal, isTooMany } from "./refusals.js";

/**
 * In so many definitions a profile may stand on a grid where guards are enough. Most guards have another limit, so that a
 * refusal tells which of both it was.
 */
const mostSerial = 2;

type Steps = readonly (Step<unknown> | RawStep)[];

/**
 * Sends a request that writes, composed for this grid: see {@link IpamSettings.observed}. Where it isn't known yet what kind of
 * grid this is, the request finds out by itself, and is composed anew where it was wrong.
 *
 * @returns the answers of the steps that were composed last
 * @throws {InvalidRequestError} where the client was given another profile than the grid keeps
 */
export async function sendAsGridNeeds(
  settings: IpamSettings,
  compose: () => Steps | Promise<Steps>,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<readonly unknown[]> {
  const { wapi, observed } = settings;
  const send = async (steps: Steps) => {
    if (steps.length === 0) return [];
    return wapi.batch(steps, { signal }).catch((error: unknown) => {
      throw withoutPlaces(error);
    });
  };
  if (observed.behavior === undefined && (settings.profile !== undefined || observed.refusesGuards))
    await learn(settings);
  if (observed.behavior !== undefined) return send(await compose());
  const steps = await compose();
  if (steps.length === 0) return [];
  const limit = mostSerial;
  try {
    const [profiles, ...answers] = await send([findProfiles(limit), ...steps]);
    // Guess: a grid may take no notice of a negative limit. Then the next request knows better.
    if ((profiles as readonly unknown[]).length > limit) await learn(settings);
    else take(settings, behaviorOf(undefined));
    return answers;
  } catch (error) {
    const isUnreadable = isInfobloxError(error, "PermissionDeniedError");
    if (!isRefusal(error) && !isUnreadable) throw error;
    if (isTooMany(error) && isAbout(error, limit)) await learn(settings);
    // A later step was refused: so the first was not. Who may not read definitions works as where there is no profile.
    else take(settings, behaviorOf(undefined));
    if (settings.observed.behavior?.path === "serial" && !isUnreadable) throw error;
    return send(await compose());
  }
}

/** The error of a grid whose view of places somebody has deleted, with what to do about it. */
function withoutPlaces(error: unknown): unknown {
  if (!isInfobloxError(error, "NotFoundError") || !error.text.includes(placesView)) return error;
  const { status, code, text, method, path } = error;
  const message = `This grid keeps the profile "places", and has no network view "${placesView}", or this user may not see it.`;
  const hint = "Call setup({ profile }) once more: it makes the view. Whoever uses request ids writes there.";
  return new NotFoundError(message, { status, code, text, method, path, hint, cause: error });
}

/** Whether it was a search with this limit that found too many, as far as the grid says so. */
function isAbout({ text }: WapiError, limit: number): boolean {
  const [, said] = /\(> (\d+)\)/.exec(text) ?? [];
  return said === undefined || Number(said) === limit;
}

/** Reads what kind of grid this is, where that isn't known yet: where a request's answer is lost, it matters for every one. */
export async function learnGrid(settings: IpamSettings): Promise<void> {
  if (settings.observed.behavior === undefined) await learn(settings);
}

/** Reads what the grid keeps, beside what the client was given. */
async function learn(settings: IpamSettings): Promise<void> {
  take(settings, await readBehavior(settings.wapi, settings.profile));
}

function take({ observed }: IpamSettings, behavior: GridBehavior): void {
  observed.behavior = behavior;
  const { path, waitMs, searchLag, rollsBack, guards } = behavior;
  // Who waits does so twice as long as searches lag.
  observed.searchLag = Math.max(observed.searchLag, path === "wait" ? waitMs / 2 : searchLag);
  observed.keepsParts ||= !rollsBack;
  observed.refusesGuards ||= !guards;
}

/** Fails where more definitions keep a profile. */
function findProfiles(limit: number): Step<readonly unknown[]> {
  return step.find("extensibleattributedef", {
    where: { comment: { matches: profilePattern } },
    fields: ["name"],
    failAbove: limit,
  } as never) as Step<readonly unknown[]>;
}
