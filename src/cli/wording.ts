/** What the library says of its own options, in the words of the command line. */

import type { Command } from "commander";
import { explain } from "../errors.js";
import type { TermName } from "../phrase.js";

/** What the library calls otherwise than the command line does: the first of these that a command has. */
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
  // Of DNS records: what they lead to.
  ip: ["value", "ip", "host"],
  ips: ["ip"],
  canonical: ["value"],
  exchanger: ["value"],
  nameserver: ["value"],
  text: ["value"],
  target: ["target", "value"],
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
  missing: "Check --network-view, and that it exists there.",
  missingSource: "Check --network-view, and that the source exists there.",
  url: "give it, set INFOBLOX_URL, or write url into a file of settings",
};

/**
 * What an error says and what to do next, for whoever typed the command: `--prefix-length: an IPv4 prefix length is at most
 * 32 …`
 *
 * @param command - the one that failed; `undefined` if it didn't come to that
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
