/** `infoblox-ipam subnet`: requests, releases, finds, shows and changes subnets. */

import { Command, Option } from "commander";
import type { Subnet } from "../../ipam/objects/results.js";
import type { SubnetQuery } from "../../ipam/subnets/requests.js";
import { connectionHelp } from "../connection.js";
import {
  type Attributes,
  addIpamOptions,
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
import { useText, withUse } from "../usage.js";
import { subnetChangeCommands } from "./subnet-changes.js";

interface RequestOptions extends TakingOptions {
  readonly prefixLength?: number;
  readonly cidr?: string;
  readonly gateway?: string;
  readonly count?: number;
  readonly sharedBy?: Attributes;
}

interface ReleaseOptions extends IpamCommandOptions {
  readonly requestId?: string;
  readonly cascade?: true;
  readonly force?: true;
}

interface FindOptions extends IpamCommandOptions {
  readonly containing?: string;
  readonly within?: string;
  readonly comment?: string;
  readonly attribute?: Attributes;
  readonly ipv6?: true;
  readonly limit?: number;
}

const requestExamples = `
Prints the subnet's CIDR; several, all or none, one on each line. With a request id, the same command again prints the
same CIDR; with --count it continues where it stopped.

Examples:
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --prefix-length 24
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --from 10.1.0.0/16 --prefix-length 26 --gateway first
  $ infoblox-ipam subnet request --from-attribute Site=Paris --strategy most-free --prefix-length 26
  $ infoblox-ipam subnet request --cidr 10.0.7.0/24 --attribute Site=Paris --comment "blue"
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --prefix-length 24 --request-id shop/pull/17 --expires-in 3d
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --prefix-length 28 --count 12 --request-id racks
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --prefix-length 24 --shared-by "Network Name=blue"
`;

const releaseExamples = `
Succeeds if the subnet is gone already.

Examples:
  $ infoblox-ipam subnet release 10.0.7.0/24 10.0.8.0/24
  $ infoblox-ipam subnet release --request-id deploy-42/blue --cascade
`;

const findExamples = `
Examples:
  $ infoblox-ipam subnet find --within 10.0.0.0/8 --attribute Site=Paris
  $ infoblox-ipam subnet find --containing 10.0.7.5 --json
`;

const showExamples = `
Examples:
  $ infoblox-ipam subnet show 10.0.7.0/24
`;

export function subnetCommand(terminal: Terminal): Command {
  const command = new Command("subnet")
    .description("Request, release, find, show and change subnets.")
    .addCommand(requestCommand(terminal))
    .addCommand(releaseCommand(terminal))
    .addCommand(findCommand(terminal))
    .addCommand(showCommand(terminal))
    .addHelpText("after", requestExamples + exitCodesHelp);
  for (const one of subnetChangeCommands(terminal)) command.addCommand(one);
  return command;
}

function requestCommand(terminal: Terminal): Command {
  const command = new Command("request")
    .description("Take the next free subnet of a size, or a named one.")
    .addOption(new Option("--prefix-length <bits>", "the size: 24 is a /24").argParser(parseCount))
    .option("--cidr <cidr>", "this subnet and no other")
    .option("--gateway <first|last|address>", "reserve this address for the gateway")
    .option(
      "--shared-by <name=value>",
      "one subnet for all callers with the same attribute; of several attributes, all must be the same",
      collectAttribute,
    )
    .addHelpText("after", connectionHelp + requestExamples + exitCodesHelp);
  addTakingOptions(addCountOption(command), { what: "subnet", source: "container" });
  return command.action((options: RequestOptions) =>
    options.count === undefined
      ? requestOne(options, terminal)
      : requestMany(options, options.count, terminal),
  );
}

async function requestOne(options: RequestOptions, terminal: Terminal): Promise<void> {
  const { cidr, prefixLength, gateway, sharedBy } = options;
  const { requestId, ...request } = requestOf(options);
  if (sharedBy !== undefined && requestId !== undefined)
    throw new UsageError("give --shared-by or --request-id, not both");
  const subnet = await withIpam(options, terminal, ({ ipam, signal }) => {
    // The library checks which options go together.
    const wanted = { ...request, cidr, prefixLength, gateway, signal };
    return sharedBy === undefined
      ? ipam.requestSubnet({ ...wanted, requestId } as Parameters<typeof ipam.requestSubnet>[0])
      : ipam.subnets.ensureShared({ ...wanted, sharedBy } as Parameters<typeof ipam.subnets.ensureShared>[0]);
  });
  print(terminal, options, subnet, subnet.cidr);
}

async function requestMany(options: RequestOptions, count: number, terminal: Terminal): Promise<void> {
  const { prefixLength, requestId } = options;
  for (const [one, flag] of [
    ["cidr", "--cidr"],
    ["gateway", "--gateway"],
    ["sharedBy", "--shared-by"],
  ] as const) {
    if (options[one] !== undefined) throw new UsageError(`--count: several subnets can't have one ${flag}`);
  }
  const { from, ...others } = requestOf(options);
  if (from === undefined || prefixLength === undefined) {
    throw new UsageError("--count needs --from (or --from-attribute) and --prefix-length");
  }
  const subnets = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.requestSubnets({
        ...others,
        ...{ from, prefixLength, count, signal },
        // Without a request id, a part of the subnets could not be found again. With one, a repetition finds them and
        // continues.
        allOrNothing: requestId === undefined,
        onProgress: show(["subnet", "subnets"]),
      }),
    ),
  );
  print(terminal, options, subnets, subnets.map(({ cidr }) => cidr).join("\n"));
}

