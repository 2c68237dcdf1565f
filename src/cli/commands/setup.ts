/** `infoblox-ipam setup`: defines the library's attributes on the grid, once. */

import { Command } from "commander";
import { connectionHelp } from "../connection.js";
import { addIpamOptions, type IpamCommandOptions, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal } from "../output.js";
import { readProfile } from "../profile-file.js";

const examples = `
A superuser runs it once for each grid. Existing definitions stay as they are. The grid keeps --profile for all clients.

Examples:
  $ infoblox-ipam setup --user admin --password-file secret.txt
  $ infoblox-ipam setup --owner platform-team
  $ infoblox-ipam setup --profile profile.json
`;

export function setupCommand(terminal: Terminal): Command {
  const command = new Command("setup")
    .description("Define the extensible attributes that keep request ids and owners.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: IpamCommandOptions) => setUp(options, terminal));
}

async function setUp(options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  // `--profile` is what the grid is to keep from now on. The client of this command does not use it.
  const { profile: named, ...others } = options;
  const profile = named === undefined ? undefined : await readProfile("--profile", named, terminal);
  const setup = await withIpam(others, terminal, ({ ipam, signal }) => ipam.setup({ profile, signal }));
  const lines = [
    ...setup.created.map((name) => `${name}: defined`),
    ...setup.existing.map((name) => `${name}: exists already`),
    ...(profile === undefined ? [] : [`profile: kept on the grid`]),
  ];
  print(terminal, options, setup, lines.join("\n"));
}
