/** Every command on one grid, one after the other. The packed executable runs the same table in test/package. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { others, rows, writeFiles } from "./every-command.js";
import { ended } from "./grid-session.js";
import { type Session, session } from "./session.js";

const start = process.cwd();
let folder = "";
let grid: Session;
let url = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-commands-"));
  await writeFiles(folder);
  // The table names files as a user does who stands in their folder.
  process.chdir(folder);
  grid = session(["grid", "--port", "0", "--http", "--seed", "seed.json"]);
  [url] = await grid.waitFor(/http:\/\/127\.0\.0\.1:\d+/);
  await run("inventory", "--out", "history");
});
afterAll(async () => {
  grid.stop();
  await grid.exitCode;
  process.chdir(start);
  await rm(folder, { recursive: true });
});

const run = (...args: readonly string[]) =>
  ended(
    session(args, {
      cwd: folder,
      env: {
        INFOBLOX_URL: url,
        INFOBLOX_ALLOW_INSECURE_HTTP: "true",
        INFOBLOX_USERNAME: "admin",
        INFOBLOX_PASSWORD: "infoblox",
      },
    }),
  );

it("is in the table", async () => {
  // Commands with subcommands take no options.
  const below = async (...path: string[]): Promise<string[]> => {
    const { stdout } = await run(...path, "--help");
    const [, listed = ""] = /\nCommands:\n((?: {2}.*\n)+)/.exec(stdout) ?? [];
    const found = [...listed.matchAll(/^ {2}([\w-]+)( \[options\])?/gm)].filter(
      ([, name]) => name !== "help",
    );
    const leaves = found.map(([, name = "", options]) =>
      options ? [[...path, name].join(" ")] : below(...path, name),
    );
    return (await Promise.all(leaves)).flat();
  };
  const known = new Set([...rows.map(({ path }) => path), ...others]);
  expect((await below()).sort()).toEqual([...known].sort());
});

describe("words, JSON, an error with its exit code", () => {
  it.each(rows)("$path $args", async (row) => {
    const path = row.path.split(" ");
    const words = await run(...path, ...row.args);
    expect(words).toMatchObject({ exitCode: 0 });
    if (typeof row.prints === "string") expect(words.stdout).toBe(row.prints);
    else expect(words.stdout).toMatch(row.prints);

    const json = await run(...path, ...(row.jsonArgs ?? row.args), "--json");
    expect(json).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(json.stdout)).toMatchObject(row.json as object);

    const wrong = await run(...path, ...row.wrong, "--json");
    expect(wrong).toMatchObject({ exitCode: row.code, stdout: "" });
    expect(JSON.parse(wrong.stderr)).toMatchObject({
      error: { name: row.error, message: expect.stringMatching(/./), exitCode: row.code },
    });
  });
});
