import { InvalidRequestError, NotFoundError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networkViews: ["lab"],
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: [
    { network: "10.0.0.0/24", comment: "blue", extattrs: { Site: "Paris" } },
    "10.0.1.0/25",
    "10.1.0.0/24",
    "100.0.0.0/24",
    { network: "10.0.0.0/24", networkView: "lab" },
    "2001:db8:0:1::/64",
    "2001:db8:1::/64",
  ],
  ranges: [{ start: "10.0.0.200", end: "10.0.0.203" }],
  zones: ["example.com"],
  hosts: [
    { name: "web.example.com", addresses: ["10.0.0.5", "2001:db8:0:1::5"], mac: "02:42:ac:11:00:02" },
    { name: "afar.example.com", addresses: ["192.0.2.1"] },
  ],
  leases: [{ address: "10.0.0.200", mac: "02:00:00:00:00:01" }],
};

behindEveryDoor("looking an address up", (visit) => {
  it("tells what uses it, and where it lies", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.lookup("10.0.0.5")).toMatchObject({
      ip: "10.0.0.5",
      family: 4,
      networkView: "default",
      status: "USED",
      types: expect.arrayContaining(["HOST"]),
      names: ["web.example.com"],
      mac: "02:42:ac:11:00:02",
      objects: [expect.stringMatching(/^record:host\//)],
      addresses: [{ kind: "host", name: "web.example.com", ip: "10.0.0.5", cidr: "10.0.0.5/24" }],
      subnet: { cidr: "10.0.0.0/24", comment: "blue", extattrs: { Site: "Paris" }, created: false },
      container: "10.0.0.0/16",
    });
  });

  it("does the same for IPv6, however the address is written", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.lookup("2001:DB8:0:1:0:0:0:5")).toMatchObject({
      ip: "2001:db8:0:1::5",
      status: "USED",
      addresses: [{ ip: "2001:db8:0:1::5", ips: ["10.0.0.5", "2001:db8:0:1::5"] }],
      subnet: { cidr: "2001:db8:0:1::/64" },
      container: "2001:db8::/32",
    });
  });

  it("tells a lease from an object", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.lookup("10.0.0.200")).toMatchObject({
      status: "USED",
      leaseState: "ACTIVE",
      mac: "02:00:00:00:00:01",
      addresses: [],
    });
  });

  it("knows an address that nothing uses, and one that lies nowhere", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.lookup("10.0.0.77")).toMatchObject({ status: "UNUSED", names: [], addresses: [] });
    expect(await ipam.lookup("203.0.113.1")).toMatchObject({
      status: "UNUSED",
      subnet: undefined,
      objects: [],
    });
    expect(await ipam.lookup("192.0.2.1")).toMatchObject({
      status: "USED",
      names: ["afar.example.com"],
      subnet: undefined,
    });
  });

  it("looks in the network view that is meant", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.lookup("10.0.0.5", { networkView: "lab" })).toMatchObject({
      status: "UNUSED",
      container: undefined,
    });
    await expect(ipam.lookup("10.0.0.5", { networkView: "attic" })).rejects.toThrow(NotFoundError);
  });

  it.each(["10.0.0", "10.0.0.5/24", "", undefined as never])(
    "refuses %j before anything is sent",
    async (ip) => {
      const { ipam, requestsOf } = await visit();
      expect(await requestsOf(() => expect(ipam.lookup(ip)).rejects.toThrow(InvalidRequestError))).toBe(0);
    },
  );
});

behindEveryDoor("measuring", (visit) => {
  it("counts the addresses of a subnet, gateway and leases included, its own two left out", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.utilization("10.0.0.0/24")).toEqual({
      target: "10.0.0.0/24",
      scope: "subnet",
      family: 4,
      total: 254,
      used: 2,
      free: 252,
      percent: 0.79,
      subnets: 1,
      largestFree: undefined,
    });
  });

  it("counts beyond what the grid hands out at once", async () => {
    const { ipam, grid } = await visit();
    const fixedAddresses = Array.from({ length: 2_500 }, (_, n) => ({
      address: `10.4.${n >> 8}.${n & 255}`,
      mac: `02:00:00:00:${(n >> 8).toString(16).padStart(2, "0")}:${(n & 255).toString(16).padStart(2, "0")}`,
    })).slice(1);
    grid.seed({ networks: ["10.4.0.0/20"], fixedAddresses });
    expect(await ipam.utilization("10.4.0.0/20")).toMatchObject({ total: 4094, used: 2_499, free: 1_595 });
  });

  it("measures a container by the space that is given out, and names the largest block left", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.utilization("10.0.0.0/16")).toMatchObject({
      scope: "container",
      total: 65_536,
      used: 384,
      free: 65_152,
      percent: 0.59,
      subnets: 2,
      largestFree: "10.0.128.0/17",
    });
  });

  it("measures a network view", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.utilization({ networkView: "default" })).toMatchObject({
      scope: "view",
      target: "default",
      total: 65_536 + 256 + 256,
      used: 256 + 128 + 256 + 256,
      subnets: 4,
    });
    expect(await ipam.utilization({ networkView: "lab" })).toMatchObject({
      total: 256,
      used: 256,
      percent: 100,
    });
    expect(await ipam.utilization({ networkView: "lab", family: 6 })).toMatchObject({
      total: 0,
      used: 0,
      percent: 0,
    });
  });

  it("is sensible about IPv6", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.utilization("2001:db8:0:1::/64")).toMatchObject({
      family: 6,
      total: 2 ** 64,
      used: 1,
      percent: 0,
    });
    expect(await ipam.utilization("2001:db8::/32")).toMatchObject({
      used: 2 ** 65,
      subnets: 2,
      largestFree: "2001:db8:8000::/33",
    });
  });

  it("takes a result or a reference as well", async () => {
    const { ipam } = await visit({ seed });
    const [subnet] = await ipam.findSubnets({ cidr: "10.0.0.0/24", networkView: "lab" });
    if (subnet === undefined) throw new Error("the seed is missing");
    expect(await ipam.utilization(subnet)).toMatchObject({ used: 0 });
    expect(await ipam.utilization(subnet.ref)).toMatchObject({ used: 0 });
    await expect(ipam.utilization("10.99.0.0/24")).rejects.toThrow(NotFoundError);
  });
});

