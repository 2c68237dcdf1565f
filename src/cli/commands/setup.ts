/** `infoblox-ipam setup`: defines the attributes that the rest works with, once. */

import { Command } from "commander";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal } from "../output.js";

const examples = `
Takes a superuser, once for a grid. What is defined already stays as it is.

Examples:
  $ infoblox-ipam setup --user admin --password-file secret.txt
  $ infoblox-ipam setup --owner platform-team
`;

export function setupCommand(terminal: Terminal): Command {
  const command = new Command("setup")
    .description("Define the extensible attributes that keep request ids and owners.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: IpamCommandOptions) => setUp(options, terminal));
}

async function setUp(options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const setup = await withIpam(options, terminal, ({ ipam, signal }) => ipam.setup({ signal }));
  const lines = [
    ...setup.created.map((name) => `${name}: defined`),
    ...setup.existing.map((name) => `${name}: was there already`),
  ];
  print(terminal, options, setup, lines.join("\n"));
}
