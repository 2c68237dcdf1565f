import fc from "fast-check";
import {
  type ImportMapping,
  type InventoryEntry,
  Ipam,
  importLine,
  importRows,
  importTables,
  inventoryCsv,
} from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { csvLine } from "../../../../src/ipam/inventory/formats/csv.js";

const seed = {
  attributes: ["Department", "Role", "State"],
  networkViews: ["lab"],
  containers: ["10.0.0.0/16"],
  networks: [
    { network: "10.0.0.0/24", comment: "=cmd()", extattrs: { Department: "IT", Role: "Office" } },
    { network: "10.0.0.0/24", networkView: "lab" },
  ],
  ranges: [{ start: "10.0.0.128", end: "10.0.0.191" }],
  zones: ["example.com"],
  hosts: [{ name: "Web.example.com", addresses: ["10.0.0.5"], extattrs: { State: "Planned" } }],
  fixedAddresses: [{ address: "10.0.0.6" }],
  leases: [{ address: "10.0.0.130", mac: "02:00:00:00:00:01" }],
};

const common = { networkView: "default", extattrs: {}, inherited: [], ref: "x", readAt: "" };

async function rows(system: "netbox" | "nautobot", mapping?: ImportMapping) {
  await using grid = FakeGrid.inMemory({ seed });
  await using ipam = new Ipam(grid.clientOptions);
  const found: { table: string; [column: string]: string }[] = [];
  for await (const { table, row } of importRows(ipam.inventory(), system, mapping))
    found.push({ table, ...row });
  return found;
}

describe("csvLine", () => {
  it("keeps every text that isn't a formula, as a reader of RFC 4180 reads it", () => {
    const text = fc.string().filter((one) => !/^[=+\-@＝＋－＠\t\r\n]/.test(one));
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (cells) => {
        expect(parsed(csvLine(cells))).toEqual(cells);
      }),
    );
  });

  it.each(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＠SUM(A1)"])(
    "lets no spreadsheet run %j",
    (text) => {
      expect(parsed(csvLine([text]))).toEqual([`'${text}`]);
    },
  );

  it("leaves numbers alone", () => expect(csvLine([-1, 2.5, undefined])).toBe("-1,2.5,\r\n"));
});

/** One line of CSV, read by its rules. */
function parsed(line: string): string[] {
  const cells: string[] = [];
  const pattern = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n$)/gy;
  for (const [, quoted, plain = ""] of line.matchAll(pattern)) {
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
  }
  return cells;
}

describe("inventoryCsv", () => {
  it("has a line for each entry, and columns for attributes that are asked for", async () => {
    await using grid = FakeGrid.inMemory({ seed });
    await using ipam = new Ipam(grid.clientOptions);
    const lines: string[] = [];
    for await (const line of inventoryCsv(ipam.inventory(), { attributes: ["Department"] })) lines.push(line);
    expect(lines[0]).toMatch(/^kind,network_view,place,.*,read_at,Department\r\n$/);
    expect(lines).toHaveLength(1 + (await ipam.inventory().toArray()).length);
    const subnet = lines.find((line) => line.startsWith("subnet,default,10.0.0.0/24")) ?? "";
    expect(subnet).toContain(",'=cmd(),");
    expect(subnet).toMatch(/,IT\r\n$/);
  });
});

