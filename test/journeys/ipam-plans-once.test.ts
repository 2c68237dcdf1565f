import { Ipam, RequestMismatchError, UncertainWriteError, WapiClient } from "infoblox-ipam";
import { type Assumptions, type Failure, FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

const seed = {
  containers: ["10.0.0.0/8"],
  networks: ["192.168.0.0/24"],
  zones: ["example.com"],
} as const;

const lag = 20;
const grids: readonly (readonly [grid: string, assumptions: Partial<Assumptions>])[] = [
  ["where a request is a transaction", {}],
  ["where a refused request leaves parts", { requestIsTransactional: false }],
  ["where searches lag", { searchSeesWritesAfter: lag }],
  ["where both is so", { requestIsTransactional: false, searchSeesWritesAfter: lag }],
];

const losses: readonly Failure[] = [
  "reset-after-commit",
  "reset-before-commit",
  "truncate",
  "not-json",
  "duplicate",
];

function siteOf(ipam: Ipam, requestId?: string) {
  return ipam
    .plan({ requestId })
    .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "last" })
    .address("web", { from: { subnet: "blue" }, name: "web.example.com" })
    .address("spare", { from: { subnet: "blue" } })
    .record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } });
}

async function contentsOf(grid: FakeGrid) {
  const wapi = new WapiClient(grid.clientOptions);
  const [networks, hosts, fixed, aliases] = await Promise.all([
    wapi.find("network", { where: { network_container: "10.0.0.0/8" } }),
    wapi.find("record:host"),
    wapi.find("fixedaddress"),
    wapi.find("record:cname"),
  ]);
  return { networks: networks.length, hosts: hosts.length, fixed: fixed.length, aliases: aliases.length };
}

/** One subnet, one host, a reservation beside that of the gateway, one alias. */
const once = { networks: 1, hosts: 1, fixed: 2, aliases: 1 };

describe.each(grids)("a plan, %s", (_, assumptions) => {
  const searchDelay = assumptions.searchSeesWritesAfter;
  const open = () => FakeGrid.inMemory({ setup: true, seed, assumptions });
  const ipamOf = (grid: FakeGrid) => new Ipam(new WapiClient(grid.clientOptions), { searchDelay });

  it.each(losses.flatMap((fail) => [undefined, "deploy-42"].map((id) => [fail, id] as const)))(
    "comes to the same after a lost answer: %s, request id %s",
    async (fail, requestId) => {
      // What the network delivers twice shows only where searches see it.
      if (fail === "duplicate" && searchDelay !== undefined) return;
      for (const after of [0, 1]) {
        const grid = open();
        const ipam = ipamOf(grid);
        await ipam.findSubnets();
        grid.faults.next({ on: "POST", object: "request", fail, after });
        const { blue, web, spare, www } = await inNoTime(grid, () => siteOf(ipam, requestId).apply());
        expect([blue.gateway, web.ip, spare.ip, www.value]).toEqual([
          "10.0.0.254",
          "10.0.0.1",
          "10.0.0.2",
          "web.example.com",
        ]);
        expect(await contentsOf(grid)).toEqual(once);
      }
    },
  );

  it("from many processes at once is made once", async () => {
    const grid = open();
    const plans = Array.from({ length: 5 }, () => siteOf(ipamOf(grid), "deploy-42"));
    const all = await inNoTime(grid, () => Promise.all(plans.map((plan) => plan.apply())));
    const refs = all.map(({ blue, web, spare, www }) => [blue.ref, web.ref, spare.ref, www.ref].join(" "));
    expect(new Set(refs).size).toBe(1);
    const [first] = all;
    const last = first?.blue.cidr.replace(/0\/24$/, "254");
    expect(all.map(({ blue }) => blue.gateway)).toEqual(Array(5).fill(last));
    expect(await contentsOf(grid)).toEqual(once);
  });

  it("that is refused further on leaves nothing", async () => {
    const grid = open();
    const plan = siteOf(ipamOf(grid)).record("bad", { type: "A", name: "a.nowhere.test", ip: "10.0.0.9" });
    const error = await plan.apply().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: expect.stringMatching(/Error$/) });
    expect(error).not.toHaveProperty("partial");
    expect(await contentsOf(grid)).toEqual({ networks: 0, hosts: 0, fixed: 0, aliases: 0 });
  });
});

