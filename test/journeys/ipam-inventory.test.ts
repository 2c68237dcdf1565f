import { mkdtemp, readdir, rm } from "node:fs/promises";
import { BlockList } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AbortedError,
  type AddressEntry,
  InvalidRequestError,
  type InventoryEntry,
  Ipam,
  NotFoundError,
  type SubnetEntry,
  WapiClient,
} from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it, vi } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Owner", "Request ID", { name: "Campus", flags: "I" }, { name: "Floor", type: "INTEGER" }],
  networkViews: ["lab"],
  containers: [{ network: "10.0.0.0/8", extattrs: { Campus: "Paris" } }, "2001:db8::/32"],
  networks: [
    { network: "10.0.0.0/24", comment: "blue" },
    "10.0.1.0/24",
    { network: "10.0.0.0/24", networkView: "lab" },
    "2001:db8:0:1::/64",
  ],
  ranges: [{ start: "10.0.0.100", end: "10.0.0.199", comment: "guests" }],
  zones: ["example.com", "10.0.0.0/24"],
  hosts: [
    {
      name: "web.example.com",
      addresses: ["10.0.0.10", "2001:db8:0:1::10"],
      mac: "02:42:ac:11:00:02",
      extattrs: { Owner: "platform", "Request ID": "deploy-42/web" },
    },
    { name: "far.example.com", addresses: ["192.168.7.7"] },
    { name: "lab-1", addresses: ["10.0.0.9"], networkView: "lab", dns: false },
  ],
  records: [
    { type: "CNAME", name: "www.example.com", canonical: "WEB.example.com" },
    { type: "CNAME", name: "w3.example.com", canonical: "www.example.com" },
    { type: "CNAME", name: "cdn.example.com", canonical: "cdn.example.org" },
    { type: "A", name: "bare.example.com", ipv4addr: "10.0.0.20" },
    { type: "PTR", ptrdname: "bare.example.com", ipv4addr: "10.0.0.20" },
  ],
  fixedAddresses: [
    { address: "10.0.1.5", mac: "02:42:ac:11:00:03", name: "printer", extattrs: { Floor: 3 } },
    { address: "10.0.1.6" },
  ],
  leases: [{ address: "10.0.0.150", mac: "02:00:00:00:00:01", hostname: "laptop" }],
};

/** What it is, in a word. */
function place(entry: InventoryEntry): string {
  switch (entry.kind) {
    case "networkView":
      return `view ${entry.networkView}`;
    case "dnsView":
    case "record":
      return `${entry.kind} ${entry.name}`;
    case "zone":
      return `zone ${entry.fqdn}`;
    case "range":
      return `${entry.first}-${entry.last}`;
    case "address":
      return entry.ip;
    default:
      return entry.cidr;
  }
}

function address(entries: readonly InventoryEntry[], ip: string): AddressEntry {
  const found = entries.find((entry) => entry.kind === "address" && entry.ip === ip);
  if (found === undefined) throw new Error(`there is no ${ip}`);
  return found as AddressEntry;
}

