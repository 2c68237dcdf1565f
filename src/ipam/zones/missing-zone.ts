import { isInfobloxError, NotFoundError, refusalDetails, type WapiError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { isSaid } from "../profile/sentences.js";
import type { IpamSettings } from "../settings/settings.js";
import { findZone, neededZone, zonesAround } from "./zones.js";

interface Written {
  readonly names: readonly string[];
  readonly dnsView: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Explains a refusal for a missing zone: which name has none. The grid only says that a parent was not found. It costs one request
 * per name until the name is found, and none for other errors.
 */
export async function explainedZone(
  settings: IpamSettings,
  error: unknown,
  { names, dnsView, signal }: Written,
): Promise<unknown> {
  if (!isMissingParent(error)) return error;
  const seen = new Set<string>();
  for (const name of names) {
    const needed = neededZone(name);
    if (seen.has(needed)) continue;
    seen.add(needed);
    const found = await findZone(settings, zonesAround(name), dnsView, signal).then(
      (zone) => ({ zone }),
      () => undefined,
    );
    if (found !== undefined && found.zone === undefined) return missingZone(name, dnsView, error);
  }
  return error;
}

/** The DNS view of a host if the request names none. Guess: the one that a grid makes with the network view. */
export function viewOfHosts(dnsView: string | undefined, networkView: string): string {
  return dnsView ?? (networkView === "default" ? "default" : `default.${networkView}`);
}

/** Whether the grid refused a name because it has no zone for it. False for an error that was explained already. */
export function isMissingParent(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "WapiError") || isInfobloxError(error.cause, "WapiError")) return false;
  return (
    /parent was not found|reverse zone was specified/i.test(error.text) ||
    isSaid(error, "zoneMissing", "reverseZoneMissing")
  );
}

/** The error for a name without a zone. @param cause - the grid's refusal, if it was asked to write the name */
export function missingZone(name: string, dnsView: string, cause?: WapiError): NotFoundError {
  const needed = neededZone(name);
  const message = `There is no zone for ${name} in DNS view "${dnsView}"; nothing was done.`;
  const hint = phrase(
    `Create the zone ${needed} there, or pass the DNS view that has it: `,
    { term: "dnsView" },
    ".",
  );
  return new NotFoundError(message, { ...refusalDetails(cause), hint });
}
