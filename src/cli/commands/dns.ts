/** `infoblox-ipam dns`: adds, finds and removes DNS records that belong to no host record. */

import { Argument, Command, Option } from "commander";
import type { DnsQuery, NewDnsRecord } from "../../ipam/dns/requests.js";
import type { DnsRecordDetails } from "../../ipam/objects/results.js";
import { connectionHelp } from "../connection.js";
import {
  type Attributes,
  addIpamOptions,
  collect,
  collectAttribute,
  type IpamCommandOptions,
  parseCount,
  parseNumber,
  parseOneOf,
  withIpam,
} from "../ipam.js";
import { byAddress } from "../order.js";
import { attributesText, exitCodesHelp, print, type Terminal, table, UsageError } from "../output.js";
import { releasedText } from "../release.js";

const recordTypes = ["A", "AAAA", "PTR", "CNAME", "MX", "TXT", "SRV", "NS", "CAA"] as const;
type RecordType = (typeof recordTypes)[number];
const typeOf = parseOneOf(recordTypes);

interface AddOptions extends IpamCommandOptions {
  readonly from?: readonly string[];
  readonly ptr?: true;
  readonly preference?: number;
  readonly port?: number;
  readonly priority?: number;
  readonly weight?: number;
  readonly ip?: readonly string[];
  readonly flags?: number;
  readonly tag?: string;
  readonly ttl?: number;
  readonly comment?: string;
  readonly attribute?: Attributes;
}

interface FindOptions extends IpamCommandOptions {
  readonly type?: RecordType;
  readonly name?: string;
  readonly ip?: string;
  readonly target?: string;
  readonly zone?: string;
  readonly attribute?: Attributes;
  readonly limit?: number;
}

interface RemoveOptions extends IpamCommandOptions {
  readonly type?: RecordType;
  readonly ip?: string;
  readonly target?: string;
  readonly ptr?: true;
  readonly force?: true;
}

const addExamples = `
The value is an address (A, AAAA), a name (PTR, CNAME, MX, SRV, NS) or a text (TXT, CAA). With --from, an A or AAAA record takes the
next free address, which is reserved with it. A PTR record is named by its address: dns add PTR 10.0.7.5 web.example.com

Examples:
  $ infoblox-ipam dns add A web.example.com 10.0.7.5 --ptr
  $ infoblox-ipam dns add A web.example.com --from 10.0.7.0/24 --ptr
  $ infoblox-ipam dns add CNAME www.example.com web.example.com
  $ infoblox-ipam dns add MX example.com mail.example.com --preference 10
  $ infoblox-ipam dns add SRV _sip._tcp.example.com sip.example.com --port 5060 --priority 10 --weight 5
  $ infoblox-ipam dns add NS example.com ns.example.net --ip 192.0.2.53
  $ infoblox-ipam dns add CAA example.com ca.example.net --tag issue
`;

const findExamples = `
Examples:
  $ infoblox-ipam dns find --name web.example.com
  $ infoblox-ipam dns find --zone example.com --type CNAME --json
`;

const removeExamples = `
Succeeds if the record is gone already. With --ptr, removes its PTR record, too.

Examples:
  $ infoblox-ipam dns remove web.example.com --type A --ptr
  $ infoblox-ipam dns remove record:a/ZG5z…:web.example.com/default
`;

export function dnsCommand(terminal: Terminal): Command {
  return new Command("dns")
    .description("Add, find and remove DNS records.")
    .addCommand(addCommand(terminal))
    .addCommand(findCommand(terminal))
    .addCommand(removeCommand(terminal))
    .addHelpText("after", addExamples + exitCodesHelp);
}

function addCommand(terminal: Terminal): Command {
  const number = (flags: string, about: string) => new Option(flags, about).argParser(parseNumber);
  const command = new Command("add")
    .description("Add a DNS record.")
    .addArgument(new Argument("<type>", "the record's type").choices(recordTypes).argParser(typeOf))
    .argument("<name>", "its name; of a PTR record, its address")
    .argument("[value]", "its value, e.g. an address or a name")
    .option(
      "--from <subnet>",
      "of A and AAAA: the next free address from here; several are tried in order",
      collect,
    )
    .option("--ptr", "of A and AAAA: add the PTR record, too")
    .addOption(number("--preference <number>", "of MX"))
    .addOption(number("--port <number>", "of SRV"))
    .addOption(number("--priority <number>", "of SRV"))
    .addOption(number("--weight <number>", "of SRV"))
    .option("--ip <address>", "of NS: an address of the name server; may be repeated", collect)
    .addOption(number("--flags <number>", "of CAA (default: 0)"))
    .option("--tag <tag>", "of CAA (default: issue)")
    .addOption(number("--ttl <seconds>", "how long resolvers may cache it (default: the zone's)"))
    .option("--comment <text>", "what the record is for")
    .option("--attribute <name=value>", "extensible attribute; may be repeated", collectAttribute)
    .addHelpText("after", connectionHelp + addExamples + exitCodesHelp);
  return addIpamOptions(command).action(
    async (type: RecordType, name: string, value: string | undefined, options: AddOptions) => {
      const record = recordOf(type, name, value, options);
      const added = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.dns.add({ ...record, signal }),
      );
      print(terminal, options, added, recordText);
    },
  );
}

