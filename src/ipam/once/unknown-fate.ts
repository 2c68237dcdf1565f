import { isInfobloxError, UncertainWriteError, withPartial } from "../../errors.js";
import { undefinedAttribute } from "../ownership.js";

/** Whether a look found what it was to find, and that isn't what it should be. */
export function isFinding(error: unknown): boolean {
  return isInfobloxError(error, "RequestMismatchError") || isInfobloxError(error, "AmbiguousTargetError");
}

interface Refused {
  /** What was refused, as in "the grid refused the plan". */
  readonly noun: string;
  /** "it", or "them". */
  readonly pronoun: string;
  readonly hint: string | undefined;
}

/**
 * The error of a look that failed after a refusal: on some grids a part of what was refused stays. What the look found is
 * what it is, and so is the end of a caller who waits no more.
 */
export function unseenAfterRefusal(cause: unknown, { noun, pronoun, hint }: Refused): unknown {
  if (isFinding(cause) || isInfobloxError(cause, "AbortedError") || !isInfobloxError(cause)) return cause;
  // Without the attribute nothing was made; it is made without, where that is allowed.
  if (undefinedAttribute(cause) !== undefined) return cause;
  const message = `POST request: the grid refused ${noun}, and whether it has kept a part of ${pronoun} could not be found out.`;
  const uncertain = new UncertainWriteError(message, { method: "POST", path: "request", hint, cause });
  return withPartial(uncertain, cause.partial ?? []);
}
