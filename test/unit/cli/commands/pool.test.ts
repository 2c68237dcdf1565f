import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type GridSession, gridSession } from "../grid-session.js";

let session: GridSession;

beforeAll(async () => {
  const containers = ["10.0.0.0/16", "10.0.128.0/17", "10.1.0.0/24"];
  session = await gridSession({
    seed: { containers, networks: ["10.0.0.0/18", "10.0.128.0/18", "10.1.0.0/25"] },
  });
});
afterAll(() => session[Symbol.asyncDispose]());

it("shows how full pools are and what is free in them, below as well, the largest first", async () => {
  const { stdout, stderr } = await session.run("pool", "show", "10.0.0.0/16", "10.1.0.0/24");
  expect(stderr).toMatch(/^6 objects read in \d+\.\d s, /);
  expect(stdout.split("\n")).toEqual([
    "POOL         USED  SUBNETS  FREE BLOCKS",
    "10.0.0.0/16  75 %  1        10.0.64.0/18 10.0.192.0/18",
    "10.1.0.0/24  50 %  1        10.1.0.128/25",
    "",
  ]);
});

it("prints the same as JSON", async () => {
  expect(await session.json("pool", "show", "10.1.0.0/24")).toMatchObject([
    { target: "10.1.0.0/24", total: 256, used: 128, freeBlocks: ["10.1.0.128/25"] },
  ]);
});

it("ends with 4 where there is no such pool", async () => {
  expect((await session.run("pool", "show", "10.9.0.0/16")).exitCode).toBe(4);
});

it("counts the subnets of a size that are left", async () => {
  const { stdout } = await session.run("pool", "show", "10.0.0.0/16", "--prefix-length", "20");
  expect(stdout).toMatch(/^POOL +USED +SUBNETS +\/20 LEFT +FREE BLOCKS\n10\.0\.0\.0\/16 +75 % +1 +4 /);
});

it("says how long pools last, from inventories that were kept", async () => {
  const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-forecast-"));
  try {
    expect((await session.run("inventory", "--out", folder)).exitCode).toBe(0);
    const { stdout } = await session.run("pool", "forecast", "--history", folder, "--within", "10.1.0.0/24");
    expect(stdout).toMatch(/^KIND +PLACE +USED +FULL +DAYS LEFT/);
    expect(stdout).toMatch(/^container +10\.1\.0\.0\/24 +50 % +never$/m);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const { exitCode, stderr } = await session.run("pool", "forecast", "--history", "/nowhere");
  expect([exitCode, stderr]).toEqual([
    2,
    expect.stringMatching(/^error: --history: \/nowhere cannot be read/),
  ]);
});
