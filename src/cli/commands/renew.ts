/** `infoblox-ipam renew`: sets a later expiry. */

import { Command } from "commander";
import { formatExpiry } from "../../ipam/marks/expiry.js";
import type { Address, Subnet } from "../../ipam/objects/results.js";
import { connectionHelp } from "../connection.js";
import { addExpiryOptions, type ExpiryOptions } from "../expiry.js";
import { addIpamOptions, type IpamCommandOptions, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal, UsageError } from "../output.js";
import { targetOf } from "../release.js";

interface RenewCommandOptions extends IpamCommandOptions, ExpiryOptions {
  readonly requestId?: string;
  readonly force?: true;
}

const examples = `
The new expiry may be later or earlier than before. An object that has expired and is not collected yet can be renewed,
too. Prints the object and its expiry.

Examples:
  $ infoblox-ipam renew 10.0.7.0/24 --expires-in 7d
  $ infoblox-ipam renew web-1.example.com --expires-at 2026-12-01T00:00:00Z
  $ infoblox-ipam renew --request-id shop/pull/17 --expires-in 3d
  $ infoblox-ipam renew 10.0.7.5 --expires-in 12h --json
`;

export function renewCommand(terminal: Terminal): Command {
  const command = new Command("renew")
    .description("Set another expiry for a subnet or an address.")
    .argument("[target]", "a subnet's CIDR, an IP, the name of a host, or a reference")
    .option("--request-id <id>", "the subnet or address of this request id")
    .option("--force", "also if another owner created it")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(addExpiryOptions(command)).action(
    (target: string | undefined, options: RenewCommandOptions) => renew(target, options, terminal),
  );
}

async function renew(
  named: string | undefined,
  options: RenewCommandOptions,
  terminal: Terminal,
): Promise<void> {
  const { requestId, expiresIn, expiresAt, force } = options;
  const target = targetOf("a subnet or an address", named, requestId);
  if (expiresIn === undefined && expiresAt === undefined) {
    throw new UsageError("give --expires-in or --expires-at, e.g. --expires-in 7d");
  }
  const renewed = await withIpam(options, terminal, ({ ipam, signal }) =>
    ipam.renew(target, { expiresIn, expiresAt, force, signal }),
  );
  print(terminal, options, renewed, wordsOf);
}

function wordsOf(renewed: Subnet | Address): string {
  const { expiresAt } = renewed;
  const what = "prefixLength" in renewed ? renewed.cidr : [renewed.ip, renewed.name ?? ""].join(" ").trim();
  return expiresAt === undefined ? what : `${what}  expires ${formatExpiry(expiresAt.getTime())}`;
}
