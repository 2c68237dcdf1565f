import { Console } from "node:console";
import { Writable } from "node:stream";
import { Ipam, type Logger } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import pino from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import winston from "winston";

/** Keeps what is written to it. */
class Memory extends Writable {
  text = "";

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

/** The loggers that people have, as they set them up. */
const loggers = {
  console: (memory) => new Console(memory),
  pino: (memory) => pino({ level: "debug" }, memory),
  winston: (stream) =>
    winston.createLogger({
      level: "debug",
      format: winston.format.json(),
      transports: [new winston.transports.Stream({ stream })],
    }),
} satisfies Record<string, (memory: Memory) => Logger>;

describe("the log of a day", () => {
  let grid: FakeGrid;
  beforeAll(async () => {
    grid = await FakeGrid.listen({ setup: true, seed: { networks: ["10.0.0.0/24"] } });
  });
  afterAll(() => grid.close());

  it.each(Object.entries(loggers))(
    "is a line for each request in %s, of what is there and no more",
    async (name, make) => {
      const memory = new Memory();
      const ipam = new Ipam({ ...grid.clientOptions, logger: make(memory) });
      const { ip } = await ipam.requestAddress({ from: "10.0.0.0/24" });
      await ipam.releaseAddress(ip);
      await ipam.close();

      expect(memory.text).toMatch(/POST \/wapi\/v[\d.]+\/\w+: 201 after \d+ ms/);
      expect(memory.text).not.toMatch(/undefined|infoblox:|authorization/i);
      if (name === "console") return;
      const lines = memory.text.trim().split("\n");
      const entries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(entries).toContainEqual(expect.objectContaining({ method: "POST", status: 201 }));
      for (const entry of entries) expect(entry).not.toHaveProperty("failure");
    },
  );
});
