/**
 * How the engine learns which profile a grid has. A profile that needs more than guards is kept in the definitions of all our
 * attributes; any other profile is kept in one. So the first write begins with a search for these definitions that may find two
 * at most. On a grid that needs more than guards, that search fails the request, which then has done nothing. On other grids it
 * costs no additional request.
 */

import { isInfobloxError, NotFoundError, refusalDetails, type WapiError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import { type Step, step } from "../../wapi/step.js";
import { behaviorOf, type GridBehavior, profilePattern, readBehavior } from "../profile/profile.js";
import type { IpamSettings } from "../settings/settings.js";
import { placesView } from "./places.js";
import { isGuardRefused, isRefusal, isTooMany } from "./refusals.js";

/**
 * The most definitions that keep a profile on a grid where guards are enough. Most guards have another limit, so a refusal shows
 * whether a guard or this search failed.
 */
const mostSerial = 2;

type Steps = readonly (Step<unknown> | RawStep)[];

/**
 * Sends a request that writes, composed for this grid: see {@link IpamSettings.observed}. If the profile of the grid is unknown
 * yet, the request asks for it in its first step, and is composed anew if the grid has another profile than assumed.
 *
 * @returns the answers of the steps that were composed last
 * @throws {InvalidRequestError} if the option `profile` differs from the profile that the grid keeps
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
  try {
    const [profiles, ...answers] = await send([findProfiles(), ...steps]);
    // Guess: a grid may ignore a negative limit. Then this request did not fail, but the next ones are composed right.
    if ((profiles as readonly unknown[]).length > mostSerial) await learn(settings);
    else take(settings, behaviorOf(undefined));
    return answers;
  } catch (error) {
    if (isInfobloxError(error, "PermissionDeniedError")) {
      // If the grid denied the first step, no other step of the request was done.
      if (!(await mayNotRead(settings, signal))) throw error;
      take(settings, behaviorOf(undefined));
      return send(await compose());
    }
    if (!isRefusal(error)) throw error;
    if (isGuardRefused(error) || isAboutProfiles(error)) await learn(settings);
    // A later step was refused, so the first one passed.
    else take(settings, behaviorOf(undefined));
    if (settings.observed.behavior?.path === "serial") throw error;
    return send(await compose());
  }
}

/** Whether this user may not read definitions of attributes. Such a user works as on a grid without a profile. */
function mayNotRead({ wapi }: IpamSettings, signal: AbortSignal | undefined): Promise<boolean> {
  return wapi.batch([findProfiles()], { signal }).then(
    () => false,
    (error: unknown) => isInfobloxError(error, "PermissionDeniedError"),
  );
}

/** The error of a grid whose network view for places is gone, with a hint what to do. */
function withoutPlaces(error: unknown): unknown {
  if (!isInfobloxError(error, "NotFoundError") || !error.text.includes(placesView)) return error;
  const message = `This grid keeps the profile "places", but has no network view "${placesView}", or this user may not see it.`;
  const hint =
    "Call setup({ profile }) once more: it makes the view. Every user of request ids has to have write access to it.";
  return new NotFoundError(message, { ...refusalDetails(error), hint });
}

/** Whether the search for profiles found too many, not another search. The grid's text may name the limit. */
function isAboutProfiles(error: WapiError): boolean {
  const [, said] = /\(> (\d+)\)/.exec(error.text) ?? [];
  return isTooMany(error) && (said === undefined || Number(said) === mostSerial);
}

/** Reads the profile of the grid if it is unknown yet. After a lost answer every kind of request depends on it. */
export async function learnGrid(settings: IpamSettings): Promise<void> {
  if (settings.observed.behavior === undefined) await learn(settings);
}

/** Reads the profile that the grid keeps, and compares it with the option `profile`. */
async function learn(settings: IpamSettings): Promise<void> {
  take(settings, await readBehavior(settings.wapi, settings.profile));
}

function take({ observed }: IpamSettings, behavior: GridBehavior): void {
  observed.behavior = behavior;
  const { path, waitMs, searchLag, rollsBack, guards } = behavior;
  // The path "wait" waits twice as long as searches lag.
  observed.searchLag = Math.max(observed.searchLag, path === "wait" ? waitMs / 2 : searchLag);
  observed.keepsParts ||= !rollsBack;
  observed.refusesGuards ||= !guards;
}

/** Fails where more definitions keep a profile than on a grid where guards are enough. */
function findProfiles(): Step<readonly unknown[]> {
  return step.find("extensibleattributedef", {
    where: { comment: { matches: profilePattern } },
    fields: ["name"],
    failAbove: mostSerial,
  } as never) as Step<readonly unknown[]>;
}
