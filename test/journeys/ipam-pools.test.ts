import { Ipam, type IpamOptions, type PoolStrategy } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const seed = {
  attributes: ["Site", "Request ID", "Request Attempt", "Last Change"],
  containers: [
    { network: "10.0.0.0/24", extattrs: { Site: "Paris" } },
    { network: "10.1.0.0/22", extattrs: { Site: "Paris" } },
    { network: "10.2.0.0/23", extattrs: { Site: "Rome" } },
    "2001:db8:1::/48",
    "2001:db8:2::/47",
  ],
  networks: [
    { network: "10.9.0.0/28", comment: "small" },
    { network: "10.9.1.0/24", comment: "wide" },
    "2001:db8:9::/64",
    "2001:db8:a::/64",
  ],
};

const small = ["10.0.0.0/24", "10.1.0.0/22", "10.2.0.0/23"];

/** Containers of the next so many /26s. */
async function containers({ ipam }: IpamVisit, count: number, strategy: PoolStrategy, from: unknown = small) {
  const found: (string | undefined)[] = [];
  for (let taken = 0; taken < count; taken += 1) {
    found.push((await ipam.requestSubnet({ from, prefixLength: 26, strategy } as never)).container);
  }
  return found;
}

behindEveryDoor("which source is taken from", (visit) => {
  it("is the one with the most free addresses", async () => {
    const here = await visit({ seed });
    expect(await containers(here, 2, "most-free")).toEqual(["10.1.0.0/22", "10.1.0.0/22"]);
  });

  it("is the least used one, by one request for the figures of all", async () => {
    const here = await visit({ seed });
    await here.ipam.requestSubnet({ cidr: "10.0.0.0/26" });
    await here.ipam.requestSubnet({ cidr: "10.1.0.0/26" });
    expect(await containers(here, 2, "least-used")).toEqual(["10.2.0.0/23", "10.1.0.0/22"]);
    expect(await here.requestsOf(() => containers(here, 1, "least-used"))).toBe(2);
  });

  it("goes round by request, and through what queries find", async () => {
    const here = await visit({ seed });
    expect(await containers(here, 4, "round-robin")).toEqual([...small, small[0]]);
    expect(await here.requestsOf(() => containers(here, 1, "round-robin"))).toBe(1);
    const paris = { extattrs: { Site: "Paris" } };
    expect(new Set(await containers(here, 2, "round-robin", paris))).toEqual(
      new Set(["10.0.0.0/24", "10.1.0.0/22"]),
    );
    expect(await here.requestsOf(() => containers(here, 1, "round-robin", paris))).toBe(2);
  });

  it.each(["most-free", "least-used"] as const)("is counted for IPv6, %s", async (strategy) => {
    const { ipam } = await visit({ seed });
    const from = ["2001:db8:9::/64", "2001:db8:a::/64"];
    const subnets = [];
    for (let taken = 0; taken < 4; taken += 1)
      subnets.push((await ipam.requestAddress({ from, strategy })).subnet);
    expect(subnets.toSorted()).toEqual([from[0], from[0], from[1], from[1]]);
    const blocks = ["2001:db8:1::/48", "2001:db8:2::/47"];
    await ipam.requestSubnet({ cidr: "2001:db8:1::/64" });
    const next = await ipam.requestSubnet({ from: blocks, prefixLength: 64, strategy });
    expect(next.container).toBe("2001:db8:2::/47");
  });

  it("goes by addresses for subnets and ranges, one or many", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const from = ["10.9.0.0/28", "10.9.1.0/24"];
    expect((await ipam.requestAddress({ from, strategy: "most-free" })).subnet).toBe("10.9.1.0/24");
    const count = await requestsOf(async () => {
      const many = await ipam.requestAddresses({ from, count: 5, strategy: "least-used" });
      expect(new Set(many.map(({ subnet }) => subnet))).toEqual(new Set(["10.9.0.0/28"]));
    });
    expect(count).toBe(2);
    const ranges = ["10.9.1.10-10.9.1.19", "10.9.1.30-10.9.1.35"];
    await ipam.requestAddresses({ from: "10.9.1.10-10.9.1.19", count: 7 });
    expect((await ipam.requestAddress({ from: ranges, strategy: "most-free" })).ip).toBe("10.9.1.30");
    const subnets = await ipam.requestSubnets({
      from: small,
      prefixLength: 26,
      count: 3,
      strategy: "most-free",
    });
    expect(subnets.map(({ container }) => container)).toEqual(Array(3).fill("10.1.0.0/22"));
  });

  it.each(["most-free", "least-used"] as const)(
    "isn't one pool for all of a burst, although the grid's figures are old: %s",
    async (strategy) => {
      const networks = ["10.9.2.0/25", "10.9.3.0/25", "10.9.4.0/25"];
      const { ipam } = await visit({ seed: { networks } });
      const request = () => ipam.requestAddress({ from: networks, strategy });
      const one = [];
      for (let taken = 0; taken < 6; taken += 1) one.push(await request());
      const many = await Promise.all(Array.from({ length: 6 }, request));
      for (const taken of [one, many]) {
        const subnets = networks.map((cidr) => taken.filter(({ subnet }) => subnet === cidr).length);
        expect(subnets).toEqual([2, 2, 2]);
      }
      let plan = ipam.plan();
      for (let step = 0; step < 6; step += 1) plan = plan.address(`a${step}`, { from: networks, strategy });
      await plan.apply();
      for (const network of networks) {
        expect((await ipam.utilization(network)).used).toBe(6);
      }
    },
  );

  it("goes on to the next in its order when the grid says that one is exhausted", async () => {
    const { ipam } = await visit({ seed });
    const request = {
      from: ["10.2.0.0/23", "10.1.0.0/22"],
      prefixLength: 24,
      strategy: "most-free",
    } as const;
    const taken = [];
    for (let count = 0; count < 6; count += 1) taken.push((await ipam.requestSubnet(request)).container);
    expect(taken.filter((container) => container === "10.1.0.0/22")).toHaveLength(4);
    expect(taken.filter((container) => container === "10.2.0.0/23")).toHaveLength(2);
  });
});

