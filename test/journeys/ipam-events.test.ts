import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { type EventObject, Ipam, type IpamEvent, type IpamEventName, type RefusedEvent } from "infoblox-ipam";
import { FakeGrid, type GridSeed } from "infoblox-ipam/testing";
import { afterEach, describe, expect, it, vi } from "vitest";

const names = ["allocated", "adopted", "released", "changed", "refused", "rolledBack"] as const;
const password = "Gr1d-password";

let open: { grid: FakeGrid; ipam: Ipam } | undefined;
afterEach(async () => {
  await open?.ipam.close();
  await open?.grid.close();
});

async function begin(seed: GridSeed = {}) {
  const grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    password,
    seed: { containers: ["10.0.0.0/16"], networks: ["10.1.0.0/24"], zones: ["example.com"], ...seed },
  });
  const ipam = new Ipam({ ...grid.clientOptions, owner: "platform" });
  open = { grid, ipam };
  await ipam.setup();
  const heard: (IpamEvent | RefusedEvent)[] = [];
  for (const name of names) ipam.on(name, (event) => heard.push(event));
  /** What was heard since the last look, in short. */
  const news = (): readonly (readonly [IpamEventName, string, EventObject])[] =>
    heard.splice(0).map(({ event, call, object }) => [event, call, object] as const);
  return { grid, ipam, heard, news };
}

