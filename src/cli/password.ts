/** Reads the password: from a file, stdin or the environment, or, with a warning, from the command line. */

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
        "visible to every user of this machine: prefer the other ways",
      ).conflicts("passwordFile"),
    )
    .option("--password-file <file>", "file whose first line is the password; - reads it from stdin");
}

/** The password from the flags; `undefined` if the environment or a default decides. */
export async function readPassword(
  { password, passwordFile }: PasswordOptions,
  terminal: Terminal,
): Promise<string | undefined> {
  if (password !== undefined) {
    warn(
      terminal,
      "a password on the command line shows in the process list and the shell's history; use --password-file or INFOBLOX_PASSWORD",
    );
    return password;
  }
  return passwordFile === undefined ? undefined : firstLineOf(passwordFile, "--password-file", terminal);
}

/**
 * The first line of a file, or of stdin if the file is `-`.
 *
 * @param as - the flag or setting that named the file, for errors
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