const pools: NonNullable<IpamOptions["pools"]> = {
  "paris-web": ["10.9.0.0/28", { comment: "wide" }],
  spread: { from: ["10.9.0.0/28", "10.9.1.0/24"], strategy: "round-robin" },
  containers: small,
};

behindEveryDoor("pools by name", (visit) => {
  it("stand for their sources, and bring a strategy of their own", async () => {
    const { ipam } = await visit({ seed }, { pools });
    expect((await ipam.requestAddress({ from: { pool: "paris-web" } })).ip).toBe("10.9.0.1");
    const turns = [];
    for (let count = 0; count < 3; count += 1)
      turns.push((await ipam.requestAddress({ from: { pool: "spread" } })).subnet);
    expect(turns).toEqual(["10.9.0.0/28", "10.9.1.0/24", "10.9.0.0/28"]);
    const over = await ipam.requestAddress({ from: { pool: "spread" }, strategy: "first" });
    expect(over.subnet).toBe("10.9.0.0/28");
    const mixed = await ipam.requestAddresses({
      from: ["10.9.1.64-10.9.1.65", { pool: "paris-web" }],
      count: 3,
    });
    expect(mixed.map(({ ip }) => ip)).toEqual(["10.9.1.64", "10.9.1.65", "10.9.0.5"]);
  });

  it("can be what a plan, a shared subnet and many subnets are taken from", async () => {
    const { ipam } = await visit(
      { seed: { ...seed, attributes: [...seed.attributes, "Network Name"] } },
      { pools },
    );
    const from = { pool: "containers" };
    const { blue } = await ipam.plan().subnet("blue", { from, prefixLength: 26 }).apply();
    const shared = await ipam.subnets.ensureShared({
      sharedBy: { "Network Name": "x" },
      from,
      prefixLength: 26,
    });
    const many = await ipam.requestSubnets({ from, prefixLength: 26, count: 3 });
    expect([blue, shared, ...many].map(({ container }) => container)).toEqual([
      ...Array(4).fill("10.0.0.0/24"),
      "10.1.0.0/22",
    ]);
  });

  it("that nobody knows, and strategies, are refused before anything is sent", async () => {
    const { ipam, requestsOf } = await visit({ seed }, { pools });
    const sent = await requestsOf(async () => {
      await expect(ipam.requestAddress({ from: ["10.9.0.0/28", { pool: "rome" }] })).rejects.toMatchObject({
        name: "InvalidRequestError",
        field: "from[1].pool",
        value: "rome",
        example: "paris-web",
      });
      await expect(
        ipam.requestAddress({ from: "10.9.0.0/28", strategy: "emptiest" as never }),
      ).rejects.toThrow(/^strategy: must be one of first, most-free, least-used, round-robin/);
      const plan = ipam.plan().address("a", { from: "10.9.0.0/28", strategy: "emptiest" } as never);
      await expect(plan.apply()).rejects.toMatchObject({ field: "a.strategy" });
    });
    expect(sent).toBe(0);
  });
});