describe("events", () => {
  it("tell of what was rolled back, by the call that could not be finished, before its refusal", async () => {
    const { ipam, news } = await begin();
    const request = { from: "10.1.0.0/24", count: 300, allOrNothing: true };
    await expect(ipam.requestAddresses(request)).rejects.toThrow("Only 254 of 300");
    const told = news();
    expect(told.at(-1)?.slice(0, 2)).toEqual(["refused", "requestAddresses"]);
    const rolledBack = told.slice(0, -1);
    expect(rolledBack.every(([event, call]) => event === "rolledBack" && call === "requestAddresses")).toBe(
      true,
    );
    expect(rolledBack.length).toBeGreaterThanOrEqual(200);
    expect(new Set(rolledBack.map(([, , { ip }]) => ip)).size).toBe(rolledBack.length);
    expect(await ipam.peekAddresses("10.1.0.0/24", 1)).toEqual(["10.1.0.1"]);
  });

  it("tell of the steps of a plan that were rolled back", async () => {
    const { ipam, news } = await begin();
    const plan = ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/16", prefixLength: 24, gateway: "last" })
      .address("web", { from: { subnet: "blue" }, name: "web.nowhere.example" });
    await expect(plan.apply()).rejects.toThrow();
    expect(news().map(([event, call]) => [event, call])).toEqual([
      ["rolledBack", "plan.apply"],
      ["refused", "plan.apply"],
    ]);
  });

  it("tell of what was allocated, with object, owner, request id and duration", async () => {
    const { ipam, heard } = await begin();
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "blue" });
    expect(heard).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event: "allocated",
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        call: "requestSubnet",
        object: { ref: subnet.ref, type: "network", cidr: "10.0.0.0/24", networkView: "default" },
        owner: "platform",
        requestId: "blue",
        durationMs: expect.any(Number),
      },
    ]);
  });

  it("tell the first from the second with one request id", async () => {
    const { ipam, news } = await begin();
    const request = { from: "10.1.0.0/24", requestId: "web" };
    await ipam.requestAddress(request);
    await ipam.requestAddress(request);
    expect(news().map(([event]) => event)).toEqual(["allocated", "adopted"]);
  });

  it("tell of each of many, at once and in chunks", async () => {
    const { ipam, news } = await begin();
    const all = await ipam.requestAddresses({ from: "10.1.0.0/24", count: 3 });
    expect(news().map(([event, , { ip }]) => [event, ip])).toEqual(all.map(({ ip }) => ["allocated", ip]));

    const some = [];
    for await (const one of ipam.requestAddressesInChunks({ from: "10.1.0.0/24", count: 2 })) some.push(one);
    expect(news()).toHaveLength(2);
    await ipam.releaseMany(all);
    expect(news().map(([event, , { ref }]) => [event, ref])).toEqual(all.map(({ ref }) => ["released", ref]));
    for await (const _ of ipam.releaseManyInChunks(some));
    expect(news().map(([event]) => event)).toEqual(["released", "released"]);
  });

  it("tell of a release once, and not of what was gone already", async () => {
    const { ipam, news } = await begin();
    await ipam.requestSubnet({ cidr: "10.0.7.0/24" });
    await ipam.releaseSubnet("10.0.7.0/24");
    await ipam.releaseSubnet("10.0.7.0/24");
    expect(news().slice(1)).toEqual([["released", "releaseSubnet", { cidr: "10.0.7.0/24" }]]);
  });

  it("tell of changes, and of addresses of hosts", async () => {
    const { ipam, news } = await begin();
    const host = await ipam.requestAddress({ ip: "10.1.0.5", name: "web.example.com" });
    const { host: both } = await ipam.hosts.addAddress(host, { ip: "10.1.0.6" });
    const renamed = await ipam.hosts.rename(both, "www.example.com");
    await ipam.hosts.removeAddress(renamed, "10.1.0.6");
    await ipam.subnets.setGateway("10.1.0.0/24", "first");
    expect(news().map(([event, call, { ip, name, cidr }]) => [event, call, ip ?? cidr, name])).toEqual([
      ["allocated", "requestAddress", "10.1.0.5", "web.example.com"],
      ["allocated", "hosts.addAddress", "10.1.0.6", "web.example.com"],
      ["changed", "hosts.rename", undefined, "www.example.com"],
      ["released", "hosts.removeAddress", "10.1.0.6", "www.example.com"],
      ["changed", "subnets.setGateway", "10.1.0.0/24", undefined],
    ]);
  });

  it("tell of the steps of a plan, and of what a description made so", async () => {
    const { ipam, news } = await begin();
    await ipam
      .plan()
      .subnet("blue", { cidr: "10.0.7.0/24" })
      .container("site", { cidr: "10.9.0.0/16" })
      .apply();
    expect(news().map(([event, call, { cidr }]) => [event, call, cidr])).toEqual([
      ["allocated", "plan.apply", "10.0.7.0/24"],
      ["allocated", "plan.apply", "10.9.0.0/16"],
    ]);
    const described = { subnets: [{ cidr: "10.0.7.0/24", comment: "blue" }, { cidr: "10.0.8.0/24" }] };
    await ipam.ensure(described, { dryRun: true });
    expect(news()).toEqual([]);
    await ipam.ensure(described);
    expect(news().map(([event, call, { cidr }]) => [event, call, cidr])).toEqual([
      ["changed", "ensure", "10.0.7.0/24"],
      ["allocated", "ensure", "10.0.8.0/24"],
    ]);
  });

  it("tell of an error, without a secret", async () => {
    const { grid, ipam, heard } = await begin();
    grid.faults.next({ on: "POST", status: 403 });
    await expect(ipam.requestSubnet({ cidr: "10.0.7.0/24", comment: password })).rejects.toThrow();
    expect(heard).toMatchObject([
      {
        event: "refused",
        call: "requestSubnet",
        object: { cidr: "10.0.7.0/24" },
        error: { name: expect.stringMatching(/Error$/), code: expect.any(String) },
      },
    ]);
    expect(JSON.stringify(heard)).not.toContain(password);
  });

  it("go to the diagnostics channels, too", async () => {
    const { ipam } = await begin();
    const told: unknown[] = [];
    const listener = (message: unknown) => told.push(message);
    subscribe("infoblox-ipam:released", listener);
    const address = await ipam.requestAddress({ from: "10.1.0.0/24" });
    await ipam.releaseAddress(address);
    unsubscribe("infoblox-ipam:released", listener);
    await ipam.releaseAddress(await ipam.requestAddress({ from: "10.1.0.0/24" }));
    expect(told).toMatchObject([{ event: "released", object: { ref: address.ref, ip: address.ip } }]);
  });

  it("end where the listener is taken away", async () => {
    const { ipam } = await begin();
    const listener = vi.fn();
    const end = ipam.on("allocated", listener);
    await ipam.requestAddress({ from: "10.1.0.0/24" });
    end();
    await ipam.requestAddress({ from: "10.1.0.0/24" });
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it.each([
    () => {
      throw new Error(password);
    },
    () => Promise.reject(new Error(password)),
  ])("disturb no call where a listener fails: %s", async (listener) => {
    const { ipam } = await begin();
    const warning = new Promise((done) => {
      vi.spyOn(process, "emitWarning").mockImplementationOnce(done);
    });
    ipam.on("allocated", listener);
    await ipam.requestAddress({ from: "10.1.0.0/24" });
    expect(await warning).toBe("A listener of infoblox-ipam failed: Error");
    vi.restoreAllMocks();
  });

  it("are refused by a name that is none, and without a function", async () => {
    const { ipam } = await begin();
    expect(() => ipam.on("alocated" as "allocated", () => undefined)).toThrow(
      /event: must be one of allocated/,
    );
    expect(() => ipam.on("allocated", undefined as never)).toThrow(/listener: must be a function/);
  });
});
