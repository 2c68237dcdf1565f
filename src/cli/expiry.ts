/** Until when something is needed, as the command line takes it. */

import { type Command, InvalidArgumentError, Option } from "commander";

/** What `addExpiryOptions` gives a command. */
export interface ExpiryOptions {
  /** Seconds. */
  readonly expiresIn?: number;
  readonly expiresAt?: string;
}

/** For commands that make something, or keep it on: one of `--expires-in` and `--expires-at`. */
export function addExpiryOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--expires-in <time>",
        "how long it is needed: 30m, 12h or 7d; then it may be collected",
      ).argParser(parseDuration),
    )
    .addOption(
      new Option("--expires-at <time>", "the same by the clock, e.g. 2026-12-01T00:00:00Z")
        .argParser(parseTime)
        .conflicts("expiresIn"),
    );
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** `7d` → seconds; `30m`, `12h` and `90s` likewise. */
function parseDuration(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d*)([smhd])$/.exec(text) ?? [];
  const each = seconds[unit];
  if (each === undefined) throw new InvalidArgumentError("write a time as 30m, 12h or 7d.");
  return Number(count) * each;
}

/** A day alone would leave open whose midnight is meant, and a time without its zone likewise. */
function parseTime(text: string): string {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError("write a moment with its zone, e.g. 2026-12-01T00:00:00Z.");
}
