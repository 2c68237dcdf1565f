/** What the library says, in the words of whoever typed the docker command, and who knows nothing of its options. */

import { isInfobloxError } from "../errors.js";
import { oneLine, redact } from "../redaction.js";

/** What to do next, where the library's own advice speaks of code. */
const advice: readonly (readonly [says: RegExp, advises: string])[] = [
  [/^\S+ is in use\b/, "Name another address, or none to get the next free one."],
  [/^No \/\d+ is free in /, "Remove networks, ask for a smaller subnet, or configure more containers."],
  [
    /^No address is free in (?!the --ip-range)/,
    "Remove containers, or create a network with a larger subnet.",
  ],
  [/has addresses in use: .* Nothing was released\./, "The driver releases it when they are gone."],
  [
    /the answer was lost, and whether .* could not be found out\./,
    "Run the docker command again: what was done is found.",
  ],
  [
    /^There is no subnet or range |lies in no subnet of network view|: Network View .* not found/,
    "The grid has lost the subnet of this network: remove the network and create it again.",
  ],
  [/^There is no zone for /, "Create the zone, or give the driver the DNS view that has it (dns-view)."],
  [/ stands for another /, "Release that first, or ask for the same again."],
];

/** The message of an error on one line, without secrets. */
export function messageFor(error: unknown): string {
  const said = oneLine(redact(error instanceof Error ? error.message : String(error)));
  if (!isInfobloxError(error)) return said;
  const [, advised] = advice.find(([says]) => says.test(said)) ?? [];
  return `${said} ${advised ?? error.hint ?? ""}`
    .replace(/^The request id "[^"]*" stands for/, "An earlier call for this network stands for")
    .trimEnd();
}
