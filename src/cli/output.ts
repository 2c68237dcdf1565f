/** What the command line says, where, and with which exit code it ends. */

import { isInfobloxError } from "../errors.js";

/** The process as the commands see it; tests bring their own. */
export interface Terminal {
  readonly stdin: NodeJS.ReadableStream;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted when the user asks to stop (Ctrl-C, SIGTERM). */
  readonly stop: AbortSignal;
}

export interface Output {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** Documented in the help: scripts rely on them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done
  1  the grid refused, or something failed
  2  wrong arguments or input
  3  the grid could not be reached, or did not accept the credentials`;

/** An argument that the parser lets pass and the command can't take. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Says what went wrong, in one paragraph without a stack, and gives the exit code for it. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  const message = error instanceof Error ? error.message : String(error);
  terminal.stderr.write(`${paint(terminal.stderr, terminal.env, "red", "error:")} ${message}\n`);
  return exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || isInfobloxError(error, "InvalidRequestError")) return exitCodes.usage;
  if (isInfobloxError(error, "ConnectionError") || isInfobloxError(error, "AuthenticationError")) {
    return exitCodes.unreachable;
  }
  return exitCodes.failed;
}

export function warn(terminal: Terminal, message: string): void {
  terminal.stderr.write(`${paint(terminal.stderr, terminal.env, "yellow", "warning:")} ${message}\n`);
}

const colours = { red: 31, green: 32, yellow: 33, grey: 90 } as const;

/** Coloured on a terminal, plain in a file or pipe and where NO_COLOR is set. */
export function paint(
  output: Output,
  env: Terminal["env"],
  colour: keyof typeof colours,
  text: string,
): string {
  const coloured = output.isTTY === true && !env["NO_COLOR"];
  return coloured ? `\u001b[${colours[colour]}m${text}\u001b[0m` : text;
}

/** Until the user asks to stop. */
export function stopped(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((done) => signal.addEventListener("abort", () => done(), { once: true }));
}
