import { type Finding, findingsIn, Ipam } from "infoblox-ipam";
import { FakeGrid, type GridSeed } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

async function findings(seed: GridSeed, options = {}): Promise<string[]> {
  await using grid = FakeGrid.inMemory({ seed });
  await using ipam = new Ipam(grid.clientOptions);
  const found = await ipam.inventory().findings(options);
  return found.map(({ kind, place }) => `${kind} ${place}`);
}

const zones = ["example.com", "10.0.0.0/24"];
const host = (name: string, ip: string, more = {}) => ({
  name: `${name}.example.com`,
  addresses: [ip],
  ...more,
});

describe("inventory.findings", () => {
  it("finds nothing where everything is in order", async () => {
    const seed = {
      networks: ["10.0.0.0/24"],
      zones,
      hosts: [host("web", "10.0.0.5")],
      fixedAddresses: [{ address: "10.0.0.6" }],
    };
    expect(await findings(seed)).toEqual([]);
  });

  it.each<[title: string, seed: GridSeed, expected: string[]]>([
    [
      "an address with two holders",
      { networks: ["10.0.0.0/24"], zones, hosts: [host("web", "10.0.0.5"), host("www", "10.0.0.5")] },
      ["duplicate 10.0.0.5"],
    ],
    [
      "a client with two addresses",
      {
        networks: ["10.0.0.0/24", "10.0.1.0/24"],
        zones: [...zones, "10.0.1.0/24"],
        hosts: [
          host("web", "10.0.0.5", { mac: "02:00:00:00:00:01" }),
          host("www", "10.0.1.5", { mac: "02:00:00:00:00:01" }),
        ],
      },
      ["duplicate 10.0.0.5"],
    ],
    [
      "a request id on two objects",
      {
        attributes: ["Request ID"],
        networks: ["10.0.0.0/24"],
        fixedAddresses: [
          { address: "10.0.0.5", extattrs: { "Request ID": "x" } },
          { address: "10.0.0.6", extattrs: { "Request ID": "x" } },
        ],
      },
      ["duplicate 10.0.0.5"],
    ],
    [
      "an address in DNS that nothing reserves",
      {
        networks: ["10.0.0.0/24"],
        zones,
        records: [
          { type: "A", name: "web.example.com", ipv4addr: "10.0.0.5" },
          { type: "PTR", ptrdname: "web.example.com", ipv4addr: "10.0.0.5" },
        ],
      },
      ["dns-without-reservation 10.0.0.5"],
    ],
    [
      "a fixed address that no name leads to",
      { networks: ["10.0.0.0/24"], fixedAddresses: [{ address: "10.0.0.5", mac: "02:00:00:00:00:01" }] },
      ["reservation-without-dns 10.0.0.5"],
    ],
    [
      "a host outside of every subnet",
      { networks: ["10.0.1.0/24"], zones, hosts: [host("web", "10.0.0.5")] },
      ["outside-subnets 10.0.0.5"],
    ],
    [
      "a name without a PTR record",
      {
        networks: ["10.0.1.0/24"],
        zones,
        fixedAddresses: [{ address: "10.0.1.6" }],
        hosts: [host("web", "10.0.1.5")],
        records: [
          { type: "A", name: "db.example.com", ipv4addr: "10.0.1.6" },
          // No pointer leads back to many names.
          { type: "A", name: "*.db.example.com", ipv4addr: "10.0.1.6" },
        ],
      },
      ["without-ptr 10.0.1.5", "without-ptr 10.0.1.6"],
    ],
    [
      "a subnet that is nearly full",
      {
        networks: ["10.0.0.0/29"],
        fixedAddresses: [1, 2, 3, 4, 5, 6].map((last) => ({ address: `10.0.0.${last}` })),
      },
      ["nearly-full 10.0.0.0/29"],
    ],
  ])("finds %s", async (_title, seed, expected) => {
    expect(await findings(seed, { fullFrom: 70 })).toEqual(expected);
  });

  it("finds overlaps of network views that share routing by an attribute", async () => {
    const seed = {
      attributes: ["VRF"],
      networkViews: ["lab", "dmz"],
      networks: [
        { network: "10.0.0.0/16", extattrs: { VRF: "red" } },
        { network: "10.0.7.0/24", networkView: "lab", extattrs: { VRF: "red" } },
        { network: "10.0.8.0/24", networkView: "dmz", extattrs: { VRF: "blue" } },
      ],
    };
    expect(await findings(seed, { routedBy: "VRF" })).toEqual(["overlap 10.0.7.0/24"]);
    expect(await findings(seed)).toEqual([]);
  });

  it("says where and what, for an inventory that was kept as well", async () => {
    await using grid = FakeGrid.inMemory({ seed: { zones, hosts: [host("web", "10.0.0.5")] } });
    await using ipam = new Ipam(grid.clientOptions);
    const entries = await ipam.inventory().toArray();
    const found: Finding[] = [];
    for await (const one of findingsIn(entries)) found.push(one);
    expect(found).toEqual([
      {
        kind: "outside-subnets",
        networkView: "default",
        place: "10.0.0.5",
        text: "web.example.com has 10.0.0.5, which lies in no subnet.",
        others: [],
      },
    ]);
  });
});
