import { isInfobloxError, type WapiError } from "../../errors.js";
import { isSaid } from "../profile/sentences.js";

/**
 * The texts by which a grid says that nothing is left. Only these send a request on to its next source: any other
 * error means that the next one might be taken from by mistake.
 */
const exhausted = /Cannot find \d+ available IP address|Can ?not find requested number of networks/i;

/** A source that the grid doesn't have: of text that names it, of a search for it, of its reference. */
const missing =
  /does not match any unique networks\/ranges|did not return any result|^Reference .* not found/is;

export function isExhausted(error: unknown): error is WapiError {
  if (isSaid(error, "addressesExhausted", "networksExhausted")) return true;
  return isInfobloxError(error, "WapiError") && exhausted.test(error.text);
}

/** No block is left: nothing was begun. An address that is lacking may have been wanted for a block that was. */
export function isOutOfBlocks(error: unknown): error is WapiError {
  return isSaid(error, "networksExhausted") || (isExhausted(error) && /networks/i.test(error.text));
}

export function isMissingSource(error: unknown): error is WapiError {
  if (isSaid(error, "networkMissing", "referenceGone")) return true;
  return isInfobloxError(error, "WapiError") && missing.test(error.text);
}

/**
 * The grid chose a block or an address, and found it taken when it came to create it: somebody was faster, on a grid that
 * does several requests at a time. Guess: what is known are the sentences for blocks and addresses that are named.
 */
const contended =
  /The network \S+ already exists|will overlap an existing network|IP address \S+ .*(already|in use|is used)|being (modified|used) by another/i;

export function isContended(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "ConflictError")) return false;
  return (
    contended.test(error.text) ||
    isSaid(error, "contention", "networkExists", "networkOverlaps", "addressInUse")
  );
}

/** A search that was to find no more than so many found more, and failed the request that it was part of. */
export function isTooMany(error: unknown): error is WapiError {
  if (isSaid(error, "tooManyFound")) return true;
  return isInfobloxError(error, "WapiError") && /Result set too large/i.test(error.text);
}

/** The grid said no to what was asked: not that it is too busy, nor that it wants to know who is asking. */
export function isRefusal(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "WapiError") || isInfobloxError(error, "NotGridMasterError")) return false;
  return error.status >= 400 && ![401, 403, 408, 429, 503].includes(error.status);
}

/** The grid takes no negative limit inside `args`, which the guards of creates need. Guess: the sentence names the argument. */
export function isGuardRefused(error: unknown): error is WapiError {
  return isRefusal(error) && /_max_results/.test(error.text) && !isTooMany(error);
}

/** A search whose first find a later step was to use found nothing. Guess: the sentence names the state. */
export function isUnfound(error: unknown): error is WapiError {
  if (isSaid(error, "stateEmpty")) return true;
  return isRefusal(error) && /Cannot assign state|no value for _ref|##STATE:/i.test(error.text);
}
