/** What the commands have in common that take something: a subnet, an address, a host. */

import { type Command, Option } from "commander";
import { addExpiryOptions, type ExpiryOptions } from "./expiry.js";
import {
  type Attributes,
  addIpamOptions,
  collect,
  collectAttribute,
  type IpamCommandOptions,
  parseCount,
} from "./ipam.js";

export interface TakingOptions extends IpamCommandOptions, ExpiryOptions {
  readonly from?: readonly string[];
  readonly exclude?: readonly string[];
  readonly comment?: string;
  readonly attribute?: Attributes;
  readonly requestId?: string;
}

/** How the options are described. */
export interface Taken {
  /** What is taken: `subnet`. */
  readonly what: string;
  /** Where `--from` may point to, e.g. `subnet or range`. */
  readonly source: string;
}

/** `--from` and `--exclude`, and what the thing is marked with. */
export function addTakingOptions(command: Command, { what, source }: Taken): Command {
  const [placeholder = "source"] = source.split(" ");
  command
    .option(`--from <${placeholder}>`, `where from: ${source}; several are tried in order`, collect)
    .option(
      "--exclude <addresses>",
      "leave these out: an address, range or CIDR; any number of times",
      collect,
    )
    .option("--comment <text>", `what the ${what} is for`)
    .option("--attribute <name=value>", "extensible attribute; any number of times", collectAttribute)
    .option("--request-id <id>", `the same id again gives the same ${what}`);
  return addIpamOptions(addExpiryOptions(command));
}

/** Several of them, in place of one. */
export function addCountOption(command: Command): Command {
  return command.addOption(new Option("--count <number>", "so many at once").argParser(parseCount));
}

/** These options as the library has them. */
export function requestOf(options: TakingOptions) {
  const { from, exclude, comment, attribute: extattrs, requestId, expiresIn, expiresAt } = options;
  return { from, exclude, comment, extattrs, requestId, expiresIn, expiresAt };
}
