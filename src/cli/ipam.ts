/** The options that the commands of the IPAM API share, and an `Ipam` that is closed at the end. */

import type { Command } from "commander";
import { InvalidArgumentError } from "commander";
import { Ipam } from "../ipam/ipam.js";
import type { ProfileOption } from "../ipam/profile/profile.js";
import { readVariable } from "../transport/environment.js";
import type { WapiClient } from "../wapi/client.js";
import { step } from "../wapi/step.js";
import type { Config } from "./config.js";
import { addConnectionOptions, type ConnectionOptions, connect } from "./connection.js";
import { type Terminal, UsageError } from "./output.js";
import { readProfile } from "./profile-file.js";

export interface IpamCommandOptions extends ConnectionOptions {
  readonly networkView?: string;
  readonly dnsView?: string;
  readonly owner?: string;
  readonly requestIdAttribute?: string;
  readonly profile?: string;
  readonly json?: true;
}

export function addIpamOptions(command: Command): Command {
  command
    .option("--json", "print JSON, for programs")
    .option("--network-view <name>", "the network view (default: default)")
    .option("--dns-view <name>", "the DNS view of host names (default: the grid's choice)")
    .option("--owner <name>", "owner of new objects; objects of other owners are refused")
    .option("--request-id-attribute <name>", "the attribute that keeps request ids (default: Request ID)")
    .option(
      "--profile <serial|places|wait|file>",
      "how the grid behaves, or a file with its profile (default: the profile that the grid keeps)",
    );
  return addConnectionOptions(command);
}

/** What a command uses to do its work. */
export interface Session {
  readonly ipam: Ipam;
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly owner: string | undefined;
  /** The grid profile that the user names. */
  readonly profile: ProfileOption | undefined;
  /** Whether the grid's certificate is checked. */
  readonly isVerified: boolean;
  readonly signal: AbortSignal;
}

export async function withIpam<T>(
  options: IpamCommandOptions & AttributeOptions,
  terminal: Terminal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { wapi, config, isVerified, signal } = await connect(options, terminal);
  try {
    const { networkView = "default", ...others } = placesOf(options, config, terminal);
    const profile = await profileOf(options, config, terminal);
    const ipam = new Ipam(wapi, { networkView, profile, ...others });
    const { owner } = others;
    await refuseSeveralValues(options, wapi, signal);
    return await work({ ipam, wapi, networkView, owner, profile, isVerified, signal });
  } finally {
    await wapi.close();
  }
}

/**
 * Refuses an attribute that is given twice and takes one value. Sends a request only if an attribute is given twice.
 */
async function refuseSeveralValues(
  { attribute, fromAttribute }: AttributeOptions,
  wapi: WapiClient,
  signal: AbortSignal,
): Promise<void> {
  const given = Object.entries({ "--attribute": attribute, "--from-attribute": fromAttribute });
  const several = given.flatMap(([flag, attributes = {}]) =>
    Object.entries(attributes).flatMap(([name, value]) =>
      Array.isArray(value) ? [{ flag, name, value }] : [],
    ),
  );
  if (several.length === 0) return;
  const found = await wapi.batch(
    several.map(({ name }) => step.find("extensibleattributedef", { where: { name }, fields: ["flags"] })),
    { signal },
  );
  for (const [index, { flag, name, value }] of several.entries()) {
    // The grid itself refuses an attribute that is not defined.
    const [definition] = found[index] ?? [];
    if (definition === undefined || definition.flags?.includes("V")) continue;
    throw new UsageError(
      `${flag}: ${name} takes one value on this grid (got ${value.join(", ")}); its definition doesn't allow several`,
    );
  }
}

/** The attribute options of commands that take them. */
interface AttributeOptions {
  readonly attribute?: Attributes;
  readonly fromAttribute?: Attributes;
}

/** The views and the owner, from flags, else the environment, else the file, like all connection settings. */
function placesOf(options: IpamCommandOptions, config: Config, { env }: Pick<Terminal, "env">) {
  const { networkView, dnsView, owner, requestIdAttribute } = options;
  return {
    networkView: networkView ?? readVariable(env, "INFOBLOX_NETWORK_VIEW") ?? config.networkView,
    dnsView: dnsView ?? readVariable(env, "INFOBLOX_DNS_VIEW") ?? config.dnsView,
    owner: owner ?? readVariable(env, "INFOBLOX_OWNER") ?? config.owner,
    requestIdAttribute:
      requestIdAttribute ?? readVariable(env, "INFOBLOX_REQUEST_ID_ATTRIBUTE") ?? config.requestIdAttribute,
  };
}

async function profileOf(options: IpamCommandOptions, config: Config, terminal: Terminal) {
  const text = options.profile ?? readVariable(terminal.env, "INFOBLOX_PROFILE") ?? config.profile;
  return text === undefined ? undefined : readProfile("--profile", text, terminal);
}

/** Checks that a command for one owner's objects has an owner. @throws {UsageError} if there is none */
export function needsOwner(owner: string | undefined, what: string): void {
  if (owner === undefined)
    throw new UsageError(`${what} needs --owner (or INFOBLOX_OWNER), which selects the objects`);
}

/** Parses a whole number from 1 up. */
export function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1) return number;
  throw new InvalidArgumentError("a whole number is needed, from 1 up.");
}

/** Parses a whole number from 0 up. */
export function parseNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a whole number is needed, from 0 up.");
}

/** Extensible attributes from the command line. */
export type Attributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** Collects `Site=Paris`, which may be repeated; the same name again adds a value. `VLAN:=10` is a number. */
export function collectAttribute(text: string, before: Attributes = {}): Attributes {
  const [, name = "", sign, value = ""] = /^(.+?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError("write an attribute as NAME=VALUE or NAME:=NUMBER.");
  const another = (one: string | number) =>
    Object.hasOwn(before, name) ? [before[name] ?? [], one].flat() : one;
  if (sign === "=") return { ...before, [name]: another(value) };
  if (!/^-?\d+$/.test(value))
    throw new InvalidArgumentError(`${value} is not a number: write ${name}=${value}.`);
  return { ...before, [name]: another(Number(value)) };
}

/** Parses one of a few words in any case. `choices` shows them in the help and to shells. */
export function parseOneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((one) => one.toLowerCase() === text.toLowerCase());
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
  };
}

/** Collects an option that may be repeated. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
