/** Where a password may come from: best a file, stdin or the environment; the command line only with a warning. */

import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { type Command, Option } from "commander";
import { reasonOf } from "./files.js";
import { type Terminal, UsageError, warn } from "./output.js";

export interface PasswordOptions {
  readonly password?: string;
  readonly passwordFile?: string;
}

export function addPasswordOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--password <password>",
        "seen by everybody on this machine: better use one of the others",
      ).conflicts("passwordFile"),
    )
    .option("--password-file <file>", "file whose first line is the password; - reads it from stdin");
}

/** The password that was given, or `undefined` if the environment or a default is to decide. */
export async function readPassword(
  { password, passwordFile }: PasswordOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (password !== undefined) {
    warn(
      terminal,
      "a password on the command line shows in the process list and the shell's history; --password-file or INFOBLOX_PASSWORD keep it out",
    );
    return password;
  }
  return passwordFile === undefined ? undefined : firstLineOf(passwordFile, "--password-file", terminal);
}

/**
 * The password in a file, or in stdin where it is called `-`.
 *
 * @param as - what named the file, for errors
 */
export async function firstLineOf(
  file: string,
  as: string,
  { stdin }: Pick<Terminal, "stdin">,
): Promise<string> {
  const content = file === "-" ? await text(stdin) : await readPasswordFile(file, as);
  const [line = ""] = content.split(/\r?\n/);
  if (line === "") throw new UsageError(`${as}: the first line of ${file === "-" ? "stdin" : file} is empty`);
  return line;
}

async function readPasswordFile(file: string, as: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UsageError(`${as}: can't read ${file}: ${reasonOf(error)}`);
  }
}
