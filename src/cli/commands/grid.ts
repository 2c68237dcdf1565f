/** `infoblox-ipam grid`: runs a FakeGrid from the shell, for trials and for programs in any language. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { explain } from "../../errors.js";
import type { FakeGrid, RecordedRequest } from "../../grid/index.js";
import { oneLine } from "../../redaction.js";
import { isSystemError, mustBeWritable, reasonOf, writeNamed } from "../files.js";
import { exitCodesHelp, paint, stopped, type Terminal, UsageError, warn } from "../output.js";
import { addPasswordOptions, type PasswordOptions, readPassword } from "../password.js";
import { readProfileFile } from "../profile-file.js";

interface GridCommandOptions extends PasswordOptions {
  readonly port: number;
  readonly host: string;
  readonly http?: true;
  readonly caFile?: string;
  readonly seed?: string;
  readonly anonymize?: true;
  readonly like?: string;
  readonly data?: string;
  readonly user?: string;
  readonly wapiVersion?: string;
  readonly quiet?: true;
  readonly json?: true;
}

const examples = `
Clients log in as --user or INFOBLOX_USERNAME, else "admin", with the password of --password-file or
INFOBLOX_PASSWORD, else "infoblox". With --json, the first line of JSON says where it listens, and one line
follows for each request.

Examples:
  $ infoblox-ipam grid
  $ infoblox-ipam grid --port 0 --http
  $ infoblox-ipam grid --port 0 --http --json | jq -r 'select(.event == "request") | .path'
  $ infoblox-ipam grid --seed lab.json --data lab.jsonl --ca-file ca.pem
  $ infoblox-ipam inventory --out . && infoblox-ipam grid --seed inventory.jsonl     a copy of your own plan
  $ infoblox-ipam grid --like profile.json
  $ curl --cacert ca.pem -u admin:infoblox https://127.0.0.1:8443/wapi/v2.12/networkview
`;

export function gridCommand(terminal: Terminal): Command {
  const command = new Command("grid")
    .description("Run a grid in memory that answers as an Infoblox grid does; Ctrl-C ends it.")
    .addOption(new Option("--port <number>", "0 takes any free port").argParser(parsePort).default(8443))
    .option(
      "--host <address>",
      "address to listen on; other machines can reach all but loopback addresses",
      "127.0.0.1",
    )
    .option("--http", "plain HTTP instead of HTTPS")
    .option("--ca-file <file>", "write the grid's certificate there, for clients to trust")
    .option("--seed <file>", "what the grid holds at first: a JSON file, or an inventory in JSON Lines")
    .option("--anonymize", "replace the names and addresses of an inventory with invented ones")
    .option("--like <file>", "behave as the grid of this profile, written by doctor --probe --profile")
    .option("--data <file>", "keep what the grid holds in this file, across restarts")
    .option("--wapi-version <version>", "newest WAPI version that the grid offers, e.g. 2.12")
    .option("--user <name>", "user name")
    .option("--quiet", "print no line per request")
    .option("--json", "print JSON, for programs: one value on each line")
    .addHelpText("after", examples + exitCodesHelp);
  return addPasswordOptions(command).action((options: GridCommandOptions) => runGrid(options, terminal));
}

async function runGrid(options: GridCommandOptions, terminal: Terminal): Promise<void> {
  const grid = await listen(options, terminal);
  try {
    if (options.caFile !== undefined && grid.ca !== undefined) {
      await writeNamed("--ca-file", options.caFile, grid.ca, terminal);
    }
    terminal.stdout.write((options.json ? greetingForPrograms : greeting)(grid, options.caFile));
    if (isReachable(options.host) && grid.clientOptions.password === defaultPassword) {
      warn(
        terminal,
        `--host: anybody who reaches ${options.host} can log in with the default password; set one: --password-file`,
      );
    }
    await stopped(terminal.stop);
  } finally {
    await grid.close();
  }
}

const defaultPassword = "infoblox";

/** Whether other machines can reach an address. */
function isReachable(host: string): boolean {
  return !/^(127(\.\d{1,3}){1,3}|::1|0:0:0:0:0:0:0:1|localhost|::ffff:127\..*)$/i.test(host);
}

