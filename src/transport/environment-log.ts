import { invalid } from "../errors.js";
import { oneLine } from "../redaction.js";
import { type Environment, readVariable } from "./environment.js";
import type { Logger } from "./events.js";
import type { LogLevel } from "./log.js";

const levels: readonly string[] = ["debug", "info", "warn", "error"];

/**
 * The logger of `INFOBLOX_LOG=debug|info|warn|error`: writes lines of that level and above to stderr. `undefined` if
 * the variable is not set.
 *
 * @throws InvalidRequestError for any other value
 */
export function environmentLogger(
  env: Environment,
  write: (line: string) => void = (line) => process.stderr.write(line),
): Logger | undefined {
  const least = readVariable(env, "INFOBLOX_LOG")?.toLowerCase();
  if (least === undefined) return undefined;
  const from = levels.indexOf(least);
  if (from < 0) throw invalid("INFOBLOX_LOG", least, `must be one of ${levels.join(", ")}`, "debug");
  const at = (level: LogLevel) => (message: string, fields?: object) => {
    if (levels.indexOf(level) >= from) write(line(level, message, fields));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

/** `2026-01-31T12:00:00.000Z infoblox-ipam debug GET /wapi/…: 200 after 12 ms {"id":1,…}` */
function line(level: LogLevel, message: string, fields: object | undefined): string {
  const text = fields === undefined ? message : `${message} ${JSON.stringify(fields)}`;
  return `${new Date().toISOString()} infoblox-ipam ${level} ${oneLine(text)}\n`;
}