behindEveryDoor("finding subnets", (visit) => {
  it.each([
    [{ containing: "10.0.1.5" }, ["10.0.1.0/25"]],
    [{ cidr: "10.0.0.0/24" }, ["10.0.0.0/24"]],
    [{ within: "10.0.0.0/16" }, ["10.0.0.0/24", "10.0.1.0/25"]],
    [{ within: "10.0.0.0/8" }, ["10.0.0.0/24", "10.0.1.0/25", "10.1.0.0/24"]],
    [{ within: "10.0.0.0/23" }, ["10.0.0.0/24", "10.0.1.0/25"]],
    [{ within: "0.0.0.0/0", limit: 2 }, ["10.0.0.0/24", "10.0.1.0/25"]],
    [{ comment: "blue" }, ["10.0.0.0/24"]],
    [{ extattrs: { Site: "Paris" } }, ["10.0.0.0/24"]],
    [{ extattrs: { Site: "Rome" } }, []],
    [{ within: "2001:db8::/48" }, ["2001:db8:0:1::/64"]],
    [{ within: "2001:db8:1::/48" }, ["2001:db8:1::/64"]],
    [{ family: 6 as const }, ["2001:db8:0:1::/64", "2001:db8:1::/64"]],
    [{ networkView: "lab" }, ["10.0.0.0/24"]],
    [{ limit: 1 }, ["10.0.0.0/24"]],
  ])("by %j", async (query, expected) => {
    const { ipam } = await visit({ seed });
    const found = await ipam.findSubnets(query);
    expect(found.map(({ cidr }) => cidr).sort()).toEqual(expected.sort());
  });

  it.each([
    [{ containing: "10.0.0.0/24" }, "containing"],
    [{ within: "10.0.0.5/24" }, "within"],
    [{ containing: "10.0.0.5", family: 6 }, "containing"],
    [{ limit: 0 }, "limit"],
    [{ contains: "10.0.0.5" }, "contains"],
  ])("refuses %j before anything is sent", async (query, field) => {
    const { ipam, requestsOf } = await visit();
    const work = () =>
      expect(ipam.findSubnets(query as never)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(await requestsOf(work)).toBe(0);
  });
});

behindEveryDoor("peeking", (visit) => {
  it("shows what would come next, and takes none of it", async () => {
    const { ipam } = await visit({ seed });
    const from = "10.0.0.0/24";
    expect(await ipam.peekAddresses(from, 3)).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
    expect(await ipam.peekAddresses(from, 2, { exclude: "10.0.0.1-10.0.0.3" })).toEqual([
      "10.0.0.4",
      "10.0.0.6",
    ]);
    expect(await ipam.requestAddress({ from })).toMatchObject({ ip: "10.0.0.1" });
  });

  it("shows more than the grid names at once, and fewer where there are no more", async () => {
    const { ipam } = await visit({ seed });
    const many = await ipam.peekAddresses("10.0.1.0/25", 50);
    expect(many).toHaveLength(50);
    expect(many.at(-1)).toBe("10.0.1.50");
    const all = await ipam.peekAddresses("10.0.1.0/25", 500);
    expect(new Set(all).size).toBe(126);
    expect(await ipam.peekAddresses("10.0.0.200-10.0.0.203", 10)).toEqual([
      "10.0.0.201",
      "10.0.0.202",
      "10.0.0.203",
    ]);
  });

  it("tells after each page how many subnets it has read", async () => {
    const networks = Array.from({ length: 1200 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`);
    const { ipam } = await visit({ seed: { networks } });
    const read: number[] = [];
    const found = await ipam.findSubnets({ onProgress: ({ done }) => read.push(done) });
    expect(found).toHaveLength(1200);
    expect(read).toEqual([1000, 1200]);
  });

  it("shows the next subnets of a container", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.peekSubnets("10.0.0.0/16", { prefixLength: 24, count: 2 })).toEqual([
      "10.0.2.0/24",
      "10.0.3.0/24",
    ]);
    expect(await ipam.peekSubnets("10.0.0.0/16", { prefixLength: 25, exclude: "10.0.1.200" })).toEqual([
      "10.0.2.0/25",
    ]);
    expect(await ipam.peekSubnets("10.0.0.0/16", { prefixLength: 17, count: 9 })).toEqual(["10.0.128.0/17"]);
    expect(await ipam.peekSubnets("2001:db8::/32", { prefixLength: 64 })).toEqual(["2001:db8::/64"]);
    expect(await ipam.findSubnets({ within: "10.0.0.0/16" })).toHaveLength(2);
  });

  it("refuses what it can't look into", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.peekAddresses("10.99.0.0/24", 1)).rejects.toThrow(NotFoundError);
    await expect(ipam.peekAddresses("10.0.0.0/24", 0)).rejects.toThrow(
      /^count: must be a whole number from 1/,
    );
    await expect(ipam.peekSubnets("10.0.0.0/16", { prefixLength: 33 })).rejects.toThrow(
      /^prefixLength: an IPv4 prefix length is at most 32/,
    );
  });
});
