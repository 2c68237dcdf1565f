import { resolve } from "node:path";
import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { bundled, runProgram } from "./program.js";

const demo = resolve(import.meta.dirname, "../scripts/demo.ts");

/** What the demo needs to find a grid: the variables that a user would set. */
function environment(grid: FakeGrid): Record<string, string> {
  return {
    INFOBLOX_URL: grid.url,
    INFOBLOX_ALLOW_INSECURE_HTTP: "true",
    INFOBLOX_USERNAME: grid.clientOptions.username,
    INFOBLOX_PASSWORD: grid.clientOptions.password,
  };
}

/** CIDRs of all networks and containers, and the number of all fixed addresses and hosts. */
async function contents(grid: FakeGrid): Promise<unknown> {
  await using wapi = new WapiClient(grid.clientOptions);
  const networks = await wapi.find("network", { fields: ["network"] });
  const containers = await wapi.find("networkcontainer", { fields: ["network"] });
  const fixed = await wapi.find("fixedaddress", { fields: [] });
  const hosts = await wapi.find("record:host", { fields: [] });
  const definitions = await wapi.find("extensibleattributedef", { fields: ["name"] });
  return [networks, containers, fixed.length, hosts.length, definitions.length];
}

describe("npm run demo", () => {
  it("shows each step and the address map, without colour where there is no terminal", async () => {
    const { exitCode, stdout, stderr } = await runProgram(await bundled(demo));
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("web-1.demo.example is 10.20.0.2 (host)");
    expect(stdout).toMatch(/^10\.20\.0\.0\/26 +▪RHF░/m);
    expect(stdout).toMatch(/Done in [\d.]+ s; the grid is as it was\.\n$/);
    expect(stdout).not.toContain("\u001b");
  });

  it("runs on a grid of yours, in the container that you name, and leaves nothing behind", async () => {
    await using grid = await FakeGrid.listen({
      tls: false,
      seed: { containers: ["10.9.0.0/24"], networks: ["10.9.0.0/26"] },
    });
    const before = await contents(grid);
    const { exitCode, stdout, stderr } = await runProgram(await bundled(demo), {
      args: ["10.9.0.0/24"],
      env: environment(grid),
    });
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("blue is 10.9.0.64/26");
    expect(await contents(grid)).toEqual(before);
  });

  it("gives back what it took when a later step fails", async () => {
    await using grid = await FakeGrid.listen({
      tls: false,
      seed: { containers: ["10.9.0.0/24"], networks: ["10.9.0.0/25", "10.9.0.128/26"] },
    });
    const before = await contents(grid);
    const { exitCode, stdout, stderr } = await runProgram(await bundled(demo), {
      env: { ...environment(grid), INFOBLOX_CONTAINER: "10.9.0.0/24" },
    });
    expect(stdout).toContain("blue is 10.9.0.192/26");
    expect(stderr).toContain("PoolExhaustedError");
    expect(exitCode).toBe(1);
    expect(await contents(grid)).toEqual(before);
  });

  it("asks for a container before it touches a grid of yours", async () => {
    await using grid = await FakeGrid.listen({ tls: false });
    const { exitCode, stderr } = await runProgram(await bundled(demo), { env: environment(grid) });
    expect(stderr).toContain("Name the container to work in");
    expect(exitCode).toBe(1);
    expect(grid.requests).toEqual([]);
  });
});