behindEveryDoor("an inventory", (visit) => {
  it("lists everything in order of address, by network view", async () => {
    const { ipam } = await visit({ seed });
    expect((await ipam.inventory().toArray()).map(place)).toEqual([
      "view default",
      "dnsView default",
      "zone 10.0.0.0/24",
      "zone example.com",
      "10.0.0.0/8",
      "10.0.0.0/24",
      "10.0.0.10",
      "10.0.0.20",
      "10.0.0.100-10.0.0.199",
      "10.0.0.150",
      "10.0.1.0/24",
      "10.0.1.5",
      "10.0.1.6",
      "192.168.7.7",
      "2001:db8::/32",
      "2001:db8:0:1::/64",
      "2001:db8:0:1::10",
      "record cdn.example.com",
      "view lab",
      "dnsView default.lab",
      "10.0.0.0/24",
      "10.0.0.9",
    ]);
  });

  it("joins what leads to an address", async () => {
    const { ipam } = await visit({ seed });
    const entries = await ipam.inventory({ networkViews: "default" }).toArray();
    expect(address(entries, "10.0.0.10")).toMatchObject({
      status: "USED",
      kinds: ["host"],
      names: [
        { name: "web.example.com", type: "HOST", dnsView: "default" },
        { name: "w3.example.com", type: "CNAME" },
        { name: "www.example.com", type: "CNAME" },
      ],
      mac: "02:42:ac:11:00:02",
      owner: "platform",
      requestId: "deploy-42/web",
      subnet: "10.0.0.0/24",
    });
    expect(address(entries, "2001:db8:0:1::10").names.map(({ name }) => name)).toContain("w3.example.com");
    expect(address(entries, "10.0.0.20")).toMatchObject({
      kinds: ["record"],
      names: [{ type: "A" }, { type: "PTR", name: "bare.example.com" }],
    });
    expect(address(entries, "10.0.0.150")).toMatchObject({
      kinds: ["lease"],
      mac: "02:00:00:00:00:01",
      lease: { state: "ACTIVE", hostname: "laptop" },
      range: "10.0.0.100-10.0.0.199",
    });
    expect(address(entries, "10.0.1.5")).toMatchObject({
      kinds: ["fixed"],
      names: [{ name: "printer", type: "FIXED" }],
    });
    expect(address(entries, "10.0.1.6").kinds).toEqual(["reservation"]);
    expect(address(entries, "192.168.7.7").subnet).toBeUndefined();
  });

  it("tells own attributes from inherited ones", async () => {
    const { ipam } = await visit({ seed });
    const entries = await ipam.inventory({ networkViews: "default", within: "10.0.0.0/8" }).toArray();
    const [container] = entries.filter(({ kind }) => kind === "container");
    expect(container).toMatchObject({ extattrs: { Campus: "Paris" }, inherited: [] });
    const subnet = entries.find((entry) => entry.kind === "subnet") as SubnetEntry;
    expect(subnet).toMatchObject({ extattrs: { Campus: "Paris" }, inherited: ["Campus"], comment: "blue" });
    expect(address(entries, "10.0.1.5")).toMatchObject({
      extattrs: { Campus: "Paris", Floor: 3 },
      inherited: ["Campus"],
    });
  });

  it("says how full IPv4 blocks are, and when it read each thing", async () => {
    const { ipam } = await visit({ seed });
    const before = new Date().toISOString();
    const entries = await ipam.inventory({ include: ["subnets"], families: [4] }).toArray();
    const subnet = entries.find((entry) => entry.kind === "subnet") as SubnetEntry;
    expect(subnet.percent).toBeGreaterThan(0);
    expect(subnet.readAt >= before && subnet.readAt <= new Date().toISOString()).toBe(true);
    expect(entries.some(({ kind }) => kind === "address" || kind === "container")).toBe(false);
  });

  it.each([
    ["10.0.0.0/24", ["10.0.0.0/24", "10.0.0.10", "10.0.0.20", "10.0.0.100-10.0.0.199", "10.0.0.150"]],
    ["10.0.0.8/29", ["10.0.0.10"]],
    ["10.0.0.128/25", ["10.0.0.100-10.0.0.199", "10.0.0.150"]],
    ["2001:db8::/32", ["2001:db8::/32", "2001:db8:0:1::/64", "2001:db8:0:1::10"]],
  ])("reads what lies within %s", async (within, expected) => {
    const { ipam } = await visit({ seed });
    const entries = await ipam.inventory({ within, networkViews: ["default"] }).toArray();
    const placed = entries.filter(({ kind }) => !["networkView", "dnsView", "zone"].includes(kind));
    expect(placed.map(place)).toEqual(expected);
    for (const entry of placed) if (entry.kind === "address") expect(entry.subnet).toBeDefined();
  });

  it.each([
    ["10.64.0.0/10", "10.99.1.0/24", "10.99.0.0-10.99.1.9"],
    ["2001:db8::/40", "2001:db8:1:2::/64", "2001:db8:1:1::-2001:db8:1:2::9"],
  ])("finds the range that reaches from %s into a small part of it", async (network, within, span) => {
    const [start = "", end = ""] = span.split("-");
    const family = network.includes(":") ? "ipv6" : "";
    const range = { start_addr: start, end_addr: end, network_view: "default" };
    const objects = [{ type: `${family}range`, values: range }];
    const { ipam } = await visit({ seed: { networks: [network], objects } });
    const entries = await ipam.inventory({ within }).toArray();
    expect(entries.flatMap((entry) => (entry.kind === "range" ? [entry] : []))).toMatchObject([
      { first: start, last: end, subnet: network },
    ]);
  });

  it("refuses what it doesn't know, when the loop begins", async () => {
    const { ipam, grid } = await visit({ seed });
    const misspelt = { whitin: "10.0.0.0/8" } as object;
    await expect(ipam.inventory(misspelt).toArray()).rejects.toThrow("no option of inventory");
    await expect(ipam.inventory({ within: "10.0.0.1/8" }).toArray()).rejects.toThrow(InvalidRequestError);
    expect(grid.requests).toHaveLength(0);
    await expect(ipam.inventory({ networkViews: "nowhere" }).toArray()).rejects.toThrow(NotFoundError);
  });
});

