/** Puts the library's messages into the words of the command line. */

import type { Command } from "commander";
import { explain } from "../errors.js";
import type { TermName } from "../phrase.js";

/** Other names of the library's options on the command line. The first that a command has counts. */
const otherNames: Readonly<Record<string, readonly string[]>> = {
  username: ["user"],
  extattrs: ["attribute"],
  aliases: ["alias"],
  "tls.ca": ["caFile"],
  "from.ipv4": ["from"],
  "from.ipv6": ["fromIpv6"],
  addresses: ["address"],
  subnets: ["cidr"],
  container: ["container", "from"],
  gateway: ["gateway", "address"],
  name: ["name", "record", "host"],
  first: ["range"],
  last: ["range"],
  // The value of a DNS record.
  ip: ["value", "ip", "host"],
  ips: ["ip"],
  canonical: ["value"],
  exchanger: ["value"],
  nameserver: ["value"],
  text: ["value"],
  target: ["target", "value"],
};

/** The command line's words for the library's terms for code. */
const terms: Readonly<Record<TermName, string>> = {
  setup: "Run infoblox-ipam setup once, with the same --owner",
  cascade: "pass --cascade",
  force: "Pass --force",
  noDns: "--no-dns",
  dnsView: "--dns-view",
  ownerInComment: "leave --owner out",
  marked: "which objects are marked with",
  // The command line prints separately what stays.
  seePartial: "",
  anotherAddress: "Choose another address, or none to get the next free one.",
  outsideSubnets: "Name an address of a subnet.",
  missing: "Check --network-view, and that the object exists there.",
  missingSource: "Check --network-view, and that the source exists there.",
  url: "give it, set INFOBLOX_URL, or write url into a file of settings",
};

/**
 * The message of an error and its hint, for the user of a command: `--prefix-length: an IPv4 prefix length is at most
 * 32 …`
 *
 * @param command - the failed command; `undefined` if none was chosen yet
 */
export function messageFor(error: unknown, command: Command | undefined): string {
  return explain(error, {
    term: (name) => terms[name],
    field: (name) => nameOf(name, command),
    // The user has not typed the value `undefined`.
    got: (shown, valid) => {
      if (valid === undefined) return `(got ${shown})`;
      return shown === "undefined" ? `(e.g. ${valid})` : `(got ${shown}; valid: ${valid})`;
    },
  });
}

/** The flag or argument for an option of the library; the option's own name if there is none. */
function nameOf(field: string, command: Command | undefined): string {
  const [outer = field] = field.split(/[.[]/, 1);
  const names = otherNames[field] ?? otherNames[outer] ?? [outer];
  const [found] = names.flatMap((name) => namedBy(name, command) ?? []);
  if (found !== undefined) return found;
  const [first] = command?.registeredArguments ?? [];
  return first !== undefined && (outer === "target" || outer === "source") ? `<${first.name()}>` : field;
}

function namedBy(name: string, command: Command | undefined): string | undefined {
  const isArgument = command?.registeredArguments.some((one) => one.name() === name);
  if (isArgument) return `<${name}>`;
  return command?.options.find((one) => one.attributeName() === name)?.long ?? undefined;
}
