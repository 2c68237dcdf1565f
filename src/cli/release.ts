/** What the release commands share. */

import { withPartial } from "../errors.js";
import type { Release } from "../ipam/objects/results.js";
import { print, type Terminal, UsageError } from "./output.js";

/** The target of a release: a name, or the request id that it was taken with. */
export function targetOf(
  what: string,
  named: string | undefined,
  requestId: string | undefined,
): string | { readonly requestId: string } {
  if (named !== undefined && requestId !== undefined) {
    throw new UsageError(`name ${what} or give --request-id, not both`);
  }
  if (named !== undefined) return named;
  if (requestId !== undefined) return { requestId };
  throw new UsageError(`name ${what}, or give --request-id`);
}

/** Releases the named targets one after the other, or what was taken with a request id. */
export async function releaseEach(
  what: string,
  named: readonly string[],
  options: { readonly requestId?: string; readonly json?: true },
  terminal: Terminal,
  release: (target: string | { readonly requestId: string }) => Promise<Release>,
): Promise<void> {
  if (named.length < 2) {
    const outcome = await release(targetOf(what, named[0], options.requestId));
    return print(terminal, options, outcome, releasedText);
  }
  if (options.requestId !== undefined) targetOf(what, named[0], options.requestId);
  const outcomes: (Release & { readonly target: string })[] = [];
  for (const target of named) {
    const outcome = await release(target).catch((error: unknown) => {
      throw withPartial(error, outcomes);
    });
    outcomes.push({ target, ...outcome });
  }
  print(terminal, options, outcomes, (shown) =>
    shown.map((one) => `${one.target} ${releasedText(one)}`).join("\n"),
  );
}

export function releasedText({ released, reason }: Release): string {
  if (!released) return "gone already";
  return reason === "removed-from-host" ? "released; the host keeps its other addresses" : "released";
}
