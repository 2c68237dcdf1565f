import { ConflictError, isInfobloxError, refusalDetails, type WapiError } from "../../errors.js";
import { isSaid } from "../profile/sentences.js";

/**
 * The texts by which a grid says that nothing is left. Only these let a call go on to its next source: after any other error
 * it might take from the next source by mistake.
 */
const exhausted = /Cannot find \d+ available IP address|Can ?not find requested number of networks/i;

/** The texts for a source that does not exist: named by a text, by a search, or by its reference. */
const missing =
  /does not match any unique networks\/ranges|did not return any result|^Reference .* not found/is;

export function isExhausted(error: unknown): error is WapiError {
  if (isSaid(error, "addressesExhausted", "networksExhausted")) return true;
  return isInfobloxError(error, "WapiError") && exhausted.test(error.text);
}

/** No block is left. Not so if an address is missing: the request may have made the block for it. */
export function isOutOfBlocks(error: unknown): error is WapiError {
  return isSaid(error, "networksExhausted") || (isExhausted(error) && /networks/i.test(error.text));
}

/** The reference of something that is no source. */
const othersReference = /^Reference (?!(ipv6)?(network|networkcontainer|range)\/)/i;

export function isMissingSource(error: unknown): error is WapiError {
  if (isInfobloxError(error, "WapiError") && othersReference.test(error.text)) return false;
  if (isSaid(error, "networkMissing", "referenceGone")) return true;
  return isInfobloxError(error, "WapiError") && missing.test(error.text);
}

/**
 * The grid chose a block or an address, and another request took it before the create: some grids run several requests at a
 * time. Guess: the texts are those for blocks and addresses that a request names; only these are known.
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

/** A search found more than its limit, and failed the request that it was part of. */
export function isTooMany(error: unknown): error is WapiError {
  if (isSaid(error, "tooManyFound")) return true;
  return isInfobloxError(error, "WapiError") && /Result set too large/i.test(error.text);
}

/** The grid refused the request itself. It was not too busy, and did not ask for a login or a right. */
export function isRefusal(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "WapiError") || isInfobloxError(error, "NotGridMasterError")) return false;
  return error.status >= 400 && ![401, 403, 408, 429, 503].includes(error.status);
}

/** The grid takes no negative limit inside `args`, which the guards of creates need. Guess: the text names the argument. */
export function isGuardRefused(error: unknown): error is WapiError {
  return isRefusal(error) && /_max_results/.test(error.text) && !isTooMany(error);
}

/** A search found nothing, and a later step needed its result. Guess: the text names the state. */
export function isUnfound(error: unknown): error is WapiError {
  if (isSaid(error, "stateEmpty")) return true;
  return isRefusal(error) && /Cannot assign state|no value for _ref|##STATE:/i.test(error.text);
}

/** The error for a request whose search found nothing: the grid's own text names a state that the caller never sees. */
export function explainedUnfound(error: unknown, what: string): unknown {
  if (!isUnfound(error)) return error;
  const message = `${what} was not done: a search in its request did not find what it needs.`;
  const hint =
    "Another caller may have changed it: repeat the call. If that does not help, the grid's searches lag behind its writes: set searchDelay, or a profile.";
  return new ConflictError(message, { ...refusalDetails(error), hint });
}
