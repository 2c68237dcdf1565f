import type { IpamOptions } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const seed = {
  attributes: ["Site", "Request ID", "Request Attempt", "Last Change"],
  containers: ["10.0.0.0/25", { network: "10.1.0.0/24", extattrs: { Site: "Paris" } }],
  networks: [
    { network: "10.9.0.0/30", comment: "small" },
    { network: "10.9.1.0/24", comment: "wide" },
    "2001:db8:9::/126",
    "2001:db8:a::/64",
  ],
  zones: ["example.com"],
};

const pools: NonNullable<IpamOptions["pools"]> = {
  web: ["10.9.0.0/30", { comment: "wide" }],
  web6: ["2001:db8:9::/126", "2001:db8:a::/64"],
  roomy: { from: ["10.9.0.0/30", "10.9.1.0/24"], strategy: "most-free" },
  turns: { from: ["10.9.0.0/30", "10.9.1.0/24"], strategy: "round-robin" },
  blocks: { from: ["10.0.0.0/25", { extattrs: { Site: "Paris" } }], strategy: "round-robin" },
};

/** The small subnets have room for nobody any more. */
async function full(here: IpamVisit) {
  await here.ipam.requestAddresses({ from: "10.9.0.0/30", count: 2 });
  await here.ipam.requestAddresses({ from: "2001:db8:9::/126", count: 3 });
  return here;
}

behindEveryDoor("pools and strategies", (visit) => {
  it("give a host one more address, and another one", async () => {
    const { ipam, requestsOf } = await full(await visit({ seed }, { pools }));
    await ipam.requestAddress({ from: "10.9.1.0/24", name: "web.example.com" });
    const { host, address } = await ipam.hosts.addAddress("web.example.com", { from: { pool: "web6" } });
    expect(address.subnet).toBe("2001:db8:a::/64");
    const from = ["10.9.0.0/30", "10.9.1.0/24"];
    const { address: other } = await ipam.hosts.addAddress(host, { from, exclude: "10.9.1.0-10.9.1.20" });
    expect(other.ip).toBe("10.9.1.21");
    const { address: third } = await ipam.hosts.addAddress(host, { from: "10.9.1.0/24", skipFirst: 30 });
    expect(third.ip).toBe("10.9.1.31");
    const moved = await ipam.hosts.move(host, { from: "10.9.1.1", to: { pool: "roomy" } });
    expect(moved.addresses.map(({ ip }) => ip)).toContain("10.9.1.2");
    // What one call found exhausted, the next doesn't ask.
    await ipam.requestAddress({ from: { pool: "web" } });
    expect(await requestsOf(() => ipam.hosts.addAddress(moved, { from: { pool: "web" } }))).toBe(1);
  });

  it("give a DNS record its address", async () => {
    const { ipam, requestsOf } = await full(await visit({ seed }, { pools }));
    const record = { type: "A", name: "a.example.com", from: { pool: "web" } } as const;
    expect((await ipam.dns.add(record)).ip).toBe("10.9.1.1");
    expect(await requestsOf(() => ipam.dns.add({ ...record, name: "b.example.com" }))).toBe(1);
    const six = await ipam.dns.add({ type: "AAAA", name: "a.example.com", from: { pool: "web6" } });
    expect(six.ip).toMatch(/^2001:db8:a::/);
    const roomy = await ipam.dns.add({
      ...record,
      name: "c.example.com",
      from: { pool: "roomy" },
      avoidEdges: true,
    });
    expect(roomy.ip).toBe("10.9.1.3");
  });

  it("give a host an address of each family, the one that is full left out", async () => {
    const { ipam, requestsOf } = await full(await visit({ seed }, { pools }));
    const both = { ipv4: { pool: "web" }, ipv6: { pool: "web6" } };
    const db = await ipam.requestAddress({ from: both, name: "db.example.com" });
    expect(db.ips).toEqual(["10.9.1.1", expect.stringMatching(/^2001:db8:a::/)]);
    expect(await requestsOf(() => ipam.requestAddress({ from: both, name: "dc.example.com" }))).toBe(1);
    await expect(
      ipam.requestAddress({ from: { ipv4: "10.9.0.0/30", ipv6: { pool: "web6" } }, name: "dd.example.com" }),
    ).rejects.toMatchObject({ name: "PoolExhaustedError", tried: [{ source: "10.9.0.0/30" }] });
  });

  it("give the steps of a plan what they take, by the strategy of each", async () => {
    const { ipam, requestsOf } = await full(await visit({ seed }, { pools }));
    const plan = ipam
      .plan()
      .subnet("a", { from: { pool: "blocks" }, prefixLength: 27 })
      .subnet("b", { from: { pool: "blocks" }, prefixLength: 27 })
      .address("web", { from: { pool: "roomy" }, name: "web.example.com" })
      .address("both", { from: { ipv4: { pool: "web" }, ipv6: { pool: "web6" } }, name: "both.example.com" });
    expect(plan.preview().text).toContain("the next address of 10.9.0.0/30, 10.9.1.0/24 (most-free)");
    const { a, b, web, both } = await plan.apply();
    expect([a.container, b.container].toSorted()).toEqual(["10.0.0.0/25", "10.1.0.0/24"]);
    expect(web.subnet).toBe("10.9.1.0/24");
    expect(both.ips).toHaveLength(2);
    // All are known to be full by now: no request more than the plan itself.
    const again = ipam.plan().address("x", { from: { pool: "web" } });
    expect(await requestsOf(() => again.apply())).toBe(1);
  });

  it("tell what was tried where a plan has no room", async () => {
    const { ipam } = await full(await visit({ seed }, { pools }));
    const plan = ipam.plan().address("x", { from: "10.9.0.0/30", strategy: "least-used" });
    await expect(plan.apply()).rejects.toMatchObject({
      name: "PoolExhaustedError",
      tried: [{ source: "10.9.0.0/30" }],
    });
  });
});

