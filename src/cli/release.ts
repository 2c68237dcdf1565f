/** What both commands that give something back share. */

import type { Release } from "../ipam/objects/results.js";
import { UsageError } from "./output.js";

/** What is to be released: named, or by the request id that it was taken with. */
export function targetOf(
  what: string,
  named: string | undefined,
  requestId: string | undefined,
): string | { readonly requestId: string } {
  if (named !== undefined && requestId !== undefined) {
    throw new UsageError(`name ${what}, or give --request-id: not both`);
  }
  if (named !== undefined) return named;
  if (requestId !== undefined) return { requestId };
  throw new UsageError(`name ${what}, or give --request-id`);
}

export function releasedText({ released, reason }: Release): string {
  if (!released) return "gone already";
  return reason === "removed-from-host" ? "released; the host keeps its other addresses" : "released";
}
