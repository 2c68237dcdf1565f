/** What the command line says, where, and with which exit code it ends. */

import type { Command } from "commander";
import { isInfobloxError } from "../errors.js";
import { printable } from "../map/words.js";
import { messageFor } from "./wording.js";

/** The process as the commands see it; tests bring their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where files without a full path are looked for. */
  readonly cwd: string;
  /** Aborted when the user asks to stop (Ctrl-C, SIGTERM). */
  readonly stop: AbortSignal;
}

export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Documented in the help: scripts rely on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  missing: 4,
  exhausted: 5,
  conflict: 6,
  uncertain: 7,
  different: 8,
  stopped: 130,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done
  1  the grid refused, or something failed
  2  wrong arguments or input
  3  the grid could not be reached, or did not accept the credentials
  4  it isn't there
  5  nothing is free
  6  something is in the way: in use, taken, or another owner's
  7  a write whose fate isn't known: the message says how to find out
  8  something differs (apply --dry-run --detailed-exitcode)
  130  stopped by Ctrl-C`;

/** An argument that the parser lets pass and the command can't take. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Ends with this exit code; what there is to say has been said. */
export class EndedWith extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Says what went wrong, in one paragraph without a stack or as JSON, and gives the exit code for it.
 *
 * @param command - the one that failed, whose flags the message names
 */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean, command?: Command): number {
  const exitCode = exitCodeOf(error);
  const message = messageFor(error, command);
  if (json) {
    const details = isInfobloxError(error) ? error.toJSON() : plainDetails(error);
    terminal.stderr.write(`${JSON.stringify({ error: { ...details, message, exitCode } })}\n`);
    return exitCode;
  }
  const lines = message.split("\n").map(printable).join("\n");
  terminal.stderr.write(`${paint(terminal.stderr, terminal.env, "red", "error:")} ${lines}\n`);
  const done = isInfobloxError(error) ? (error.partial ?? []).length : 0;
  if (done > 0) terminal.stderr.write(`What was done before it stays (${done}): --json lists it.\n`);
  return exitCode;
}

/** Of errors that aren't the library's. */
function plainDetails(error: unknown): { readonly name: string; readonly code?: string } {
  if (error instanceof UsageError) return { name: error.name, code: "ERR_INFOBLOX_USAGE" };
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return { name: "Error", ...(typeof code === "string" && { code }) };
}

/** The exit code for an error; of a command that has said itself what failed, without one. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  for (const [name, code] of exitCodesByError) if (isInfobloxError(error, name)) return code;
  return exitCodes.failed;
}

/** The first that fits: some kinds are kinds of others. */
const exitCodesByError = [
  ["UncertainWriteError", exitCodes.uncertain],
  ["PoolExhaustedError", exitCodes.exhausted],
  ["SubnetInUseError", exitCodes.conflict],
  ["OwnershipError", exitCodes.conflict],
  ["AmbiguousTargetError", exitCodes.conflict],
  ["ConflictError", exitCodes.conflict],
  ["RequestMismatchError", exitCodes.conflict],
  ["NotFoundError", exitCodes.missing],
  ["InvalidRequestError", exitCodes.usage],
  ["AbortedError", exitCodes.stopped],
  ["CircuitOpenError", exitCodes.unreachable],
  ["ConnectionError", exitCodes.unreachable],
  ["TimeoutError", exitCodes.unreachable],
  ["AuthenticationError", exitCodes.unreachable],
  ["NotGridMasterError", exitCodes.unreachable],
] as const;

/** The result of a command: as JSON for programs, else in words. */
export function print(
  terminal: Terminal,
  { json }: { readonly json?: true },
  result: unknown,
  words: string,
): void {
  terminal.stdout.write(
    json ? `${JSON.stringify(result, null, 2)}\n` : words === "" ? "" : `${words.trimEnd()}\n`,
  );
}

/** Columns of texts, as wide as they need to be; the first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(printable));
  const widths = (safe[0] ?? []).map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  return safe
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Names and what they are, a line each; those without a value are left out. */
export function facts(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  const known = entries.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value = ""]) => `${name.padEnd(width)}  ${printable(value)}\n`).join("");
}

/** Attributes as people read them: `Site: Paris, VLAN: 10`. */
export function attributesText(extattrs: Readonly<Record<string, unknown>>): string {
  return Object.entries(extattrs)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}

export function warn(terminal: Terminal, message: string): void {
  terminal.stderr.write(`${paint(terminal.stderr, terminal.env, "yellow", "warning:")} ${message}\n`);
}

const colours = { red: 31, green: 32, yellow: 33, grey: 90 } as const;

/** FORCE_COLOR decides, else NO_COLOR, else whether it is a terminal that can. */
export function hasColour(output: Output, env: Terminal["env"]): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced) return forced !== "0" && forced !== "false";
  return output.isTTY === true && !refused && terminal !== "dumb";
}

/** Coloured where `hasColour` says so, else plain. */
export function paint(
  output: Output,
  env: Terminal["env"],
  colour: keyof typeof colours,
  text: string,
): string {
  return hasColour(output, env) ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
}

/** Until the user asks to stop. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
