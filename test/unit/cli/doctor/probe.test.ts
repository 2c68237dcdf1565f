import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { GridProfile } from "../../../../src/ipam/profile/profile.js";
import { ended, environment, gridSession } from "../grid-session.js";
import { session as commandLine } from "../session.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "probe-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const views = (requests: readonly { path: string; method: string }[]) =>
  requests.filter(({ path, method }) => method === "POST" && path.endsWith("/networkview"));

it("is refused where nobody can say yes, before anything is sent", async () => {
  await using session = await gridSession();
  const { exitCode, stderr } = await session.run("doctor", "--probe");
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining("Pass --yes to consent")]);
  expect(session.grid.requests).toEqual([]);
});

it.each([
  ["y\n", 0],
  ["yes\n", 0],
  ["n\n", 2],
  ["\n", 2],
  ["", 2],
] as const)("asks on a terminal, and takes %j for an answer: %i", async (stdin, code) => {
  await using session = await gridSession();
  const asked = commandLine(["doctor", "--probe"], { env: environment(session.grid), isTTY: true, stdin });
  const { exitCode, stderr } = await ended(asked);
  expect([exitCode, stderr]).toEqual([code, expect.stringContaining("Continue? [y/N]")]);
  expect(views(session.grid.requests)).toHaveLength(code === 0 ? 1 : 0);
});

it("shows what was asked, what the grid said and what it means, and which promise holds", async () => {
  await using session = await gridSession();
  const { stdout, stderr, exitCode } = await session.run("doctor", "--probe", "--yes");
  expect([exitCode, stderr]).toEqual([0, expect.stringMatching(/questions in/)]);
  expect(stdout).toMatch(/^QUESTION +ANSWER +WHAT IT MEANS$/m);
  expect(stdout).toMatch(
    /^Does a refused request undo all of its steps\? +yes +The grid undoes a refused request$/m,
  );
  expect(stdout).toMatch(/^Does the grid refuse a second host with the same name\? +– +a zone is needed$/m);
  expect(stdout).toMatch(/^one id gives one object: guards in each request ensure it$/m);
});

it("writes a profile, which setup keeps on the grid and doctor reads from there", async () => {
  await using session = await gridSession({
    assumptions: { isolation: "none", choosesNextSideBySide: true },
  });
  const file = join(folder, "profile.json");
  const printed = await session.json<GridProfile>("doctor", "--probe", "--yes", "--profile", file);
  expect(printed.facts).toMatchObject({ isolation: "none", choosesNextSideBySide: true });
  expect(JSON.parse(await readFile(file, "utf8"))).toEqual(printed);
  expect((await session.run("doctor")).stdout).toMatch(
    /^\? promise +.*was not checked on this grid\n +→ .*--probe/m,
  );
  expect((await session.run("setup", "--profile", file)).stdout).toMatch(/^profile: kept on the grid$/m);
  const places =
    /^✓ promise +one id gives one object: a place for each id ensures it, and deletes are fenced$/m;
  expect((await session.run("doctor")).stdout).toMatch(places);
  expect((await session.run("doctor", "--profile", "places")).stdout).toMatch(places);
  expect((await session.run("doctor", "--profile", "serial")).stdout).toMatch(
    /^✗ promise +The option profile is "serial", but this grid keeps "places"/m,
  );
});

it("names the flag of a profile that is none", async () => {
  await using session = await gridSession();
  const missing = await session.run("setup", "--profile", join(folder, "missing.json"));
  expect([missing.exitCode, missing.stderr]).toEqual([2, expect.stringContaining("missing.json")]);
  const nowhere = join(folder, "nowhere", "profile.json");
  const unwritable = await session.run("doctor", "--probe", "--yes", "--profile", nowhere);
  expect([unwritable.exitCode, unwritable.stderr]).toEqual([
    2,
    expect.stringContaining("--profile: can't write"),
  ]);
  expect(session.grid.requests).toEqual([]);
});
