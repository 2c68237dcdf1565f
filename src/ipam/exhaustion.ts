import { isInfobloxError, type WapiError } from "../errors.js";

/**
 * The texts by which a grid says that nothing is left. Only these send a request on to its next source: any other
 * error means that the next one might be taken from by mistake.
 */
const exhausted = /Cannot find \d+ available IP address|Can ?not find requested number of networks/i;

/** A source that the grid doesn't have: of text that names it, of a search for it, of its reference. */
const missing =
  /does not match any unique networks\/ranges|did not return any result|^Reference .* not found/is;

export function isExhausted(error: unknown): error is WapiError {
  return isInfobloxError(error, "WapiError") && exhausted.test(error.text);
}

export function isMissingSource(error: unknown): error is WapiError {
  return isInfobloxError(error, "WapiError") && missing.test(error.text);
}