behindEveryDoor("a look at what would come next", (visit) => {
  it("goes through the sources of a request, and takes nobody's turn", async () => {
    const { ipam } = await visit(
      { setup: true, seed: { containers: ["10.0.0.0/16"], networks: ["10.8.0.0/30", "10.9.0.0/24"] } },
      {
        pools: {
          web: { from: ["10.8.0.0/30", "10.9.0.0/24"], strategy: "round-robin" },
          roomy: { from: ["10.8.0.0/30", "10.9.0.0/24"], strategy: "most-free" },
        },
      },
    );
    const wanted = ["10.8.0.1", "10.8.0.2", "10.9.0.1"];
    expect(await ipam.peekAddresses({ pool: "web" }, 3)).toEqual(wanted);
    expect(await ipam.peekAddresses(["10.8.0.0/30", "10.9.0.0/24"], 3)).toEqual(wanted);
    expect(await ipam.peekAddresses({ pool: "roomy" }, 1)).toEqual(["10.9.0.1"]);
    expect(await ipam.requestAddress({ from: { pool: "web" } })).toMatchObject({ ip: "10.8.0.1" });
    const blocks = await ipam.peekSubnets(["10.0.0.0/16"], { prefixLength: 17, count: 5 });
    expect(blocks).toEqual(["10.0.0.0/17", "10.0.128.0/17"]);
    await expect(ipam.peekAddresses({ pool: "none" }, 1)).rejects.toMatchObject({ field: "subnet.pool" });
  });
});

