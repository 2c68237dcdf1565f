/** Options of the commands that take a subnet, an address or a host. */

import { type Command, Option } from "commander";
import { type PoolStrategy, type Sources, strategies } from "../ipam/requests/sources.js";
import { addExpiryOptions, type ExpiryOptions } from "./expiry.js";
import {
  type Attributes,
  addIpamOptions,
  collect,
  collectAttribute,
  type IpamCommandOptions,
  parseCount,
} from "./ipam.js";
import { UsageError } from "./output.js";

export interface TakingOptions extends IpamCommandOptions, ExpiryOptions {
  readonly from?: readonly string[];
  readonly fromAttribute?: Attributes;
  readonly ipv6?: true;
  readonly strategy?: PoolStrategy;
  readonly exclude?: readonly string[];
  readonly comment?: string;
  readonly attribute?: Attributes;
  readonly requestId?: string;
}

/** The words of the options' descriptions. */
export interface Taken {
  /** What is taken: `subnet`. */
  readonly what: string;
  /** The possible sources of `--from`, e.g. `subnet or range`. */
  readonly source: string;
}

/** Adds the options for sources, comment, attributes and request id. */
export function addTakingOptions(command: Command, { what, source }: Taken): Command {
  const [placeholder = "source"] = source.split(" ");
  command
    .option(`--from <${placeholder}>`, `a ${source}; several are tried in order`, collect)
    .option(
      "--from-attribute <name=value>",
      `from any ${placeholder} with this extensible attribute; of several attributes, all must match`,
      collectAttribute,
    )
    .option("--ipv6", "with --from-attribute: look for IPv6")
    .addOption(new Option("--strategy <order>", "the order of sources (default: first)").choices(strategies))
    .option("--exclude <addresses>", "exclude an address, range or CIDR; may be repeated", collect)
    .option("--comment <text>", `what the ${what} is for`)
    .option("--attribute <name=value>", "extensible attribute; may be repeated", collectAttribute)
    .option("--request-id <id>", `the same id again gives the same ${what}`);
  return addIpamOptions(addExpiryOptions(command));
}

/** Adds `--count`. */
export function addCountOption(command: Command): Command {
  return command.addOption(new Option("--count <number>", "take this many at once").argParser(parseCount));
}

/** Converts these options into the library's. */
export function requestOf(options: TakingOptions) {
  const { strategy, exclude, comment, attribute: extattrs, requestId, expiresIn, expiresAt } = options;
  return { from: sourcesOf(options), strategy, exclude, comment, extattrs, requestId, expiresIn, expiresAt };
}

function sourcesOf({ from, fromAttribute: extattrs, ipv6 }: TakingOptions): Sources | undefined {
  if (extattrs === undefined) {
    if (ipv6) throw new UsageError("--ipv6 goes with --from-attribute; a CIDR needs no family");
    return from;
  }
  return [...(from ?? []), { extattrs, family: ipv6 ? 6 : 4 }];
}
