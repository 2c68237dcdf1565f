/** The expiry options of the command line. */

import { type Command, InvalidArgumentError, Option } from "commander";

/** The options that `addExpiryOptions` adds. */
export interface ExpiryOptions {
  /** Seconds. */
  readonly expiresIn?: number;
  readonly expiresAt?: string;
}

/** For commands that create or renew something: one of `--expires-in` and `--expires-at`. */
export function addExpiryOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        "--expires-in <time>",
        "how long it is needed: 30m, 12h or 7d; afterwards collect releases it",
      ).argParser(parseDuration),
    )
    .addOption(
      new Option("--expires-at <time>", "the same as a time, e.g. 2026-12-01T00:00:00Z")
        .argParser(parseTime)
        .conflicts("expiresIn"),
    );
}

const seconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses `7d`, `30m`, `12h` or `90s` into seconds. */
function parseDuration(text: string): number {
  const [, count = "", unit = ""] = /^([1-9]\d*)([smhd])$/.exec(text) ?? [];
  const each = seconds[unit];
  if (each === undefined) throw new InvalidArgumentError("write a time as 30m, 12h or 7d.");
  return Number(count) * each;
}

/** Requires a time zone: a day alone, or a time without a zone, would be ambiguous. */
function parseTime(text: string): string {
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  if (isTime && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString();
  throw new InvalidArgumentError("write a time with its zone, e.g. 2026-12-01T00:00:00Z.");
}
