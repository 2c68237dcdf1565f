/** How the commands reach a grid: by flags, else by the environment variables that `WapiClient` reads. */

import type { Command } from "commander";
import type { Logger } from "../transport/events.js";
import { WapiClient } from "../wapi/client.js";
import type { Terminal } from "./output.js";
import { warn } from "./output.js";
import { addPasswordOptions, type PasswordOptions, readPassword } from "./password.js";

export interface ConnectionOptions extends PasswordOptions {
  readonly url?: string;
  readonly user?: string;
  readonly wapiVersion?: string;
  readonly allowInsecureHttp?: true;
}

export const connectionHelp = `
What isn't given is read from INFOBLOX_URL, INFOBLOX_USERNAME, INFOBLOX_PASSWORD, INFOBLOX_WAPI_VERSION and
INFOBLOX_SSL_VERIFY (true, false, or the path of a CA file).
`;

export function addConnectionOptions(command: Command): Command {
  command
    .option("--url <url>", "the grid, e.g. https://grid.example.com")
    .option("--user <name>", "name to log in with")
    .option("--wapi-version <version>", "WAPI version to speak; left out, the newest that the grid has")
    .option("--allow-insecure-http", "permit http://, where everybody on the way reads along");
  return addPasswordOptions(command);
}

/** A client for the grid that is meant; whoever asks for it closes it. */
export async function connect(options: ConnectionOptions, terminal: Terminal): Promise<WapiClient> {
  return new WapiClient({
    url: options.url,
    username: options.user,
    password: await readPassword(options, terminal),
    wapiVersion: options.wapiVersion,
    allowInsecureHttp: options.allowInsecureHttp,
    // INFOBLOX_LOG asks for more than warnings.
    logger: process.env["INFOBLOX_LOG"] ? undefined : warningsOnly(terminal),
  });
}

function warningsOnly(terminal: Terminal): Logger {
  const warning = (message: string) => warn(terminal, message);
  return { debug: () => {}, info: () => {}, warn: warning, error: warning };
}