describe("an inventory of an older grid", () => {
  it.each(["2.5", "2.9", "2.12", "2.13.1"])("asks for what WAPI %s has", async (wapiVersion) => {
    await using grid = FakeGrid.inMemory({ seed, wapiVersion });
    await using ipam = new Ipam(grid.clientOptions);
    const kinds = (await ipam.inventory().toArray()).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind === "address")).toHaveLength(8);
    expect(grid.requests.every(({ status }) => status === 200)).toBe(true);
  });
});

/** Subnets with twenty addresses each, half hosts, half fixed addresses. */
function plan(subnets: number) {
  const prefix = (index: number) => `10.${index >> 8}.${index & 255}`;
  const each = <Item>(item: (ip: string, number: number) => Item, odd: number) =>
    Array.from({ length: subnets * 10 }, (_, index) => {
      const [subnet, last] = [Math.floor(index / 10), (index % 10) * 2 + odd + 1];
      return item(`${prefix(subnet)}.${last}`, index);
    });
  return {
    networks: Array.from({ length: subnets }, (_, index) => `${prefix(index)}.0/24`),
    zones: ["example.com"],
    hosts: each((ip, index) => ({ name: `host-${index}.example.com`, addresses: [ip] }), 0),
    fixedAddresses: each((address) => ({ address }), 1),
  };
}

describe("an inventory of many", () => {
  it("takes one request per thousand objects, as cost() tells beforehand", async () => {
    await using grid = FakeGrid.inMemory({ setup: true, seed: plan(150) });
    await using ipam = new Ipam(grid.clientOptions);
    const { requests, subnets, addresses, objects } = await ipam.inventory().cost();
    grid.clearRequests();
    const entries = await ipam.inventory().toArray();
    expect(entries.filter(({ kind }) => kind === "address")).toHaveLength(3_000);
    // Views, zones, 4 × blocks, 2 × ranges, leases, 4 × records; 2 × 1,500 objects of 3 types make 2 more.
    expect(grid.requests).toHaveLength(19);
    expect(requests).toBeGreaterThanOrEqual(grid.requests.length);
    expect(requests).toBeLessThan(22);
    expect(subnets).toBe(150);
    expect(Math.abs(addresses - 3_000)).toBeLessThan(300);
    expect(objects).toBe(subnets + addresses);
  });

  it("gives the same whether it fits into memory or not, and leaves no files", async () => {
    await using grid = FakeGrid.inMemory({ setup: true, seed: plan(60) });
    await using ipam = new Ipam(grid.clientOptions);
    const folder = await mkdtemp(join(tmpdir(), "inventory-test-"));
    vi.stubEnv("TMPDIR", folder);
    const timeless = (entries: InventoryEntry[]) => entries.map((entry) => ({ ...entry, readAt: "" }));
    const whole = timeless(await ipam.inventory().toArray());
    expect(timeless(await ipam.inventory({ memory: 0.01 }).toArray())).toEqual(whole);
    for await (const entry of ipam.inventory({ memory: 0.01 })) if (entry.kind === "address") break;
    expect(await readdir(folder)).toEqual([]);
    vi.unstubAllEnvs();
    await rm(folder, { recursive: true });
  });

  it("says how far it is, and of how much", async () => {
    await using grid = FakeGrid.inMemory({ setup: true, seed: plan(60) });
    await using ipam = new Ipam(grid.clientOptions);
    const seen: (number | undefined)[][] = [];
    const onProgress = (progress: { done: number; total?: number }) => {
      seen.push([progress.done, progress.total]);
    };
    await ipam.inventory({ onProgress }).toArray();
    const [done, total] = seen.at(-1) ?? [];
    expect(done).toBeGreaterThan(1_200);
    expect(total).toBe(done);
    expect(seen.map(([count = 0]) => count)).toEqual(
      seen.map(([count = 0]) => count).toSorted((a, b) => a - b),
    );
  });

  it("ends with the first failure, and when it is aborted", async () => {
    await using grid = FakeGrid.inMemory({ setup: true, seed: plan(60) });
    const wapi = new WapiClient({ ...grid.clientOptions, maxRetries: 0 });
    const ipam = new Ipam(wapi);
    grid.faults.next({ on: "GET", path: /fixedaddress/, status: 403 });
    await expect(ipam.inventory().toArray()).rejects.toThrow("403");
    const controller = new AbortController();
    const reading = ipam.inventory({ signal: controller.signal, onProgress: () => controller.abort() });
    await expect(reading.toArray()).rejects.toThrow(AbortedError);
  });
});

