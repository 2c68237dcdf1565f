import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  anonymizeInventory,
  compareInventories,
  type InventoryDifference,
  type InventoryEntry,
  Ipam,
  readInventory,
  writeInventory,
} from "infoblox-ipam";
import { FakeGrid, type GridSeed } from "infoblox-ipam/testing";
import { afterAll, expect, it } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "inventory-test-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Attributes of which one passes down, one is a number, and one may have several values. */
const attributes = [
  { name: "Campus", flags: "I" },
  { name: "Floor", type: "INTEGER" },
  { name: "Tags", flags: "V" },
];
const word = fc.constantFrom("blue", "grün", 'a "quoted" text', "tab\tand, comma", "=1+1");
const extattrs = fc.record(
  {
    Campus: word,
    Floor: fc.integer({ min: -3, max: 40 }),
    Tags: fc.uniqueArray(word, { minLength: 2, maxLength: 3 }),
  },
  { requiredKeys: [] },
);
const described = fc.record({ comment: word, extattrs }, { requiredKeys: [] });

/** A plan of two network views, one of them with two DNS views, three subnets in each, and up to eight things in a subnet. */
const plan: fc.Arbitrary<GridSeed> = fc
  .record({
    blocks: fc.array(described, { minLength: 8, maxLength: 8 }),
    things: fc.array(
      fc.record({
        view: fc.constantFrom("default", "lab"),
        subnet: fc.constantFrom(0, 1),
        last: fc.integer({ min: 1, max: 40 }),
        kind: fc.constantFrom(
          "host",
          "dual",
          "plain",
          "fixed",
          "reservation",
          "lease",
          "a",
          "ptr",
          "alias",
          "range",
          "fixed6",
          "aaaa",
        ),
        more: described,
      }),
      { maxLength: 16 },
    ),
    members: fc.boolean(),
  })
  .map(({ blocks, things, members }) => seedOf(blocks, things, members));

type Described = { comment?: string; extattrs?: Record<string, unknown> };
type Thing = { view: string; subnet: number; last: number; kind: string; more: Described };

