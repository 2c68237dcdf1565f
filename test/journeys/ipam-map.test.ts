import { InvalidRequestError, type MapBlock, type MapSubnet, NotFoundError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  networkViews: ["lab"],
  containers: ["10.0.0.0/16", "10.0.4.0/22", "2001:db8::/32"],
  networks: [
    { network: "10.0.0.0/24", comment: "blue", extattrs: { Site: "Paris" } },
    "10.0.5.0/24",
    "10.1.0.0/24",
    "100.0.0.0/24",
    { network: "10.0.9.0/24", networkView: "lab" },
    "2001:db8:0:1::/64",
  ],
  ranges: [{ start: "10.0.0.200", end: "10.0.0.203", comment: "guests" }],
  zones: ["example.com"],
  hosts: [{ name: "web.example.com", addresses: ["10.0.0.5", "2001:db8:0:1::5"], mac: "02:42:ac:11:00:02" }],
  fixedAddresses: [{ address: "10.0.0.6", mac: "02:42:ac:11:00:03", name: "printer" }],
  leases: [{ address: "10.0.0.200", mac: "02:00:00:00:00:01" }],
};

/** CIDRs as an outline. */
function outline(blocks: readonly MapBlock[]): unknown[] {
  return blocks.map((block) =>
    block.kind === "subnet" ? block.cidr : { [block.cidr]: outline(block.children), free: block.free },
  );
}

function firstSubnet(blocks: readonly MapBlock[]): MapSubnet {
  const [block] = blocks;
  if (block === undefined) throw new Error("there is none");
  return block.kind === "subnet" ? block : firstSubnet(block.children);
}

