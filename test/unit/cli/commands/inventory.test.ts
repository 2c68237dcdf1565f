import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { environment, type GridSession, gridSession } from "../grid-session.js";
import { session as commandLine } from "../session.js";

let session: GridSession;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "inventory-test-"));
  session = await gridSession({
    seed: {
      networks: ["10.0.0.0/24"],
      zones: ["example.com", "10.0.0.0/24"],
      hosts: [{ name: "web.example.com", addresses: ["10.0.0.5"] }],
    },
  });
});
afterAll(async () => {
  await session[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

describe("infoblox-ipam inventory", () => {
  it("writes JSON Lines to stdout, and says how much it read", async () => {
    const { exitCode, stdout, stderr } = await session.run("inventory", "--include", "subnets");
    expect(exitCode).toBe(0);
    const kinds = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).kind);
    expect(kinds).toEqual(["networkView", "dnsView", "zone", "zone", "subnet"]);
    expect(stderr).toMatch(/^5 objects read in \d+\.\d s/);
  });

  it("writes files into a folder, and leaves nothing beside them", async () => {
    const out = join(folder, "netbox");
    const { exitCode, stderr } = await session.run("inventory", "--format", "netbox", "--out", out);
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining("prefixes.csv is written")]);
    expect((await readdir(out)).sort()).toEqual([
      "inventory.jsonl",
      "ip-addresses.csv",
      "ip-ranges.csv",
      "prefixes.csv",
    ]);
    expect(await readFile(join(out, "ip-addresses.csv"), "utf8")).toBe(
      "address,dns_name,vrf,status,role,tenant,description\r\n10.0.0.5/24,web.example.com,,active,,,\r\n",
    );
  });

  it("tells beforehand what it will cost", async () => {
    expect(await session.json("inventory", "--cost")).toMatchObject({
      subnets: 1,
      requests: expect.any(Number),
    });
  });

  it("says what changed since an earlier inventory, and renews it", async () => {
    const out = join(folder, "plan");
    const file = join(out, "inventory.jsonl");
    await session.run("inventory", "--out", out);
    const unchanged = await session.run("inventory", "--since", file, "--detailed-exitcode");
    expect([unchanged.exitCode, unchanged.stdout]).toEqual([0, ""]);
    await session.run("address", "request", "--ip", "10.0.0.9", "--comment", "new");
    const changed = await session.run("inventory", "--since", file, "--out", out, "--detailed-exitcode");
    expect([changed.exitCode, changed.stdout]).toEqual([8, "+ address 10.0.0.9 (default)\n"]);
    expect((await session.run("inventory", "--since", file, "--detailed-exitcode")).exitCode).toBe(0);
    await session.run("address", "release", "10.0.0.9");
    expect(await readdir(out)).toEqual(["inventory.jsonl"]);
  });

  it("compares what the other options name", async () => {
    const file = join(folder, "whole.jsonl");
    await writeFile(file, (await session.run("inventory")).stdout);
    const compare = async (...args: string[]) =>
      (await session.run("inventory", "--since", file, ...args)).stdout;
    await session.run("address", "request", "--ip", "10.0.0.200");
    for (const args of [[], ["--within", "10.0.0.192/26"], ["--ipv4"], ["--network-view", "default"]]) {
      expect(await compare(...args)).toBe("+ address 10.0.0.200 (default)\n");
    }
    for (const args of [
      ["--within", "10.0.0.0/25"],
      ["--ipv6"],
      ["--include", "subnets", "--include", "ranges"],
    ]) {
      expect(await compare(...args)).toBe("");
    }
    await session.run("address", "release", "10.0.0.200");
  });

  it("leaves no half of a comparison behind", async () => {
    const out = join(folder, "kept");
    const file = join(folder, "broken.jsonl");
    await writeFile(file, '{"kind":"subnet"}\n');
    const { exitCode, stderr } = await session.run("inventory", "--since", file, "--out", out);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("broken.jsonl:1")]);
    expect(await readdir(out)).toEqual([]);
    const requests = session.grid.requests.length;
    await session.run("inventory", "--since", "nowhere.jsonl", "--out", out);
    expect(session.grid.requests).toHaveLength(requests);
  });

  it("leaves nothing in the temporary folder where it is stopped in the middle", async () => {
    const temporary = await mkdtemp(join(folder, "tmp-"));
    const networks = Array.from({ length: 256 }, (_, index) => `10.1.${index}.0/24`);
    const fixedAddresses = networks.flatMap((network) =>
      Array.from({ length: 140 }, (_, last) => ({
        ...{ address: network.replace("0/24", String(last + 1)), comment: "x".repeat(250) },
      })),
    );
    await using large = await gridSession({ seed: { networks, fixedAddresses } });
    vi.stubEnv("TMPDIR", temporary);
    const running = commandLine(["inventory"], { env: environment(large.grid) });
    await expect.poll(() => readdir(temporary), { timeout: 20_000, interval: 5 }).not.toEqual([]);
    running.stop();
    expect(await running.exitCode).toBe(130);
    expect(await readdir(temporary)).toEqual([]);
    vi.unstubAllEnvs();
  });

  it("lists findings, and ends with 8 where there are some", async () => {
    expect((await session.run("inventory", "--findings")).exitCode).toBe(0);
    session.grid.seed({ fixedAddresses: [{ address: "10.0.0.7", mac: "02:00:00:00:00:07" }] });
    const { exitCode, stdout } = await session.run("inventory", "--findings");
    expect([exitCode, stdout]).toEqual([
      8,
      "reservation-without-dns: 10.0.0.7 is reserved, but no name in DNS points to it.\n",
    ]);
  });

  it("gives a plan that a grid takes as its seed, with other names on request", async () => {
    const out = join(folder, "shared");
    await session.run("inventory", "--anonymize", "--out", out);
    const text = await readFile(join(out, "inventory.jsonl"), "utf8");
    expect(text).not.toContain("web");
    expect(text).toContain('"kind":"address"');
    await using grid = FakeGrid.inMemory({ seed: join(out, "inventory.jsonl") });
    expect(grid.clientOptions.url).toBeDefined();
  });

  it("starts a stand-in of a plan, with other names on request", async () => {
    const file = join(folder, "stand-in.jsonl");
    await writeFile(file, (await session.run("inventory")).stdout);
    const { exitCode, stdout, stop } = commandLine([
      "grid",
      "--port",
      "0",
      "--http",
      "--json",
      "--seed",
      file,
      "--anonymize",
    ]);
    await expect.poll(() => stdout()).toContain('"event":"listening"');
    stop();
    expect(await exitCode).toBe(0);
  });

  it.each([
    [["--since", "nowhere.jsonl"], "--since: can't read nowhere.jsonl: there is no such file"],
    [["--since", "a", "--findings"], "--since and --findings don't go together"],
    [["--format", "netbox"], "--format netbox needs --out"],
    [["--include", "everything"], "--include"],
  ])("refuses %j", async (args, expected) => {
    const { exitCode, stderr } = await session.run("inventory", ...args);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(expected)]);
  });
});
