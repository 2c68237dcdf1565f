/** How the commands reach a grid: by flags, else by the environment, else by a settings file. */

import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import {
  readAddresses,
  readBooleanVariable,
  readSecretVariable,
  readVariable,
  readVerification,
} from "../transport/environment.js";
import type { Logger } from "../transport/events.js";
import type { TlsOptions } from "../transport/tls.js";
import { WapiClient } from "../wapi/client.js";
import { type Config, configHelp, type FoundConfig, readConfig } from "./config.js";
import { reasonOf } from "./files.js";
import { type Terminal, UsageError, warn } from "./output.js";
import { addPasswordOptions, firstLineOf, type PasswordOptions, readPassword } from "./password.js";
import { stopAfterWrites } from "./stopping.js";

export interface ConnectionOptions extends PasswordOptions {
  readonly url?: string;
  readonly user?: string;
  readonly wapiVersion?: string;
  readonly caFile?: string;
  readonly allowInsecureHttp?: true;
  readonly config?: string;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly retries?: number;
  /** How often a call is repeated unless the user sets it: a command's own default. */
  readonly maxRetries?: number;
}

export const connectionHelp = `
Missing options are read from INFOBLOX_URL, INFOBLOX_USERNAME, INFOBLOX_PASSWORD, INFOBLOX_WAPI_VERSION and
INFOBLOX_SSL_VERIFY (true, false, or the path of a CA file), INFOBLOX_NETWORK_VIEW, INFOBLOX_DNS_VIEW and
INFOBLOX_OWNER. INFOBLOX_LOG=debug shows each request, INFOBLOX_LOG=warn each retry; NO_COLOR turns colours off,
FORCE_COLOR turns them on without a terminal.
${configHelp}`;

export function addConnectionOptions(command: Command): Command {
  command
    .option("--url <url>", "the grid, e.g. https://grid.example.com")
    .option("--user <name>", "user name")
    .option("--wapi-version <version>", "WAPI version to speak; left out, the newest that the grid has")
    .option("--ca-file <file>", "certificate authority of the grid, if it is a private one")
    .option("--allow-insecure-http", "permit http://, which anybody on the network path can read")
    .option("--timeout <seconds>", "how long each attempt waits for an answer (default: 30)", secondsOf)
    .option("--retries <count>", "how often a failed call is repeated (default: 3)", countOf)
    .option("--config <file>", "read missing options from this JSON, TOML or YAML file");
  return addPasswordOptions(command);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && seconds > 0 && seconds <= 86_400) return Math.ceil(seconds * 1000);
  throw new InvalidArgumentError("It must be seconds, e.g. 30.");
}

function countOf(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) <= 100) return Number(text);
  throw new InvalidArgumentError("It must be a whole number from 0 to 100.");
}

/** A client for the grid, the signal that stops its calls, and the file's settings. */
export interface Connected {
  /** The caller closes it. */
  readonly wapi: WapiClient;
  readonly config: Config;
  /** Whether the grid's certificate is checked. */
  readonly isVerified: boolean;
  /** Aborts when the user asks to stop, after the grid has answered a write that is under way. */
  readonly signal: AbortSignal;
}

/** Creates a client from flags, environment and settings file. */
export async function connect(options: ConnectionOptions, terminal: Terminal): Promise<Connected> {
  const { env } = terminal;
  const found = await readConfig(options.config, terminal);
  const { config } = found;
  refuseStray(options, found, terminal);
  const { signal, onRequest, onResponse } = stopAfterWrites(terminal);
  const tls = await tlsFor(options, found, terminal);
  const wapi = new WapiClient({
    url: options.url ?? readAddresses(env) ?? config.url,
    username: options.user ?? readVariable(env, "INFOBLOX_USERNAME") ?? config.username,
    password: await passwordFor(options, found, terminal),
    wapiVersion: options.wapiVersion ?? readVariable(env, "INFOBLOX_WAPI_VERSION") ?? config.wapiVersion,
    allowInsecureHttp:
      options.allowInsecureHttp ??
      readBooleanVariable(env, "INFOBLOX_ALLOW_INSECURE_HTTP") ??
      config.allowInsecureHttp,
    tls,
    // INFOBLOX_LOG asks for more than warnings.
    logger: readVariable(env, "INFOBLOX_LOG") === undefined ? warningsOnly(terminal) : undefined,
    onRequest,
    onResponse,
    maxRetries: options.retries ?? options.maxRetries,
    timeout: options.timeout,
  });
  return { wapi, config, isVerified: tls.rejectUnauthorized !== false, signal };
}

async function passwordFor(
  options: ConnectionOptions,
  { config, file }: FoundConfig,
  terminal: Terminal,
): Promise<string | undefined> {
  const given =
    (await readPassword(options, terminal)) ?? readSecretVariable(terminal.env, "INFOBLOX_PASSWORD");
  if (given !== undefined || config.passwordFile === undefined) return given;
  return firstLineOf(beside(file, config.passwordFile), `passwordFile in ${file}`, terminal);
}

async function tlsFor(
  { caFile }: ConnectionOptions,
  { config, file }: FoundConfig,
  { cwd, env }: Terminal,
): Promise<TlsOptions> {
  if (caFile !== undefined) return { ca: await readCaFile(resolve(cwd, caFile), "--ca-file") };
  const verification = readVerification(env, (path) => readFileSync(path, "utf8"));
  if (Object.keys(verification).length > 0 || config.caFile === undefined) return verification;
  return { ca: await readCaFile(beside(file, config.caFile), `caFile in ${file}`) };
}

/** A path in a settings file is relative to that file. */
function beside(file: string | undefined, name: string): string {
  return file === undefined ? name : resolve(dirname(file), name);
}

/**
 * Refuses to send the password of the environment to an address from a file that was found in the current directory.
 * The file may have come with another user's files.
 */
function refuseStray(
  { url }: ConnectionOptions,
  { config, file, isNamed }: FoundConfig,
  { env }: Terminal,
): void {
  const isAddressOfFile = config.url !== undefined && url === undefined && readAddresses(env) === undefined;
  if (isNamed || !isAddressOfFile || readSecretVariable(env, "INFOBLOX_PASSWORD") === undefined) return;
  throw new UsageError(
    `INFOBLOX_PASSWORD would go to the address in ${file}, which was found in the current directory: name the file with --config or INFOBLOX_CONFIG`,
  );
}

async function readCaFile(file: string, as: string): Promise<string> {
  const content = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`${as}: can't read ${file}: ${reasonOf(error)}`);
  });
  if (content.includes("-----BEGIN CERTIFICATE-----")) return content;
  throw new UsageError(`${as}: ${file} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)`);
}

/** Hides the log lines of retries: the result or the error tells the outcome. */
function warningsOnly(terminal: Terminal): Logger {
  const warning = (message: string, fields: object = {}) => {
    if (!("retryInMs" in fields)) warn(terminal, message);
  };
  return { debug: () => {}, info: () => {}, warn: warning, error: warning };
}
