/** Commands of `infoblox-ipam subnet` that change a subnet, and `subnet peek`. */

import { Command, Option } from "commander";
import type { Subnet } from "../../ipam/objects/results.js";
import type { DhcpOption } from "../../ipam/requests/dhcp-options.js";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, collect, type IpamCommandOptions, parseCount, withIpam } from "../ipam.js";
import { byAddress } from "../order.js";
import { exitCodesHelp, print, type Terminal, UsageError } from "../output.js";

interface ChangeOptions extends IpamCommandOptions {
  readonly force?: true;
}

interface SizeOptions extends ChangeOptions {
  readonly prefixLength: number;
  readonly used?: true;
  readonly reverseZones?: true;
}

interface DhcpCommandOptions extends ChangeOptions {
  readonly addMember?: readonly string[];
  readonly removeMember?: readonly string[];
  readonly option?: readonly DhcpOption[];
  readonly unset?: readonly string[];
}

interface VlanOptions extends ChangeOptions {
  readonly vlanView?: string;
  readonly id?: number;
  readonly name?: string;
  readonly unassign?: true;
}

interface PeekCommandOptions extends IpamCommandOptions {
  readonly from: readonly string[];
  readonly prefixLength: number;
  readonly count?: number;
  readonly exclude?: readonly string[];
}

const examples = `
Examples:
  $ infoblox-ipam subnet split 10.0.0.0/24 --prefix-length 26
  $ infoblox-ipam subnet join 10.0.0.0/25 10.0.0.128/25
  $ infoblox-ipam subnet resize 10.0.0.0/24 --prefix-length 23
  $ infoblox-ipam subnet dhcp 10.0.0.0/24 --add-member dhcp.example.com --option domain-name=example.com
  $ infoblox-ipam subnet gateway 10.0.0.0/24 first
  $ infoblox-ipam subnet vlan 10.0.0.0/24 --vlan-view campus --id 17
  $ infoblox-ipam subnet peek --from 10.0.0.0/16 --prefix-length 24 --count 3
`;

export function subnetChangeCommands(terminal: Terminal): Command[] {
  return [
    splitCommand(terminal),
    joinCommand(terminal),
    resizeCommand(terminal),
    dhcpCommand(terminal),
    gatewayCommand(terminal),
    vlanCommand(terminal),
    peekCommand(terminal),
  ];
}

function change(name: string, description: string): Command {
  const command = new Command(name)
    .description(description)
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command.option("--force", "also if another owner created it"));
}

const sizeOption = () =>
  new Option("--prefix-length <bits>", "the new size: 26 is a /26")
    .argParser(parseCount)
    .makeOptionMandatory();

function splitCommand(terminal: Terminal): Command {
  return change("split", "Split a subnet into smaller ones of one size.")
    .argument("<cidr>", "the subnet, e.g. 10.0.0.0/24")
    .addOption(sizeOption())
    .option("--used", "only the parts in use")
    .option("--reverse-zones", "create a reverse zone for each part")
    .action(async (cidr: string, options: SizeOptions) => {
      const { prefixLength, used, reverseZones, force } = options;
      const parts = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.split(cidr, { prefixLength, used, reverseZones, force, signal }),
      );
      print(
        terminal,
        options,
        byAddress(parts, ({ cidr }) => cidr),
        cidrsOf,
      );
    });
}

function joinCommand(terminal: Terminal): Command {
  return change("join", "Join subnets that make up one block.")
    .argument("<cidr...>", "the subnets, e.g. 10.0.0.0/25 10.0.0.128/25")
    .action(async (cidrs: string[], options: ChangeOptions) => {
      const { force } = options;
      const subnet = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.join(cidrs, { force, signal }),
      );
      print(terminal, options, subnet, ({ cidr }) => cidr);
    });
}

function resizeCommand(terminal: Terminal): Command {
  return change("resize", "Make a subnet larger or smaller, and keep what is in it.")
    .argument("<cidr>", "the subnet, e.g. 10.0.0.0/24")
    .addOption(sizeOption())
    .option("--reverse-zones", "create missing reverse zones")
    .action(async (cidr: string, options: SizeOptions) => {
      const { prefixLength, reverseZones, force } = options;
      const subnet = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.resize(cidr, { prefixLength, reverseZones, force, signal }),
      );
      print(terminal, options, subnet, ({ cidr }) => cidr);
    });
}

