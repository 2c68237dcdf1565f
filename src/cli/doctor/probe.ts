/** `infoblox-ipam doctor --probe`: finds out by experiments how the grid behaves. */

import { createInterface } from "node:readline/promises";
import { answersOf } from "../../ipam/probe/probe.js";
import { behaviorOf, type GridBehavior } from "../../ipam/profile/profile.js";
import { mustBeWritable, writeNamed } from "../files.js";
import { type IpamCommandOptions, withIpam } from "../ipam.js";
import { print, type Terminal, table, UsageError } from "../output.js";
import { showing } from "../progress.js";

export interface ProbeCommandOptions extends IpamCommandOptions {
  readonly probe?: true;
  readonly yes?: true;
  readonly zone?: string;
  readonly scratchView?: string;
}

const defaultView = "infoblox-ipam probe";

/** Asks for consent, probes, and prints the profile. Writes it to the file of `--profile`. */
export async function probeGrid(options: ProbeCommandOptions, terminal: Terminal): Promise<void> {
  const { profile: file, zone, scratchView: networkView = defaultView, ...others } = options;
  if (file !== undefined) await mustBeWritable("--profile", file, terminal);
  await consent(options, networkView, terminal);
  const profile = await withIpam(others, terminal, ({ ipam, signal }) =>
    showing(terminal, options, (show) =>
      ipam.probe({ networkView, zone, signal, onProgress: show(["question", "questions"]) }),
    ),
  );
  if (file !== undefined) {
    await writeNamed("--profile", file, `${JSON.stringify(profile, null, 2)}\n`, terminal);
  }
  const rows = answersOf(profile).map(({ question, answer, meaning }) => [question, answer, meaning]);
  const words = `${table([["QUESTION", "ANSWER", "WHAT IT MEANS"], ...rows])}\n${promiseText(behaviorOf(profile))}\n`;
  print(terminal, options, profile, words);
}

/** @throws {UsageError} if the user does not consent */
async function consent({ yes }: ProbeCommandOptions, networkView: string, terminal: Terminal): Promise<void> {
  if (yes) return;
  const what = `--probe creates the network view "${networkView}" on the grid, sends a few hundred requests to it, and deletes it.`;
  if (!terminal.stderr.isTTY) throw new UsageError(`${what} Pass --yes to consent.`);
  terminal.stderr.write(`${what} Continue? [y/N] `);
  const lines = createInterface({ input: terminal.stdin });
  try {
    const answer = await Promise.race([nextLine(lines), aborted(terminal.stop)]);
    if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError("nothing was done: the answer wasn't yes");
  } finally {
    lines.close();
  }
}

async function nextLine(lines: AsyncIterable<string>): Promise<string> {
  for await (const line of lines) return line;
  return "";
}

function aborted(signal: AbortSignal): Promise<string> {
  return new Promise((done) => {
    if (signal.aborted) done("");
    else signal.addEventListener("abort", () => done(""), { once: true });
  });
}

/** The promise that holds on this grid, in a sentence. */
export function promiseText({ path, fence, known, waitMs }: GridBehavior): string {
  if (!known) {
    return "one id gives one object as long as the grid carries requests out one after the other, which was not checked on this grid";
  }
  switch (path) {
    case "serial":
      return "one id gives one object: guards in each request ensure it";
    case "places":
      return `one id gives one object: a place for each id ensures it${fence ? ", and deletes are fenced" : ""}`;
    case "wait":
      return `one id gives one object as long as no request takes longer than ${waitMs / 1_000} s, the time that writes wait`;
  }
}
