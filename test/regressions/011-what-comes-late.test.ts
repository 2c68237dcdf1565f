/** What was seen to break the promise of late, doubled and misread answers. Each test has the right value. */

import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

interface World extends AsyncDisposable {
  readonly grid: FakeGrid;
  readonly ipam: Ipam;
  readonly wapi: WapiClient;
}

async function world(options: FakeGridOptions = {}): Promise<World> {
  const seed = {
    containers: ["10.0.0.0/16"],
    networks: ["192.168.0.0/24"],
    zones: ["example.com"],
    hosts: [{ name: "web.example.com", addresses: ["192.168.0.10"] }],
  };
  const grid = FakeGrid.inMemory({ setup: true, seed, ...options });
  const wapi = new WapiClient({ ...grid.clientOptions, maxRetries: 2 });
  return {
    grid,
    wapi,
    ipam: new Ipam(wapi),
    [Symbol.asyncDispose]: async () => {
      await wapi.close();
      await grid.close();
    },
  };
}

/** What a call gives, or the error that it throws. */
async function outcomeOf<T>(work: Promise<T>): Promise<T | Error> {
  return work.catch((error: Error) => error);
}

const writes = ["POST", "PUT"];

describe("a write that is done late changes nothing that the caller wasn't told of", () => {
  it("leaves one address of a request without an id", async () => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", fail: "late" });
    await outcomeOf(here.ipam.requestAddress({ from: "192.168.0.0/24", comment: "once" }));
    await here.grid.faults.deliverLate();
    expect(await here.wapi.find("fixedaddress", { where: { comment: "once" } })).toHaveLength(1);
  });

  it("leaves one subnet of a request without an id", async () => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", fail: "late" });
    await outcomeOf(here.ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, comment: "once" }));
    await here.grid.faults.deliverLate();
    expect(await here.wapi.find("network", { where: { comment: "once" } })).toHaveLength(1);
  });

  it("adds one address to a host", async () => {
    await using here = await world();
    here.grid.faults.next({ on: writes, fail: "late" });
    await outcomeOf(here.ipam.hosts.addAddress("web.example.com", { from: "192.168.0.0/24" }));
    await here.grid.faults.deliverLate();
    const [host] = await here.wapi.find("record:host", { fields: ["ipv4addrs"] });
    expect(host?.ipv4addrs).toHaveLength(2);
  });

  it("leaves one record", async () => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", fail: "late" });
    await outcomeOf(here.ipam.dns.add({ type: "A", name: "a.example.com", from: "192.168.0.0/24" }));
    await here.grid.faults.deliverLate();
    expect(await here.wapi.find("record:a")).toHaveLength(1);
  });
});

describe("a status after the commit is no proof", () => {
  it.each([503, 429, 408] as const)("adds one address to a host under %s", async (status) => {
    await using here = await world();
    here.grid.faults.next({ on: writes, status, afterCommit: true });
    const outcome = await outcomeOf(
      here.ipam.hosts.addAddress("web.example.com", { from: "192.168.0.0/24" }),
    );
    const [host] = await here.wapi.find("record:host", { fields: ["ipv4addrs"] });
    expect(host?.ipv4addrs).toHaveLength(2);
    expect(outcome).toHaveProperty("address.ip", host?.ipv4addrs?.[1]?.ipv4addr);
  });

  it.each([503, 429, 408] as const)("gives the one address of a plain request under %s", async (status) => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", status, afterCommit: true });
    const outcome = await outcomeOf(here.ipam.requestAddress({ from: "192.168.0.0/24", comment: "once" }));
    const found = await here.wapi.find("fixedaddress", { where: { comment: "once" } });
    expect(found).toHaveLength(1);
    expect(outcome).toHaveProperty("ref", found[0]?._ref);
  });

  it("gives the one record under a 503", async () => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", status: 503, afterCommit: true });
    await outcomeOf(here.ipam.dns.add({ type: "A", name: "a.example.com", from: "192.168.0.0/24" }));
    expect(await here.wapi.find("record:a")).toHaveLength(1);
  });

  it("says after JSON of another shape that the write may have been done, or finds it", async () => {
    await using here = await world();
    here.grid.faults.next({ on: "POST", fail: "wrong-json" });
    const outcome = await outcomeOf(here.ipam.requestAddress({ from: "192.168.0.0/24", comment: "once" }));
    const isUncertain = isInfobloxError(outcome, "UncertainWriteError");
    const [found] = await here.wapi.find("fixedaddress", { where: { comment: "once" } });
    expect(isUncertain || (outcome as { ref?: string }).ref === found?._ref).toBe(true);
  });
});

describe("what is there now need not be mine", () => {
  it("returns no address that another process added meanwhile", async () => {
    await using here = await world();
    const other = new Ipam(new WapiClient(here.grid.clientOptions));
    here.grid.faults.next({ on: writes, fail: "reset-before-commit" });
    const first = here.ipam.hosts.addAddress("web.example.com", { from: "192.168.0.0/24" });
    const second = await other.hosts.addAddress("web.example.com", { from: "192.168.0.0/24" });
    const outcome = await outcomeOf(first);
    expect(outcome).not.toHaveProperty("address.ip", second.address.ip);
  });
});

describe("marks stand for themselves", () => {
  it("refuses an owner that can't be written", async () => {
    await using here = await world({ seed: { networks: ["192.168.0.0/24"] } });
    const owned = new Ipam(here.wapi, { owner: "team" });
    await expect(owned.requestAddress({ from: "192.168.0.0/24" })).rejects.toMatchObject({
      name: "InvalidRequestError",
      hint: expect.stringContaining("setup()"),
    });
  });

  it("keeps a comment that looks like a mark from forging an id", async () => {
    await using here = await world();
    const marked = new Ipam(here.wapi, { requestIdMarker: "comment" });
    const mine = await marked.requestAddress({ from: "192.168.0.0/24", comment: "mine", requestId: "x" });
    const { comment = "" } = (await here.wapi.find("fixedaddress", { fields: ["comment"] }))[0] ?? {};
    await marked.releaseAddress(mine);
    const forged = await outcomeOf(marked.requestAddress({ from: "192.168.0.0/24", comment }));
    const again = await outcomeOf(marked.requestAddress({ from: "192.168.0.0/24", requestId: "x" }));
    const isRefused = isInfobloxError(forged, "InvalidRequestError");
    expect(isRefused || (again as { ref?: string }).ref !== (forged as { ref?: string }).ref).toBe(true);
  });
});