function seedOf(blocks: Described[], things: Thing[], members: boolean): GridSeed {
  const inView = (networkView: string, offset: number) => ({
    containers: [{ network: "10.0.0.0/16", networkView, ...blocks[offset] }],
    networks: [
      { network: "10.0.0.0/24", networkView, ...blocks[offset + 1] },
      { network: "10.0.1.0/24", networkView, ...blocks[offset + 2] },
      { network: "2001:db8:0:1::/64", networkView, ...blocks[offset + 3] },
    ],
  });
  const [first, second] = [inView("default", 0), inView("lab", 4)];
  // One thing to an address and a range to a subnet: what a grid takes.
  const taken = new Set<string>();
  const placed = things.filter(({ view, subnet, last, kind }) => {
    const place = kind === "range" ? `${view} ${subnet}` : `${view} ${subnet} ${last}`;
    return !taken.has(place) && taken.add(place);
  });
  const of = (...kinds: string[]) => placed.filter(({ kind }) => kinds.includes(kind));
  const ip = ({ subnet, last }: Thing) => `10.0.${subnet}.${last}`;
  const mac = ({ subnet, last }: Thing) => `02:00:00:00:0${subnet}:${String(last).padStart(2, "0")}`;
  const name = ({ view, subnet, last }: Thing) => `n-${subnet}-${last}.${view}.example.com`;
  const dnsView = ({ view, last }: Thing) =>
    view === "default" ? "default" : last % 2 === 0 ? "default.lab" : "internal";
  const ip6 = ({ subnet, last }: Thing) => `2001:db8:0:1::${subnet}:${last}`;
  const zones = [
    { fqdn: "default.example.com", view: "default" },
    { fqdn: "10.0.0.0/24", view: "default" },
    { fqdn: "10.0.1.0/24", view: "default" },
    { fqdn: "lab.example.com", view: "default.lab" },
    { fqdn: "10.0.0.0/16", view: "default.lab" },
    { fqdn: "lab.example.com", view: "internal" },
    { fqdn: "10.0.0.0/24", view: "internal" },
    { fqdn: "10.0.1.0/24", view: "internal" },
  ];
  return {
    attributes,
    networkViews: [{ name: "lab", comment: "of the lab" }],
    dnsViews: [{ name: "internal", networkView: "lab" }],
    containers: [...first.containers, ...second.containers],
    networks: [...first.networks, ...second.networks],
    ranges: of("range").map(({ view: networkView, subnet, more }) => ({
      start: `10.0.${subnet}.100`,
      end: `10.0.${subnet}.199`,
      networkView,
      ...more,
    })),
    zones,
    hosts: of("host", "dual", "plain").map((thing) => ({
      name: name(thing),
      addresses: [ip(thing), ...(thing.kind === "dual" ? [ip6(thing)] : [])],
      networkView: thing.view,
      ...(thing.kind === "plain" ? { dns: false } : { view: dnsView(thing) }),
      ...(thing.kind === "dual" ? { mac: mac(thing) } : {}),
      ...thing.more,
    })),
    records: of("a", "aaaa", "ptr", "alias").map((thing) => ({
      ...thing.more,
      view: dnsView(thing),
      ...(thing.kind === "a" && { type: "A", name: name(thing), ipv4addr: ip(thing), ttl: 60 }),
      ...(thing.kind === "aaaa" && { type: "AAAA", name: name(thing), ipv6addr: ip6(thing) }),
      ...(thing.kind === "ptr" && { type: "PTR", ptrdname: name(thing), ipv4addr: ip(thing) }),
      // It leads to a host of its DNS view where there is one at the next address but one, else nowhere.
      ...(thing.kind === "alias" && {
        type: "CNAME",
        name: name(thing),
        canonical: name({ ...thing, last: thing.last + 2 }),
      }),
    })),
    fixedAddresses: of("fixed", "reservation", "fixed6").map((thing) => ({
      address: thing.kind === "fixed6" ? ip6(thing) : ip(thing),
      networkView: thing.view,
      ...(thing.kind === "fixed" ? { mac: mac(thing), name: "fixed" } : {}),
      ...(thing.kind === "fixed6" ? { duid: `00:03:00:01:${mac(thing)}` } : {}),
      ...thing.more,
    })),
    leases: of("lease").map((thing) => ({
      address: ip(thing),
      mac: mac(thing),
      hostname: "laptop",
      networkView: thing.view,
    })),
    ...(members && {
      objects: [
        { type: "member", values: { host_name: "dhcp-1.example.com" } },
        {
          type: "network",
          values: {
            network: "10.1.0.0/24",
            network_view: "default",
            members: [{ _struct: "dhcpmember", name: "dhcp-1.example.com" }],
          },
        },
      ],
    }),
  } as GridSeed;
}

async function inventoryOf(seed: GridSeed | string, file: string): Promise<string> {
  await using grid = FakeGrid.inMemory({ seed });
  await using ipam = new Ipam(grid.clientOptions);
  await writeInventory(file, ipam.inventory());
  return file;
}

async function differences(before: string, after: string): Promise<InventoryDifference[]> {
  const found: InventoryDifference[] = [];
  for await (const one of compareInventories(before, after, { ignore: [] })) found.push(one);
  return found;
}

it("gives the same inventory of a grid that was seeded from one", async () => {
  await fc.assert(
    fc.asyncProperty(plan, async (seed) => {
      const first = await inventoryOf(seed, join(folder, "first.jsonl"));
      const second = await inventoryOf(first, join(folder, "second.jsonl"));
      expect(await differences(first, second)).toEqual([]);
    }),
    { numRuns: 15 },
  );
});