function dhcpCommand(terminal: Terminal): Command {
  return change("dhcp", "Set the DHCP members and options of a subnet.")
    .argument("<cidr>", "the subnet, e.g. 10.0.0.0/24")
    .option("--add-member <name>", "a member to add; may be repeated", collect)
    .option("--remove-member <name>", "a member to remove; may be repeated", collect)
    .option("--option <name=value>", "a DHCP option, by name or number; may be repeated", collectOption)
    .option("--unset <name>", "remove this option from the subnet; may be repeated", collect)
    .action(async (cidr: string, options: DhcpCommandOptions) => {
      const { addMember, removeMember, option = [], unset = [], force } = options;
      const given = [...option, ...unset.map((name) => ({ ...nameOf(name), value: null }))];
      if (addMember === undefined && removeMember === undefined && given.length === 0)
        throw new UsageError("nothing to set: give --add-member, --remove-member, --option or --unset");
      const subnet = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.setDhcp(cidr, {
          addMembers: addMember,
          removeMembers: removeMember,
          ...(given.length > 0 && { options: given }),
          force,
          signal,
        }),
      );
      print(terminal, options, subnet, ({ cidr }) => cidr);
    });
}

function collectOption(text: string, before: readonly DhcpOption[] = []): DhcpOption[] {
  const [, name = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === "") throw new UsageError(`--option must be NAME=VALUE (got ${text})`);
  return [...before, { ...nameOf(name), value }];
}

function nameOf(text: string): { readonly num: number } | { readonly name: string } {
  return /^\d{1,3}$/.test(text) ? { num: Number(text) } : { name: text };
}

function gatewayCommand(terminal: Terminal): Command {
  return change("gateway", "Reserve a subnet's gateway, and send it to DHCP clients as their router.")
    .argument("<cidr>", "the subnet, e.g. 10.0.0.0/24")
    .argument("<address>", "first, last or an address")
    .action(async (cidr: string, address: string, options: ChangeOptions) => {
      const { force } = options;
      const subnet = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.setGateway(cidr, address, { force, signal }),
      );
      print(terminal, options, subnet, ({ gateway }) => gateway ?? address);
    });
}

function vlanCommand(terminal: Terminal): Command {
  return change("vlan", "Assign a VLAN to a subnet, or remove one.")
    .argument("<cidr>", "the subnet, e.g. 10.0.0.0/24")
    .option("--vlan-view <name>", "the VLAN view of the VLAN")
    .addOption(new Option("--id <number>", "this VLAN (default: the next free)").argParser(parseCount))
    .option("--name <name>", "of a new VLAN")
    .option("--unassign", "remove the VLAN of --id from the subnet")
    .action(async (cidr: string, options: VlanOptions) => {
      const { vlanView: view, id, name, unassign, force } = options;
      if (unassign) {
        if (id === undefined) throw new UsageError("--unassign needs --id, the VLAN to remove");
        await withIpam(options, terminal, ({ ipam, signal }) =>
          ipam.subnets.unassignVlan(cidr, id, { force, signal }),
        );
        print(terminal, options, { cidr, unassigned: id }, "unassigned");
        return;
      }
      if (view === undefined) throw new UsageError("give --vlan-view, the VLAN view of the VLAN");
      const vlan = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.subnets.assignVlan(cidr, { view, id, name, force, signal }),
      );
      print(terminal, options, vlan, ({ id }) => String(id));
    });
}

function peekCommand(terminal: Terminal): Command {
  const command = new Command("peek")
    .description(
      "Show which subnets would come next. Reserves none: another client may take them at any time.",
    )
    .requiredOption("--from <container>", "a container; several are searched in order", collect)
    .addOption(sizeOption())
    .addOption(new Option("--count <number>", "so many (default: 1)").argParser(parseCount))
    .option("--exclude <addresses>", "exclude an address, range or CIDR; may be repeated", collect)
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: PeekCommandOptions) => {
    const { from, prefixLength, count, exclude } = options;
    const cidrs = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.peekSubnets(from, { prefixLength, count, exclude, signal }),
    );
    print(terminal, options, cidrs, (shown) => shown.join("\n"));
  });
}

function cidrsOf(subnets: readonly Subnet[]): string {
  return subnets.map(({ cidr }) => cidr).join("\n");
}
