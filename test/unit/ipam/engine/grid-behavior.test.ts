import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { placesView } from "../../../../src/ipam/engine/places.js";

const request = { from: "10.0.0.0/16", prefixLength: 24, requestId: "blue" };

async function gridWith(profile?: "serial" | "places" | "wait", options: FakeGridOptions = {}) {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] }, ...options });
  const wapi = new WapiClient(grid.clientOptions);
  if (profile !== undefined) await new Ipam(wapi).setup({ profile });
  grid.clearRequests();
  const subnets = (view = "default") =>
    wapi.find(view === "default" ? "network" : "ipv6network", { where: { network_view: view } });
  return { grid, subnets, ipam: new Ipam(new WapiClient(grid.clientOptions)) };
}

describe("the first write of a client", () => {
  it.each([undefined, "serial"] as const)("is one request on a grid that keeps %s", async (profile) => {
    const { grid, ipam } = await gridWith(profile);
    await ipam.requestSubnet(request);
    expect(grid.requests.filter(({ path }) => path.endsWith("/request"))).toHaveLength(1);
  });

  it("makes a place on a grid that keeps places, and nothing before it knows", async () => {
    const { grid, ipam, subnets } = await gridWith("places");
    await ipam.requestSubnet(request);
    expect(grid.requests.filter(({ status }) => status === 400)).toHaveLength(1);
    expect(await subnets()).toHaveLength(1);
    expect(await subnets(placesView)).toHaveLength(1);
  });

  it("isn't repeated where it was denied, and definitions may be read", async () => {
    const { grid, ipam, subnets } = await gridWith();
    grid.faults.next({ on: "POST", status: 403 });
    await expect(ipam.requestSubnet(request)).rejects.toMatchObject({ name: "PermissionDeniedError" });
    expect(await subnets()).toEqual([]);
  });

  it("goes on without the question where a user may not read definitions", async () => {
    const { grid, ipam } = await gridWith();
    grid.faults.next({ on: "POST", status: 403 });
    grid.faults.next({ on: "POST", status: 403 });
    expect(await ipam.requestSubnet(request)).toMatchObject({ created: true });
  });
});
