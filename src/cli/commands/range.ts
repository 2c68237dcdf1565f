/** `infoblox-ipam range`: requests, finds and releases ranges of addresses. */

import { Command, Option } from "commander";
import type { AddressRange } from "../../ipam/objects/results.js";
import type { RangeQuery, RangeRequest } from "../../ipam/ranges/requests.js";
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
import { attributesText, exitCodesHelp, print, type Terminal, table, UsageError } from "../output.js";
import { releasedText } from "../release.js";
import { useText, withUse } from "../usage.js";

interface RequestOptions extends IpamCommandOptions {
  readonly in?: string;
  readonly size?: number;
  readonly at?: "start" | "end";
  readonly name?: string;
  readonly member?: string;
  readonly failover?: string;
  readonly comment?: string;
  readonly attribute?: Attributes;
}

interface FindOptions extends IpamCommandOptions {
  readonly in?: string;
  readonly name?: string;
  readonly comment?: string;
  readonly attribute?: Attributes;
  readonly ipv6?: true;
  readonly limit?: number;
}

const requestExamples = `
Without --member and --failover, DHCP does not serve the range: its addresses are reserved.

Examples:
  $ infoblox-ipam range request 10.0.7.100-10.0.7.199
  $ infoblox-ipam range request --in 10.0.7.0/24 --size 50 --at end --member dhcp.example.com
`;

const findExamples = `
Examples:
  $ infoblox-ipam range find --in 10.0.7.0/24
`;

const releaseExamples = `
Succeeds if it is gone already.

Examples:
  $ infoblox-ipam range release 10.0.7.100-10.0.7.199
`;

export function rangeCommand(terminal: Terminal): Command {
  return new Command("range")
    .description("Request, find and release ranges of addresses.")
    .addCommand(requestCommand(terminal))
    .addCommand(findCommand(terminal))
    .addCommand(releaseCommand(terminal))
    .addHelpText("after", requestExamples + exitCodesHelp);
}

function requestCommand(terminal: Terminal): Command {
  const command = new Command("request")
    .description("Take a named range, or one of a size in a subnet.")
    .argument("[range]", "from the first address to the last: 10.0.7.100-10.0.7.199")
    .option("--in <subnet>", "the subnet of the range")
    .addOption(
      new Option("--size <number>", "the next free range of this many addresses").argParser(parseCount),
    )
    .addOption(new Option("--at <end>", "with --size: where in the subnet").choices(["start", "end"]))
    .option("--name <name>", "the range's name")
    .option("--member <name>", "served by this member's DHCP")
    .option("--failover <name>", "served by this failover association")
    .option("--comment <text>", "what the range is for")
    .option("--attribute <name=value>", "extensible attribute; may be repeated", collectAttribute)
    .addHelpText("after", connectionHelp + requestExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (range: string | undefined, options: RequestOptions) => {
    const request = requestOf(range, options);
    const made = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.ranges.request({ ...request, signal }),
    );
    print(terminal, options, made, spanText);
  });
}

function requestOf(range: string | undefined, options: RequestOptions): RangeRequest {
  const { in: subnet, size, at, name, member, failover, comment, attribute: extattrs } = options;
  if ((range === undefined) === (size === undefined))
    throw new UsageError("give a range, or --size with --in, not both");
  if (member !== undefined && failover !== undefined)
    throw new UsageError("give --member or --failover, not both");
  const servedBy = member !== undefined ? { member } : failover !== undefined ? { failover } : undefined;
  const common = { in: subnet, name, comment, extattrs, servedBy };
  if (range === undefined) return { ...common, size, at } as RangeRequest;
  const [first = "", last = ""] = range.split("-").map((text) => text.trim());
  if (last === "") throw new UsageError(`<range> must be FIRST-LAST (got ${range})`);
  return { ...common, first, last } as RangeRequest;
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("Find ranges; without criteria, all of the network view.")
    .option("--in <subnet>", "those of this subnet")
    .option("--name <name>", "with this name")
    .option("--comment <text>", "with this comment")
    .option("--attribute <name=value>", "with this attribute; may be repeated", collectAttribute)
    .option("--ipv6", "IPv6 ranges, if no other option tells the family")
    .addOption(new Option("--limit <number>", "return at most this many").argParser(parseCount))
    .addHelpText("after", connectionHelp + findExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: FindOptions) => {
    const { in: subnet, name, comment, attribute, ipv6, limit } = options;
    const extattrs = attribute as RangeQuery["extattrs"];
    const family = ipv6 ? 6 : undefined;
    const ranges = await withIpam(options, terminal, async ({ ipam, wapi, signal }) => {
      const found = await ipam.ranges.find({ in: subnet, name, comment, extattrs, family, limit, signal });
      return withUse(
        wapi,
        byAddress(found, ({ first }) => first),
        signal,
      );
    });
    print(terminal, options, ranges, (shown) => (shown.length === 0 ? "" : rangeTable(shown)));
  });
}

function releaseCommand(terminal: Terminal): Command {
  const command = new Command("release")
    .description("Release a range; its addresses stay as they are.")
    .argument("<range>", "the range, FIRST-LAST, or its reference")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + releaseExamples + exitCodesHelp);
  return addIpamOptions(command).action(
    async (range: string, options: IpamCommandOptions & { readonly force?: true }) => {
      const outcome = await withIpam(options, terminal, ({ ipam, signal }) =>
        ipam.ranges.release(range, { force: options.force, signal }),
      );
      print(terminal, options, outcome, releasedText);
    },
  );
}

function spanText({ first, last }: AddressRange): string {
  return `${first}-${last}`;
}

function rangeTable(ranges: readonly (AddressRange & { readonly used: number | undefined })[]): string {
  const rows = ranges.map((range) => [
    spanText(range),
    useText(range.used),
    range.subnet ?? "",
    range.name ?? "",
    range.comment ?? "",
    attributesText(range.extattrs),
  ]);
  return table([["RANGE", "USED", "SUBNET", "NAME", "COMMENT", "ATTRIBUTES"], ...rows]);
}
