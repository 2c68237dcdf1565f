import { Console } from "node:console";
import { Writable } from "node:stream";
import pino from "pino";
import { describe, expect, it } from "vitest";
import winston from "winston";
import type { Logger } from "../../../src/transport/events.js";
import { lineWriter } from "../../../src/transport/log.js";

/** Keeps what is written to it. */
class Memory extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

const message = "GET /wapi/v2.12/network/ZG5z:10.0.0.0%2F24%d%s%c3: 200 after 12 ms";
const fields = { id: 7, status: 200 };

describe("lineWriter", () => {
  it("gives pino the fields first, as it wants them, and its children too", () => {
    const memory = new Memory();
    const logger = pino({ base: null, timestamp: false }, memory);
    lineWriter(logger)("info", message, fields);
    lineWriter(logger.child({ part: "ipam" }))("warn", message, fields);
    lineWriter(logger)("error", message, undefined);
    const lines = memory.text.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { level: 30, ...fields, msg: message },
      { level: 40, part: "ipam", ...fields, msg: message },
      { level: 50, msg: message },
    ]);
  });

  it("gives winston the fields as what belongs to the message", async () => {
    const memory = new Memory();
    const logger = winston.createLogger({
      level: "debug",
      format: winston.format.json(),
      transports: [new winston.transports.Stream({ stream: memory })],
    });
    lineWriter(logger)("debug", message, fields);
    const ended = new Promise((done) => logger.once("finish", done));
    logger.end();
    await ended;
    expect(JSON.parse(memory.text)).toEqual({ level: "debug", message, ...fields });
  });

  it("gives a console a message whose percent signs stay what they are", () => {
    const memory = new Memory();
    const logger = new Console(memory);
    lineWriter(logger)("info", message, fields);
    lineWriter(logger)("info", message, undefined);
    expect(memory.text).toBe(`${message} { id: 7, status: 200 }\n${message}\n`);
  });

  it("gives any other logger message and fields", () => {
    const calls: unknown[] = [];
    const note = (...given: unknown[]) => void calls.push(given);
    const logger: Logger = { debug: note, info: note, warn: note, error: note };
    lineWriter(logger)("debug", message, fields);
    lineWriter(logger)("error", message, undefined);
    expect(calls).toEqual([
      [message, fields],
      [message, undefined],
    ]);
  });
});