it("costs one request with a request id where it only makes things, and two when it is there", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const ipam = new Ipam(grid.clientOptions);
  await ipam.findSubnets();
  const plan = ipam
    .plan({ requestId: "deploy-42" })
    .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
    .address("web", { from: { subnet: "blue" } });
  const requestsOf = async () => {
    grid.clearRequests();
    const { blue } = await plan.apply();
    return [grid.requests.length, blue.created];
  };
  expect(await requestsOf()).toEqual([1, true]);
  expect(await requestsOf()).toEqual([2, false]);
});

it("gives what is there although its pool is exhausted by now", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { ...seed, containers: ["10.0.0.0/24"] } });
  const ipam = new Ipam(grid.clientOptions);
  const plan = ipam.plan({ requestId: "deploy-42" }).subnet("all", { from: "10.0.0.0/24", prefixLength: 25 });
  const first = await plan.apply();
  await ipam.requestSubnet({ from: "10.0.0.0/24", prefixLength: 25 });
  expect((await plan.apply()).all).toMatchObject({ ref: first.all.ref, created: false });
});

it("refuses another plan with the same request id, by what differs", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const ipam = new Ipam(grid.clientOptions);
  const planOf = (prefixLength: number, name: string) =>
    ipam
      .plan({ requestId: "deploy-42" })
      .subnet("blue", { from: "10.0.0.0/8", prefixLength })
      .address("web", { from: { subnet: "blue" }, name });
  await planOf(24, "web.example.com").apply();
  await expect(planOf(25, "web.example.com").apply()).rejects.toMatchObject({
    name: "RequestMismatchError",
    differences: [{ field: "prefixLength", requested: 25, existing: 24 }],
  });
  await expect(planOf(24, "other.example.com").apply()).rejects.toThrow(RequestMismatchError);
  expect(await ipam.findSubnets({ within: "10.0.0.0/8" })).toHaveLength(1);
});

it("adds to a list once, and releases only what it was to release, after a lost answer", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const ipam = new Ipam(grid.clientOptions);
  const host = await ipam.requestAddress({ from: "192.168.0.0/24", name: "web.example.com" });
  grid.faults.next({ on: "POST", object: "request", fail: "reset-after-commit" });
  await ipam
    .plan()
    .update("note", host, { comment: "blue", extattrs: { "Request ID": "mine" } })
    .apply();
  expect(await ipam.lookup(host.ip)).toMatchObject({ status: "USED" });
  grid.faults.next({ on: "POST", object: "request", fail: "reset-after-commit" });
  const { host: released } = await ipam.plan().release("host", host.ip).apply();
  expect(released).toEqual({ released: true, reason: "deleted" });
});

it("releases a host and then the subnet that it is in", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const ipam = new Ipam(grid.clientOptions);
  const host = await ipam.requestAddress({ from: "192.168.0.0/24", name: "web.example.com" });
  const other = await ipam.requestAddress({ from: "192.168.0.0/24" });
  const both = () => ipam.plan().release("host", host).release("net", "192.168.0.0/24");
  await expect(both().apply()).rejects.toMatchObject({
    name: "SubnetInUseError",
    inUse: [expect.stringContaining(other.ip)],
  });
  const plan = ipam.plan().release("other", other.ip).release("host", host).release("net", "192.168.0.0/24");
  expect(await plan.apply()).toMatchObject({ net: { released: true } });
});

it("tells what to look for where a grid stays silent", async () => {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const ipam = new Ipam(new WapiClient({ ...grid.clientOptions, maxRetries: 0 }));
  await ipam.findSubnets();
  grid.faults.next({ on: "POST", object: "request", fail: "reset-after-commit" });
  grid.faults.next({ fail: "refuse" }, 1000);
  const error = await ipam
    .plan()
    .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
    .apply()
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(UncertainWriteError);
  expect((error as UncertainWriteError).hint).toMatch(/"Request Attempt":"[0-9a-f-]{36}:blue"/);
});
