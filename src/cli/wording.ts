/** What the library says of its own options, in the words of the command line. */

import type { Command } from "commander";
import { isInfobloxError } from "../errors.js";

/** What the library calls otherwise than the command line does, with the flag's own name. */
const otherNames: Readonly<Record<string, string>> = {
  username: "user",
  extattrs: "attribute",
  aliases: "alias",
  "tls.ca": "caFile",
};

/** Sentences that speak of code; the tests see to it that the library still says these. */
export const codeWords: readonly (readonly [ofCode: string, ofCommandLine: string])[] = [
  ["Call setup() once", "Run infoblox-ipam setup once, with the same --owner"],
  ["ass cascade: true", "ass --cascade"],
  ["ass force: true", "ass --force"],
  // What stays is told beside it.
  ["; those that stay taken are in the error's partial", ""],
  ['give ownerMarker: "comment"', "leave --owner out"],
  ["(a host without DNS, dns: false,", "(a host without DNS, --no-dns,"],
  ["name the DNS view that has it: dnsView", "name the DNS view that has it: --dns-view"],
  ["which this Ipam marks its objects with", "which objects are marked with"],
  [
    "is missing: pass it or set INFOBLOX_URL",
    "is missing: give it, set INFOBLOX_URL, or write url into a file of settings",
  ],
];

/**
 * The message of an error, for whoever typed the command: `--prefix-length: an IPv4 prefix length is at most 32 …`
 *
 * @param command - the one that failed; `undefined` where it didn't come to that
 */
export function messageFor(error: unknown, command: Command | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  if (!isInfobloxError(error)) return message;
  const inWords = codeWords.reduce((text, [ofCode, words]) => text.replaceAll(ofCode, words), message);
  const found = isInfobloxError(error, "InvalidRequestError") ? error.field : undefined;
  if (found === undefined || !inWords.startsWith(`${found}: `)) return inWords;
  return `${nameOf(found, command)}${inWords.slice(found.length)}`
    .replace("(got undefined; valid: ", "(e.g. ")
    .replace(/ \(got string; valid: /, " (valid: ");
}

/** The flag or argument that stands for an option of the library; its own name where there is none. */
function nameOf(field: string, command: Command | undefined): string {
  const name = otherNames[field] ?? field;
  const option = command?.options.find((one) => one.attributeName() === name);
  if (option?.long) return option.long;
  const [first] = command?.registeredArguments ?? [];
  const isArgument =
    first !== undefined && (field === first.name() || field === "target" || field === "source");
  return isArgument ? `<${first.name()}>` : field;
}
