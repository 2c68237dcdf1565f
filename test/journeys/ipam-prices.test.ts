import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Ipam, type IpamOptions, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** A network as this library makes it: what others have made costs one request more when it is changed first. */
function changed(network: string) {
  return { network, extattrs: { "Last Change": "of-the-seed" } };
}

const seed = {
  attributes: ["Owner", "Last Change"],
  containers: ["10.0.0.0/16"],
  networks: ["10.2.0.0/24", "10.2.1.0/24", "10.3.0.0/24", "10.3.1.0/24"].map(changed),
  ranges: [{ start: "10.2.1.100", end: "10.2.1.109" }],
  zones: ["example.com", "10.2.0.0/24"],
  hosts: [{ name: "web.example.com", addresses: ["10.2.0.5"], extattrs: { "Last Change": "of-the-seed" } }],
  records: [{ type: "A", name: "a.example.com", ipv4addr: "10.2.0.77" } as const],
  objects: [{ type: "vlanview", values: { name: "campus", start_vlan_id: 1, end_vlan_id: 99 } }],
};

type Prepare = (ipam: Ipam, wapi: WapiClient) => Promise<() => unknown> | (() => unknown);

/** One row for each call, at its simplest. What else its row in docs/ipam.md says, other journeys pin. */
const prices: Readonly<Record<string, readonly [number, Prepare]>> = {
  requestSubnet: [1, (ipam) => () => ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 })],
  requestAddress: [1, (ipam) => () => ipam.requestAddress({ from: "10.2.0.0/24" })],
  requestAddresses: [2, (ipam) => () => ipam.requestAddresses({ from: "10.2.0.0/24", count: 150 })],
  requestSubnets: [
    2,
    (ipam) => () => ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 28, count: 150 }),
  ],
  requestAddressesInChunks: [
    0,
    (ipam) => () => ipam.requestAddressesInChunks({ from: "10.2.0.0/24", count: 150 }),
  ],
  requestSubnetsInChunks: [
    0,
    (ipam) => () => ipam.requestSubnetsInChunks({ from: "10.0.0.0/16", prefixLength: 28, count: 150 }),
  ],
  releaseMany: [
    2,
    async (ipam) => {
      const addresses = await ipam.requestAddresses({ from: "10.2.0.0/24", count: 150 });
      return () => ipam.releaseMany(addresses);
    },
  ],
  releaseManyInChunks: [0, (ipam) => () => ipam.releaseManyInChunks([])],
  releaseAddress: [
    1,
    async (ipam) => {
      const address = await ipam.requestAddress({ from: "10.2.0.0/24" });
      return () => ipam.releaseAddress(address);
    },
  ],
  releaseSubnet: [2, (ipam) => () => ipam.releaseSubnet("10.3.0.0/24")],
  plan: [0, (ipam) => () => ipam.plan().subnet("a", { from: "10.0.0.0/16", prefixLength: 24 }).preview()],
  "plan().apply": [
    1,
    (ipam) => () =>
      ipam
        .plan()
        .subnet("a", { from: "10.0.0.0/16", prefixLength: 24 })
        .address("b", { from: { subnet: "a" }, name: "b.example.com" })
        .apply(),
  ],
  ensure: [3, (ipam) => () => ipam.ensure({ subnets: [{ cidr: "10.4.0.0/24" }] })],
  ensureSubnet: [3, (ipam) => () => ipam.ensureSubnet({ cidr: "10.4.0.0/24" })],
  ensureHost: [2, (ipam) => () => ipam.ensureHost({ name: "db.example.com", ips: ["10.2.0.9"] })],
  ensureAddress: [2, (ipam) => () => ipam.ensureAddress({ ip: "10.2.0.9", mac: "02:42:ac:11:00:02" })],
  ensureContainer: [2, (ipam) => () => ipam.ensureContainer({ cidr: "10.5.0.0/16" })],
  ensureNetworkView: [2, (ipam) => () => ipam.ensureNetworkView("lab")],
  lookup: [2, (ipam) => () => ipam.lookup("10.2.0.9")],
  utilization: [2, (ipam) => () => ipam.utilization("10.2.0.0/24")],
  map: [3, (ipam) => () => ipam.map("10.0.0.0/16")],
  findAddresses: [1, (ipam) => () => ipam.findAddresses({ name: "web.example.com" })],
  findSubnets: [2, (ipam) => () => ipam.findSubnets({ containing: "10.2.0.9" })],
  peekAddresses: [2, (ipam) => () => ipam.peekAddresses("10.2.0.0/24", 3)],
  peekSubnets: [2, (ipam) => () => ipam.peekSubnets("10.0.0.0/16", { prefixLength: 24 })],
  setup: [1, (ipam) => () => ipam.setup()],
  renew: [
    1,
    async (ipam) => {
      const address = await ipam.requestAddress({ from: "10.2.0.0/24", expiresIn: 60 });
      return () => ipam.renew(address, { expiresIn: 600 });
    },
  ],
  collect: [1, (ipam) => () => ipam.collect()],
  audit: [1, (ipam) => () => ipam.audit()],
  close: [0, (ipam) => () => ipam.close()],
  probe: [396, (ipam) => () => ipam.probe()],
  inventory: [0, (ipam) => () => ipam.inventory()],
  watch: [0, (ipam) => () => ipam.watch({ interval: 300_000 })],
  on: [0, (ipam) => () => ipam.on("allocated", () => {})],
  "capacity.forecast": [0, (ipam) => () => ipam.capacity.forecast({ history: [] })],
  "capacity.freeSpace": [1, (ipam) => () => ipam.capacity.freeSpace("10.0.0.0/16")],
  "capacity.countFree": [1, (ipam) => () => ipam.capacity.countFree("10.0.0.0/16", 24)],
  "capacity.freeSubnets": [1, (ipam) => () => ipam.capacity.freeSubnets("10.0.0.0/16", { prefixLength: 24 })],
  "capacity.report": [1, (ipam) => () => ipam.capacity.report()],
  "dns.add": [
    1,
    (ipam) => () => ipam.dns.add({ type: "A", name: "x.example.com", from: "10.2.0.0/24", ptr: true }),
  ],
  "dns.find": [1, (ipam) => () => ipam.dns.find({ type: "A", name: "a.example.com" })],
  "dns.remove": [2, (ipam) => () => ipam.dns.remove({ type: "A", name: "a.example.com" })],
  "dns.zoneOf": [1, (ipam) => () => ipam.dns.zoneOf("10.2.0.9")],
  "dns.ensureReverseZones": [2, (ipam) => () => ipam.dns.ensureReverseZones("10.3.0.0/24")],
  "hosts.find": [1, (ipam) => () => ipam.hosts.find({ name: "web.example.com" })],
  "hosts.addAddress": [2, (ipam) => () => ipam.hosts.addAddress("web.example.com", { from: "10.2.0.0/24" })],
  "hosts.removeAddress": [
    2,
    async (ipam) => {
      const { address } = await ipam.hosts.addAddress("web.example.com", { from: "10.2.0.0/24" });
      return () => ipam.hosts.removeAddress("web.example.com", address.ip);
    },
  ],
  "hosts.move": [2, (ipam) => () => ipam.hosts.move("web.example.com", { to: "10.2.1.0/24" })],
  "hosts.setMac": [2, (ipam) => () => ipam.hosts.setMac("web.example.com", "02:42:ac:11:00:03")],
  "hosts.setDuid": [
    2,
    async (ipam, wapi) => {
      await wapi.create("ipv6network", { network: "2001:db8::/64" });
      await ipam.hosts.addAddress("web.example.com", { from: "2001:db8::/64" });
      return () => ipam.hosts.setDuid("web.example.com", "00:03:00:01:02:42:ac:11:00:03");
    },
  ],
  "hosts.rename": [2, (ipam) => () => ipam.hosts.rename("web.example.com", "www.example.com")],
  "hosts.addAliases": [2, (ipam) => () => ipam.hosts.addAliases("web.example.com", ["www.example.com"])],
  "hosts.removeAliases": [
    2,
    async (ipam) => {
      await ipam.hosts.addAliases("web.example.com", ["www.example.com"]);
      return () => ipam.hosts.removeAliases("web.example.com", ["www.example.com"]);
    },
  ],
  "ranges.request": [1, (ipam) => () => ipam.ranges.request({ first: "10.3.0.10", last: "10.3.0.19" })],
  "ranges.find": [1, (ipam) => () => ipam.ranges.find({ in: "10.2.1.0/24" })],
  "ranges.release": [2, (ipam) => () => ipam.ranges.release("10.2.1.100-10.2.1.109")],
  "services.status": [1, (ipam) => () => ipam.services.status()],
  "services.restart": [
    2,
    async (ipam) => {
      await ipam.requestAddress({ from: "10.2.0.0/24", mac: "02:42:ac:11:00:02" });
      return () => ipam.services.restart();
    },
  ],
  "subnets.ensureShared": [
    2,
    (ipam) => () =>
      ipam.subnets.ensureShared({
        sharedBy: { "Network Name": "blue" },
        from: "10.0.0.0/16",
        prefixLength: 24,
      }),
  ],
  "subnets.split": [2, (ipam) => () => ipam.subnets.split("10.3.0.0/24", { prefixLength: 26 })],
  "subnets.join": [3, (ipam) => () => ipam.subnets.join(["10.3.0.0/24", "10.3.1.0/24"])],
  "subnets.expand": [2, (ipam) => () => ipam.subnets.expand("10.3.0.0/24", { prefixLength: 23 })],
  "subnets.resize": [2, (ipam) => () => ipam.subnets.resize("10.3.0.0/24", { prefixLength: 25 })],
  "subnets.setDhcp": [
    3,
    (ipam) => () =>
      ipam.subnets.setDhcp("10.3.0.0/24", { options: [{ name: "domain-name-servers", value: "10.0.0.53" }] }),
  ],
  "subnets.routers": [2, (ipam) => () => ipam.subnets.routers("10.3.0.0/24")],
  "subnets.setGateway": [3, (ipam) => () => ipam.subnets.setGateway("10.3.0.0/24", "first")],
  "subnets.assignVlan": [
    2,
    (ipam) => () => ipam.subnets.assignVlan("10.3.0.0/24", { view: "campus", name: "blue" }),
  ],
  "subnets.unassignVlan": [
    3,
    async (ipam) => {
      const { id } = await ipam.subnets.assignVlan("10.3.0.0/24", { view: "campus", name: "blue" });
      return () => ipam.subnets.unassignVlan("10.3.0.0/24", id);
    },
  ],
};

