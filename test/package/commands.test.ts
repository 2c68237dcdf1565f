/** Every command of the installed executable: what it prints, its JSON, and an error with its exit code. */

import { execFile, spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
const consumer = inject("consumer");
const executable = join(consumer, "node_modules/.bin/infoblox-ipam");
const grid = spawn(executable, ["grid", "--port", "0", "--http", "--quiet"], {
  cwd: consumer,
  stdio: "pipe",
});
let env: NodeJS.ProcessEnv = {};

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function ended(...args: readonly string[]): Promise<Ended> {
  return run(executable, args, { cwd: consumer, env }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
  );
}

beforeAll(async () => {
  const url = await new Promise<string>((found, failed) => {
    grid.once("exit", () => failed(new Error("the grid ended")));
    grid.stdout.on("data", (chunk: Buffer) => {
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(String(chunk)) ?? [];
      if (url) found(url);
    });
  });
  env = {
    ...process.env,
    INFOBLOX_URL: url,
    INFOBLOX_ALLOW_INSECURE_HTTP: "true",
    INFOBLOX_USERNAME: "admin",
    INFOBLOX_PASSWORD: "infoblox",
  };
  const site = "containers:\n  - cidr: 10.0.0.0/16\nsubnets:\n  - cidr: 10.0.0.0/24\n";
  await writeFile(join(consumer, "commands.yaml"), site);
  await writeFile(join(consumer, "wrong.toml"), '[[subnets]]\ncidr = "10.0.0.0/33"\n');
});
afterAll(() => grid.kill("SIGKILL"));

/** A command's arguments, and what is expected of its JSON, of its words, or of its error and exit code. */
interface Try {
  readonly args: string;
  readonly json?: unknown;
  readonly words?: RegExp;
  readonly code?: number;
  readonly error?: RegExp;
}

const within = "--from 10.0.0.0/24";
const day = "2030-01-01T00:00:00Z";
const has = (fields: object): unknown => expect.objectContaining(fields);

/** In the order of a day: later ones stand on what earlier ones made. */
const commands: Readonly<Record<string, readonly Try[]>> = {
  setup: [
    { args: "--owner ci", json: has({ created: expect.arrayContaining(["Request ID", "Expires At"]) }) },
    { args: "--owner ci", words: /^Request ID: was there already$/m },
    { args: "--user nobody", code: 3, error: /Check the username and the password/ },
  ],
  apply: [
    { args: "commands.yaml --dry-run --detailed-exitcode", code: 8, words: /^\+ subnet 10\.0\.0\.0\/24$/m },
    { args: "commands.yaml", json: has({ created: 2 }) },
    { args: "commands.yaml --dry-run --detailed-exitcode", words: /^Nothing to do: 2 as described\.$/m },
    { args: "commands.yaml --detailed-exitcode", code: 2, error: /goes with --dry-run/ },
    { args: "wrong.toml", code: 2, error: /wrong\.toml:2: subnets\[0\]\.cidr/ },
  ],
  "subnet request": [
    { args: "--cidr 10.0.1.0/24 --owner ci --request-id a --expires-in 7d", words: /^10\.0\.1\.0\/24\n$/ },
    {
      args: `--cidr 10.0.2.0/24 --owner ci --expires-at ${day}`,
      json: has({ expiresAt: "2030-01-01T00:00:00.000Z" }),
    },
    { args: "--cidr 10.0.3.0/24 --expires-in week", code: 2, error: /30m, 12h or 7d/ },
    { args: "--from 10.0.2.0/24 --prefix-length 8", code: 2, error: /prefixLength|prefix/i },
  ],
  "subnet find": [
    { args: "--within 10.0.0.0/16", words: /^10\.0\.1\.0\/24/m },
    { args: "--within 10.0.0.0/16 --limit 2", json: expect.objectContaining({ length: 2 }) },
    { args: "--within nowhere", code: 2, error: /within/ },
  ],
  "subnet show": [
    { args: "10.0.1.0/24", words: /^used +0 of 254/m },
    { args: "10.0.1.0/24", json: has({ cidr: "10.0.1.0/24" }) },
    { args: "10.9.0.0/24", code: 4, error: /10\.9\.0\.0\/24/ },
  ],
  "address request": [
    { args: within, words: /^10\.0\.0\.1\n$/ },
    { args: `${within} --count 2`, json: [has({ ip: "10.0.0.2" }), has({ ip: "10.0.0.3" })] },
    { args: `${within} --mac x`, code: 2, error: /mac/ },
    { args: "--ip 10.0.0.1", code: 6, error: /10\.0\.0\.1/ },
    { args: `${within} --count 500`, code: 5, error: /could be had/ },
  ],
  "address lookup": [
    { args: "10.0.0.1", words: /^status +in use$/m },
    { args: "10.0.0.1", json: has({ status: "USED" }) },
    { args: "x", code: 2, error: /address/ },
  ],
  "host add": [
    { args: `web ${within} --no-dns --alias www`, words: /^10\.0\.0\.\d+\n$/ },
    { args: `db ${within} --no-dns --owner ci --expires-in 1d`, json: has({ kind: "host", name: "db" }) },
    { args: `web.elsewhere.org ${within}`, code: 6, error: /zone/i },
  ],
  "host show": [
    { args: "web", words: /^aliases +www$/m },
    { args: "web", json: [has({ name: "web" })] },
    { args: "nobody", code: 4, error: /nobody/ },
  ],
  "pool show": [
    { args: "10.0.0.0/16", words: /^10\.0\.0\.0\/16 /m },
    { args: "10.0.0.0/16", json: [has({ subnets: 3 })] },
    { args: "10.9.0.0/16", code: 4, error: /10\.9\.0\.0\/16/ },
  ],
  map: [
    { args: "10.0.0.0/24 --ascii", words: /10\.0\.0\.0\/24/ },
    { args: "10.0.0.0/16", json: has({ title: "10.0.0.0/16" }) },
    { args: "10.0.0.0/16 --out map.png", code: 2, error: /must end in/ },
  ],
  renew: [
    { args: `--request-id a --owner ci --expires-at ${day}`, words: /^10\.0\.1\.0\/24 {2}expires 2030-/ },
    { args: "10.0.2.0/24 --owner ci --expires-in 30m", json: has({ cidr: "10.0.2.0/24" }) },
    { args: "10.0.2.0/24 --owner red --expires-in 1d", code: 6, error: /ci/ },
    { args: "10.0.2.0/24", code: 2, error: /--expires-in or --expires-at/ },
  ],
  audit: [
    { args: "--owner ci", words: /^subnets +2$/m },
    { args: "--owner ci", json: has({ owner: "ci", expired: [] }) },
    { args: "", code: 2, error: /audit needs --owner/ },
  ],
  collect: [
    { args: "--owner ci", words: /^Nothing has expired\.\n$/ },
    { args: "--owner ci --dry-run", json: has({ dryRun: true, released: [] }) },
    { args: "", code: 2, error: /collect needs --owner/ },
  ],
  "host remove": [
    { args: "web", words: /^released\n$/ },
    { args: "web", json: has({ released: false }) },
    { args: "db --owner red", code: 6, error: /ci/ },
  ],
  "address release": [
    { args: "10.0.0.1", words: /^released\n$/ },
    { args: "10.0.0.1", json: has({ released: false, reason: "gone" }) },
    { args: "", code: 2, error: /name an address, or give --request-id/ },
  ],
  "subnet release": [
    { args: "--request-id a --owner ci", words: /^released\n$/ },
    { args: "10.0.1.0/24", json: has({ released: false }) },
    { args: "10.0.0.0/24", code: 6, error: /in use/ },
  ],
  doctor: [
    { args: "", words: /connection/ },
    { args: "", json: expect.arrayContaining([has({ check: "connection", state: "ok" })]) },
    { args: "--url http://127.0.0.1:1", code: 3, words: /→ Check the address and the port/ },
  ],
  types: [
    { args: "--out -", words: /declare module "infoblox-ipam"/ },
    { args: "--from none.json", code: 2, error: /none\.json/ },
  ],
  completion: [
    { args: "bash", words: /renew/ },
    { args: "cmd", code: 2, error: /bash, zsh, fish/ },
  ],
  docker: [{ args: "--config none.toml", code: 2, error: /none\.toml/ }],
  grid: [{ args: "--port 70000", code: 2, error: /from 0 to 65535/ }],
};

describe.sequential("every command of the installed executable", { timeout: 60_000 }, () => {
  it.each(Object.entries(commands).flatMap(([command, tries]) => tries.map((one) => ({ command, ...one }))))(
    "$command $args",
    async ({ command, args, json, words, code = 0, error }) => {
      const asked = [...command.split(" "), ...args.split(" ").filter((word) => word !== "")];
      const {
        code: actual,
        stdout,
        stderr,
      } = await ended(...asked, ...(json === undefined ? [] : ["--json"]));
      expect([actual, stdout, stderr], stderr).toEqual([code, expect.anything(), expect.anything()]);
      if (json !== undefined) expect(JSON.parse(stdout)).toEqual(json);
      if (words !== undefined) expect(stdout).toMatch(words);
      if (error !== undefined) expect(stderr).toMatch(error);
    },
  );

  it("is in this list", async () => {
    const { stdout } = await ended("completion", "bash");
    const paths = [...stdout.matchAll(/^ {4}"infoblox-ipam (.+)"\) words="([^"]*)"/gm)];
    const leaves = paths.filter(([, , words = ""]) => words.startsWith("--"));
    expect(Object.keys(commands).sort()).toEqual(leaves.map(([, path]) => path).sort());
  });
});
