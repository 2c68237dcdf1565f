import { isInfobloxError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

shortenPauses();

const network = (cidr: string) => ({ network: cidr });
const attributes = ["Request ID", "Request Attempt", "Last Change"];
const seed = {
  containers: ["10.0.0.0/16"],
  networks: [network("10.0.7.0/24"), network("10.0.8.0/24"), "2001:db8:7::/64"],
  zones: ["example.com", { fqdn: "10.0.7.0/24", zone_format: "IPV4" }],
};

/** One thing that is changed, and all that is to be seen of it afterwards. */
interface Story {
  readonly act: (visit: IpamVisit) => Promise<unknown>;
  readonly see: (visit: IpamVisit) => Promise<unknown>;
  /** Whether only a token tells whether it was done: the grid has chosen something, or made an object. */
  readonly needsToken?: boolean;
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
    needsToken: true,
    act: ({ ipam }) => ipam.hosts.addAddress(web, { from: "10.0.8.0/24" }),
    see: host,
  },
  "one more address, a named one": {
    needsToken: true,
    act: ({ ipam }) => ipam.hosts.addAddress(web, { ip: "10.0.7.50" }),
    see: host,
  },
  "one more address, of IPv6": {
    needsToken: true,
    act: ({ ipam }) => ipam.hosts.addAddress(web, { from: "2001:db8:7::/64" }),
    see: host,
  },
  "one address less": {
    act: ({ ipam }) => ipam.hosts.removeAddress(web, "10.0.7.11"),
    see: host,
  },
  "a move": {
    needsToken: true,
    act: ({ ipam }) => ipam.hosts.move(web, { from: "10.0.7.10", to: "10.0.8.0/24" }),
    see: host,
  },
  "another MAC": {
    act: ({ ipam }) => ipam.hosts.setMac(web, "02:42:ac:11:00:09", { ip: "10.0.7.10" }),
    see: host,
  },
  "another name": { act: ({ ipam }) => ipam.hosts.rename(web, "app.example.com"), see: host },
  "more aliases": {
    act: ({ ipam }) => ipam.hosts.addAliases(web, ["a.example.com", "b.example.com"]),
    see: host,
  },
  "an alias less": {
    act: ({ ipam }) => ipam.hosts.removeAliases(web, ["www.example.com"]),
    see: host,
  },
  "an A record with its way back": {
    needsToken: true,
    act: ({ ipam }) => ipam.dns.add({ type: "A", name: "r.example.com", ip: "10.0.7.60", ptr: true }),
    see: records,
  },
  "a CNAME": {
    needsToken: true,
    act: ({ ipam }) => ipam.dns.add({ type: "CNAME", name: "r.example.com", canonical: web }),
    see: records,
  },
  "a TXT record": {
    needsToken: true,
    act: ({ ipam }) => ipam.dns.add({ type: "TXT", name: "r.example.com", text: "x" }),
    see: records,
  },
  "reverse zones": { act: ({ ipam }) => ipam.dns.ensureReverseZones("10.0.8.0/23"), see: zones },
  "a split": {
    act: ({ ipam }) => ipam.subnets.split("10.0.8.0/24", { prefixLength: 26 }),
    see: subnets,
  },
  "a join": {
    act: ({ ipam }) => ipam.subnets.expand("10.0.8.0/24", { prefixLength: 23 }),
    see: subnets,
  },
  "another size": {
    act: ({ ipam }) => ipam.subnets.resize("10.0.8.0/24", { prefixLength: 25 }),
    see: subnets,
  },
  "DHCP options": {
    act: ({ ipam }) =>
      ipam.subnets.setDhcp("10.0.7.0/24", { options: [{ name: "domain-name", value: "b.example.com" }] }),
    see: subnets,
  },
  "a DHCP member": {
    act: ({ ipam }) => ipam.subnets.setDhcp("10.0.7.0/24", { addMembers: ["infoblox.localdomain"] }),
    see: subnets,
  },
  "a gateway": {
    act: ({ ipam }) => ipam.subnets.setGateway("10.0.8.0/24", "last"),
    see: gateways,
  },
  "a new VLAN": {
    needsToken: true,
    act: ({ ipam }) => ipam.subnets.assignVlan("10.0.8.0/24", { view: "campus", name: "blue" }),
    see: vlans,
  },
  "a VLAN that exists": {
    act: ({ ipam }) => ipam.subnets.assignVlan("10.0.8.0/24", { view: "campus", id: 100 }),
    see: vlans,
  },
  "a VLAN less": { act: ({ ipam }) => ipam.subnets.unassignVlan("10.0.7.0/24", 100), see: vlans },
  "a range": {
    needsToken: true,
    act: ({ ipam }) => ipam.ranges.request({ in: "10.0.8.0/24", size: 20, name: "pool" }),
    see: ranges,
  },
  "a range that goes": {
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
        const { act, see, needsToken = false } = story;
        const here = await prepared(await visit({ seed: { ...seed, attributes: marks } }));
        const { grid } = here;
        const beginning = grid.snapshot();
        await act(here);
        const wanted = await see(here);
        const isBlind = needsToken && marks.length === 0;
        for (const fail of ["reset-after-commit", "reset-before-commit"] as const) {
          // Each request of the call in turn: looks are repeated, and writes are made up for.
          for (const after of [0, 1, 2]) {
            grid.restore(beginning);
            const sent = grid.requests.length;
            grid.faults.clear();
            grid.faults.next({ on: "POST", after, fail });
            const outcome = await act(here).catch((error: unknown) => error);
            const posts = grid.requests.slice(sent).filter(({ method }) => method === "POST");
            grid.faults.clear();
            if (isBlind && isInfobloxError(outcome, "UncertainWriteError")) {
              expect(outcome.hint).toContain("setup()");
              continue;
            }
            expect(await see(here), `${fail} of request ${after + 1}: ${String(outcome)}`).toEqual(wanted);
            expect(posts.length).toBeGreaterThan(0);
          }
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

  it("to a record at the next address, without a token, says what would have settled it", async () => {
    const here = await visit({ seed }, { attemptAttribute: false, lastChangeAttribute: false });
    here.grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    await expect(add(here)).rejects.toMatchObject({
      name: "UncertainWriteError",
      hint: expect.stringContaining("setup()"),
    });
    expect(await records(here)).toHaveLength(1);
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
      const released = fail === "reset-before-commit";
      expect(await here.ipam.dns.remove(record, { ptr: true })).toMatchObject({ released });
      expect(await records(here)).toEqual([]);
    },
  );

  it("to one more address of a host that is known from long ago gives a new one", async () => {
    const { ipam, grid } = await prepared(await visit({ seed: { ...seed, attributes } }));
    const [old] = await ipam.hosts.find({ name: web });
    const others = await ipam.hosts.addAddress(web, { from: "10.0.8.0/24" });
    grid.faults.next({ on: "POST", fail: "reset-before-commit" });
    const ours = await ipam.hosts.addAddress(old ?? web, { from: "10.0.8.0/24" });
    expect([others.address.ip, ours.address.ip]).toEqual(["10.0.8.1", "10.0.8.2"]);
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