async function listen(options: GridCommandOptions, terminal: Terminal): Promise<FakeGrid> {
  const { port, host, data, caFile, wapiVersion } = options;
  if (options.anonymize && options.seed === undefined) throw new UsageError("--anonymize goes with --seed");
  const like =
    options.like === undefined ? undefined : await readProfileFile("--like", options.like, terminal);
  if (options.http && caFile) throw new UsageError("--ca-file: with --http there is no certificate");
  if (caFile !== undefined) await mustBeWritable("--ca-file", caFile, terminal);
  if (data !== undefined) await mustBeWritable("--data", data, terminal);
  const user = options.user ?? terminal.env["INFOBLOX_USERNAME"];
  const password = (await readPassword(options, terminal)) ?? terminal.env["INFOBLOX_PASSWORD"];
  // Loaded here, so that the help of other commands need not wait for it.
  const { FakeGrid } = await import("../../grid/index.js");
  const shown = options.json ? lineForPrograms : line;
  const { seed, remove } = await seedFile(options, terminal);
  return FakeGrid.listen({
    port,
    host,
    tls: !options.http,
    seed,
    data,
    wapiVersion,
    like,
    user: user || undefined,
    password: password || undefined,
    onRequest: options.quiet
      ? undefined
      : (request, ms) => terminal.stdout.write(shown(request, ms, terminal)),
  })
    .catch((error: NodeJS.ErrnoException) => {
      throw explained(error, options);
    })
    .finally(remove);
}

/**
 * The file that the grid is seeded from. With `--anonymize` it is a temporary copy, which is removed once it is read.
 */
async function seedFile(
  { seed, anonymize }: GridCommandOptions,
  { cwd }: Pick<Terminal, "cwd">,
): Promise<{ readonly seed: string | undefined; remove(): Promise<void> }> {
  if (seed === undefined || !anonymize) return { seed, remove: async () => {} };
  const [{ anonymizeInventory }, { writeInventory }] = await Promise.all([
    import("../../ipam/inventory/anonymous.js"),
    import("../../ipam/inventory/files.js"),
  ]);
  const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  const other = join(folder, "inventory.jsonl");
  try {
    await writeInventory(other, anonymizeInventory(resolve(cwd, seed)));
  } catch (error) {
    await remove();
    throw new UsageError(
      `--seed: ${isSystemError(error) ? `can't read ${seed}: ${reasonOf(error)}` : explain(error)}`,
    );
  }
  return { seed: other, remove };
}

/** Explains why the grid can't listen, with the flag to change. */
function explained(error: NodeJS.ErrnoException, { port, host, data }: GridCommandOptions): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new Error(`--port: another program listens on ${host}:${port}; --port 0 takes any free port`);
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new UsageError(`--host: ${host} is not an address of this machine`);
    case "EACCES":
      return new Error(`--port: this user may not listen on ${host}:${port}; --port 0 takes any free port`);
  }
  if (error.code !== undefined) return new Error(`--data: ${data}: ${reasonOf(error)}`);
  // FakeGrid's own messages name its options: `seed: networks[0]: …`
  const named = error.message.replace(/^(seed|wapiVersion): /, (_, name) => `${flags[name]}: `);
  return new UsageError(named.startsWith("--") || data === undefined ? named : `--data: ${named}`);
}

const flags: Readonly<Record<string, string>> = { seed: "--seed", wapiVersion: "--wapi-version" };

/** What a client needs to know. Shows the password only if it is the default one. */
function greeting(grid: FakeGrid, caFile: string | undefined): string {
  const { username, password, wapiVersion } = grid.clientOptions;
  const secret = password === defaultPassword ? `, password ${password}` : "";
  const trust =
    grid.ca === undefined ? "INFOBLOX_ALLOW_INSECURE_HTTP=true" : `INFOBLOX_SSL_VERIFY=${caFile ?? "false"}`;
  return [
    `A grid in memory is listening on ${grid.url} (WAPI ${wapiVersion}, user ${oneLine(username)}${secret})`,
    `Clients: INFOBLOX_URL=${grid.url} ${trust}`,
    "",
    "",
  ].join("\n");
}

function greetingForPrograms(grid: FakeGrid, caFile: string | undefined): string {
  const { username, password, wapiVersion } = grid.clientOptions;
  const known = password === defaultPassword ? { password } : {};
  return `${JSON.stringify({ event: "listening", url: grid.url, wapiVersion, username, ...known, caFile })}\n`;
}

function lineForPrograms({ method, path, query, status }: RecordedRequest, milliseconds: number): string {
  const time = new Date().toISOString();
  const durationMs = Math.round(milliseconds);
  return `${JSON.stringify({ event: "request", time, method, path, query, status, durationMs })}\n`;
}

/** `12:03:04 201 POST /wapi/v2.12/network?_return_as_object=1  3 ms`; status 0 if a fault withheld the answer. */
function line(request: RecordedRequest, milliseconds: number, { stdout, env }: Terminal): string {
  const { method, path, query, status } = request;
  const time = new Date().toTimeString().slice(0, 8);
  const colour = status >= 200 && status < 300 ? "green" : "red";
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((single) => `${name}=${single}`),
  );
  const search = pairs.length > 0 ? `?${pairs.join("&")}` : "";
  const shown = paint(stdout, env, colour, status === 0 ? "---" : String(status));
  return `${paint(stdout, env, "grey", time)} ${shown} ${method.padEnd(6)} ${oneLine(path + search)}  ${paint(stdout, env, "grey", `${milliseconds.toFixed(0)} ms`)}\n`;
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError("a port is a number from 0 to 65535.");
  return port;
}
