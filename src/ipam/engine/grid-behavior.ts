/**
 * How the engine comes to know what kind of grid it writes to. A profile that asks for more than guards stands in the
 * definitions of all our attributes, any other in one: a search for these that may find two at most fails the request that it
 * begins. So the first write costs no request more, and on such a grid it does nothing.
 */

import { isInfobloxError, NotFoundError, type WapiError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import { type Step, step } from "../../wapi/step.js";
import { behaviorOf, type GridBehavior, profilePattern, readBehavior } from "../profile/profile.js";
import type { IpamSettings } from "../settings/settings.js";
import { placesView } from "./places.js";
import { isGuardRefused, isRefusal, isTooMany } from "./refusals.js";

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
  try {
    const [profiles, ...answers] = await send([findProfiles(), ...steps]);
    // Guess: a grid may take no notice of a negative limit. Then the next request knows better.
    if ((profiles as readonly unknown[]).length > mostSerial) await learn(settings);
    else take(settings, behaviorOf(undefined));
    return answers;
  } catch (error) {
    if (isInfobloxError(error, "PermissionDeniedError")) {
      // Only where the first step is what was denied, nothing else of the request can have been done.
      if (!(await mayNotRead(settings, signal))) throw error;
      take(settings, behaviorOf(undefined));
      return send(await compose());
    }
    if (!isRefusal(error)) throw error;
    if (isGuardRefused(error) || isAboutProfiles(error)) await learn(settings);
    // A later step was refused: so the first was not.
    else take(settings, behaviorOf(undefined));
    if (settings.observed.behavior?.path === "serial") throw error;
    return send(await compose());
  }
}

/** Whether this user may not read definitions of attributes. They work as where there is no profile. */
function mayNotRead({ wapi }: IpamSettings, signal: AbortSignal | undefined): Promise<boolean> {
  return wapi.batch([findProfiles()], { signal }).then(
    () => false,
    (error: unknown) => isInfobloxError(error, "PermissionDeniedError"),
  );
}

/** The error of a grid whose view of places somebody has deleted, with what to do about it. */
function withoutPlaces(error: unknown): unknown {
  if (!isInfobloxError(error, "NotFoundError") || !error.text.includes(placesView)) return error;
  const { status, code, text, method, path } = error;
  const message = `This grid keeps the profile "places", and has no network view "${placesView}", or this user may not see it.`;
  const hint = "Call setup({ profile }) once more: it makes the view. Whoever uses request ids writes there.";
  return new NotFoundError(message, { status, code, text, method, path, hint, cause: error });
}

/** Whether the grid found too many profiles, and not too many of something else, as far as it says so. */
function isAboutProfiles(error: WapiError): boolean {
  const [, said] = /\(> (\d+)\)/.exec(error.text) ?? [];
  return isTooMany(error) && (said === undefined || Number(said) === mostSerial);
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

/** Fails where more definitions keep a profile than on a grid where guards are enough. */
function findProfiles(): Step<readonly unknown[]> {
  return step.find("extensibleattributedef", {
    where: { comment: { matches: profilePattern } },
    fields: ["name"],
    failAbove: mostSerial,
  } as never) as Step<readonly unknown[]>;
}