function releaseCommand(terminal: Terminal): Command {
  const command = new Command("release")
    .description("Release a subnet, unless addresses in it are in use.")
    .argument("[cidr...]", "the subnet, e.g. 10.0.7.0/24")
    .option("--request-id <id>", "the subnet of this request id")
    .option("--cascade", "with everything in it, hosts included")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + releaseExamples + exitCodesHelp);
  return addIpamOptions(command).action((cidrs: string[], options: ReleaseOptions) => {
    const { cascade, force } = options;
    return withIpam(options, terminal, ({ ipam, signal }) =>
      releaseEach("a subnet", cidrs, options, terminal, (target) =>
        ipam.releaseSubnet(target, { cascade, force, signal }),
      ),
    );
  });
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("Find subnets; without criteria, all of the network view.")
    .option("--containing <ip>", "the subnet with this address")
    .option("--within <cidr>", "all subnets in this block")
    .option("--comment <text>", "with this comment")
    .option("--attribute <name=value>", "with this attribute; may be repeated", collectAttribute)
    .option("--ipv6", "IPv6 subnets, if no other option tells the family")
    .addOption(new Option("--limit <number>", "return at most this many").argParser(parseCount))
    .addHelpText("after", connectionHelp + findExamples + exitCodesHelp);
  return addIpamOptions(command).action((options: FindOptions) => find(options, terminal));
}

async function find(options: FindOptions, terminal: Terminal): Promise<void> {
  const { containing, within, comment, attribute, ipv6, limit } = options;
  const query: SubnetQuery = {
    containing,
    within,
    comment,
    extattrs: attribute as SubnetQuery["extattrs"],
    family: ipv6 ? 6 : undefined,
    limit,
  };
  const subnets = await showing(terminal, options, (show) =>
    withIpam(options, terminal, async ({ ipam, wapi, signal }) => {
      const found = await ipam.findSubnets({
        ...query,
        onProgress: show(["subnet read", "subnets read"]),
        signal,
      });
      return withUse(
        wapi,
        byAddress(found, ({ cidr }) => cidr),
        signal,
      );
    }),
  );
  print(terminal, options, subnets, subnets.length === 0 ? "" : subnetTable(subnets));
}

function subnetTable(subnets: readonly (Subnet & { readonly used: number | undefined })[]): string {
  const rows = subnets.map(({ cidr, used, gateway = "", comment = "", extattrs }) => [
    cidr,
    useText(used),
    gateway,
    comment,
    attributesText(extattrs),
  ]);
  return table([["SUBNET", "USED", "GATEWAY", "COMMENT", "ATTRIBUTES"], ...rows]);
}

function showCommand(terminal: Terminal): Command {
  const command = new Command("show")
    .description("Show one subnet, and how full it is.")
    .argument("<cidr>", "the subnet, e.g. 10.0.7.0/24")
    .addHelpText("after", connectionHelp + showExamples + exitCodesHelp);
  return addIpamOptions(command).action((cidr: string, options: IpamCommandOptions) =>
    show(cidr, options, terminal),
  );
}

async function show(cidr: string, options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const { subnet, utilization } = await withIpam(options, terminal, async ({ ipam, signal }) => {
    // First, since its error says that there is no such subnet.
    const utilization = await ipam.utilization(cidr, { signal });
    const [subnet] = await ipam.findSubnets({ cidr, signal });
    return { subnet, utilization };
  });
  const { total, used, free, percent, scope } = utilization;
  const words = facts([
    [scope, utilization.target],
    ["used", `${used} of ${total} (${percent} %)`],
    ["free", String(free)],
    ["container", subnet?.container],
    ["gateway", subnet?.gateway],
    ["comment", subnet?.comment],
    ["attributes", subnet && attributesText(subnet.extattrs)],
    ["reference", subnet?.ref],
  ]);
  print(terminal, options, { ...subnet, utilization }, words);
}
