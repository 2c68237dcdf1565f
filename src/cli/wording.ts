/** What the library says of its own options, in the words of the command line. */

import type { Command } from "commander";
import { explain } from "../errors.js";
import type { TermName } from "../phrase.js";

/** What the library calls otherwise than the command line does, with the flag's own name. */
const otherNames: Readonly<Record<string, string>> = {
  username: "user",
  extattrs: "attribute",
  aliases: "alias",
  "tls.ca": "caFile",
};

/** What the command line says where the library speaks of code. */
const terms: Readonly<Record<TermName, string>> = {
  setup: "Run infoblox-ipam setup once, with the same --owner",
  cascade: "pass --cascade",
  force: "Pass --force",
  noDns: "--no-dns",
  dnsView: "--dns-view",
  ownerInComment: "leave --owner out",
  marked: "which objects are marked with",
  // What stays is told beside it.
  seePartial: "",
  anotherAddress: "Choose another address, or none to get the next free one.",
  outsideSubnets: "Name an address of a subnet.",
  missingSource: "Check --network-view, and that the source exists there.",
  url: "give it, set INFOBLOX_URL, or write url into a file of settings",
};

/**
 * What an error says and what to do next, for whoever typed the command: `--prefix-length: an IPv4 prefix length is at most
 * 32 …`
 *
 * @param command - the one that failed; `undefined` where it didn't come to that
 */
export function messageFor(error: unknown, command: Command | undefined): string {
  return explain(error, {
    term: (name) => terms[name],
    field: (name) => nameOf(name, command),
    // Nobody has typed that.
    got: (shown, valid) => {
      if (valid === undefined) return `(got ${shown})`;
      return shown === "undefined" ? `(e.g. ${valid})` : `(got ${shown}; valid: ${valid})`;
    },
  });
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
