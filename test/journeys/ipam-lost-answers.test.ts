import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const network = (cidr: string) => ({ network: cidr });
const attributes = ["Request ID", "Request Attempt"];
const seed = {
  containers: ["10.0.0.0/16"],
  networks: [network("10.0.7.0/24"), network("10.0.8.0/24"), "2001:db8:7::/64"],
  zones: ["example.com", { fqdn: "10.0.7.0/24", zone_format: "IPV4" }],
};

type Method = "POST" | "PUT" | "DELETE";

/** One thing that is changed, by which kind of request, and all that is to be seen of it afterwards. */
interface Story {
  readonly on: Method;
  readonly act: (visit: IpamVisit) => Promise<unknown>;
  readonly see: (visit: IpamVisit) => Promise<unknown>;
  /** Left out: both. */
  readonly fails?: readonly ("reset-after-commit" | "reset-before-commit")[];
}

const web = "web.example.com";
const host = async ({ ipam }: IpamVisit) => {
  const found = await ipam.hosts.find();
  return found.map(({ name, aliases, addresses }) => [
    name,
    aliases,
    addresses.map(({ ip, mac }) => [ip, mac]),
  ]);
};
const records = async ({ ipam }: IpamVisit) => {
  const found = (await ipam.dns.find()).filter(({ target }) => target !== "localhost");
  return found
    .filter(({ name }) => name.startsWith("r.") || name.includes("arpa"))
    .map(({ type, value }) => [type, value]);
};
const subnets = async ({ wapi }: IpamVisit) =>
  (await wapi.find("network", { fields: ["network", "members", "vlans", "options"] })).map(
    ({ network: cidr, members, vlans, options }) => [
      cidr,
      members,
      vlans?.map(({ id, name }) => [id, name]),
      options?.map(({ name, value }) => [name, value]),
    ],
  );
const vlans = async (visit: IpamVisit) => [
  await subnets(visit),
  (await visit.wapi.find("vlan", { fields: ["id"] })).map(({ id }) => id),
];
const ranges = async ({ ipam }: IpamVisit) =>
  (await ipam.ranges.find()).map(({ first, last }) => [first, last]);
const zones = async ({ wapi }: IpamVisit) =>
  (await wapi.find("zone_auth", { fields: ["fqdn"] })).map(({ fqdn }) => fqdn).sort();
const gateways = async (visit: IpamVisit) => [
  await subnets(visit),
  (await visit.wapi.find("fixedaddress", { fields: ["ipv4addr"] })).map(({ ipv4addr }) => ipv4addr),
];