it("keeps the shape of a plan whose names and addresses are others", async () => {
  const texts = ["example", "blue", "grün", "quoted", "laptop", "lab", "dhcp-1"];
  const shape = (entry: InventoryEntry) =>
    entry.kind === "address"
      ? [
          entry.kind,
          entry.kinds,
          entry.names.map(({ type }) => type),
          entry.subnet !== undefined,
          entry.range !== undefined,
        ]
      : [entry.kind];
  await fc.assert(
    fc.asyncProperty(plan, async (seed) => {
      const first = await inventoryOf(seed, join(folder, "first.jsonl"));
      const other = join(folder, "other.jsonl");
      const count = await writeInventory(other, anonymizeInventory(first, { secret: "s" }));
      // It is a seed, too: whatever a grid refuses would show here.
      const again = await inventoryOf(other, join(folder, "again.jsonl"));
      expect(await differences(other, again)).toEqual([]);
      const [shapes, wanted]: unknown[][] = [[], []];
      for await (const entry of readInventory(again)) {
        shapes?.push(shape(entry));
        const { extattrs: _attributes, readAt: _readAt, inherited: _inherited, ref: _ref, ...shown } = entry;
        const text = JSON.stringify(shown).replaceAll(/"(Campus|Floor|Tags)"/g, "");
        for (const word of texts) expect(text).not.toContain(word);
      }
      for await (const entry of readInventory(first)) wanted?.push(shape(entry));
      const sorted = (list: unknown[] = []) => list.map((one) => JSON.stringify(one)).sort();
      expect(sorted(shapes)).toEqual(sorted(wanted));
      expect(shapes).toHaveLength(count);
    }),
    { numRuns: 15 },
  );
});

/** What few grids have, and what breaks a tool where they do. */
const rarities: GridSeed = {
  attributes: [...attributes, "ref", "percent"],
  networkViews: ["lab two", 'empty "q"', "vüe"],
  containers: [
    "10.0.0.0/8",
    { network: "2001:db8::/32", extattrs: { Campus: "Paris" } },
    { network: "2001:db8::/32", networkView: "lab two", extattrs: { Campus: "Rome" } },
  ],
  networks: [
    "10.0.0.0/24",
    "2001:db8:0:1::/64",
    {
      network: "2001:db8:0:1::/64",
      networkView: "lab two",
      comment: "of two\nlines\r\nand \u2028 three\tcells",
      extattrs: { Tags: ["x", "y"], ref: "r", percent: "p" },
    },
    { network: "10.0.0.0/24", networkView: "lab two" },
  ],
  dnsViews: [{ name: "internal", networkView: "lab two" }],
  zones: [
    "example.com",
    "2001:db8::/32",
    "10.0.0.0/24",
    { fqdn: "example.com", view: "default.lab two" },
    { fqdn: "example.com", view: "internal" },
  ],
  hosts: [
    {
      name: "a.example.com",
      addresses: ["10.0.0.5", "10.0.0.6", "2001:db8:0:1::5"],
      aliases: ["al.example.com", "aa.example.com"],
      comment: "=1\n2",
    },
    { name: "b.example.com", addresses: ["10.0.0.5"], extattrs: { Tags: ["x", "y"], ref: "r" } },
    { name: "c.example.com", addresses: ["10.0.0.5"], comment: "third" },
    { name: "six.example.com", addresses: ["2001:DB8:0:1::abcd"], networkView: "lab two", view: "internal" },
    { name: "*.example.com", addresses: ["10.0.0.8"] },
  ],
  records: [
    { type: "CNAME", name: "l1.example.com", canonical: "l2.example.com" },
    { type: "CNAME", name: "l2.example.com", canonical: "l1.example.com" },
    { type: "CNAME", name: "self.example.com", canonical: "self.example.com" },
    { type: "CNAME", name: "c1.example.com", canonical: "c2.example.com" },
    { type: "CNAME", name: "c2.example.com", canonical: "c3.example.com" },
    { type: "CNAME", name: "c3.example.com", canonical: "al.example.com", ttl: 5 },
    { type: "CNAME", name: "x.example.com", canonical: "six.example.com", view: "internal" },
    { type: "CNAME", name: "x.example.com", canonical: "six.example.com", view: "default.lab two" },
    { type: "A", name: "*.w.example.com", ipv4addr: "10.0.0.9" },
    { type: "A", name: "ünï.example.com", ipv4addr: "10.0.0.11" },
    { type: "A", name: "a b.example.com", ipv4addr: "10.0.0.12" },
    { type: "A", name: "q.example.com", ipv4addr: "10.0.0.7" },
    { type: "A", name: "q.example.com", ipv4addr: "10.0.0.7", view: "internal" },
    { type: "A", name: "q.example.com", ipv4addr: "10.0.0.7", view: "default.lab two" },
    { type: "AAAA", name: "q.example.com", ipv6addr: "2001:db8:0:1::77" },
    { type: "PTR", ptrdname: "q.example.com", ipv4addr: "10.0.0.7" },
    { type: "PTR", ptrdname: "q.example.com", ipv6addr: "2001:db8:0:1::77" },
  ],
  fixedAddresses: [
    { address: "10.0.0.120", mac: "02:00:00:00:00:09" },
    { address: "2001:db8:0:1::9", duid: "00:01:02:03" },
  ],
  leases: [
    { address: "10.0.0.120", mac: "02:00:00:00:00:09", hostname: "=h" },
    { address: "2001:db8:0:1::b", duid: "00:01:02:04" },
  ],
  objects: [
    { type: "record:host", values: { name: "nowhere.example.com", ipv4addrs: [] } },
    {
      type: "record:host",
      values: { name: "unplugged", ipv4addrs: [], configure_for_dns: false, network_view: "lab two" },
    },
    { type: "member", values: { host_name: "dhcp-1.example.com" } },
    {
      type: "dhcpfailover",
      values: {
        ...{ name: "pair", primary_server_type: "GRID", primary: "dhcp-1.example.com" },
        ...{ secondary_server_type: "EXTERNAL", secondary: "192.0.2.2" },
      },
    },
    {
      type: "range",
      values: {
        ...{ start_addr: "10.0.0.100", end_addr: "10.0.0.149", network_view: "default" },
        ...{ failover_association: "pair", server_association_type: "FAILOVER" },
        exclude: [{ start_address: "10.0.0.120", end_address: "10.0.0.129" }],
      },
    },
    {
      type: "range",
      values: {
        ...{ start_addr: "10.0.0.150", end_addr: "10.0.0.199", network_view: "default" },
        ms_server: { _struct: "msdhcpserver", ipv4addr: "192.0.2.1" },
        server_association_type: "MS_SERVER",
      },
    },
    {
      type: "ipv6range",
      values: { start_addr: "2001:db8:0:1::100", end_addr: "2001:db8:0:1::1ff", network_view: "default" },
    },
    {
      type: "ipv6fixedaddress",
      values: {
        ...{ ipv6addr: "2001:db8:0:1::d", network_view: "default" },
        ...{ match_client: "MAC_ADDRESS", mac_address: "02:00:00:00:00:0d" },
      },
    },
  ],
} as GridSeed;