/** What a user may call: the methods of an Ipam, and of its parts. */
function callsOf(ipam: Ipam): string[] {
  const parts = Object.entries(ipam).filter(([, part]) => typeof part === "object" && part !== null);
  return [["", ipam] as const, ...parts.map(([name, part]) => [`${name}.`, part as object] as const)].flatMap(
    ([prefix, object]) =>
      Object.entries(Object.getOwnPropertyDescriptors(Object.getPrototypeOf(object)))
        .filter(([name, { value }]) => typeof value === "function" && name !== "constructor")
        .map(([name]) => `${prefix}${name}`),
  );
}

const page = readFileSync(resolve(import.meta.dirname, "../../docs/ipam.md"), "utf8");
const table = page.slice(page.indexOf("\n| Call | Requests |"));

/** The calls in the first column, options apart; `hosts.move` may be said as `move` behind another of the same part. */
const documented = [...table.matchAll(/^\| (`.+?) \|/gm)].flatMap(([, cell = ""]) => {
  const names = [...cell.matchAll(/`([\w.()]+)`/g)].map(([, name = ""]) => name);
  const part = /^(\w+\.)(?!\(\))/.exec(names[0] ?? "")?.[1] ?? "";
  return names.map((name) => (name.includes(".") ? name : `${part}${name}`));
});

async function visit(options: IpamOptions): Promise<{ grid: FakeGrid; wapi: WapiClient; ipam: Ipam }> {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const wapi = new WapiClient(grid.clientOptions);
  return { grid, wapi, ipam: new Ipam(wapi, options) };
}

describe("what a call costs", () => {
  it("is documented for every method of Ipam and its parts, and for nothing else", async () => {
    const { ipam } = await visit({});
    expect(documented.toSorted()).toEqual([...callsOf(ipam), "plan().apply"].sort());
  });

  it("has a price below for each of them", () => {
    expect(Object.keys(prices).sort()).toEqual(documented.toSorted());
  });

  it.each(Object.entries(prices))("%s", async (name, [price, prepare]) => {
    const { grid, wapi, ipam } = await visit(name === "collect" || name === "audit" ? { owner: "ci" } : {});
    await wapi.find("networkview"); // logs in
    const work = await prepare(ipam, wapi);
    grid.clearRequests();
    await work();
    const asked = grid.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked, asked.join("\n")).toHaveLength(price);
    await wapi.close();
  });

  describe.each([
    ["10.6.0.0/24", 5],
    ["2001:db8:6::/64", 4],
  ])("by the request id of %s", (cidr, again) => {
    it.each<readonly [name: string, price: number, work: (ipam: Ipam) => Promise<unknown>]>([
      ["releaseSubnet", 4, (ipam) => ipam.releaseSubnet({ requestId: "d" })],
      ["renew", 4, (ipam) => ipam.renew({ requestId: "d" }, { expiresIn: 600 })],
      ["requestSubnet", again, (ipam) => ipam.requestSubnet({ cidr, requestId: "d", gateway: "first" })],
    ])("%s", async (_name, price, work) => {
      const { grid, wapi, ipam } = await visit({});
      await ipam.requestSubnet({ cidr, requestId: "d", gateway: "first" });
      grid.clearRequests();
      await work(ipam);
      expect(grid.requests).toHaveLength(price);
      await wapi.close();
    });
  });
});
