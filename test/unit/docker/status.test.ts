/** What operators ask of a driver: `/health` and `/metrics`. */

import { request } from "node:http";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { createNetwork, drive, mac, startContainer } from "./driving.js";
import { workplace } from "./workplace.js";

const here = workplace();

async function start() {
  const clock = { now: 0 };
  const open = await drive({ now: () => clock.now }, { client: { maxRetries: 0 } });
  here.closing.push(() => open[Symbol.asyncDispose]());
  const server = await open.driver.listenForStatus({ port: 0 });
  here.closing.push(() => server.close());
  const get = async (path: string, init?: RequestInit) => {
    const response = await fetch(server.address.replace("tcp:", "http:") + path, init);
    return { status: response.status, body: await response.text() };
  };
  const health = async () => {
    const { status, body } = await get("/health");
    return [status, JSON.parse(body)] as const;
  };
  return { ...open, clock, get, health };
}

const space = { AddressSpace: "local/docker" };

describe("/health", () => {
  it("is failing from the first call that the grid did not serve, until the grid answers again", async () => {
    const { driver, grid, health, clock } = await start();
    expect(await health()).toEqual([200, { status: "ok", engine: "host-a", pendingReleases: 0 }]);
    const network = await createNetwork(driver);
    grid.faults.always({ status: 401 });
    await expect(driver.releasePool({ PoolID: network.id })).rejects.toThrow();
    const failing = {
      ...{ status: "failing", engine: "host-a", pendingReleases: 1 },
      reason: expect.stringMatching(/password|credentials|401/i),
    };
    expect(await health()).toEqual([503, failing]);
    grid.faults.clear();
    const asked = grid.requests.length;
    clock.now += 9_000;
    expect(await health()).toEqual([503, failing]);
    expect(grid.requests).toHaveLength(asked);
    clock.now += 60_000;
    expect(await health()).toEqual([200, { status: "ok", engine: "host-a", pendingReleases: 1 }]);
  });

  it("stays ok where the grid refuses what a call asks for: it has answered", async () => {
    const { driver, health } = await start();
    await expect(driver.requestPool({ ...space, Pool: "10.1.2.3/24" })).rejects.toThrow();
    expect(await health()).toMatchObject([200, { status: "ok" }]);
  });

  it.each([503, 500, 401] as const)(
    "is failing where the grid answers %s, also after a call that asks it nothing",
    async (status) => {
      const { driver, grid, health } = await start();
      await driver.prepare();
      grid.faults.always({ status });
      await expect(driver.requestPool(space)).rejects.toThrow();
      await expect(driver.requestPool({ ...space, Pool: "10.1.2.3/24" })).rejects.toThrow();
      expect(await health()).toMatchObject([503, { status: "failing" }]);
    },
    60_000,
  );
});

describe("/metrics", () => {
  it("counts calls by outcome, with their time, and tells of the process, in Prometheus' text", async () => {
    const { driver, get } = await start();
    const { id } = await createNetwork(driver);
    await startContainer(driver, id, mac(1));
    await expect(driver.requestPool({ ...space, Pool: "10.1.2.3/24" })).rejects.toThrow();
    const { status, body } = await get("/metrics");
    expect(status).toBe(200);
    for (const line of [
      'infoblox_ipam_docker_calls_total{call="RequestPool",outcome="done"} 1',
      'infoblox_ipam_docker_calls_total{call="RequestPool",outcome="failed"} 1',
      'infoblox_ipam_docker_calls_total{call="RequestAddress",outcome="done"} 2',
      'infoblox_ipam_docker_call_duration_seconds_count{call="RequestAddress"} 2',
      "infoblox_ipam_docker_pending_releases 0",
      "infoblox_ipam_docker_grid_up 1",
    ]) {
      expect(body.split("\n")).toContain(line);
    }
    expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
  });
});

describe("the status server", () => {
  it("has nothing else, takes no writes, and is not for web pages", async () => {
    const { get } = await start();
    expect((await get("/IpamDriver.RequestPool")).status).toBe(404);
    expect((await get("/health", { method: "POST" })).status).toBe(405);
    expect((await get("/health", { headers: { origin: "https://example.com" } })).status).toBe(403);
  });

  it("listens on a Unix socket, too", async () => {
    const { driver } = await start();
    const socketPath = join(here.folder, "status.sock");
    const server = await driver.listenForStatus({ socket: socketPath });
    here.closing.push(() => server.close());
    const body = await new Promise<string>((done, failed) => {
      request({ socketPath, path: "/health" }, (response) => text(response).then(done, failed)).end();
    });
    expect(JSON.parse(body)).toMatchObject({ status: "ok" });
  });
});