behindEveryDoor("the map", (visit) => {
  it("shows what lies in a container, at any depth, and what is free between", async () => {
    const { ipam } = await visit({ seed });
    const map = await ipam.map("10.0.0.0/16");
    expect(map).toMatchObject({ title: "10.0.0.0/16", networkView: "default", family: 4 });
    expect(outline(map.blocks)).toEqual([
      {
        "10.0.0.0/16": [
          "10.0.0.0/24",
          { "10.0.4.0/22": ["10.0.5.0/24"], free: ["10.0.4.0/24", "10.0.6.0/23"] },
        ],
        free: [
          "10.0.1.0/24",
          "10.0.2.0/23",
          "10.0.8.0/21",
          "10.0.16.0/20",
          "10.0.32.0/19",
          "10.0.64.0/18",
        ].concat("10.0.128.0/17"),
      },
    ]);
    expect(map.blocks[0]).toMatchObject({ kind: "container", percent: 0.78 });
  });

  it("tells what each address of a subnet is used for", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.0.0.9", comment: "kept" });
    const map = await ipam.map("10.0.0.0/24");
    const subnet = firstSubnet(map.blocks);
    expect(subnet).toMatchObject({
      cidr: "10.0.0.0/24",
      comment: "blue",
      extattrs: { Site: "Paris" },
      percent: 1.57,
      ranges: [{ first: "10.0.0.200", last: "10.0.0.203", comment: "guests" }],
    });
    expect(subnet.addresses?.map(({ ip, kind, names }) => [ip, kind, ...names])).toEqual([
      ["10.0.0.0", "own"],
      ["10.0.0.5", "host", "web.example.com"],
      ["10.0.0.6", "fixed", "printer"],
      ["10.0.0.9", "reservation"],
      ["10.0.0.200", "lease"],
      ["10.0.0.255", "own"],
    ]);
  });

  it("does the same for IPv6", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "2001:db8:0:1::9" });
    await ipam.requestAddress({ ip: "2001:db8:0:1::a", duid: "00:03:00:01:02:42:ac:11:00:0a" });
    const subnet = firstSubnet((await ipam.map("2001:db8::/32")).blocks);
    // A reservation's DUID is nobody's: it only keeps the place.
    expect(subnet.addresses?.map(({ ip, kind, client }) => [ip, kind, client])).toEqual([
      ["2001:db8:0:1::5", "host", undefined],
      ["2001:db8:0:1::9", "reservation", undefined],
      ["2001:db8:0:1::a", "fixed", "00:03:00:01:02:42:ac:11:00:0a"],
    ]);
    expect((await ipam.lookup("2001:db8:0:1::9")).duid).toBeUndefined();
    expect((await ipam.lookup("2001:db8:0:1::a")).duid).toBe("00:03:00:01:02:42:ac:11:00:0a");
  });

  it("says how full a subnet is without reading its addresses", async () => {
    const { ipam, requestsOf } = await visit({ seed, assumptions: { utilizationCountsRanges: true } });
    const subnet = firstSubnet((await ipam.map("10.0.0.0/16", { addresses: false })).blocks);
    expect(subnet).toMatchObject({ percent: 2.3, addresses: undefined });
    expect(await requestsOf(() => ipam.map("10.0.0.0/16", { addresses: false }))).toBe(3);
    expect(await requestsOf(() => ipam.map("10.0.0.0/16"))).toBe(5);
  });

  it("tells how many subnets it has read the addresses of", async () => {
    const { ipam } = await visit({
      seed: { networks: Array.from({ length: 60 }, (_, at) => `10.9.${at}.0/24`) },
    });
    const steps: number[][] = [];
    await ipam.map(
      { networkView: "default" },
      { onProgress: ({ done, total }) => steps.push([done, total]) },
    );
    expect(steps).toEqual([
      [25, 60],
      [50, 60],
      [60, 60],
    ]);
  });

  it("tells of each page how many containers, subnets and ranges it has read", async () => {
    const { ipam } = await visit({
      seed: { networks: Array.from({ length: 1200 }, (_, at) => `10.${at >> 8}.${at & 255}.0/24`) },
    });
    const read: number[] = [];
    const onRead = ({ done }: { done: number }) => read.push(done);
    await ipam.map({ networkView: "default" }, { addresses: false, onRead });
    expect(read).toEqual([...read].sort((a, b) => a - b));
    expect(read.at(-1)).toBe(1200);
    expect(read).toContain(1000);
  });

  it("takes a whole network view, and places that are no object of the grid", async () => {
    const { ipam } = await visit({ seed });
    const tops = (await ipam.map({ networkView: "default" })).blocks.map(({ cidr }) => cidr);
    expect(tops).toEqual(["10.0.0.0/16", "10.1.0.0/24", "100.0.0.0/24"]);
    const eight = await ipam.map("10.0.0.0/8");
    expect(eight.blocks).toMatchObject([{ kind: "container", cidr: "10.0.0.0/8", comment: undefined }]);
    expect(eight.blocks[0]).toHaveProperty("children.length", 2);
  });

  it("takes several places, results, rows and attributes", async () => {
    const { ipam, wapi } = await visit({ seed });
    const cidrs = async (source: Parameters<typeof ipam.map>[0]) =>
      (await ipam.map(source)).blocks.map(({ cidr }) => cidr);
    expect(await cidrs(["10.1.0.0/24", "10.0.0.0/16", "10.0.5.0/24"])).toEqual([
      "10.0.0.0/16",
      "10.1.0.0/24",
    ]);
    expect(await cidrs({ extattrs: { Site: "Paris" } })).toEqual(["10.0.0.0/24"]);
    const [found] = await ipam.findSubnets({ cidr: "10.0.9.0/24", networkView: "lab" });
    expect(found && (await ipam.map(found)).networkView).toBe("lab");
    const [row] = await wapi.find("networkcontainer", {
      where: { network: "10.0.4.0/22" },
      fields: ["network"],
    });
    expect(row && (await cidrs(row))).toEqual(["10.0.4.0/22"]);
  });

  it("survives JSON", async () => {
    const { ipam } = await visit({ seed });
    const map = await ipam.map("10.0.0.0/16");
    expect(JSON.parse(JSON.stringify(map))).toEqual(map);
  });

  it("refuses places where nothing is, and sources that are none", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.map("172.16.0.0/12")).rejects.toThrow(NotFoundError);
    await expect(ipam.map({ networkView: "nowhere" })).rejects.toThrow(/nowhere/);
    await expect(ipam.map("10.0.0.5")).rejects.toThrow(InvalidRequestError);
    await expect(ipam.map("10.0.0.0/16", { adresses: true } as object)).rejects.toThrow(/addresses/);
  });
});
