import type { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networkViews: ["lab"],
  containers: [
    "10.0.0.0/16",
    "10.0.64.0/18",
    { network: "10.0.0.0/16", networkView: "lab" },
    "2001:db8::/32",
  ],
  networks: ["10.0.0.0/24", "10.0.64.0/24", "2001:db8::/64", "192.0.2.0/30", "10.9.0.0/30"],
  fixedAddresses: [{ address: "10.9.0.1" }, { address: "10.9.0.2" }],
};

behindEveryDoor("how much room there is", (visit) => {
  it("in a container is told in one request, by CIDR, reference or result", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed });
    const space = await ipam.capacity.freeSpace("10.0.0.0/16");
    expect(space).toEqual({
      target: "10.0.0.0/16",
      networkView: "default",
      family: 4,
      total: 65536n,
      free: 48896n,
      percentFree: 74.61,
      largest: "10.0.128.0/17",
      blocks: [
        "10.0.1.0/24",
        "10.0.2.0/23",
        "10.0.4.0/22",
        "10.0.8.0/21",
        "10.0.16.0/20",
        "10.0.32.0/19",
        "10.0.128.0/17",
      ],
      sizes: { 17: 1, 19: 1, 20: 1, 21: 1, 22: 1, 23: 1, 24: 1 },
      fragmentation: expect.closeTo(0.33, 2),
    });
    const [row] = await wapi.find("networkcontainer", {
      where: { network: "10.0.0.0/16", network_view: "default" },
    });
    expect(await ipam.capacity.freeSpace(row?._ref ?? "")).toEqual(space);
    expect(await ipam.capacity.freeSpace({ ref: row?._ref ?? "", cidr: "10.0.0.0/16" })).toEqual(space);
    expect(await requestsOf(() => ipam.capacity.freeSpace("10.0.0.0/16"))).toBe(1);
    expect(await requestsOf(() => ipam.capacity.countFree(row?._ref ?? "", 24))).toBe(1);
  });

  it("is what requests can take: so many succeed, and no more", async () => {
    const { ipam } = await visit({ seed });
    const from = "10.0.64.0/18";
    const left = await ipam.capacity.countFree(from, 20);
    expect(left).toBe(3n);
    expect(await ipam.capacity.freeSubnets(from, { prefixLength: 20 })).toEqual([
      "10.0.80.0/20",
      "10.0.96.0/20",
      "10.0.112.0/20",
    ]);
    expect(await ipam.capacity.freeSubnets(from, { prefixLength: 20, limit: 1 })).toEqual(["10.0.80.0/20"]);
    for (let n = 0n; n < left; n += 1n) await ipam.requestSubnet({ from, prefixLength: 20 });
    await expect(ipam.requestSubnet({ from, prefixLength: 20 })).rejects.toMatchObject({
      name: "PoolExhaustedError",
    });
    expect(await ipam.capacity.countFree(from, 20)).toBe(0n);
  });

  it("is exact for IPv6", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.capacity.countFree("2001:db8::/32", 64)).toBe(2n ** 32n - 1n);
    const space = await ipam.capacity.freeSpace("2001:db8::/32");
    const { free, largest, percentFree } = space;
    expect(JSON.parse(JSON.stringify(space))).toMatchObject({ free: String(free), largest });
    expect({ free, largest, percentFree }).toEqual({
      free: 2n ** 96n - 2n ** 64n,
      largest: "2001:db8:8000::/33",
      percentFree: 100,
    });
  });

  it("is told where more stands in a container than one answer holds", async () => {
    const { ipam, wapi, grid, requestsOf } = await visit({ seed: { containers: ["10.0.0.0/8"] } });
    const networks = Array.from({ length: 1001 }, (_, n) => `10.${n >> 8}.${n & 255}.0/24`);
    grid.seed({ networks });
    expect(await ipam.capacity.countFree("10.0.0.0/8", 24)).toBe(65536n - 1001n);
    expect(await requestsOf(() => ipam.capacity.countFree("10.0.0.0/8", 24))).toBe(4);
    await wapi.close();
  });

  it("keeps network views apart", async () => {
    const { ipam } = await visit({ seed });
    const lab = await ipam.capacity.freeSpace("10.0.0.0/16", { networkView: "lab" });
    expect(lab).toMatchObject({ networkView: "lab", percentFree: 100, blocks: ["10.0.0.0/16"] });
  });

  it("is reported for all subnets in one request, the fullest first", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const full = await ipam.capacity.report({ atLeast: 50 });
    expect(full).toEqual([
      {
        cidr: "10.9.0.0/30",
        ref: expect.stringMatching(/^network\//),
        networkView: "default",
        percent: 100,
        countedAt: expect.any(Date),
        comment: undefined,
      },
    ]);
    const inside = await ipam.capacity.report({ within: "10.0.0.0/16" });
    expect(inside.map(({ cidr }) => cidr).sort()).toEqual(["10.0.0.0/24", "10.0.64.0/24"]);
    expect(await requestsOf(() => ipam.capacity.report())).toBe(1);
  });

  it.each([
    ["NotFoundError", "10.7.0.0/16", "There is no container 10.7.0.0/16"],
    ["ConflictError", "10.0.0.0/24", "10.0.0.0/24 is a subnet, not a container"],
  ])("is refused with %s for %s", async (name, container, message) => {
    const { ipam } = await visit({ seed });
    await expect(ipam.capacity.freeSpace(container)).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  it("is refused for a container that is gone", async () => {
    const { ipam, wapi } = await visit({ seed });
    const { ref } = await ipam.ensureContainer({ cidr: "10.7.0.0/16" });
    await wapi.delete(ref);
    await expect(ipam.capacity.freeSpace(ref)).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringContaining("There is no container 10.7.0.0/16"),
    });
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["container", (ipam) => ipam.capacity.freeSpace("10.0.0.1/16")],
    ["prefixLength", (ipam) => ipam.capacity.countFree("10.0.0.0/16", 0)],
    ["limit", (ipam) => ipam.capacity.freeSubnets("10.0.0.0/16", { prefixLength: 24, limit: 0 })],
    ["within", (ipam) => ipam.capacity.report({ within: "2001:db8::/32" })],
    ["atLeast", (ipam) => ipam.capacity.report({ atLeast: 900 })],
  ];
  it.each(wrong)("refuses a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    const before = grid.requests.length;
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(before);
  });

  it("is refused for a size that the container has no room for at all", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.capacity.countFree("10.0.0.0/16", 8)).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "prefixLength",
    });
  });
});
