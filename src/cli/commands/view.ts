/** `infoblox-ipam view`: creates and finds network views. */

import { Command } from "commander";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal, table } from "../output.js";

const examples = `
Examples:
  $ infoblox-ipam view ensure lab
  $ infoblox-ipam view find
`;

export function viewCommand(terminal: Terminal): Command {
  return new Command("view")
    .description("Create and find network views.")
    .addCommand(ensureCommand(terminal))
    .addCommand(findCommand(terminal))
    .addHelpText("after", examples + exitCodesHelp);
}

function ensureCommand(terminal: Terminal): Command {
  const command = new Command("ensure")
    .description("Create a network view unless it exists.")
    .argument("<name>", "the network view")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action(async (name: string, options: IpamCommandOptions) => {
    const view = await withIpam(options, terminal, ({ ipam, signal }) =>
      ipam.ensureNetworkView(name, { signal }),
    );
    print(terminal, options, view, ({ name, created }) => (created ? `${name} created` : `${name} exists`));
  });
}

function findCommand(terminal: Terminal): Command {
  const command = new Command("find")
    .description("List the network views of the grid, and their DNS views.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action(async (options: IpamCommandOptions) => {
    const found = await withIpam(options, terminal, ({ wapi, signal }) =>
      wapi.find("networkview", { fields: ["name", "comment", "is_default", "associated_dns_views"], signal }),
    );
    const views = found
      .map(({ _ref, name, comment, is_default: isDefault, associated_dns_views: dnsViews = [] }) => ({
        name,
        ref: _ref,
        isDefault: isDefault ?? false,
        dnsViews: dnsViews.map((ref) => ref.split("/").at(1)?.split(":").at(1) ?? ref),
        comment: comment ?? "",
      }))
      .sort((one, other) => (one.name < other.name ? -1 : 1));
    print(terminal, options, views, (shown) =>
      table([
        ["NETWORK VIEW", "DEFAULT", "DNS VIEWS", "COMMENT"],
        ...shown.map(({ name, isDefault, dnsViews, comment }) => [
          name,
          isDefault ? "yes" : "",
          dnsViews.join(", "),
          comment,
        ]),
      ]),
    );
  });
}
