import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shortenPauses } from "../../../short-pauses.js";
import { session } from "../session.js";

shortenPauses();

let folder: string;
let grid: FakeGrid;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-types-"));
  grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    seed: {
      attributes: [
        { name: "Floor", type: "INTEGER" },
        { name: "City", type: "ENUM", list_values: [{ value: "Paris" }, { value: "Rome" }] },
      ],
    },
  });
});

afterAll(async () => {
  await grid.close();
  await rm(folder, { recursive: true, force: true });
});

const toGrid = () => ["--url", grid.url, "--allow-insecure-http", "--user", "admin", "--password-file", "-"];
const stdin = "infoblox\n";

describe("infoblox-ipam types", () => {
  it("writes the attributes that the grid defines", async () => {
    const out = join(folder, "infoblox.d.ts");
    const { exitCode, stdout, stderr } = session(["types", ...toGrid(), "--out", out], { stdin });
    expect([await exitCode, stderr()]).toEqual([0, ""]);
    expect(stdout()).toMatch(/infoblox\.d\.ts: \d+ extensible attributes/);
    const text = await readFile(out, "utf8");
    expect(text).toContain('declare module "infoblox-ipam"');
    expect(text).toContain("Floor: number;");
    expect(text).toContain('City: "Paris" | "Rome";');
  });

  it("writes the same from a saved schema, without the grid", async () => {
    const saved = join(folder, "schema.json");
    const live = session(["types", ...toGrid(), "--save", saved, "--out", "-"], { stdin });
    expect(await live.exitCode).toBe(0);
    const before = grid.requests.length;
    const fromFile = session(["types", "--from", saved, "--out", "-"]);
    expect(await fromFile.exitCode).toBe(0);
    expect(fromFile.stdout()).toBe(live.stdout());
    expect(grid.requests.length).toBe(before);
  });

  it("asks in the WAPI version that is named", async () => {
    const { exitCode, stdout } = session(["types", ...toGrid(), "--wapi-version", "2.7", "--out", "-"], {
      stdin,
    });
    expect(await exitCode).toBe(0);
    expect(stdout()).toContain("(WAPI 2.7)");
  });

  it("ends with 3 when the credentials are wrong, and doesn't print them", async () => {
    const { exitCode, stderr } = session(["types", ...toGrid(), "--out", "-"], { stdin: "wrong-one" });
    expect(await exitCode).toBe(3);
    expect(stderr()).toMatch(/^error: .*401/);
    expect(stderr()).not.toContain("wrong-one");
  });

  it("ends with 3 when nobody listens", async () => {
    const args = [
      "--url",
      "http://127.0.0.1:9",
      "--allow-insecure-http",
      "--user",
      "a",
      "--password-file",
      "-",
    ];
    const { exitCode, stderr } = session(["types", ...args, "--out", "-"], { stdin });
    expect(await exitCode).toBe(3);
    expect(stderr()).toMatch(/ECONNREFUSED/);
  });

  it("ends with 2 for plain http without leave", async () => {
    const args = ["--url", grid.url, "--user", "admin", "--password-file", "-"];
    const { exitCode, stderr } = session(["types", ...args, "--out", "-"], { stdin });
    expect(await exitCode).toBe(2);
    expect(stderr()).toMatch(/allowInsecureHttp/);
  });

  it.each([
    ["isn't there", undefined, /can't read/],
    ["isn't JSON", "<html>", /can't read/],
    ["is something else", '{"objects":{}}', /has an unknown structure: root/],
  ])("ends with 2 when the saved schema %s", async (_what, content, message) => {
    const file = join(folder, "bad.json");
    await rm(file, { force: true });
    if (content !== undefined) await writeFile(file, content);
    const { exitCode, stderr } = session(["types", "--from", file, "--out", "-"]);
    expect(await exitCode).toBe(2);
    expect(stderr()).toMatch(message);
  });

  it("says in JSON what was written where", async () => {
    const out = join(folder, "json.d.ts");
    const { exitCode, stdout } = session(["types", ...toGrid(), "--out", out, "--json"], { stdin });
    expect(await exitCode).toBe(0);
    expect(JSON.parse(stdout())).toEqual({ out, attributes: expect.any(Number) });
  });

  it.each([
    [
      "--out",
      ["--out", "/nowhere/x.d.ts"],
      /^error: --out: can't write \/nowhere\/x\.d\.ts: there is no such/,
    ],
    ["--save", ["--save", "/nowhere/x.json"], /^error: --save: can't write/],
    ["--out of a folder", ["--out", "/"], /^error: --out: can't write \/: it is a folder/],
    ["both ways to stdout", ["--out", "-", "--json"], /both write to stdout/],
  ])("refuses %s that can't be, before the grid is asked", async (_what, args, message) => {
    const before = grid.requests.length;
    const { exitCode, stderr } = session(["types", ...toGrid(), ...args], { stdin });
    expect([await exitCode, stderr()]).toEqual([2, expect.stringMatching(message)]);
    expect(grid.requests.length).toBe(before);
  });
});
