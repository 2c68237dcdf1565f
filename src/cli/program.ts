/** The command line as a whole: its commands, its help, and how it ends. */

import { createRequire } from "node:module";
import { Command, CommanderError } from "commander";
import { dockerCommand } from "./commands/docker.js";
import { gridCommand } from "./commands/grid.js";
import { typesCommand } from "./commands/types.js";
import { exitCodes, exitCodesHelp, reportFailure, type Terminal } from "./output.js";

/**
 * Runs one command line and gives its exit code; never ends the process itself.
 *
 * @param args - what stands behind the program's name, e.g. `["grid", "--port", "8443"]`
 */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    await program(terminal).parseAsync(args, { from: "user" });
    return exitCodes.done;
  } catch (error) {
    // The parser has said what was wrong, or printed the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    return reportFailure(error, terminal);
  }
}

function program(terminal: Terminal): Command {
  const root = new Command("infoblox-ipam")
    .description("Subnets and IP addresses from an Infoblox grid")
    .version(packageVersion())
    .addHelpText("after", exitCodesHelp);
  root
    .addCommand(dockerCommand(terminal))
    .addCommand(gridCommand(terminal))
    .addCommand(typesCommand(terminal));
  for (const command of [root, ...root.commands]) {
    command
      .exitOverride()
      .showHelpAfterError("(--help shows what there is)")
      .configureOutput({
        writeOut: (text) => terminal.stdout.write(text),
        writeErr: (text) => terminal.stderr.write(text),
      });
  }
  return root;
}

function packageVersion(): string {
  // By its own name, since the path differs between src and dist.
  const { version } = createRequire(import.meta.url)("infoblox-ipam/package.json") as { version: string };
  return version;
}
