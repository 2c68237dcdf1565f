import type { Logger } from "./events.js";

export type LogLevel = keyof Logger;

/** Writes one line. */
export type WriteLine = (level: LogLevel, message: string, fields: object | undefined) => void;

/**
 * How to call a logger. Most take `(message, fields)`. pino takes them the other way round and would drop the fields.
 * `console` and winston would read a percent sign in the message, as in encoded paths, as a placeholder for the fields.
 */
export function lineWriter(logger: Logger): WriteLine {
  if (isPino(logger)) return (level, message, fields) => logger[level](fields ?? {}, message);
  if (isWinston(logger)) return (level, message, fields) => logger.log({ ...fields, level, message });
  if (isConsole(logger)) {
    return (level, message, fields) =>
      fields === undefined ? logger[level]("%s", message) : logger[level]("%s", message, fields);
  }
  return (level, message, fields) => logger[level](message, fields);
}

type Pino = Readonly<Record<LogLevel, (fields: object, message: string) => void>>;

/** Whether it is a pino logger or a child of one, such as the `request.log` of Fastify. */
function isPino(logger: object): logger is Pino {
  return hasMethods(logger, "bindings", "isLevelEnabled");
}

interface Winston {
  log(entry: { readonly level: LogLevel; readonly message: string }): void;
}

function isWinston(logger: object): logger is Winston {
  return hasMethods(logger, "log", "configure", "isLevelEnabled");
}

/** Whether it is a console: the global one, a `new console.Console(stream)`, or a test runner's. */
function isConsole(logger: object): logger is Console {
  return hasMethods(logger, "dir", "groupEnd");
}

function hasMethods(value: object, ...names: readonly string[]): boolean {
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}
