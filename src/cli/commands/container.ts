/** `infoblox-ipam container`: creates and finds containers, which subnets are taken from. */

import { Command } from "commander";
import { connectionHelp } from "../connection.js";
import {
  type Attributes,
  addIpamOptions,
  collectAttribute,
  type IpamCommandOptions,
  withIpam,
} from "../ipam.js";
import { byAddress } from "../order.js";
import { exitCodesHelp, print, type Terminal, table } from "../output.js";

interface EnsureOptions extends IpamCommandOptions {
  readonly comment?: string;
  readonly attribute?: Attributes;
}

const ensureExamples = `
Examples:
  $ infoblox-ipam container ensure 10.0.0.0/16 --comment "Paris"
`;

const findExamples = `
Examples:
  $ infoblox-ipam container find
  $ infoblox-ipam container find --ipv6 --json
`;

export function containerCommand(terminal: Terminal): Command {
  return new Command("container")
    .description("Create and find containers.")
    .addCommand(ensureCommand(terminal))
    .addCommand(findCommand(terminal))
    .addHelpText("after", ensureExamples + exitCodesHelp);
}

function ensureCommand(terminal: Terminal): Command {
  const command = new Command("ensure")
    .description("Create a container unless it exists.")
    .argument("<cidr>", "the container, e.g. 10.0.0.0/16")
    .option("--comment <text>", "of a new container: its purpose")
    .option(
      "--attribute <name=value>",
      "of a new container: extensible attribute; may be repeated",
      collectAttribute,
    )
    .addHelpText("after", connectionHelp + ensureExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (cidr: string, options: EnsureOptions) => {
    const { comment, attribute: extattrs } = options;
    const container = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.ensureContainer({ cidr, comment, extattrs, signal }),
    );
    print(terminal, options, container, ({ cidr, created }) =>
      created ? `${cidr} created` : `${cidr} exists`,
    );
  });
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("List the containers of the network view, and how full each is.")
    .option("--ipv6", "IPv6 containers")
    .addHelpText("after", connectionHelp + findExamples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: IpamCommandOptions & { readonly ipv6?: true }) => {
    const type = options.ipv6 ? "ipv6networkcontainer" : "networkcontainer";
    const containers = await withIpam(options, terminal, async ({ ipam, wapi, networkView, signal }) => {
      const found = await wapi.find(type, {
        where: { network_view: networkView },
        fields: ["network", "comment"],
        signal,
      });
      return Promise.all(
        byAddress(found, ({ network }) => network).map(async ({ network, comment = "" }) => {
          const { percent, subnets, largestFree } = await ipam.utilization(network, { signal });
          return { cidr: network, comment, percent, subnets, largestFree };
        }),
      );
    });
    print(terminal, options, containers, (shown) => {
      const rows = shown.map(({ cidr, percent, subnets, largestFree = "none", comment }) => [
        cidr,
        `${percent} %`,
        String(subnets),
        largestFree,
        comment,
      ]);
      return rows.length === 0
        ? ""
        : table([["CONTAINER", "USED", "SUBNETS", "LARGEST FREE", "COMMENT"], ...rows]);
    });
  });
}
