/** `infoblox-ipam address`: requests, releases and looks up addresses. */

import { Command, Option } from "commander";
import type { AddressQuery } from "../../ipam/addresses/requests.js";
import type { Address, AddressDetails } from "../../ipam/objects/results.js";
import { connectionHelp } from "../connection.js";
import {
  type Attributes,
  addIpamOptions,
  collect,
  collectAttribute,
  type IpamCommandOptions,
  parseCount,
  withIpam,
} from "../ipam.js";
import { byAddress } from "../order.js";
import { attributesText, exitCodesHelp, facts, print, type Terminal, table, UsageError } from "../output.js";
import { showing } from "../progress.js";
import { releaseEach } from "../release.js";
import { addCountOption, addTakingOptions, requestOf, type TakingOptions } from "../taking.js";

interface RequestOptions extends TakingOptions {
  readonly ip?: string;
  readonly name?: string;
  readonly mac?: string;
  readonly duid?: string;
  readonly dns?: boolean;
  readonly count?: number;
}

interface ReleaseOptions extends IpamCommandOptions {
  readonly requestId?: string;
  readonly force?: true;
}

const requestExamples = `
With a name it is a host record, with a MAC or DUID a fixed address, else a reservation. Prints the address; several
addresses, all or none, one on each line. {n} in a name is the number of the address, from 1. With a request id, the
same command again prints the same address; with --count it continues where it stopped.

Examples:
  $ infoblox-ipam address request --from 10.0.7.0/24 --name web-1.example.com --request-id deploy-42/web-1
  $ infoblox-ipam address request --from 10.0.7.0/24 --mac 02:42:ac:11:00:02
  $ infoblox-ipam address request --ip 10.0.7.9 --comment "kept free"
  $ infoblox-ipam address request --from 10.0.7.0/24 --count 20 --name 'worker-{n}.example.com'
  $ infoblox-ipam address request --from 10.0.7.0/24 --count 20 --request-id deploy-42/workers
`;

const releaseExamples = `
Succeeds if nothing is there.

Examples:
  $ infoblox-ipam address release 10.0.7.5
  $ infoblox-ipam address release web-1.example.com web-2.example.com
  $ infoblox-ipam address release --request-id deploy-42/web-1
`;

const findExamples = `
Finds host records, fixed addresses and reservations; subnet show and map show everything in use.

Examples:
  $ infoblox-ipam address find --mac 02:42:ac:11:00:02
  $ infoblox-ipam address find --name-matches '^web-[0-9]+' --attribute Site=Paris
`;

const lookupExamples = `
Examples:
  $ infoblox-ipam address lookup 10.0.7.5
  $ infoblox-ipam address lookup 2001:db8::5 --json
`;

export function addressCommand(terminal: Terminal): Command {
  return new Command("address")
    .description("Request, release, find, look up and peek at addresses.")
    .addCommand(requestCommand(terminal))
    .addCommand(releaseCommand(terminal))
    .addCommand(findCommand(terminal))
    .addCommand(lookupCommand(terminal))
    .addCommand(peekCommand(terminal))
    .addHelpText("after", requestExamples + exitCodesHelp);
}

function requestCommand(terminal: Terminal): Command {
  const command = new Command("request")
    .description("Take the next free address of a subnet or range, or a named one.")
    .option("--ip <address>", "this address and no other")
    .option("--name <name>", "name of a host record")
    .option("--mac <mac>", "MAC address of its DHCP client")
    .option("--duid <duid>", "DUID of its DHCP client, for IPv6")
    .option("--no-dns", "a host record outside of DNS")
    .addHelpText("after", connectionHelp + requestExamples + exitCodesHelp);
  addTakingOptions(addCountOption(command), {
    what: "address",
    source: "subnet or range (10.0.7.50-10.0.7.99)",
  });
  return command.action((options: RequestOptions) =>
    options.count === undefined
      ? requestOne(options, terminal)
      : requestMany(options, options.count, terminal),
  );
}

async function requestOne(options: RequestOptions, terminal: Terminal): Promise<void> {
  const { ip, name, mac, duid, dns } = options;
  const address = await withIpam(options, terminal, ({ ipam, signal }) =>
    // The library checks which options go together.
    ipam.requestAddress({
      ...requestOf(options),
      ...{ ip, name, mac, duid, signal },
      ...(dns === false && { dns }),
    } as Parameters<typeof ipam.requestAddress>[0]),
  );
  print(terminal, options, address, address.ip);
}

async function requestMany(options: RequestOptions, count: number, terminal: Terminal): Promise<void> {
  const { name, dns, requestId } = options;
  for (const one of ["ip", "mac", "duid"] as const) {
    if (options[one] !== undefined)
      throw new UsageError(`--count: several addresses can't have one --${one}`);
  }
  const { from, ...others } = requestOf(options);
  if (from === undefined) throw new UsageError("--count needs --from or --from-attribute");
  if (name !== undefined && !name.includes("{n}")) {
    throw new UsageError("--count: the name must hold {n}, e.g. worker-{n}.example.com");
  }
  const addresses = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.requestAddresses({
        ...others,
        ...{ from, count, signal },
        name: name === undefined ? undefined : (index) => name.replaceAll("{n}", String(index + 1)),
        ...(dns === false && { dns }),
        // Without a request id, a part of the addresses could not be found again. With one, a repetition finds them and
        // continues.
        allOrNothing: requestId === undefined,
        onProgress: show(["address", "addresses"]),
      }),
    ),
  );
  print(terminal, options, addresses, listOf);
}