behindEveryDoor("a source that was found exhausted", (visit) => {
  const from = ["10.9.0.0/28", "10.9.1.0/24"];

  it("isn't asked again by the next requests, until something there is released", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const [first] = await ipam.requestAddresses({ from: "10.9.0.0/28", count: 14 });
    expect(await requestsOf(() => ipam.requestAddress({ from }))).toBe(2);
    expect(await requestsOf(() => ipam.requestAddress({ from }))).toBe(1);
    expect(await requestsOf(() => ipam.requestAddresses({ from, count: 3 }))).toBe(1);
    await ipam.releaseAddress(await ipam.requestAddress({ from: "10.9.1.0/24" }));
    expect(await requestsOf(() => ipam.requestAddress({ from }))).toBe(1);
    await ipam.releaseAddress(first?.ip ?? "");
    expect((await ipam.requestAddress({ from })).ip).toBe(first?.ip);
  });

  it("is asked all the same where no other has anything, and so never wrongly called full", async () => {
    const { ipam, wapi } = await visit({ seed });
    const [first] = await ipam.requestAddresses({ from: "10.9.0.0/28", count: 14 });
    await ipam.requestAddresses({ from: "10.9.1.0/24", count: 254 });
    await expect(ipam.requestAddress({ from })).rejects.toMatchObject({
      name: "PoolExhaustedError",
      tried: [{ source: "10.9.0.0/28" }, { source: "10.9.1.0/24" }],
    });
    await new Ipam(wapi).releaseAddress(first?.ref ?? "");
    expect((await ipam.requestAddress({ from })).ip).toBe(first?.ip);
  });

  it("is so for the size that was asked for, and not for smaller ones", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup: true });
    const containers = ["10.0.0.0/24", "10.1.0.0/22"];
    await ipam.requestSubnet({ cidr: "10.0.0.0/26" });
    await ipam.requestSubnet({ cidr: "10.0.0.128/25" });
    const half = { from: containers, prefixLength: 25 };
    // Refused as two and as one, each time with a look whether the last of it was taken by this very call; then the next.
    expect(await requestsOf(() => ipam.requestSubnets({ ...half, count: 2 }))).toBe(5);
    expect(await requestsOf(() => ipam.requestSubnet(half))).toBe(1);
    expect((await ipam.requestSubnet({ ...half, prefixLength: 26 })).cidr).toBe("10.0.0.64/26");
    await ipam.releaseSubnet("10.0.0.128/25");
    expect((await ipam.requestSubnet(half)).cidr).toBe("10.0.0.128/25");
  });
});

behindEveryDoor("a query that nothing fits", (visit) => {
  it.each(["first", "most-free", "least-used", "round-robin"] as const)(
    "is an error that shows it, of subnets and addresses alike: %s",
    async (strategy) => {
      const { ipam } = await visit({ seed });
      const site = { extattrs: { Site: "Lyon" } };
      const comment = { comment: "nowhere" };
      const shown = (error: string) => ({
        name: "NotFoundError",
        message: expect.stringContaining(error),
      });
      const lyon = shown('matches {"extattrs":{"Site":"Lyon"}}');
      const nowhere = shown('matches {"comment":"nowhere"}');
      await expect(ipam.requestSubnet({ from: site, prefixLength: 26, strategy })).rejects.toMatchObject(
        lyon,
      );
      await expect(
        ipam.requestSubnets({ from: site, prefixLength: 26, count: 2, strategy }),
      ).rejects.toMatchObject(lyon);
      await expect(ipam.requestAddress({ from: site, strategy })).rejects.toMatchObject(lyon);
      await expect(ipam.requestAddresses({ from: comment, count: 2, strategy })).rejects.toMatchObject(
        nowhere,
      );
      await expect(ipam.requestAddress({ from: [comment, site], strategy })).rejects.toMatchObject(nowhere);
      await expect(ipam.plan().address("a", { from: comment }).apply()).rejects.toMatchObject(nowhere);
    },
  );
});
