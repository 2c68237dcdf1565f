/** Settings that the commands read from a file. */

import { access } from "node:fs/promises";
import { resolve } from "node:path";
import { type DataFile, readPrivateFile } from "./data-file.js";
import { type Terminal, UsageError } from "./output.js";

/** The settings of a file. Their names are those of the library's options. */
export interface Config {
  readonly url?: string | readonly string[];
  readonly username?: string;
  /** The file whose first line is the password. */
  readonly passwordFile?: string;
  readonly wapiVersion?: string;
  /** The certificate authority of the grid. */
  readonly caFile?: string;
  readonly allowInsecureHttp?: boolean;
  readonly networkView?: string;
  readonly dnsView?: string;
  readonly owner?: string;
  readonly requestIdAttribute?: string;
  /** `serial`, `places`, `wait`, or a profile's file. */
  readonly profile?: string;
}

/** A file's settings, and whether the user named it or it was found in the current directory. */
export interface FoundConfig {
  readonly config: Config;
  readonly file: string | undefined;
  readonly isNamed: boolean;
}

const texts = [
  "username",
  "passwordFile",
  "wapiVersion",
  "caFile",
  "networkView",
  "dnsView",
  "owner",
  "requestIdAttribute",
  "profile",
];
const names = ["infoblox-ipam.json", "infoblox-ipam.toml", "infoblox-ipam.yaml", "infoblox-ipam.yml"];

export const configHelp = `
Settings without a flag or an environment variable are read from a file: --config, else INFOBLOX_CONFIG, else one of
infoblox-ipam.json, .toml, .yaml in the current directory, e.g.

  url: https://grid.example.com
  username: automation
  passwordFile: /run/secrets/grid
  networkView: default
`;

/**
 * Reads the settings of the named file, else of one in the current directory; none if there is no file.
 *
 * @throws {UsageError} if the file can't be read, or has an unknown setting
 */
export async function readConfig(named: string | undefined, terminal: Terminal): Promise<FoundConfig> {
  const given = named ?? (terminal.env["INFOBLOX_CONFIG"] || undefined);
  const file = given === undefined ? await fileIn(terminal.cwd) : resolve(terminal.cwd, given);
  if (file === undefined) return { config: {}, file, isNamed: false };
  return {
    config: await checked(await readPrivateFile(file, terminal)),
    file,
    isNamed: given !== undefined,
  };
}

async function fileIn(folder: string): Promise<string | undefined> {
  for (const name of names) {
    const file = resolve(folder, name);
    const isThere = await access(file).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

async function checked({ name: file, content, placeOf }: DataFile): Promise<Config> {
  if (typeof content !== "object" || content === null || Array.isArray(content)) {
    throw new UsageError(`${file} must be an object of settings, e.g. url`);
  }
  for (const [name, value] of Object.entries(content)) {
    const problem = problemOf(name, value);
    if (problem !== undefined) throw new UsageError(`${await placeOf(name)}: ${name} ${problem}`);
  }
  return content;
}

function problemOf(name: string, value: unknown): string | undefined {
  if (name === "password") return "belongs in a file of its own: passwordFile names it";
  if (name === "url")
    return [value].flat().every(isText) ? undefined : "must be an address, or a list of these";
  if (name === "allowInsecureHttp") return typeof value === "boolean" ? undefined : "must be true or false";
  if (!texts.includes(name))
    return `is not a setting; settings are url, allowInsecureHttp, ${texts.join(", ")}`;
  return isText(value) ? undefined : "must be a text (in quotes if it looks like a number)";
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}