function recordOf(
  type: RecordType,
  name: string,
  value: string | undefined,
  options: AddOptions,
): NewDnsRecord {
  const { from, ptr, preference = 10, port, priority = 0, weight = 0, ttl, comment, attribute } = options;
  const common = { ttl, comment, extattrs: attribute };
  if (type === "A" || type === "AAAA") {
    if (value !== undefined && from === undefined) return { ...common, type, name, ptr, ip: value };
    if (value === undefined && from !== undefined) return { ...common, type, name, ptr, from };
    throw new UsageError(`${type} takes an address or --from, not both`);
  }
  for (const one of ["from", "ptr"] as const) {
    if (options[one] !== undefined) throw new UsageError(`--${one} is for A and AAAA records`);
  }
  if (value === undefined) throw new UsageError(`${type} takes a value, e.g. an address or a name`);
  switch (type) {
    case "PTR":
      return { ...common, type, ip: name, name: value };
    case "CNAME":
      return { ...common, type, name, canonical: value };
    case "MX":
      return { ...common, type, name, exchanger: value, preference };
    case "TXT":
      return { ...common, type, name, text: value };
    case "SRV":
      if (port === undefined) throw new UsageError("SRV takes --port");
      return { ...common, type, name, target: value, port, priority, weight };
    case "NS":
      refuseForNs(options);
      return { type, name, nameserver: value, ips: nameServerIps(options) };
    case "CAA":
      return { ...common, type, name, value, flags: options.flags ?? 0, tag: options.tag ?? "issue" };
  }
}

function refuseForNs(options: AddOptions): void {
  const given = (["ttl", "comment", "attribute"] as const).find((one) => options[one] !== undefined);
  if (given !== undefined) throw new UsageError(`--${given}: an NS record has none on a grid`);
}

function nameServerIps({ ip }: AddOptions): readonly string[] {
  if (ip === undefined) throw new UsageError("NS takes --ip: an address of the name server");
  return ip;
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("Find DNS records.")
    .addOption(new Option("--type <type>", "records of this type").choices(recordTypes).argParser(typeOf))
    .option("--name <name>", "with this name")
    .option("--ip <address>", "with this address")
    .option("--target <name>", "that point to this name")
    .option("--zone <name>", "in this zone")
    .option("--attribute <name=value>", "with this attribute; may be repeated", collectAttribute)
    .addOption(new Option("--limit <number>", "return at most this many").argParser(parseCount))
    .addHelpText("after", connectionHelp + findExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: FindOptions) => {
    const { type, name, ip, target, zone, attribute, limit, dnsView } = options;
    const extattrs = attribute as DnsQuery["extattrs"];
    const found = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.dns.find({ type, name, ip, target, zone, extattrs, limit, dnsView, signal }),
    );
    const records = inOrder(found);
    print(terminal, options, records, (shown) => (shown.length === 0 ? "" : recordTable(shown)));
  });
}

function removeCommand(terminal: Terminal): Command {
  const command = new Command("remove")
    .description("Remove a DNS record.")
    .argument("<record>", "its name or its reference")
    .addOption(new Option("--type <type>", "the record of this type").choices(recordTypes).argParser(typeOf))
    .option("--ip <address>", "the record with this address")
    .option("--target <name>", "the record that points to this name")
    .option("--ptr", "of A and AAAA: remove the PTR record, too")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + removeExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (record: string, options: RemoveOptions) => {
    const { type, ip, target: leadsTo, ptr, force, dnsView } = options;
    const target = record.startsWith("record:")
      ? record
      : { name: record, type, ip, target: leadsTo, dnsView };
    const outcome = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.dns.remove(target, { ptr, force, signal }),
    );
    print(terminal, options, outcome, releasedText);
  });
}

function recordTable(records: readonly DnsRecordDetails[]): string {
  // The same name in two views is two records.
  const isOneView = new Set(records.map(({ dnsView }) => dnsView)).size === 1;
  const rows = records.map(({ name, type, value, dnsView, comment = "", extattrs }) => [
    name,
    type,
    value,
    ...(isOneView ? [] : [dnsView ?? ""]),
    comment,
    attributesText(extattrs),
  ]);
  const view = isOneView ? [] : ["VIEW"];
  return table([["NAME", "TYPE", "VALUE", ...view, "COMMENT", "ATTRIBUTES"], ...rows]);
}

/** Sorts records by name and type, and records of one name by address. Sorts PTR records by their address. */
function inOrder(records: readonly DnsRecordDetails[]): DnsRecordDetails[] {
  const keyOf = ({ name, type }: DnsRecordDetails) => (type === "PTR" ? "~" : `${name} ${type}`);
  return byAddress(records, ({ ip, value }) => ip ?? value)
    .map((record) => ({ record, key: keyOf(record) }))
    .sort(({ key: one }, { key: other }) => (one < other ? -1 : one > other ? 1 : 0))
    .map(({ record }) => record);
}

function recordText({ name, type, value }: DnsRecordDetails): string {
  return `${name} ${type} ${value}`;
}