describe("what two searches find", () => {
  it("has one entry, and has not changed for that", async () => {
    await using grid = FakeGrid.inMemory({ seed });
    await using ipam = new Ipam(
      new WapiClient({
        ...grid.clientOptions,
        // No two pages are of one moment.
        onResponse: () => {
          for (const begin = Date.now(); Date.now() < begin + 2; );
        },
      }),
    );
    const within = ["10.0.0.0/8", "2001:db8::/32"];
    const entries = await ipam.inventory({ within, networkViews: "default" }).toArray();
    expect(entries.map(place)).toEqual([...new Set(entries.map(place))]);
    expect(entries.filter(({ moved }) => moved)).toEqual([]);
    expect(address(entries, "10.0.0.10").objects).toHaveLength(3);
    // One host search of each family, none of them again.
    expect(grid.requests.filter(({ path }) => path.includes("/record:host"))).toHaveLength(2);
  });

  it.each([
    ["172.16.0.0/12", 3],
    ["10.0.0.0/15", 1],
    ["10.0.64.0/18", 7],
    ["10.0.0.0/17", 1],
    ["10.0.7.128/25", 1],
  ])("is found with few searches of what lies in %s", async (within, searches) => {
    const block = new BlockList();
    const [first = "", prefixLength] = within.split("/");
    block.addSubnet(first, Number(prefixLength));
    const networks = ["172.15.0.0/24", "172.16.0.0/24", "172.31.255.0/24", "172.32.0.0/24", "10.0.7.0/24"];
    networks.push(
      "10.0.63.0/24",
      "10.0.64.0/24",
      "10.0.127.0/24",
      "10.0.128.0/24",
      "10.1.2.0/24",
      "10.2.0.0/24",
    );
    const addresses = networks.flatMap((network) => {
      const [address] = network.split("/");
      return [{ address: `${address}`.replace(/0$/, "9") }, { address: `${address}`.replace(/0$/, "200") }];
    });
    await using grid = FakeGrid.inMemory({ seed: { networks, fixedAddresses: addresses } });
    await using ipam = new Ipam(grid.clientOptions);
    const found = (await ipam.inventory({ within, include: ["addresses"] }).toArray()).flatMap((entry) =>
      entry.kind === "address" ? [entry.ip] : [],
    );
    expect(grid.requests.filter(({ path }) => path.endsWith("/fixedaddress"))).toHaveLength(searches);
    const all = (await ipam.inventory().toArray()).flatMap((entry) =>
      entry.kind === "address" ? [entry.ip] : [],
    );
    expect(found).toEqual(all.filter((ip) => block.check(ip)));
    expect(found.length).toBeGreaterThan(0);
  });
});

describe("what changes while it is read", () => {
  it("is looked at again: an address whose subnet became another one", async () => {
    await using grid = FakeGrid.inMemory({
      setup: true,
      seed: { networks: ["10.0.0.0/24"], fixedAddresses: [{ address: "10.0.0.5" }] },
    });
    await using wapi = new WapiClient({
      ...grid.clientOptions,
      maxConcurrency: 1,
      onResponse: ({ path }) => {
        // The subnets have been read; the fixed addresses have not.
        if (!path.endsWith("/networkcontainer") || done) return;
        done = true;
        grid.restore(divided);
      },
    });
    let done = false;
    const whole = grid.snapshot();
    const ipam = new Ipam(wapi);
    await ipam.subnets.split("10.0.0.0/24", { prefixLength: 25 });
    const divided = grid.snapshot();
    grid.restore(whole);
    const entries = await ipam.inventory().toArray();
    expect(done).toBe(true);
    expect(address(entries, "10.0.0.5")).toMatchObject({ subnet: "10.0.0.0/25", moved: true });
  });
});