behindEveryDoor("an exhausted pool", (visit) => {
  const from = ["10.0.0.0/25", "10.1.0.0/24"];
  const half = { from, prefixLength: 26 };

  async function exhausted({ ipam }: IpamVisit) {
    await ipam.requestSubnets({ from: "10.0.0.0/25", prefixLength: 26, count: 2 });
    expect((await ipam.requestSubnet(half)).container).toBe("10.1.0.0/24");
  }

  it.each<[what: string, makesRoom: (visit: IpamVisit) => Promise<unknown>]>([
    ["a release", ({ ipam }) => ipam.releaseSubnet("10.0.0.64/26")],
    ["a plan's release", ({ ipam }) => ipam.plan().release("old", "10.0.0.64/26").apply()],
    ["a subnet made smaller", ({ ipam }) => ipam.subnets.resize("10.0.0.64/26", { prefixLength: 27 })],
  ])("is asked again after %s", async (_what, makesRoom) => {
    const here = await visit({ seed });
    await exhausted(here);
    await makesRoom(here);
    const prefixLength = 27;
    const before = here.grid.requests.length;
    expect((await here.ipam.requestSubnet({ ...half, prefixLength })).container).toBe("10.0.0.0/25");
    expect(here.grid.requests.length - before).toBe(1);
  });

  it("is asked again after a resize gave the very size back", async () => {
    const here = await visit({ seed });
    await here.ipam.requestSubnets({ from: "10.0.0.0/25", prefixLength: 26, count: 2 });
    await here.ipam.subnets.resize("10.0.0.0/26", { prefixLength: 27 });
    expect((await here.ipam.requestSubnet({ from, prefixLength: 27 })).cidr).toBe("10.0.0.32/27");
    expect((await here.ipam.requestSubnet({ from, prefixLength: 27 })).container).toBe("10.1.0.0/24");
    await here.ipam.subnets.resize("10.0.0.64/26", { prefixLength: 27 });
    expect((await here.ipam.requestSubnet({ from, prefixLength: 27 })).cidr).toBe("10.0.0.96/27");
  });

  it("of subnets that a query finds is asked again when one more is made, split or joined", async () => {
    const { ipam } = await visit({
      seed: { ...seed, networks: [{ network: "10.9.0.0/30", comment: "x" }, "10.9.1.0/24"] },
    });
    const addresses = [{ comment: "x" }, "10.9.1.0/24"];
    await ipam.requestAddresses({ from: "10.9.0.0/30", count: 2 });
    expect((await ipam.requestAddress({ from: addresses })).subnet).toBe("10.9.1.0/24");
    await ipam.requestSubnet({ cidr: "10.9.2.0/29", comment: "x" });
    expect((await ipam.requestAddress({ from: addresses })).subnet).toBe("10.9.2.0/29");
    await ipam.requestAddresses({ from: "10.9.2.0/29", count: 5 });
    expect((await ipam.requestAddress({ from: addresses })).subnet).toBe("10.9.1.0/24");
    await ipam.subnets.expand("10.9.2.0/29", { prefixLength: 28 });
    expect((await ipam.requestAddress({ from: addresses })).subnet).toBe("10.9.2.0/28");
    expect((await ipam.plan().subnet("n", { cidr: "10.9.3.0/29", comment: "x" }).apply()).n.cidr).toBe(
      "10.9.3.0/29",
    );
  });

  it("stays out of the way of others that take what is left", async () => {
    const here = await visit({ seed });
    await exhausted(here);
    expect(await here.requestsOf(() => here.ipam.requestSubnet(half))).toBe(1);
    expect(await here.requestsOf(() => here.ipam.plan().subnet("s", half).apply())).toBe(1);
  });
});

behindEveryDoor("what is named beside sources", (visit) => {
  it("must lie in one of them, whatever they are: a subnet", async () => {
    const { ipam, requestsOf, wapi } = await visit({ seed }, { pools });
    const paris = { extattrs: { Site: "Paris" } };
    const outside = { name: "InvalidRequestError", field: "cidr" };
    await expect(ipam.requestSubnet({ cidr: "10.2.0.0/26", from: paris })).rejects.toMatchObject({
      ...outside,
      message: expect.stringContaining('does not lie in {"extattrs":{"Site":"Paris"}} (10.1.0.0/24)'),
      example: "10.1.0.0/24",
    });
    await expect(ipam.requestSubnet({ cidr: "10.2.0.0/26", from: { pool: "blocks" } })).rejects.toMatchObject(
      outside,
    );
    const [container] = await wapi.find("networkcontainer", {
      where: { network: "10.1.0.0/24" },
      fields: ["network"],
    });
    const ref = container?._ref ?? "";
    await expect(ipam.requestSubnet({ cidr: "10.2.0.0/26", from: ref })).rejects.toMatchObject(outside);
    await expect(ipam.plan().subnet("s", { cidr: "10.2.0.0/26", from: paris }).apply()).rejects.toMatchObject(
      outside,
    );
    await expect(
      ipam.requestSubnet({ cidr: "10.2.0.0/26", from: { comment: "nowhere" } }),
    ).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringContaining('matches {"comment":"nowhere"}'),
    });
    expect((await ipam.requestSubnet({ cidr: "10.1.0.0/26", from: ref })).cidr).toBe("10.1.0.0/26");
    expect((await ipam.requestSubnet({ cidr: "10.1.0.64/26", from: paris })).cidr).toBe("10.1.0.64/26");
    expect(
      (
        await ipam
          .plan()
          .subnet("s", { cidr: "10.1.0.128/26", from: { pool: "blocks" } })
          .apply()
      ).s.cidr,
    ).toBe("10.1.0.128/26");
    // Sources that say where they are cost no look of their own: the one is for what lies around the subnet.
    expect(await requestsOf(() => ipam.requestSubnet({ cidr: "10.1.0.192/26", from: "10.1.0.0/24" }))).toBe(
      2,
    );
  });

  it("must lie in one of them, whatever they are: an address", async () => {
    const { ipam } = await visit({ seed }, { pools });
    const wide = { comment: "wide" };
    const outside = { name: "InvalidRequestError", field: "ip", example: "10.9.1.1" };
    const ip = "10.9.0.1";
    await ipam.requestAddress({ ip: "10.9.1.9", name: "web.example.com", from: wide });
    await expect(ipam.requestAddress({ ip, from: wide })).rejects.toMatchObject(outside);
    await expect(ipam.plan().address("a", { ip, from: wide }).apply()).rejects.toMatchObject(outside);
    await expect(ipam.hosts.addAddress("web.example.com", { ip, from: wide })).rejects.toMatchObject(outside);
    await expect(ipam.hosts.move("web.example.com", { ip, to: wide })).rejects.toMatchObject(outside);
    await expect(
      ipam.dns.add({ type: "A", name: "a.example.com", ip, from: ["10.9.1.0/24"] }),
    ).rejects.toMatchObject(outside);
    const { address } = await ipam.hosts.addAddress("web.example.com", { ip: "10.9.1.8", from: wide });
    expect(address.ip).toBe("10.9.1.8");
    const v6 = { ip: "2001:db8:9::1", from: "2001:db8:a::/64" };
    await expect(ipam.requestAddress(v6)).rejects.toMatchObject({ field: "ip", example: "2001:db8:a::1" });
  });
});

