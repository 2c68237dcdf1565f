import type { WapiError } from "../../errors.js";
import { isInfobloxError } from "../../errors.js";
import type { BatchResults, BatchSteps } from "../../wapi/batch.js";
import type { CallOptions } from "../../wapi/call-options.js";
import type { WapiClient } from "../../wapi/client.js";
import type { Step } from "../../wapi/step.js";
import { isSaid } from "../profile/sentences.js";

/**
 * Whether a grid refused to search for addresses because no network holds them. Grids answer such a search with no rows
 * or with `A network was not found for this address.` The text for a search by `network` is not known.
 */
export function isOutsideNetworks(error: unknown): error is WapiError {
  if (isSaid(error, "addressOutsideNetworks")) return true;
  const kinds = ["NotFoundError", "ConflictError", "InvalidRequestError"] as const;
  if (!kinds.some((kind) => isInfobloxError(error, kind))) return false;
  const { code, text } = error as WapiError;
  return code.startsWith("Client.Ibap.Data") && !/\bview\b/i.test(text);
}

/**
 * A batch that contains searches for addresses. If the grid refuses one of them, it refuses the whole batch. Then the other
 * steps are sent again without the searches, and each search alone: a refused one has found nothing.
 */
export async function batchWithAddresses<const Others extends BatchSteps, Found>(
  wapi: WapiClient,
  others: Others,
  searches: readonly Step<readonly Found[]>[],
  options: CallOptions,
): Promise<readonly [others: BatchResults<Others>, found: readonly (readonly Found[])[]]> {
  try {
    const results: readonly unknown[] = await wapi.batch([...others, ...searches], options);
    return [
      results.slice(0, others.length) as BatchResults<Others>,
      results.slice(others.length) as (readonly Found[])[],
    ];
  } catch (error) {
    if (!isOutsideNetworks(error)) throw error;
  }
  // If there is one search only, it was the one refused.
  const isKnown = others.length > 0 && searches.length === 1;
  return Promise.all([
    wapi.batch(others, options),
    isKnown ? [[]] : Promise.all(searches.map((search) => foundBy(wapi, search, options))),
  ]);
}

async function foundBy<Found>(
  wapi: WapiClient,
  search: Step<readonly Found[]>,
  options: CallOptions,
): Promise<readonly Found[]> {
  try {
    const [found] = await wapi.batch([search], options);
    return found;
  } catch (error) {
    if (isOutsideNetworks(error)) return [];
    throw error;
  }
}
