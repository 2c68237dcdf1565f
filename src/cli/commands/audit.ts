/** `infoblox-ipam audit`: lists what an owner holds, and what needs attention. */

import { Command } from "commander";
import type { Audit } from "../../ipam/upkeep/audit.js";
import { connectionHelp } from "../connection.js";
import { heldTable } from "../held.js";
import { addIpamOptions, type IpamCommandOptions, needsOwner, withIpam } from "../ipam.js";
import { exitCodesHelp, facts, print, type Terminal } from "../output.js";
import { showing } from "../progress.js";

const examples = `
Changes nothing. Needs an owner: --owner, or one from the settings file.

Examples:
  $ infoblox-ipam audit --owner platform-team
  $ infoblox-ipam audit --owner platform-team --json | jq .duplicates
`;

export function auditCommand(terminal: Terminal): Command {
  const command = new Command("audit")
    .description("Show what an owner holds, and what needs attention.")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addIpamOptions(command).action((options: IpamCommandOptions) => audit(options, terminal));
}

async function audit(options: IpamCommandOptions, terminal: Terminal): Promise<void> {
  const found = await showing(terminal, options, (show) =>
    withIpam(options, terminal, ({ ipam, owner, signal }) => {
      needsOwner(owner, "audit");
      return ipam.audit({ signal, onProgress: show(["object read", "objects read"]) });
    }),
  );
  print(terminal, options, found, wordsOf);
}

function wordsOf(found: Audit): string {
  const { owner, networkView, subnets, containers, addresses } = found;
  const { duplicates, withoutRequestId, hostsWithoutAddresses, expired } = found;
  const counts = facts([
    ["owner", owner],
    ["network view", networkView],
    ["subnets", String(subnets.length)],
    ["containers", String(containers.length)],
    ["addresses", String(addresses.length)],
    ["without request id", String(withoutRequestId.length)],
  ]);
  const notes = [
    ...duplicates.flatMap(({ of, id, objects }) =>
      objects.map((held) => ({
        held,
        // The token itself would tell a reader nothing.
        note: `one of ${objects.length} ${of === "requestId" ? `with request id ${id}` : "that one call made"}`,
      })),
    ),
    ...hostsWithoutAddresses.map((held) => ({ held, note: "has no address" })),
    ...expired.map((held) => ({ held, note: `expired ${held.expiresAt}` })),
  ];
  return notes.length === 0 ? counts : `${counts}\n${heldTable(notes)}`;
}
