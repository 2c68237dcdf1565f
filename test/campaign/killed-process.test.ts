import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { bundled } from "../program.js";
import { booksOf } from "./books.js";

const program = resolve(import.meta.dirname, "killed-process.ts");

it("leaves one object of each id, however often the process is killed", async () => {
  const seed = { containers: ["10.0.0.0/16"], networks: ["192.168.0.0/22"] };
  const grid = await FakeGrid.listen({ tls: false, setup: true, seed });
  const file = await bundled(program);
  try {
    const { username, password } = grid.clientOptions;
    for (const requests of [5, 30, 75]) {
      const args = [file, String(grid.url), String(username), String(password)];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      const ended = once(child, "exit");
      const before = grid.requests.length;
      // The process is killed while a write is under way. It never learns the outcome.
      child.stdout.on("data", () => {
        if (grid.requests.length - before >= requests) child.kill("SIGKILL");
      });
      expect(await ended).toEqual([null, "SIGKILL"]);
    }
    const ipam = new Ipam(new WapiClient(grid.clientOptions));
    for (let number = 0; number < 40; number += 2) {
      const even = { from: "10.0.0.0/16", prefixLength: 28, requestId: `killed-${number}` };
      await ipam.requestSubnet(even);
      await ipam.requestAddress({ from: "192.168.0.0/22", requestId: `killed-${number + 1}` });
    }
    const ids = (await booksOf(grid)).flatMap(({ requestId }) => requestId ?? []);
    expect(ids.sort()).toEqual(Array.from({ length: 40 }, (_, number) => `killed-${number}`).sort());
  } finally {
    await grid.close();
  }
});
