import { AmbiguousTargetError } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";

/** Identifies the result of an earlier request. */
export interface Requested {
  readonly requestId?: string | undefined;
  readonly networkView: string;
  readonly signal?: AbortSignal | undefined;
}

/** @throws {AmbiguousTargetError} if several objects have the request id */
export function theOnly<T extends { readonly ref: Ref }>(
  found: readonly T[],
  requestId: string,
): T | undefined {
  if (found.length <= 1) return found[0];
  const candidates = found.map(({ ref }) => ref);
  const message = `Several objects have the request id "${requestId}": ${candidates.join(", ")}.`;
  throw new AmbiguousTargetError(message, {
    candidates,
    hint: "Nothing was changed. Pass the reference of the one that you mean, or release the one that you do not want.",
  });
}
