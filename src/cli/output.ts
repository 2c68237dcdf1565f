/** Output and exit codes of the command line. */

import type { Command } from "commander";
import { isInfobloxError } from "../errors.js";
import { markAttributes } from "../ipam/marks/attribute-names.js";
import { oneLine, redact } from "../redaction.js";
import { messageFor } from "./wording.js";

/** The process as the commands see it. Tests pass their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths start here. */
  readonly cwd: string;
  /** Aborts when the user asks to stop (Ctrl-C, SIGTERM). */
  readonly stop: AbortSignal;
}

export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** The help documents the exit codes, and scripts rely on them. */
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
  6  a conflict: in use, taken, or another owner's
  7  a write with an unknown outcome: the message says how to find out
  8  something differs or was found (apply --dry-run and inventory --since, with --detailed-exitcode; inventory --findings)
  130  stopped by Ctrl-C`;

/** An argument that the parser accepts and the command refuses. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Lines of the file, to print below the message. */
  readonly excerpt: readonly string[];

  constructor(message: string, excerpt: readonly string[] = []) {
    super(message);
    this.excerpt = excerpt;
  }
}

/** Ends with this exit code. The command has printed everything already. */
export class EndedWith extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ended with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/**
 * Prints what went wrong, as one paragraph without a stack or as JSON. Returns the exit code.
 *
 * @param command - the failed command, whose flags the message names
 */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean, command?: Command): number {
  const exitCode = exitCodeOf(error);
  const message = oneLine(redact(messageFor(error, command)));
  const excerpt =
    error instanceof UsageError ? error.excerpt.map((line) => `\n${oneLine(line)}`).join("") : "";
  const isResumable = isInfobloxError(error, "AbortedError") && command?.opts()["requestId"] !== undefined;
  if (json) {
    const details = {
      ...(isResumable && { hint: goesOn }),
      ...(isInfobloxError(error) ? error.toJSON() : plainDetails(error)),
    };
    terminal.stderr.write(
      `${JSON.stringify({ error: { ...details, message: message + excerpt, exitCode } })}\n`,
    );
    return exitCode;
  }
  terminal.stderr.write(`${paint(terminal.stderr, terminal.env, "red", "error:")} ${message}${excerpt}\n`);
  if (isResumable) terminal.stderr.write(`${goesOn}\n`);
  const done = isInfobloxError(error) ? (error.partial ?? []).length : 0;
  if (done > 0) terminal.stderr.write(`What was done before the error stays (${done}): --json lists it.\n`);
  return exitCode;
}

const goesOn = "The same command with the same --request-id continues where this one stopped.";

/** The details of an error that is not the library's. */
function plainDetails(error: unknown): { readonly name: string; readonly code?: string } {
  if (error instanceof UsageError) return { name: error.name, code: "ERR_INFOBLOX_USAGE" };
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  return { name: "Error", ...(typeof code === "string" && { code }) };
}

/** The exit code for an error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError) return exitCodes.usage;
  for (const [name, code] of exitCodesByError) if (isInfobloxError(error, name)) return code;
  return exitCodes.failed;
}

/** The first match counts: some kinds are kinds of others. */
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

/**
 * Prints the result of a command: as JSON for programs, else in words.
 *
 * @param words - gets a copy of the result in which each text is one line, so that the grid's texts can't forge lines
 */
export function print<Result>(
  terminal: Terminal,
  { json }: { readonly json?: true },
  result: Result,
  words: string | ((shown: Result) => string),
): void {
  if (json) {
    terminal.stdout.write(`${JSON.stringify(result, null, 2)}\n`);
    return;
  }
  const text = typeof words === "string" ? words : words(inOneLine(result) as Result);
  if (text !== "") terminal.stdout.write(`${text.trimEnd()}\n`);
}

function inOneLine(value: unknown): unknown {
  if (typeof value === "string") return oneLine(value);
  if (Array.isArray(value)) return value.map(inOneLine);
  if (typeof value !== "object" || value === null || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [oneLine(key), inOneLine(part)]));
}

/**
 * Wraps a terminal so that no output controls it, except for colours and the progress line. All output of the commands
 * goes through here.
 */
export function guarded(terminal: Terminal): Terminal {
  return { ...terminal, stdout: guardedOutput(terminal.stdout), stderr: guardedOutput(terminal.stderr) };
}

function guardedOutput(output: Output): Output {
  return {
    get isTTY() {
      return output.isTTY;
    },
    get columns() {
      return output.columns;
    },
    write: (text) =>
      output.write(text.replace(obeyed, (found) => (isOwn.test(found) ? found : oneLine(found)))),
  };
}

/** Control characters, and the commands' own sequences for colours and the erased line. Line breaks and tabs are harmless. */
const obeyed =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them.
  /\x1b\[[\d;]{0,12}m|\r\x1b\[K|[^\n\t\P{Cc}]|\p{Cs}|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them.
const isOwn = /^(?:\x1b\[[\d;]*m|\r\x1b\[K)$/;

/** Formats rows in columns as wide as their longest text. The first row is the heading. */
export function table(rows: readonly (readonly string[])[]): string {
  const safe = rows.map((row) => row.map(oneLine));
  const widths = (safe[0] ?? []).map((_, column) => Math.max(...safe.map((row) => row[column]?.length ?? 0)));
  return safe
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

/** Formats names with their values, one on each line. Leaves out names without a value. */
export function facts(entries: readonly (readonly [name: string, value: string | undefined])[]): string {
  const known = entries.filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...known.map(([name]) => name.length));
  return known.map(([name, value = ""]) => `${name.padEnd(width)}  ${oneLine(value)}\n`).join("");
}

/** Attributes with random tokens, which tell a reader nothing. */
const unshown: ReadonlySet<string> = new Set([markAttributes.token, markAttributes.lastChange]);

/** Formats attributes for people: `Site: Paris, VLAN: 10`. */
export function attributesText(extattrs: Readonly<Record<string, unknown>>): string {
  return Object.entries(extattrs)
    .filter(([name]) => !unshown.has(name))
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(", ");
}

export function warn(terminal: Terminal, message: string): void {
  terminal.stderr.write(
    `${paint(terminal.stderr, terminal.env, "yellow", "warning:")} ${oneLine(message)}\n`,
  );
}

const colours = { red: 31, green: 32, yellow: 33, grey: 90 } as const;

/** Whether to print colours: FORCE_COLOR decides, else NO_COLOR, else the terminal. */
export function hasColour(output: Output, env: Terminal["env"]): boolean {
  const { FORCE_COLOR: forced, NO_COLOR: refused, TERM: terminal } = env;
  if (forced) return forced !== "0" && forced !== "false";
  return output.isTTY === true && !refused && terminal !== "dumb";
}

/** Colours a text if `hasColour` says so. */
export function paint(
  output: Output,
  env: Terminal["env"],
  colour: keyof typeof colours,
  text: string,
): string {
  return hasColour(output, env) ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
}

/** Resolves when the user asks to stop. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
