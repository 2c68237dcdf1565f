import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
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
