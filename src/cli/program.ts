/** The whole command line: its commands, its help and its exit codes. */

import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { oneLine } from "../redaction.js";
import { addressCommand } from "./commands/address.js";
import { applyCommand } from "./commands/apply.js";
import { auditCommand } from "./commands/audit.js";
import { collectCommand } from "./commands/collect.js";
import { completionCommand } from "./commands/completion.js";
import { containerCommand } from "./commands/container.js";
import { dnsCommand } from "./commands/dns.js";
import { dockerCommand } from "./commands/docker.js";
import { doctorCommand } from "./commands/doctor.js";
import { gridCommand } from "./commands/grid.js";
import { hostCommand } from "./commands/host.js";
import { inventoryCommand } from "./commands/inventory.js";
import { mapCommand } from "./commands/map.js";
import { poolCommand } from "./commands/pool.js";
import { rangeCommand } from "./commands/range.js";
import { renewCommand } from "./commands/renew.js";
import { servicesCommand } from "./commands/services.js";
import { setupCommand } from "./commands/setup.js";
import { subnetCommand } from "./commands/subnet.js";
import { typesCommand } from "./commands/types.js";
import { viewCommand } from "./commands/view.js";
import {
  EndedWith,
  exitCodes,
  exitCodesHelp,
  guarded,
  reportFailure,
  type Terminal,
  UsageError,
} from "./output.js";

const examples = `
Each command's --help shows examples, and the sources of the grid's address and the password.

Examples:
  $ infoblox-ipam doctor --url https://grid.example.com --user automation --password-file secret.txt
  $ infoblox-ipam subnet request --from 10.0.0.0/16 --prefix-length 24
  $ infoblox-ipam grid                                  no grid at hand? This is one, in memory
`;

/**
 * Runs one command line and returns its exit code. Never ends the process itself.
 *
 * @param args - the arguments after the program's name, e.g. `["grid", "--port", "8443"]`
 * @param unguarded - the terminal; `run` guards it against control characters
 */
export async function run(args: readonly string[], unguarded: Terminal): Promise<number> {
  const terminal = guarded(unguarded);
  const json = args.includes("--json");
  let running: Command | undefined;
  try {
    const root = program(terminal, { json }).hook("preAction", (_root, command) => {
      running = command;
    });
    await root.parseAsync(args, { from: "user" });
    return exitCodes.done;
  } catch (error) {
    if (error instanceof EndedWith) return error.exitCode;
    if (!(error instanceof CommanderError)) return reportFailure(error, terminal, json, running);
    // The parser has printed the error or the help already.
    if (error.exitCode === 0) return exitCodes.done;
    return json ? reportFailure(complaintOf(error), terminal, json) : exitCodes.usage;
  }
}

/** The parser's error, for programs. */
function complaintOf({ code, message }: CommanderError): UsageError {
  const isMissing = code === "commander.help" || message.endsWith("'--json'");
  if (isMissing) return new UsageError("a command is missing before --json; --help lists the commands");
  const [complaint = "", ...suggestion] = complaintLines(message.replace(/^error: /, ""));
  return new UsageError(complaint, suggestion);
}

/** The parser's error on one line, whatever the arguments hold, and the parser's suggestion below it. */
function complaintLines(text: string): string[] {
  const [, complaint = text, suggestion] = /^(.*)\n(\(Did you mean [^()\n]*\))$/s.exec(text.trimEnd()) ?? [];
  return [oneLine(withoutValue(complaint.trimEnd())), ...(suggestion === undefined ? [] : [suggestion])];
}

/** Removes the value of a mistyped option, as of `'--pasword=secret'`: it may be a secret. */
function withoutValue(text: string): string {
  return text.replace(/(unknown option '--?[\w-]+)=.*'/s, "$1=…'");
}

/**
 * Creates the whole tree of commands.
 *
 * @param options.json - the parser prints no errors; the caller does
 */
export function program(terminal: Terminal, { json = false }: { readonly json?: boolean } = {}): Command {
  const root = new Command("infoblox-ipam")
    .description("Subnets and IP addresses from an Infoblox grid")
    .version(packageVersion())
    .addHelpText("after", examples + exitCodesHelp);
  for (const command of [
    subnetCommand,
    addressCommand,
    hostCommand,
    rangeCommand,
    dnsCommand,
    containerCommand,
    viewCommand,
    poolCommand,
    applyCommand,
    auditCommand,
    renewCommand,
    collectCommand,
    mapCommand,
    inventoryCommand,
    doctorCommand,
    servicesCommand,
    setupCommand,
    dockerCommand,
    gridCommand,
    typesCommand,
    completionCommand,
  ]) {
    root.addCommand(command(terminal));
  }
  for (const command of allCommands(root)) {
    command
      .exitOverride()
      .showHelpAfterError("(--help lists commands and options)")
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => (json ? undefined : terminal.stderr.write(withoutValue(text))),
        outputError: (text, write) => write(`${complaintLines(text).join("\n")}\n`),
      });
  }
  return root;
}

/** A command and all its subcommands. */
export function allCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allCommands)];
}

function packageVersion(): string {
  // Imported by the package's name, since the path differs between src and dist.
  const { version } = createRequire(import.meta.url)("infoblox-ipam/package.json") as { version: string };
  return version;
}
