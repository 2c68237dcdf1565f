/** What the commands of the IPAM API share: their options, and an `Ipam` that is closed in the end. */

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
    .option("--network-view <name>", "which address space (default: default)")
    .option("--dns-view <name>", "where host names live (default: the grid's choice)")
    .option("--owner <name>", "whose objects these are: marks new ones, and refuses those of others")
    .option("--request-id-attribute <name>", "where request ids are kept (default: Request ID)")
    .option(
      "--profile <serial|places|wait|file>",
      "what kind of grid this is, or the file that says so (default: what the grid keeps)",
    );
  return addConnectionOptions(command);
}

/** What a command works with. */
export interface Session {
  readonly ipam: Ipam;
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly owner: string | undefined;
  /** What kind of grid this is, where the user says so. */
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

/** An attribute that is given twice has to be one that may have several values. One request, where one is. */
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
    // That there is no such attribute, the grid says itself.
    const [definition] = found[index] ?? [];
    if (definition === undefined || definition.flags?.includes("V")) continue;
    throw new UsageError(
      `${flag}: ${name} takes one value on this grid (got ${value.join(", ")}); its definition doesn't allow several`,
    );
  }
}

/** Which attributes are given, of commands that take them. */
interface AttributeOptions {
  readonly attribute?: Attributes;
  readonly fromAttribute?: Attributes;
}

/** From flags, else the environment, else the file, as all of the connection. */
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

/** For what only touches one owner's objects. @throws {UsageError} if there is none */
export function needsOwner(owner: string | undefined, what: string): void {
  if (owner === undefined)
    throw new UsageError(`${what} needs --owner (or INFOBLOX_OWNER), which says whose objects are meant`);
}

/** `24`, from 1 up. */
export function parseCount(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1) return number;
  throw new InvalidArgumentError("a whole number is needed, from 1 up.");
}

/** `0`, from 0 up. */
export function parseNumber(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("a whole number is needed, from 0 up.");
}

/** Extensible attributes as they were written on the command line. */
export type Attributes = Readonly<Record<string, string | number | readonly (string | number)[]>>;

/** `Site=Paris`, any number of times, the same name for several values; `VLAN:=10` for a number. */
export function collectAttribute(text: string, before: Attributes = {}): Attributes {
  const [, name = "", sign, value = ""] = /^(.+?)(:?=)(.*)$/s.exec(text) ?? [];
  if (name === "") throw new InvalidArgumentError("an attribute is written NAME=VALUE, or NAME:=NUMBER.");
  const another = (one: string | number) =>
    Object.hasOwn(before, name) ? [before[name] ?? [], one].flat() : one;
  if (sign === "=") return { ...before, [name]: another(value) };
  if (!/^-?\d+$/.test(value))
    throw new InvalidArgumentError(`${value} is no number: write ${name}=${value}.`);
  return { ...before, [name]: another(Number(value)) };
}

/** One of a few words, in upper or lower case; `choices` shows them in the help and to shells. */
export function parseOneOf<const Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((one) => one.toLowerCase() === text.toLowerCase());
    if (word !== undefined) return word;
    throw new InvalidArgumentError(`Allowed choices are ${words.join(", ")}.`);
  };
}

/** An option that may be given any number of times. */
export function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}
