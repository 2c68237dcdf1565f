import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
const consumer = inject("consumer");
const executable = join(consumer, "node_modules/.bin/infoblox-ipam");

let running: ChildProcess | undefined;
afterEach(() => running?.kill("SIGKILL"));

/** The installed command's grid, and where it listens. */
async function startGrid(...args: string[]): Promise<{ grid: ChildProcess; url: string }> {
  const grid = spawn(executable, ["grid", "--port", "0", "--http", ...args], {
    cwd: consumer,
    stdio: "pipe",
  });
  running = grid;
  let printed = "";
  const url = await new Promise<string>((found, failed) => {
    grid.once("exit", () => failed(new Error(`the grid ended: ${printed}`)));
    grid.stdout.on("data", (chunk: Buffer) => {
      printed += chunk;
      const [url] = /http:\/\/127\.0\.0\.1:\d+/.exec(printed) ?? [];
      if (url) found(url);
    });
  });
  return { grid, url };
}

describe("the installed command", () => {
  it.each(["SIGINT", "SIGTERM"] as const)("runs a grid that %s ends, with exit code 0", async (signal) => {
    const { grid } = await startGrid();
    grid.kill(signal);
    expect(await once(grid, "exit")).toEqual([0, null]);
  });

  it("keeps what was answered through a kill", async () => {
    const data = join(consumer, "grid.jsonl");
    const headers = { authorization: `Basic ${Buffer.from("admin:infoblox").toString("base64")}` };
    const first = await startGrid("--data", data);
    const body = JSON.stringify({ network: "10.0.0.0/24" });
    const created = await fetch(`${first.url}/wapi/v2.12/network`, { method: "POST", headers, body });
    expect(created.status).toBe(201);
    first.grid.kill("SIGKILL");
    await once(first.grid, "exit");

    const second = await startGrid("--data", data);
    const answer = await fetch(`${second.url}/wapi/v2.12/network`, { headers });
    expect(await answer.json()).toMatchObject([{ network: "10.0.0.0/24" }]);
  });

  it("runs Docker's IPAM driver, which SIGTERM ends with exit code 0", async () => {
    const { url, grid } = await startGrid();
    const driver = spawn(executable, ["docker", "--port", "0", "--url", url, "--allow-insecure-http"], {
      cwd: consumer,
      env: { ...process.env, INFOBLOX_USERNAME: "admin", INFOBLOX_PASSWORD: "infoblox" },
      stdio: "pipe",
    });
    try {
      const address = await new Promise<string>((found, failed) => {
        driver.once("exit", () => failed(new Error("the driver ended")));
        driver.stdout.on("data", (chunk: Buffer) => {
          const [, port] = /tcp:(\/\/127\.0\.0\.1:\d+)/.exec(String(chunk)) ?? [];
          if (port) found(`http:${port}`);
        });
      });
      const answer = await fetch(`${address}/Plugin.Activate`, { method: "POST" });
      expect(await answer.json()).toEqual({ Implements: ["IpamDriver"] });
      driver.kill("SIGTERM");
      expect(await once(driver, "exit")).toEqual([0, null]);
    } finally {
      driver.kill("SIGKILL");
      grid.kill("SIGKILL");
    }
  });

  it("writes the types of a grid", async () => {
    const { url } = await startGrid();
    const env = {
      ...process.env,
      INFOBLOX_URL: url,
      INFOBLOX_USERNAME: "admin",
      INFOBLOX_PASSWORD: "infoblox",
    };
    await run(executable, ["types", "--allow-insecure-http", "--out", "infoblox.d.ts"], {
      cwd: consumer,
      env,
    });
    const text = await readFile(join(consumer, "infoblox.d.ts"), "utf8");
    expect(text).toContain('declare module "infoblox-ipam"');
  });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe("a day with the installed command", { timeout: 120_000 }, () => {
  /** Runs to the end, as the administrator of the grid at `url`. */
  function commandFor(url: string) {
    const env = {
      ...process.env,
      INFOBLOX_URL: url,
      INFOBLOX_ALLOW_INSECURE_HTTP: "true",
      INFOBLOX_USERNAME: "admin",
      INFOBLOX_PASSWORD: "infoblox",
    };
    const ended = (...args: readonly string[]): Promise<Ended> =>
      run(executable, args, { cwd: consumer, env }).then(
        ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
        ({ code, stdout, stderr }: Ended) => ({ code, stdout, stderr }),
      );
    const json = async (...args: readonly string[]) => {
      const { code, stdout, stderr } = await ended(...args, "--json");
      if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${stderr}`);
      return JSON.parse(stdout) as unknown;
    };
    return { ended, json };
  }

  it("takes, shows, describes, draws and gives back, with JSON and exit codes", async () => {
    const { url } = await startGrid();
    const { ended, json } = commandFor(url);
    const site = { containers: [{ cidr: "10.0.0.0/16" }], subnets: [{ cidr: "10.0.0.0/24" }] };
    await writeFile(join(consumer, "site.json"), JSON.stringify(site));

    const preview = await ended("apply", "site.json", "--dry-run", "--detailed-exitcode");
    expect(preview).toMatchObject({ code: 8, stdout: expect.stringContaining("+ subnet 10.0.0.0/24\n") });
    expect(await json("apply", "site.json")).toMatchObject({ created: 2 });
    expect(await json("setup")).toHaveProperty("existing");

    const from = ["--from", "10.0.0.0/16", "--prefix-length", "24"];
    expect((await ended("subnet", "request", ...from, "--request-id", "blue")).stdout).toBe("10.0.1.0/24\n");
    expect(await json("subnet", "request", ...from, "--request-id", "blue")).toMatchObject({
      created: false,
    });
    expect(await json("subnet", "find", "--within", "10.0.0.0/16")).toHaveLength(2);
    expect(await json("subnet", "show", "10.0.1.0/24")).toMatchObject({ utilization: { used: 0 } });

    const ip = await ended("address", "request", "--from", "10.0.1.0/24");
    expect(ip.stdout).toBe("10.0.1.1\n");
    expect(await json("address", "lookup", "10.0.1.1")).toMatchObject({ status: "USED" });
    expect(await json("host", "add", "web-1.example.com", "--from", "10.0.1.0/24", "--no-dns")).toMatchObject(
      {
        ip: "10.0.1.2",
      },
    );
    expect(await json("host", "show", "web-1.example.com")).toMatchObject([{ name: "web-1.example.com" }]);
    expect(await json("pool", "show", "10.0.0.0/16")).toMatchObject([{ subnets: 2 }]);
    expect(await json("map", "10.0.0.0/16")).toMatchObject({ title: "10.0.0.0/16" });
    await ended("map", "10.0.0.0/16", "--out", "map.html");
    expect(await readFile(join(consumer, "map.html"), "utf8")).toMatch(/^<!doctype html>/);
    expect(await json("doctor")).toContainEqual(
      expect.objectContaining({ check: "connection", state: "ok" }),
    );

    // What goes wrong, with its exit code.
    const taken = await ended("subnet", "release", "10.0.1.0/24", "--json");
    expect([taken.code, JSON.parse(taken.stderr)]).toMatchObject([
      6,
      { error: { name: "SubnetInUseError" } },
    ]);
    expect((await ended("subnet", "show", "10.9.0.0/24")).code).toBe(4);
    expect((await ended("subnet", "request", "--from", "10.0.0.0/24", "--prefix-length", "8")).code).toBe(2);
    expect((await ended("doctor", "--url", "http://127.0.0.1:1")).code).toBe(3);

    await ended("host", "remove", "web-1.example.com");
    expect(await json("address", "release", "10.0.1.1")).toMatchObject({ released: true });
    expect(await json("subnet", "release", "--request-id", "blue")).toMatchObject({ released: true });
  });

  it.each(["bash", "zsh", "fish"])("prints what completes its commands in %s", async (shell) => {
    const { stdout } = await run(executable, ["completion", shell]);
    expect(stdout).toContain("detailed-exitcode");
  });
});