describe("importRows", () => {
  it("gives NetBox prefixes, ranges and addresses", async () => {
    const mapping = { tenant: "Department", role: "Role", status: "State", views: { lab: "LAB" } };
    const common = { vrf: "", role: "", tenant: "", description: "" };
    expect(await rows("netbox", mapping)).toEqual([
      { table: "prefixes", ...common, prefix: "10.0.0.0/16", status: "container" },
      {
        ...{ table: "prefixes", prefix: "10.0.0.0/24", status: "active" },
        ...{ vrf: "", role: "Office", tenant: "IT", description: "=cmd()" },
      },
      {
        ...{ table: "ip-addresses", ...common, address: "10.0.0.5/24" },
        ...{ dns_name: "web.example.com", status: "planned" },
      },
      { table: "ip-addresses", ...common, address: "10.0.0.6/24", dns_name: "", status: "reserved" },
      {
        ...{ table: "ip-ranges", ...common },
        ...{ start_address: "10.0.0.128/24", end_address: "10.0.0.191/24", status: "active" },
      },
      { table: "ip-addresses", ...common, address: "10.0.0.130/24", dns_name: "", status: "dhcp" },
      { table: "prefixes", ...common, vrf: "LAB", prefix: "10.0.0.0/24", status: "active" },
    ]);
  });

  it("gives Nautobot prefixes, with pools for ranges, and addresses", async () => {
    const found = await rows("nautobot", { tenant: "Department" });
    expect(found.map(({ table, type, prefix, address }) => [table, type, prefix ?? address])).toEqual([
      ["prefixes", "container", "10.0.0.0/16"],
      ["prefixes", "network", "10.0.0.0/24"],
      ["ip-addresses", "host", "10.0.0.5/24"],
      ["ip-addresses", "host", "10.0.0.6/24"],
      ["prefixes", "pool", "10.0.0.128/26"],
      ["ip-addresses", "dhcp", "10.0.0.130/24"],
      ["prefixes", "network", "10.0.0.0/24"],
    ]);
    expect(found[1]).toMatchObject({ namespace__name: "Global", status__name: "Active", tenant__name: "IT" });
  });

  it("takes words for a status as each system does", async () => {
    const mapping = { status: "State" };
    const [netbox, nautobot] = [await rows("netbox", mapping), await rows("nautobot", mapping)];
    const of = (list: typeof netbox, address: string) => list.find((row) => row["address"] === address);
    expect(of(netbox, "10.0.0.5/24")).toMatchObject({ status: "planned" });
    expect(of(nautobot, "10.0.0.5/24")).toMatchObject({ status__name: "Planned" });
    expect(of(nautobot, "10.0.0.6/24")).toMatchObject({ status__name: "Reserved" });
    // Its type says that it is leased.
    expect(of(nautobot, "10.0.0.130/24")).toMatchObject({ status__name: "Active", type: "dhcp" });
  });

  it.each([
    [["Web.example.com."], "web.example.com"],
    [["bücher.example.com"], "xn--bcher-kva.example.com"],
    [["*.example.com"], "*.example.com"],
    [["a b.example.com", "c.example.com"], "c.example.com"],
    [["a\\032b.example.com"], ""],
    [["1.2.3.4"], "1.2.3.4"],
  ])("writes %j as the DNS name that an import takes", async (names, expected) => {
    const entry = {
      ...{ kind: "address", networkView: "default", ip: "10.0.0.5", family: 4, status: "USED", kinds: [] },
      ...{ extattrs: {}, inherited: [], ref: "x", readAt: "", objects: [] },
      names: names.map((name) => ({ name, type: "A", dnsView: "default" })),
    } as unknown as InventoryEntry;
    for (const system of ["netbox", "nautobot"] as const) {
      for await (const { row } of importRows([entry], system)) expect(row["dns_name"]).toBe(expected);
    }
  });

  it.each([
    [["host"], "active"],
    [["host", "lease"], "active"],
    [["reservation"], "reserved"],
    [["lease"], "dhcp"],
    [["lease", "record"], "dhcp"],
    [["record"], "active"],
  ])("takes an address of kinds %j for %s in NetBox", async (kinds, status) => {
    const entry = {
      ...common,
      kind: "address",
      ip: "10.0.0.5",
      family: 4,
      kinds,
    } as unknown as InventoryEntry;
    for await (const { row } of importRows([entry], "netbox")) expect(row["status"]).toBe(status);
  });

  it("fills custom fields, and knows the columns of each table", async () => {
    const mapping = { customFields: { department: "Department" } };
    const [, subnet] = await rows("netbox", mapping);
    expect(subnet).toMatchObject({ cf_department: "IT" });
    const { prefixes = [] } = importTables("netbox", mapping);
    expect(prefixes).toEqual(["prefix", "vrf", "status", "role", "tenant", "description", "cf_department"]);
    expect(importLine({ table: "prefixes", row: { prefix: "10.0.0.0/24", tenant: "A, B" } }, prefixes)).toBe(
      '10.0.0.0/24,,,,"A, B",,\r\n',
    );
  });
});
