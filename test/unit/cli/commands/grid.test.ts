import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Session, type SessionOptions, session } from "../session.js";

let folder: string;
const started: Session[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-grid-"));
});

afterEach(async () => {
  for (const { stop, exitCode } of started.splice(0)) {
    stop();
    await exitCode;
  }
  await rm(folder, { recursive: true, force: true });
});

/** A grid that listens, and its address. */
async function start(args: readonly string[], options?: SessionOptions): Promise<Session & { url: string }> {
  const running = session(["grid", "--port", "0", ...args], options);
  started.push(running);
  const [url] = await running.waitFor(/https?:\/\/127\.0\.0\.1:\d+/);
  return { ...running, url };
}

function login(user: string, password: string): { headers: Record<string, string> } {
  return { headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` } };
}

const admin = login("admin", "infoblox");

describe("infoblox-ipam grid", () => {
  it("answers over HTTP and prints a line per request", async () => {
    const { url, waitFor } = await start(["--http"]);
    const answer = await fetch(`${url}/wapi/v2.12/networkview?name=default`, admin);
    expect(await answer.json()).toMatchObject([{ name: "default", is_default: true }]);
    const [line] = await waitFor(/.*GET.*/);
    expect(line).toMatch(/^\d\d:\d\d:\d\d 200 GET {4}\/wapi\/v2\.12\/networkview\?name=default {2}\d+ ms$/);
  });

  it("answers over HTTPS with a certificate that it writes to a file", async () => {
    const file = join(folder, "ca.pem");
    const { url } = await start(["--ca-file", file]);
    const ca = await readFile(file, "utf8");
    const status = await new Promise((done, failed) => {
      const sent = request(`${url}/wapi/v2.12/grid`, { ca, auth: "admin:infoblox" }, (answer) => {
        answer.resume();
        done(answer.statusCode);
      });
      sent.once("error", failed).end();
    });
    expect(status).toBe(200);
  });

  it.each([
    ["0.0.0.0", [], true],
    ["127.0.0.1", [], false],
    ["0.0.0.0", ["--password-file", "-"], false],
  ])("warns on %s with %j of the default password: %s", async (host, more, warns) => {
    const running = session(["grid", "--port", "0", "--http", "--host", host, ...more], {
      stdin: "other-1\n",
    });
    started.push(running);
    await running.waitFor(/Clients:/);
    expect(running.stderr().includes("default password")).toBe(warns);
  });

  it("behaves as the grid of a profile, and speaks its words", async () => {
    const file = join(folder, "profile.json");
    const profile = {
      format: 1,
      wapiVersion: "2.12",
      probed: "2026-11-29",
      facts: { requestStatus: 200, addressOutsideNetworks: "empty" },
      sentences: { networkViewMissing: "There is no network view <name> here." },
    };
    await writeFile(file, JSON.stringify(profile));
    const { url } = await start(["--http", "--like", file]);
    const ask = (target: string, init: RequestInit = {}) =>
      fetch(`${url}/wapi/v2.12/${target}`, {
        ...init,
        headers: { ...admin.headers, "Content-Type": "application/json" },
      });
    const request = [{ method: "GET", object: "network", discard: true }];
    expect((await ask("request", { method: "POST", body: JSON.stringify(request) })).status).toBe(200);
    expect(await (await ask("ipv4address?ip_address=10.9.9.9")).json()).toEqual([]);
    const refused = await ask("network?network_view=nowhere");
    expect(await refused.json()).toMatchObject({ text: "There is no network view nowhere here." });
    expect(await (await ask("?_schema")).json()).toMatchObject({ requested_version: "2.12" });
    expect((await fetch(`${url}/wapi/v2.13/network`, admin)).status).toBe(400);
  });

  it.each([
    ["not JSON", "{", /profile\.json: .*JSON/],
    ["no profile", JSON.stringify({ facts: {} }), /--like: /],
  ])("refuses a profile that is %s", async (_title, text, message) => {
    const file = join(folder, "profile.json");
    await writeFile(file, text);
    const running = session(["grid", "--port", "0", "--like", file]);
    expect(await running.exitCode).toBe(2);
    expect(running.stderr()).toMatch(message);
  });

  it("prints what was asked in one line without anything that a terminal obeys", async () => {
    const { url, stdout, waitFor } = await start(["--http"]);
    await fetch(
      `${url}/wapi/v2.12/network?comment=a%0A12%3A00%3A00%20200%20GET%20forged%1b%5B2J%C2%9B`,
      admin,
    );
    await waitFor(/forged/);
    expect(stdout()).toMatch(/comment=a\\n12:00:00 200 GET forged\\u001b\[2J\\u009b/);
    expect(stdout()).not.toMatch(/^12:00:00/m);
  });

  it("prints no line per request when quiet", async () => {
    const { url, stdout } = await start(["--http", "--quiet"]);
    await fetch(`${url}/wapi/v2.12/networkview`, admin);
    expect(stdout()).not.toContain("GET");
  });

  it("ends with 0 when it is stopped", async () => {
    const { stop, exitCode } = await start(["--http"]);
    stop();
    expect(await exitCode).toBe(0);
  });

  it("offers the WAPI version that is asked for, and no newer one", async () => {
    const { url } = await start(["--http", "--wapi-version", "2.7"]);
    const newer = await fetch(`${url}/wapi/v2.12/networkview`, admin);
    expect([newer.status, await newer.text()]).toEqual([400, "Version 2.12 not supported"]);
  });

  it("begins with what the seed file holds", async () => {
    const seed = join(folder, "seed.json");
    await writeFile(seed, JSON.stringify({ networks: ["10.0.0.0/24"] }));
    const { url } = await start(["--http", "--seed", seed]);
    const answer = await fetch(`${url}/wapi/v2.12/network`, admin);
    expect(await answer.json()).toMatchObject([{ network: "10.0.0.0/24" }]);
  });

  it("keeps what it holds in the data file, across restarts", async () => {
    const data = join(folder, "grid.jsonl");
    const first = await start(["--http", "--data", data]);
    const created = await fetch(`${first.url}/wapi/v2.12/network`, {
      ...admin,
      method: "POST",
      body: JSON.stringify({ network: "10.0.0.0/24" }),
    });
    expect(created.status).toBe(201);
    first.stop();
    await first.exitCode;

    const second = await start(["--http", "--data", data]);
    const answer = await fetch(`${second.url}/wapi/v2.12/network`, admin);
    expect(await answer.json()).toMatchObject([{ network: "10.0.0.0/24" }]);
  });

  it.each([
    ["the environment", [], { env: { INFOBLOX_USERNAME: "kim", INFOBLOX_PASSWORD: "s3cret" } }],
    ["stdin", ["--user", "kim", "--password-file", "-"], { stdin: "s3cret\n" }],
    ["the command line", ["--user", "kim", "--password", "s3cret"], {}],
  ])("takes the password from %s and never prints it", async (_source, args, options) => {
    const { url, stdout, stderr } = await start(["--http", ...args], options);
    expect((await fetch(`${url}/wapi/v2.12/grid`, login("kim", "s3cret"))).status).toBe(200);
    expect((await fetch(`${url}/wapi/v2.12/grid`, login("kim", "infoblox"))).status).toBe(401);
    expect(stdout() + stderr()).not.toContain("s3cret");
  });

  it("takes the password from the first line of a file", async () => {
    const file = join(folder, "password.txt");
    await writeFile(file, "s3cret\nand a note\n");
    const { url, stderr } = await start(["--http", "--password-file", file]);
    expect((await fetch(`${url}/wapi/v2.12/grid`, login("admin", "s3cret"))).status).toBe(200);
    expect(stderr()).toBe("");
  });

  it("warns of a password on the command line", async () => {
    const { stderr } = await start(["--http", "--password", "s3cret"]);
    expect(stderr()).toMatch(/^warning: .*--password-file/);
  });

  it.each([
    [
      "a password file that isn't there",
      ["--password-file", "/nowhere"],
      /can't read \/nowhere: there is no such file/,
      2,
    ],
    ["a certificate of plain HTTP", ["--http", "--ca-file", "ca.pem"], /no certificate/, 2],
    [
      "a version that WAPI never had",
      ["--wapi-version", "9.9"],
      /^error: --wapi-version: no WAPI version "9\.9"/,
      2,
    ],
    ["a seed that isn't there", ["--seed", "/nowhere.json"], /^error: --seed: can't read \/nowhere\.json/, 2],
    [
      "data where there is no folder",
      ["--data", "/nowhere/grid.jsonl"],
      /^error: --data: can't write \/nowhere\/grid\.jsonl: there is no such/,
      2,
    ],
    [
      "a certificate where there is no folder",
      ["--ca-file", "/nowhere/ca.pem"],
      /^error: --ca-file: can't write/,
      2,
    ],
    [
      "an address of another machine",
      ["--host", "192.0.2.1"],
      /^error: --host: 192\.0\.2\.1 is not an address of this machine/,
      2,
    ],
  ])("refuses %s, saying so", async (_what, args, message, code) => {
    const { exitCode, stderr } = session(["grid", "--port", "0", ...args]);
    expect(await exitCode).toBe(code);
    expect(stderr()).toMatch(message);
  });

  it("says that its port is taken, and how to get another", async () => {
    const { url } = await start(["--http"]);
    const { exitCode, stderr } = session(["grid", "--http", "--port", new URL(url).port]);
    expect(await exitCode).toBe(1);
    expect(stderr()).toMatch(/^error: --port: another program listens on 127\.0\.0\.1:\d+; --port 0/);
  });

  it("tells programs where it listens, and each request, as JSON on a line of its own", async () => {
    const { url, stdout, waitFor } = await start(["--http", "--json"]);
    await fetch(`${url}/wapi/v2.12/networkview?name=default`, admin);
    await waitFor(/"request".*\n/);
    const lines = stdout()
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toEqual([
      { event: "listening", url, wapiVersion: "2.14", username: "admin", password: "infoblox" },
      {
        ...{ event: "request", time: expect.any(String), method: "GET", path: "/wapi/v2.12/networkview" },
        ...{ query: { name: "default" }, status: 200, durationMs: expect.any(Number) },
      },
    ]);
  });

  it("keeps a password of one's own out of its JSON", async () => {
    const { stdout } = await start(["--http", "--json", "--password-file", "-"], { stdin: "s3cret\n" });
    expect(stdout()).not.toContain("s3cret");
  });
});
