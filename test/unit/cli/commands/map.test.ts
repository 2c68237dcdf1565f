import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AddressMap } from "infoblox-ipam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ended, environment, type GridSession, gridSession } from "../grid-session.js";
import { session as commandLine } from "../session.js";

let session: GridSession;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-map-"));
  session = await gridSession({
    seed: {
      containers: ["10.0.0.0/24", "2001:db8::/32"],
      networks: [{ network: "10.0.0.0/26", comment: "blue" }, "2001:db8::/64"],
      hosts: [{ name: "web.example.com", addresses: ["10.0.0.5"], dns: false }],
    },
  });
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("infoblox-ipam map", () => {
  it("draws in the terminal, without colours where it is none", async () => {
    const { exitCode, stdout, stderr } = await session.run("map", "10.0.0.0/24");
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringMatching(/^\d+ objects? read, 1 subnet read in \d+\.\d s\n$/),
    ]);
    expect(stdout).toMatch(/^10\.0\.0\.0\/26 {4}▪░░░░H░+▪$/m);
    expect(stdout).toContain("10.0.0.0/26, subnet, blue, 1.6 % used");
    expect(stdout).not.toContain("\u001b");
  });

  it("has colours on a terminal, and its width", async () => {
    const one = commandLine(["map", "10.0.0.0/24"], {
      env: environment(session.grid),
      isTTY: true,
      columns: 60,
    });
    const { stdout, stderr } = await ended(one);
    expect(stderr).toContain("1 subnet read in ");
    expect(stdout).toContain("\u001b[32mH\u001b[0m");
    expect(stdout).toContain("10.0.0.32/27");
    const plain = commandLine(["map", "10.0.0.0/24"], {
      env: { ...environment(session.grid), NO_COLOR: "1" },
      isTTY: true,
    });
    expect((await ended(plain)).stdout).not.toContain("\u001b");
  });

  it("refuses to write where it can't, before the grid is asked", async () => {
    const before = session.grid.requests.length;
    const { exitCode, stderr } = await session.run("map", "10.0.0.0/24", "--out", "/nowhere/map.svg");
    expect([exitCode, stderr]).toEqual([
      2,
      "error: --out: can't write /nowhere/map.svg: there is no such folder\n",
    ]);
    expect(session.grid.requests.length).toBe(before);
  });

  it("is of the whole network view without a source", async () => {
    const map = await session.json<AddressMap>("map", "--ipv6");
    expect(map).toMatchObject({
      title: "network view default, IPv6",
      family: 6,
      blocks: [{ cidr: "2001:db8::/32" }],
    });
  });

  it.each([
    ["map.html", /^<!doctype html>/],
    ["map.svg", /^<svg /],
    ["map.txt", /^10\.0\.0\.0\/24\n/],
    ["map.json", /^\{\n "title": "10\.0\.0\.0\/24"/],
  ])("writes %s", async (name, beginning) => {
    const file = join(folder, name);
    const { exitCode, stdout, stderr } = await session.run("map", "10.0.0.0/24", "--out", file);
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      "",
      expect.stringMatching(/ in \d+\.\d s\n.* is written\n$/),
    ]);
    expect(await readFile(file, "utf8")).toMatch(beginning);
  });

  it("refuses a picture of another kind before it asks the grid", async () => {
    const before = session.grid.requests.length;
    const { exitCode, stderr } = await session.run("map", "10.0.0.0/24", "--out", "map.png");
    expect([exitCode, session.grid.requests.length]).toEqual([2, before]);
    expect(stderr).toContain("must end in .html, .svg, .txt or .json");
  });

  it("ends with 4 where nothing is", async () => {
    expect((await session.run("map", "172.16.0.0/12")).exitCode).toBe(4);
  });
});
