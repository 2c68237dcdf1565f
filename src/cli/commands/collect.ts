/** `infoblox-ipam collect`: releases what has expired. */

import { Command } from "commander";
import type { Collected } from "../../ipam/upkeep/collect.js";
import { connectionHelp } from "../connection.js";
import { heldTable } from "../held.js";
import { addIpamOptions, type IpamCommandOptions, needsOwner, withIpam } from "../ipam.js";
import { exitCodesHelp, print, type Terminal } from "../output.js";
import { showing } from "../progress.js";

interface CollectCommandOptions extends IpamCommandOptions {
  readonly dryRun?: true;
  readonly cascade?: true;
}

const examples = `
Releases only what the owner created: addresses first, then subnets in which nothing is in use any more. Objects that are
renewed meanwhile stay, and so do objects without an expiry. Needs an owner: --owner, or one from the settings file.

Examples:
  $ infoblox-ipam collect --owner platform-team --dry-run
  $ infoblox-ipam collect --owner platform-team
  $ infoblox-ipam collect --owner platform-team --json
`;

export function collectCommand(terminal: Terminal): Command {
  const command = new Command("collect")
    .description("Release what has expired, of one owner.")
    .option("--dry-run", "only print what would be released")
    .option("--cascade", "release subnets with everything in them, hosts included")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: CollectCommandOptions) => collect(options, terminal));
}

async function collect(options: CollectCommandOptions, terminal: Terminal): Promise<void> {
  const { dryRun, cascade } = options;
  const collected = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, owner, signal }) => {
      needsOwner(owner, "collect");
      return ipam.collect({ dryRun, cascade, signal, onProgress: show(["object", "objects"]) });
    }),
  );
  print(terminal, options, collected, wordsOf);
}

function wordsOf({ dryRun, released, kept }: Collected): string {
  if (released.length + kept.length === 0) return "Nothing has expired.";
  const freed = dryRun ? "would be released" : "released";
  const notes = [
    ...released.map((held) => ({ held, note: held.reason === "gone" ? "was gone already" : freed })),
    ...kept.map((held) => ({
      held,
      note: `kept: ${[held.reason, ...held.inUse, held.message ?? ""].join(" ").trim()}`,
    })),
  ];
  return `${heldTable(notes)}\n${released.length} ${freed}, ${kept.length} kept.`;
}