const stories: Readonly<Record<string, Story>> = {
  "one more address, the next": {
    on: "POST",
    act: ({ ipam }) => ipam.hosts.addAddress(web, { from: "10.0.8.0/24" }),
    see: host,
  },
  "one more address, a named one": {
    on: "POST",
    act: ({ ipam }) => ipam.hosts.addAddress(web, { ip: "10.0.7.50" }),
    see: host,
  },
  "one more address, of IPv6": {
    on: "POST",
    act: ({ ipam }) => ipam.hosts.addAddress(web, { from: "2001:db8:7::/64" }),
    see: host,
  },
  "one address less": {
    on: "PUT",
    act: ({ ipam }) => ipam.hosts.removeAddress(web, "10.0.7.11"),
    see: host,
  },
  "a move": {
    on: "POST",
    act: ({ ipam }) => ipam.hosts.move(web, { from: "10.0.7.10", to: "10.0.8.0/24" }),
    see: host,
  },
  "another MAC": {
    on: "POST",
    act: ({ ipam }) => ipam.hosts.setMac(web, "02:42:ac:11:00:09", { ip: "10.0.7.10" }),
    see: host,
  },
  "another name": { on: "PUT", act: ({ ipam }) => ipam.hosts.rename(web, "app.example.com"), see: host },
  "more aliases": {
    on: "PUT",
    act: ({ ipam }) => ipam.hosts.addAliases(web, ["a.example.com", "b.example.com"]),
    see: host,
  },
  "an alias less": {
    on: "PUT",
    act: ({ ipam }) => ipam.hosts.removeAliases(web, ["www.example.com"]),
    see: host,
  },
  "an A record with its way back": {
    on: "POST",
    act: ({ ipam }) => ipam.dns.add({ type: "A", name: "r.example.com", ip: "10.0.7.60", ptr: true }),
    see: records,
  },
  "a CNAME": {
    on: "POST",
    act: ({ ipam }) => ipam.dns.add({ type: "CNAME", name: "r.example.com", canonical: web }),
    see: records,
  },
  "a TXT record": {
    on: "POST",
    act: ({ ipam }) => ipam.dns.add({ type: "TXT", name: "r.example.com", text: "x" }),
    see: records,
  },
  "reverse zones": { on: "POST", act: ({ ipam }) => ipam.dns.ensureReverseZones("10.0.8.0/23"), see: zones },
  "a split": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.split("10.0.8.0/24", { prefixLength: 26 }),
    see: subnets,
  },
  "a join": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.expand("10.0.8.0/24", { prefixLength: 23 }),
    see: subnets,
  },
  "another size": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.resize("10.0.8.0/24", { prefixLength: 25 }),
    see: subnets,
  },
  "DHCP options": {
    on: "PUT",
    act: ({ ipam }) =>
      ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ name: "domain-name", value: "b.example.com" }] }),
    see: subnets,
  },
  "a DHCP member": {
    on: "PUT",
    act: ({ ipam }) => ipam.subnets.setDhcp("10.0.7.0/24", { addMembers: ["infoblox.localdomain"] }),
    see: subnets,
  },
  "a gateway": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.setGateway("10.0.8.0/24", "last"),
    see: gateways,
  },
  "a new VLAN": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.assignVlan("10.0.8.0/24", { view: "campus", name: "blue" }),
    see: vlans,
  },
  "a VLAN that exists": {
    on: "POST",
    act: ({ ipam }) => ipam.subnets.assignVlan("10.0.8.0/24", { view: "campus", id: 100 }),
    see: vlans,
  },
  "a VLAN less": { on: "PUT", act: ({ ipam }) => ipam.subnets.unassignVlan("10.0.7.0/24", 100), see: vlans },
  "a range": {
    on: "POST",
    act: ({ ipam }) => ipam.ranges.request({ in: "10.0.8.0/24", size: 20, name: "pool" }),
    see: ranges,
  },
  // One that stands there still may be another's by now: that is an UncertainWriteError.
  "a range that goes": {
    fails: ["reset-after-commit"],
    on: "DELETE",
    act: ({ ipam }) => ipam.ranges.release("10.0.7.200-10.0.7.209"),
    see: ranges,
  },
};

async function prepared(visit: IpamVisit): Promise<IpamVisit> {
  const { ipam, wapi } = visit;
  await ipam.requestAddress({ ip: "10.0.7.10", name: web, aliases: ["www.example.com"] });
  await ipam.hosts.addAddress(web, { ip: "10.0.7.11" });
  await wapi.create("vlanview", { name: "campus", start_vlan_id: 100, end_vlan_id: 199 });
  await ipam.subnets.assignVlan("10.0.7.0/24", { view: "campus", name: "red" });
  await ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ name: "domain-name", value: "a.example.com" }] });
  await ipam.ranges.request({ first: "10.0.7.200", last: "10.0.7.209" });
  return visit;
}

