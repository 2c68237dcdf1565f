/** `infoblox-ipam host`: creates, removes, shows and changes host records. */

import { Command } from "commander";
import { parseAddress } from "../../cidr.js";
import type { Host } from "../../ipam/hosts/host.js";
import { notFound } from "../../ipam/sources/pool.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, collect, type IpamCommandOptions, withIpam } from "../ipam.js";
import { byAddress } from "../order.js";
import { attributesText, exitCodesHelp, facts, print, type Terminal, UsageError } from "../output.js";
import { releasedText } from "../release.js";
import { addTakingOptions, requestOf, type TakingOptions } from "../taking.js";
import { hostChangeCommands } from "./host-changes.js";

interface AddOptions extends TakingOptions {
  readonly ip?: string;
  readonly mac?: string;
  readonly alias?: readonly string[];
  readonly dns?: boolean;
  readonly fromIpv6?: readonly string[];
  readonly address?: readonly string[];
}

interface RemoveOptions extends IpamCommandOptions {
  readonly ip?: string;
  readonly force?: true;
}

const addExamples = `
Examples:
  $ infoblox-ipam host add web-1.example.com --from 10.0.7.0/24
  $ infoblox-ipam host add web-1.example.com --from 10.0.7.0/24 --from-ipv6 2001:db8:7::/64
  $ infoblox-ipam host add web-1.example.com --ip 10.0.7.5 --mac 02:42:ac:11:00:02 --alias www.example.com
  $ infoblox-ipam host add web-1.example.com --address 10.0.7.0/24 --address 10.0.8.0/24 --address 10.0.9.5
`;

const removeExamples = `
Examples:
  $ infoblox-ipam host remove web-1.example.com
  $ infoblox-ipam host remove web-1.example.com --ip 10.0.7.5      only this address; the host stays
`;

const showExamples = `
Examples:
  $ infoblox-ipam host show web-1.example.com
  $ infoblox-ipam host show 10.0.7.5 --json
`;

export function hostCommand(terminal: Terminal): Command {
  const command = new Command("host")
    .description("Create, remove, show and change host records.")
    .addCommand(addCommand(terminal))
    .addCommand(removeCommand(terminal))
    .addCommand(showCommand(terminal))
    .addHelpText("after", addExamples + exitCodesHelp);
  for (const one of hostChangeCommands(terminal, wordsOf)) command.addCommand(one);
  return command;
}

function addCommand(terminal: Terminal): Command {
  const command = new Command("add")
    .description("Create a host record at the next free address or at a named one.")
    .argument("<name>", "the host's name")
    .option("--ip <address>", "this address and no other")
    .option("--from-ipv6 <subnet>", "with --from: an IPv6 address from here as well", collect)
    .option(
      "--address <address>",
      "instead of --ip and --from: an address, or the source of the next free one; may be repeated",
      collect,
    )
    .option("--mac <mac>", "MAC address of its DHCP client, for the first IPv4 address")
    .option("--alias <name>", "another name; may be repeated", collect)
    .option("--no-dns", "outside of DNS")
    .addHelpText("after", connectionHelp + addExamples + exitCodesHelp);
  addTakingOptions(command, { what: "host", source: "subnet or range" });
  return command.action((name: string, options: AddOptions) => add(name, options, terminal));
}

async function add(name: string, options: AddOptions, terminal: Terminal): Promise<void> {
  const { ip, mac, alias: aliases, dns, fromIpv6, address: named } = options;
  const request = requestOf(options);
  if (named !== undefined && (ip ?? request.from ?? fromIpv6) !== undefined)
    throw new UsageError("--address names all addresses of the host: leave --ip and --from out");
  if (fromIpv6 !== undefined && request.from === undefined)
    throw new UsageError(
      "--from-ipv6 goes with --from, for an address of each family; for IPv6 alone, use --from",
    );
  const from = fromIpv6 === undefined ? request.from : { ipv4: request.from, ipv6: fromIpv6 };
  const host = await withIpam(options, terminal, ({ ipam, signal }) =>
    ipam.requestAddress({
      ...{ ...request, from, ip },
      ...(named === undefined ? { mac } : { addresses: addressesOf(named, mac) }),
      ...{ as: "host", name, aliases, signal },
      ...(dns === false && { dns }),
    } as Parameters<typeof ipam.requestAddress>[0]),
  );
  print(terminal, options, host, ({ ips }) => ips.join("\n"));
}

function addressesOf(named: readonly string[], mac: string | undefined) {
  const first = named.findIndex((text) => !text.includes(":"));
  if (mac !== undefined && first < 0)
    throw new UsageError("--mac goes with an IPv4 address, but no --address is IPv4");
  return named.map((text, index) => ({
    ...(parseAddress(text) === undefined ? { from: text } : { ip: text }),
    ...(index === first && { mac }),
  }));
}

function removeCommand(terminal: Terminal): Command {
  const command = new Command("remove")
    .description("Delete a host record, or remove one of its addresses. Succeeds if it is gone already.")
    .argument("<name>", "the host's name")
    .option("--ip <address>", "only this address")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + removeExamples + exitCodesHelp);
  return addIpamOptions(command).action((name: string, options: RemoveOptions) =>
    remove(name, options, terminal),
  );
}

async function remove(name: string, options: RemoveOptions, terminal: Terminal): Promise<void> {
  const { ip, force } = options;
  await withIpam(options, terminal, async ({ ipam, signal }) => {
    if (ip === undefined) {
      const outcome = await ipam.releaseAddress({ name }, { force, signal });
      print(terminal, options, outcome, releasedText);
    } else {
      const host = await ipam.hosts.removeAddress({ name }, ip, { force, signal });
      print(terminal, options, host, wordsOf);
    }
  });
}

function showCommand(terminal: Terminal): Command {
  const command = new Command("show")
    .description("Show host records, by name, address or MAC.")
    .argument("<host>", "a name, an address or a MAC")
    .addHelpText("after", connectionHelp + showExamples + exitCodesHelp);
  return addIpamOptions(command).action((host: string, options: IpamCommandOptions) =>
    show(host, options, terminal),
  );
}

async function show(text: string, options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const hosts = await withIpam(options, terminal, async ({ ipam, networkView, signal }) => {
    const found = await ipam.hosts.find({ ...queryOf(text), signal });
    if (found.length === 0) throw notFound(`host ${text}`, networkView);
    return byAddress(found, ({ addresses: [first] }) => first?.ip ?? "");
  });
  print(terminal, options, hosts, (shown) => shown.map(wordsOf).join("\n"));
}

function queryOf(text: string): { ip: string } | { mac: string } | { name: string } {
  if (text === "") throw new UsageError("<host> must be a name, an address or a MAC");
  if (/^([\da-f]{2}[:-]){5}[\da-f]{2}$/i.test(text)) return { mac: text };
  return /^[\d.]+$|:/.test(text) ? { ip: text } : { name: text };
}

function wordsOf({
  name,
  addresses,
  aliases,
  ttl,
  networkView,
  dnsView,
  comment,
  extattrs,
  ref,
}: Host): string {
  return facts([
    ["host", name],
    ...addresses.map(
      ({ ip, mac, duid, subnet }) =>
        ["address", [ip, mac ?? duid, subnet && `in ${subnet}`].filter(Boolean).join(" ")] as const,
    ),
    ["aliases", aliases.join(", ")],
    ["ttl", ttl === undefined ? undefined : `${ttl} s`],
    ["network view", networkView],
    ["DNS view", dnsView ?? "not in DNS"],
    ["comment", comment],
    ["attributes", attributesText(extattrs)],
    ["reference", ref],
  ]);
}