function listOf(addresses: readonly Address[]): string {
  return addresses.map(({ ip, name }) => (name === undefined ? ip : `${ip} ${name}`)).join("\n");
}

function releaseCommand(terminal: Terminal): Command {
  const command = new Command("release")
    .description("Release an address.")
    .argument("[address...]", "an IP, the name of a host, or a reference")
    .option("--request-id <id>", "the address of this request id")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + releaseExamples + exitCodesHelp);
  return addIpamOptions(command).action((addresses: string[], options: ReleaseOptions) =>
    withIpam(options, terminal, ({ ipam, signal }) =>
      releaseEach("an address", addresses, options, terminal, (target) =>
        ipam.releaseAddress(target, { force: options.force, signal }),
      ),
    ),
  );
}

interface FindOptions extends IpamCommandOptions {
  readonly mac?: string;
  readonly duid?: string;
  readonly name?: string;
  readonly nameMatches?: string;
  readonly comment?: string;
  readonly attribute?: Attributes;
  readonly limit?: number;
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("Find addresses in use or reserved; without criteria, all of the network view.")
    .option("--mac <mac>", "of this client")
    .option("--duid <duid>", "of this client, IPv6")
    .option("--name <name>", "of the host with this name")
    .option("--name-matches <pattern>", "of hosts whose names match this regular expression")
    .option("--comment <text>", "with this comment")
    .option("--attribute <name=value>", "with this attribute; may be repeated", collectAttribute)
    .addOption(new Option("--limit <number>", "return at most this many").argParser(parseCount))
    .addHelpText("after", connectionHelp + findExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: FindOptions) => {
    const { mac, duid, name, nameMatches, comment, attribute, limit } = options;
    const extattrs = attribute as AddressQuery["extattrs"];
    const found = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.findAddresses({ mac, duid, name, nameMatches, comment, extattrs, limit, signal }),
    );
    const addresses = byAddress(found, ({ ip }) => ip);
    print(terminal, options, addresses, (shown) => (shown.length === 0 ? "" : addressTable(shown)));
  });
}

function addressTable(addresses: readonly Address[]): string {
  const rows = addresses.map(({ ip, ips, kind, name, mac, duid, subnet, comment, extattrs }) => [
    ips.length > 1 ? ips.join(", ") : ip,
    kind,
    name ?? "",
    mac ?? duid ?? "",
    subnet ?? "",
    comment ?? "",
    attributesText(extattrs),
  ]);
  return table([["ADDRESS", "KIND", "NAME", "CLIENT", "SUBNET", "COMMENT", "ATTRIBUTES"], ...rows]);
}

function lookupCommand(terminal: Terminal): Command {
  const command = new Command("lookup")
    .description("Show who uses an address, and its subnet.")
    .argument("<ip>", "the address")
    .addHelpText("after", connectionHelp + lookupExamples + exitCodesHelp);
  return addIpamOptions(command).action((ip: string, options: IpamCommandOptions) =>
    lookup(ip, options, terminal),
  );
}

async function lookup(ip: string, options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const details = await withIpam(options, terminal, ({ ipam, signal }) => ipam.lookup(ip, { signal }));
  print(terminal, options, details, wordsOf);
}

function wordsOf(details: AddressDetails): string {
  const { ip, status, names, types, usage, mac, duid, leaseState, conflict, subnet, container } = details;
  return facts([
    ["address", ip],
    ["status", status === "USED" ? "in use" : "not in use"],
    ["names", names.join(", ")],
    ["types", types.join(", ")],
    ["usage", usage.join(", ")],
    ["mac", mac],
    ["duid", duid],
    ["lease", leaseState === "FREE" ? undefined : leaseState],
    [
      "conflict",
      conflict ? "the grid has found another device at the address than it has on record" : undefined,
    ],
    ["subnet", subnet && [subnet.cidr, subnet.comment ?? ""].join(" ").trim()],
    ["container", container],
  ]);
}

interface PeekCommandOptions extends IpamCommandOptions {
  readonly from: readonly string[];
  readonly count?: number;
  readonly exclude?: readonly string[];
}

const peekExamples = `
Examples:
  $ infoblox-ipam address peek --from 10.0.7.0/24 --count 3
`;

function peekCommand(terminal: Terminal): Command {
  const command = new Command("peek")
    .description(
      "Show which addresses would come next. Reserves none: another client may take them at any time.",
    )
    .requiredOption("--from <subnet>", "a subnet or range; several are searched in order", collect)
    .addOption(new Option("--count <number>", "so many (default: 1)").argParser(parseCount))
    .option("--exclude <addresses>", "exclude an address, range or CIDR; may be repeated", collect)
    .addHelpText("after", connectionHelp + peekExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: PeekCommandOptions) => {
    const { from, count = 1, exclude } = options;
    const ips = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.peekAddresses(from, count, { exclude, signal }),
    );
    print(terminal, options, ips, (shown) => shown.join("\n"));
  });
}