behindEveryDoor("an answer that is lost", (visit) => {
  for (const marks of [attributes, []]) {
    const where = marks.length > 0 ? "" : " (without one-time ids)";
    it.each(Object.entries(stories))(
      `is made up for, and nothing done twice: %s${where}`,
      async (_what, story) => {
        const { on, act, see, fails = ["reset-after-commit", "reset-before-commit"] } = story;
        const here = await prepared(await visit({ seed: { ...seed, attributes: marks } }));
        const { grid } = here;
        const beginning = grid.snapshot();
        await act(here);
        const wanted = await see(here);
        for (const fail of fails) {
          grid.restore(beginning);
          const sent = grid.requests.length;
          grid.faults.next({ on, fail });
          await act(here);
          expect(await see(here)).toEqual(wanted);
          expect(grid.requests.slice(sent).map(({ method }) => method)).toContain(on);
        }
      },
    );
  }

  const add = ({ ipam }: IpamVisit) =>
    ipam.dns.add({ type: "A", name: "r.example.com", from: "10.0.7.0/24" });

  it("to a record at the next address is made up for by its one-time id", async () => {
    const here = await visit({ seed: { ...seed, attributes } });
    here.grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    expect(await add(here)).toMatchObject({ ip: "10.0.7.1", created: true });
    expect(await records(here)).toEqual([["A", "10.0.7.1"]]);
  });

  it("to a record at the next address, without a one-time id, says what to look for", async () => {
    const here = await visit({ seed }, { attemptAttribute: false });
    here.grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    await expect(add(here)).rejects.toMatchObject({
      name: "UncertainWriteError",
      hint: expect.stringContaining('a new A record r.example.com in DNS view "default"'),
    });
    expect(await records(here)).toHaveLength(1);
  });

  it("to a release of a range that is there still says what to look for", async () => {
    const here = await prepared(await visit({ seed }));
    here.grid.faults.next({ on: "DELETE", fail: "reset-before-commit" });
    await expect(here.ipam.ranges.release("10.0.7.200-10.0.7.209")).rejects.toMatchObject({
      name: "UncertainWriteError",
      hint: expect.stringContaining("10.0.7.200-10.0.7.209"),
    });
  });

  it.each(["reset-after-commit", "reset-before-commit"] as const)(
    "to a removal of a record is made up for, where the record shows that it is the same: %s",
    async (fail) => {
      const here = await visit({ seed: { ...seed, attributes } });
      const record = await here.ipam.dns.add({
        type: "A",
        name: "r.example.com",
        ip: "10.0.7.60",
        ptr: true,
      });
      here.grid.faults.next({ on: "POST", fail });
      expect(await here.ipam.dns.remove(record, { ptr: true })).toMatchObject({ released: true });
      expect(await records(here)).toEqual([]);
    },
  );

  it("to one more address of a host that is known from long ago isn't guessed about", async () => {
    const { ipam, grid } = await prepared(await visit({ seed: { ...seed, attributes } }));
    const [old] = await ipam.hosts.find({ name: web });
    await ipam.hosts.addAddress(web, { from: "10.0.8.0/24" });
    grid.faults.next({ on: "POST", fail: "reset-before-commit" });
    await expect(ipam.hosts.addAddress(old ?? web, { from: "10.0.8.0/24" })).rejects.toMatchObject({
      name: "UncertainWriteError",
      hint: expect.stringContaining("10.0.8.1"),
    });
  });
});

behindEveryDoor("DHCP options", (visit) => {
  const optionsOf = async ({ wapi }: IpamVisit) => {
    const [row] = await wapi.find("network", { where: { network: "10.0.7.0/24" }, fields: ["options"] });
    return Object.fromEntries(
      (row?.options ?? []).filter((one) => one.use_option !== false).map((one) => [one.name, one.value]),
    );
  };

  it("that others set at the same moment stay", async () => {
    const here = await visit({ seed });
    const { ipam } = here;
    const set = (name: string, value: string | null) =>
      ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ name, value }] });
    await set("domain-name", "example.com");
    await Promise.all([
      set("domain-name-servers", "10.0.0.53"),
      set("ntp-servers", "10.0.0.123"),
      set("domain-name", "b.example.com"),
      ipam.subnets.setGateway("10.0.7.0/24", "first"),
    ]);
    const all = {
      "domain-name": "b.example.com",
      "domain-name-servers": "10.0.0.53",
      "ntp-servers": "10.0.0.123",
      routers: "10.0.7.1",
    };
    expect(await optionsOf(here)).toEqual(all);
    await Promise.all(["a", "b", "c"].map((name) => set("domain-name", `${name}.example.com`)));
    expect((await optionsOf(here))["domain-name"]).toMatch(/^[abc]\.example\.com$/);
    await set("ntp-servers", null);
    expect(await optionsOf(here)).not.toHaveProperty("ntp-servers");
    await ipam.subnets.setDhcp("10.0.7.0/24", {
      options: [{ name: "domain-name", value: "z.example.com" }],
      replace: true,
    });
    expect(await optionsOf(here)).toEqual({ "domain-name": "z.example.com" });
  });

  it("and a gateway that is set again cost no second reservation: it moves", async () => {
    const here = await visit({ seed });
    await here.ipam.subnets.setGateway("10.0.7.0/24", "first");
    await here.ipam.subnets.setGateway("10.0.7.0/24", "first");
    expect(await here.ipam.subnets.setGateway("10.0.7.0/24", "last")).toMatchObject({
      gateway: "10.0.7.254",
    });
    const reserved = await here.wapi.find("fixedaddress", { fields: ["ipv4addr"] });
    expect(reserved.map(({ ipv4addr }) => ipv4addr)).toEqual(["10.0.7.254"]);
    expect(await optionsOf(here)).toEqual({ routers: "10.0.7.254" });
    await here.ipam.subnets.setGateway("2001:db8:7::/64", "first");
    expect(await here.ipam.subnets.setGateway("2001:db8:7::/64", "2001:db8:7::9")).toMatchObject({
      gateway: "2001:db8:7::9",
    });
    expect(await here.wapi.find("ipv6fixedaddress")).toHaveLength(1);
  });
});