it("keeps what is rare", async () => {
  const first = await inventoryOf(rarities, join(folder, "rare.jsonl"));
  expect(await differences(first, await inventoryOf(first, join(folder, "rare-2.jsonl")))).toEqual([]);
  const other = join(folder, "rare-3.jsonl");
  await writeInventory(other, anonymizeInventory(first, { secret: "s" }));
  expect(await differences(other, await inventoryOf(other, join(folder, "rare-4.jsonl")))).toEqual([]);
  const found: InventoryEntry[] = [];
  for await (const entry of readInventory(first)) found.push(entry);
  expect(found.flatMap((entry) => (entry.kind === "range" ? [entry] : []))).toMatchObject([
    { first: "10.0.0.100", failoverAssociation: "pair", exclusions: ["10.0.0.120-10.0.0.129"] },
    { first: "10.0.0.150", member: "192.0.2.1" },
    { first: "2001:db8:0:1::100" },
  ]);
  expect(found.flatMap((entry) => (entry.kind === "record" ? [`${entry.type} ${entry.name}`] : []))).toEqual([
    "CNAME l1.example.com",
    "CNAME l2.example.com",
    "HOST nowhere.example.com",
    "CNAME self.example.com",
    "HOST unplugged",
    "CNAME x.example.com",
  ]);
});
