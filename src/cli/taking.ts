/** What the commands have in common that take something: a subnet, an address, a host. */

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

/** How the options are described. */
export interface Taken {
  /** What is taken: `subnet`. */
  readonly what: string;
  /** Where `--from` may point to, e.g. `subnet or range`. */
  readonly source: string;
}

/** Where from, and what the thing is marked with. */
export function addTakingOptions(command: Command, { what, source }: Taken): Command {
  const [placeholder = "source"] = source.split(" ");
  command
    .option(`--from <${placeholder}>`, `where from: ${source}; several are tried in order`, collect)
    .option(
      "--from-attribute <name=value>",
      `from any ${placeholder} with this extensible attribute; several must all be there`,
      collectAttribute,
    )
    .option("--ipv6", "with --from-attribute: look for IPv6")
    .addOption(
      new Option("--strategy <order>", "in which order sources are tried (default: first)").choices(
        strategies,
      ),
    )
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
  const { strategy, exclude, comment, attribute: extattrs, requestId, expiresIn, expiresAt } = options;
  return { from: sourcesOf(options), strategy, exclude, comment, extattrs, requestId, expiresIn, expiresAt };
}

function sourcesOf({ from, fromAttribute: extattrs, ipv6 }: TakingOptions): Sources | undefined {
  if (extattrs === undefined) {
    if (ipv6) throw new UsageError("--ipv6 goes with --from-attribute: a CIDR says itself what it is");
    return from;
  }
  return [...(from ?? []), { extattrs, family: ipv6 ? 6 : 4 }];
}