behindEveryDoor("a description", (visit) => {
  const desired = {
    requestId: "site",
    pools: {
      wide: { from: ["10.9.0.0/30", "10.9.1.0/24"], strategy: "most-free" },
      six: ["2001:db8:9::/126", "2001:db8:a::/64"],
      paris: { extattrs: { Site: "Paris" } },
    },
    containers: [{ name: "c6", cidr: "2001:db8:c::/48" }],
    subnets: [
      { name: "blue", from: { pool: "paris" }, prefixLength: 26 },
      { name: "six", from: { container: "c6" }, prefixLength: 64 },
    ],
    hosts: [
      { name: "web.example.com", from: { pool: "wide" } },
      { name: "db.example.com", from: { ipv4: [{ pool: "wide" }], ipv6: { pool: "six" } } },
      { name: "app.example.com", from: { ipv4: { subnet: "blue" }, ipv6: { subnet: "six" } }, dns: false },
      { name: "lab.example.com", from: [{ comment: "small" }, "10.9.1.0/24"], strategy: "least-used" },
    ],
    reservations: [
      { name: "spare", from: { subnet: "six" } },
      { name: "other", from: { pool: "six" } },
    ],
  } as const;

  it("takes from pools, by strategies, and finds again what it took, of either family", async () => {
    const { ipam, requestsOf } = await full(
      await visit({ seed: { ...seed, attributes: [...seed.attributes] } }, { pools }),
    );
    const { created, objects } = await ipam.ensure(desired);
    expect(created).toBe(9);
    const ips = objects.flatMap(({ object }) =>
      object !== undefined && "ips" in object ? [object.ips] : [],
    );
    expect(ips.slice(0, 2)).toEqual([["10.9.1.1"], ["10.9.1.2", expect.stringMatching(/^2001:db8:a::/)]]);
    expect(ips[2]).toEqual(["10.1.0.1", expect.stringMatching(/^2001:db8:c:/)]);
    expect(ips[3]).toEqual(["10.9.1.3"]);
    expect(ips[4]).toEqual([expect.stringMatching(/^2001:db8:c:/)]);
    const again = await ipam.ensure(desired);
    expect(again).toMatchObject({ created: 0, changed: false });
    // The second asks where the sources lie that are named by what they have.
    expect(await requestsOf(() => ipam.ensure(desired))).toBe(2);
    expect(await ipam.ensureHost({ name: "one.example.com", from: { pool: "web" } })).toMatchObject({
      created: true,
    });
  });

  it("that names a pool nobody knows is refused with its path, before anything is sent", async () => {
    const { ipam, requestsOf } = await visit({ seed }, { pools });
    const sent = await requestsOf(async () => {
      await expect(
        ipam.ensure({ hosts: [{ name: "a.example.com", from: { pool: "no" } }] }),
      ).rejects.toMatchObject({
        name: "InvalidRequestError",
        field: "hosts[0].from.pool",
      });
      await expect(
        ipam.ensure({ reservations: [{ name: "a", from: ["10.9.1.0/24", { pool: "no" }] }] }),
      ).rejects.toMatchObject({ field: "reservations[0].from[1].pool" });
      await expect(
        ipam.ensure({ pools: { x: { from: "10.9.1.0/24", strategy: "emptiest" } } } as never),
      ).rejects.toMatchObject({ name: "InvalidRequestError" });
      await expect(ipam.ensure({ pools: { x: "10.9.1.0" } })).rejects.toMatchObject({ field: 'pools["x"]' });
    });
    expect(sent).toBe(0);
  });
});
