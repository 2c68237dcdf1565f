/** `infoblox-ipam doctor`: checks whether everything works, and says what is wrong. */

import { Command } from "commander";
import { AbortedError, isInfobloxError } from "../../errors.js";
import { connectionHelp } from "../connection.js";
import { lookAtAttributes } from "../doctor/attributes.js";
import { lookAtConnection } from "../doctor/connection.js";
import type { Examination, Finding } from "../doctor/finding.js";
import { lookAtMaster } from "../doctor/master.js";
import { type ProbeCommandOptions, probeGrid } from "../doctor/probe.js";
import { lookAtPromise } from "../doctor/promise.js";
import { lookAtRights } from "../doctor/rights.js";
import { lookAtSettings } from "../doctor/settings.js";
import { addIpamOptions, type IpamCommandOptions, type Session, withIpam } from "../ipam.js";
import { EndedWith, exitCodeOf, exitCodesHelp, type Output, paint, print, type Terminal } from "../output.js";

const examples = `
Changes nothing on the grid without --probe, which finds out how the grid behaves in a network view that it creates and
deletes. Exits with 0 if nothing failed; warnings, and checks without an answer (?), are not failures.

Examples:
  $ infoblox-ipam doctor
  $ infoblox-ipam doctor --url https://grid.example.com --user automation --password-file secret.txt
  $ infoblox-ipam doctor --json
  $ infoblox-ipam doctor --probe --yes --zone probe.example.com --profile profile.json
`;

export function doctorCommand(terminal: Terminal): Command {
  const command = new Command("doctor")
    .description(
      "Check settings, connection, certificate, credentials, version, clock, master, rights and attributes.",
    )
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  command
    .option(
      "--probe",
      "find out by experiments how the grid behaves; --profile names the file to write it to",
    )
    .option("--yes", "with --probe: do not ask first")
    .option("--zone <name>", "with --probe: a scratch zone for questions about DNS")
    .option(
      "--scratch-view <name>",
      "with --probe: the network view to create and delete (default: infoblox-ipam probe)",
    );
  return addIpamOptions(command).action((options: ProbeCommandOptions) =>
    options.probe ? probeGrid(options, terminal) : examine(options, terminal, command),
  );
}

async function examine(options: IpamCommandOptions, terminal: Terminal, command: Command): Promise<void> {
  // Without retries: the user wants the state now.
  const now: IpamCommandOptions = { ...options, maxRetries: 0 };
  const { findings, error } = await withIpam(now, terminal, (session) => findingsOf(session)).catch(
    (error: unknown): Examination => {
      // Errors of the checks themselves are findings already.
      if (isInfobloxError(error, "AbortedError")) throw error;
      return { findings: [lookAtSettings(error, command)], error };
    },
  );
  print(terminal, options, findings, (shown) => wordsOf(shown, terminal));
  if (findings.some(({ state }) => state === "failed")) throw new EndedWith(exitCodeOf(error));
}

async function findingsOf(session: Session): Promise<Examination> {
  const reached = await lookAtConnection(session.wapi, session);
  if (reached.error !== undefined) return reached;
  const further = await Promise.all([
    lookAtMaster(session).then((finding) => [finding]),
    lookAtRights(session),
    lookAtAttributes(session),
    lookAtPromise(session).then((finding) => [finding]),
  ]);
  // A check that the user stopped says nothing about the grid.
  if (session.signal.aborted) throw new AbortedError("stopped");
  return { findings: [...reached.findings, ...further.flat()] };
}

const signs = {
  ok: ["✓", "green"],
  warning: ["!", "yellow"],
  unknown: ["?", "yellow"],
  failed: ["✗", "red"],
} as const;

/** One line for each finding, and below it the advice. */
function wordsOf(
  findings: readonly Finding[],
  { stdout, env }: { readonly stdout: Output; readonly env: Terminal["env"] },
): string {
  const width = Math.max(22, ...findings.map(({ check }) => check.length));
  const lines = findings.map(({ check, state, message, advice }) => {
    const [sign, colour] = signs[state];
    const line = `${paint(stdout, env, colour, sign)} ${check.padEnd(width)} ${message}\n`;
    return advice === undefined ? line : `${line}  ${" ".repeat(width)} → ${advice}\n`;
  });
  return lines.join("");
}
