import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { commandFor, consumer, executable, startGrid as installedGrid, run } from "./installed.js";

let running: ChildProcess | undefined;
afterEach(() => running?.kill("SIGKILL"));

async function startGrid(...args: string[]): ReturnType<typeof installedGrid> {
  const started = await installedGrid(...args);
  running = started.grid;
  return started;
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

describe("a day with the installed command", { timeout: 120_000 }, () => {
  it("describes a site, takes from it, draws it, and gives back", async () => {
    const { url } = await startGrid();
    const { ended, json } = commandFor(url);
    const site = { containers: [{ cidr: "10.0.0.0/16" }], subnets: [{ cidr: "10.0.0.0/24" }] };
    await writeFile(join(consumer, "day.json"), JSON.stringify(site));

    const preview = await ended("apply", "day.json", "--dry-run", "--detailed-exitcode");
    expect(preview).toMatchObject({ code: 8, stdout: expect.stringContaining("+ subnet 10.0.0.0/24\n") });
    expect(await json("apply", "day.json")).toMatchObject({ created: 2 });
    await ended("setup");
    const from = ["--from", "10.0.0.0/16", "--prefix-length", "24"];
    expect((await ended("subnet", "request", ...from, "--request-id", "blue")).stdout).toBe("10.0.1.0/24\n");
    expect(await json("map", "10.0.0.0/16", "--out", "map.html")).toEqual({ out: "map.html" });
    expect(await readFile(join(consumer, "map.html"), "utf8")).toMatch(/^<!doctype html>/);
    expect(await json("subnet", "release", "--request-id", "blue")).toMatchObject({ released: true });
    const full = await ended("subnet", "request", "--from", "10.0.0.0/24", "--prefix-length", "8");
    expect(full).toMatchObject({ code: 2, stderr: expect.stringMatching(/^error: /) });
  });
});
