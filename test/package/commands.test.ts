/**
 * Every command of the packed executable, once. What each prints as JSON and as an error, test/unit/cli/every-command.test.ts
 * looks at.
 */

import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Row, rows, writeFiles } from "../unit/cli/every-command.js";
import { commandFor, consumer, type Ended, started, startGrid } from "./installed.js";

describe("every command", { timeout: 120_000 }, () => {
  let grid: ChildProcess;
  let url: string;
  let running: ChildProcess | undefined;
  /** What the command of a row printed, and its second one if it has one. */
  const outcomes = new Map<Row, Ended[]>();

  beforeAll(async () => {
    await writeFiles(consumer);
    ({ grid, url } = await startGrid("--seed", "seed.json"));
    await commandFor(url).ended("inventory", "--out", "history");
    // Later rows need what the second arguments of a row change.
    const commands = rows.flatMap((row) =>
      [row.args, ...(row.jsonArgs ? [[...row.jsonArgs, "--json"]] : [])].map((args) => ({ row, args })),
    );
    const ended = await commandFor(url).inTurn(
      commands.map(({ row, args }) => [...row.path.split(" "), ...args]),
    );
    for (const [index, { row }] of commands.entries())
      outcomes.set(row, [...(outcomes.get(row) ?? []), ...ended.slice(index, index + 1)]);
  });
  afterAll(() => {
    running?.kill("SIGKILL");
    grid.kill("SIGKILL");
  });

  it.each(rows)("$path $args", (row) => {
    const [words, json] = outcomes.get(row) ?? [];
    expect(words).toMatchObject({ code: 0 });
    if (typeof row.prints === "string") expect(words?.stdout).toBe(row.prints);
    else expect(words?.stdout).toMatch(row.prints);
    if (row.jsonArgs) expect(JSON.parse(json?.stdout ?? "")).toMatchObject(row.json as object);
  });

  it("doctor: words, JSON, a failure with its exit code and what to do", async () => {
    const { ended, json } = commandFor(url);
    expect(await ended("doctor")).toMatchObject({ code: 0, stdout: expect.stringMatching(/^✓ connection /) });
    expect(await json("doctor")).toContainEqual(expect.objectContaining({ check: "master", state: "ok" }));
    const wrong = await ended("doctor", "--user", "nobody", "--json");
    expect([wrong.code, JSON.parse(wrong.stdout)]).toMatchObject([
      3,
      [{ check: "credentials", state: "failed", advice: expect.any(String) }],
    ]);
  });

  it("grid: JSON, errors with their exit codes", async () => {
    const { ended } = commandFor(url);
    const on = await started(["grid", "--port", "0", "--http", "--json"], /^.*\n/);
    running = on.running;
    const listening = JSON.parse(on.found[0]) as { url: string };
    expect(listening).toMatchObject({ event: "listening", username: "admin" });
    const wrong = await ended("grid", "--port", "0", "--seed", "nowhere.json", "--json");
    expect([wrong.code, JSON.parse(wrong.stderr)]).toMatchObject([2, { error: { name: "UsageError" } }]);
    const taken = await ended("grid", "--port", new URL(listening.url).port);
    expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining("another program listens") });
    on.running.kill("SIGTERM");
    expect(await once(on.running, "exit")).toEqual([0, null]);
  });

  it("docker: JSON, errors with their exit codes", async () => {
    const env = { ...process.env, INFOBLOX_USERNAME: "admin", INFOBLOX_PASSWORD: "infoblox" };
    const args = ["docker", "--port", "0", "--url", url, "--allow-insecure-http"];
    const on = await started([...args, "--json"], /^.*\n/, env);
    running = on.running;
    expect(JSON.parse(on.found[0])).toEqual({
      event: "listening",
      address: expect.stringMatching(/^tcp:\/\/127\.0\.0\.1:\d+$/),
    });
    on.running.kill("SIGTERM");
    expect(await once(on.running, "exit")).toEqual([0, null]);
    const { ended } = commandFor(url);
    const wrong = await ended("docker", "--port", "99999", "--json");
    expect([wrong.code, JSON.parse(wrong.stderr)]).toMatchObject([2, { error: { name: "UsageError" } }]);
    const stranger = await ended(...args, "--user", "nobody");
    expect(stranger).toMatchObject({ code: 3, stderr: expect.stringMatching(/^error: /) });
  });

  it("says no password, however much it is asked to say", async () => {
    await writeFile(join(consumer, "password.txt"), "s3cret-word\n");
    const own = await startGrid("--password-file", "password.txt");
    running = own.grid;
    const { ended } = commandFor(own.url, { INFOBLOX_LOG: "debug", INFOBLOX_PASSWORD: "" });
    const args = ["--password-file", "password.txt"];
    for (const command of [["subnet", "find"], ["doctor"], ["subnet", "show", "10.9.0.0/24", "--json"]]) {
      const { stdout, stderr } = await ended(...command, ...args);
      expect(stderr).toContain("debug");
      expect(stdout + stderr).not.toContain("s3cret-word");
      expect(stdout + stderr).not.toContain(Buffer.from("admin:s3cret-word").toString("base64"));
    }
  });
});
