import { type Host, Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const seed = {
  attributes: ["Site", "Owner"],
  networks: ["10.0.7.0/24", "10.0.8.0/24", "10.0.9.0/30", "2001:db8:7::/64", "2001:db8:8::/64"],
  zones: ["example.com"],
};
const mac = "02:42:ac:11:00:02";
const duid = "00:03:00:01:02:42:ac:11:00:02";

async function web({ ipam }: IpamVisit, more: object = {}): Promise<Host> {
  await ipam.requestAddress({ ip: "10.0.7.5", name: "web.example.com", ...more });
  const [host] = await ipam.hosts.find({ name: "web.example.com" });
  if (host === undefined) throw new Error("the host isn't there");
  return host;
}

const ipsOf = (host: Host) => host.addresses.map(({ ip }) => ip);

behindEveryDoor("hosts", (visit) => {
  it("are found by address, name, pattern, alias, client and attributes, with all that the grid holds", async () => {
    const entered = await visit({ seed });
    const { ipam } = entered;
    const host = await web(entered, {
      mac,
      aliases: ["www.example.com"],
      ttl: 300,
      comment: "front",
      extattrs: { Site: "Paris" },
    });
    await ipam.requestAddress({ from: "2001:db8:7::/64", name: "db-1.example.com", duid });
    expect(host).toEqual({
      ref: expect.stringMatching(/^record:host\//),
      name: "web.example.com",
      addresses: [
        {
          ip: "10.0.7.5",
          family: 4,
          ref: expect.stringMatching(/^record:host_ipv4addr\//),
          subnet: "10.0.7.0/24",
          mac,
          duid: undefined,
          dhcp: true,
        },
      ],
      aliases: ["www.example.com"],
      ttl: 300,
      networkView: "default",
      dnsView: "default",
      comment: "front",
      extattrs: { Site: "Paris" },
    });
    const queries = [
      { ip: "10.0.7.5" },
      { name: "WEB.example.com" },
      { nameMatches: "^W.b\\." },
      { alias: "www.example.com" },
      { mac: "0242.ac11.0002" },
      { extattrs: { Site: "Paris" } },
      { comment: "front" },
      { zone: "example.com", limit: 2, nameMatches: "web" },
    ];
    for (const query of queries) expect(await ipam.hosts.find(query)).toEqual([host]);
    expect((await ipam.hosts.find({ duid })).map(({ name }) => name)).toEqual(["db-1.example.com"]);
    expect(await ipam.hosts.find()).toHaveLength(2);
    expect(await ipam.hosts.find({ name: "gone.example.com" })).toEqual([]);
    expect(await ipam.hosts.find({ dnsView: "other" })).toEqual([]);
  });

  it("get addresses of both families, and lose them", async () => {
    const entered = await visit({ seed });
    const { ipam, requestsOf } = entered;
    const host = await web(entered);
    const { host: dual, address } = await ipam.hosts.addAddress(host, { from: "2001:db8:7::/64", duid });
    expect(address).toMatchObject({ ip: "2001:db8:7::1", family: 6, duid, dhcp: true });
    expect(ipsOf(dual)).toEqual(["10.0.7.5", "2001:db8:7::1"]);
    const named = await ipam.hosts.addAddress("web.example.com", { ip: "10.0.8.9" });
    expect(named.address).toMatchObject({ ip: "10.0.8.9", subnet: "10.0.8.0/24", dhcp: false });
    const last = await ipam.hosts.addAddress(dual, { from: ["10.0.8.0/24"], exclude: "10.0.8.1-10.0.8.3" });
    expect(last.address.ip).toBe("10.0.8.4");
    expect(ipsOf(last.host)).toEqual(["10.0.7.5", "10.0.8.9", "10.0.8.4", "2001:db8:7::1"]);
    expect(ipsOf(await ipam.hosts.removeAddress(host, "10.0.8.9"))).not.toContain("10.0.8.9");
    expect(ipsOf(await ipam.hosts.removeAddress(last.host, "2001:DB8:7::1"))).toEqual([
      "10.0.7.5",
      "10.0.8.4",
    ]);
    expect(ipsOf(await ipam.hosts.removeAddress("web.example.com", "10.0.8.200"))).toHaveLength(2);
    expect(await requestsOf(() => ipam.hosts.addAddress(last.host, { from: "10.0.8.0/24" }))).toBe(1);
    expect(await requestsOf(() => ipam.hosts.addAddress("10.0.7.5", { from: "10.0.8.0/24" }))).toBe(2);
  });

  it("lose no address where two change them at once", async () => {
    const entered = await visit({ seed });
    const host = await web(entered);
    const callers = Array.from({ length: 10 }, () => new Ipam(entered.grid.clientOptions));
    await Promise.all(callers.map((caller) => caller.hosts.addAddress(host, { from: "10.0.8.0/24" })));
    const [now] = await entered.ipam.hosts.find({ name: host.name });
    expect(new Set(now && ipsOf(now)).size).toBe(11);
    for (const caller of callers) await caller.close();
  });

  it("keep their only address, and refuse one that is in use", async () => {
    const entered = await visit({ seed });
    const { ipam } = entered;
    const host = await web(entered);
    await expect(ipam.hosts.removeAddress(host, "10.0.7.5")).rejects.toMatchObject({
      name: "ConflictError",
      message: expect.stringContaining("the only address of web.example.com"),
    });
    await ipam.requestAddress({ ip: "10.0.8.1" });
    await expect(ipam.hosts.addAddress(host, { ip: "10.0.8.1" })).rejects.toMatchObject({
      name: "ConflictError",
      message: expect.stringContaining("10.0.8.1 is in use"),
    });
    await ipam.hosts.addAddress(host, { ip: "10.0.8.2" });
    const { address } = await ipam.hosts.addAddress(host, { ip: "10.0.8.1", ifInUse: "allow" });
    expect(address.ip).toBe("10.0.8.1");
  });

  it.each([
    ["IPv4", { mac }, "10.0.7.5", "10.0.8.0/24", "10.0.8.1"],
    ["IPv6", { duid }, "2001:db8:7::5", "2001:db8:8::/64", "2001:db8:8::1"],
  ])(
    "move to another subnet in one request, with their client (%s)",
    async (_family, client, ip, to, now) => {
      const entered = await visit({ seed });
      const { ipam, requestsOf } = entered;
      const host = await web(entered, { ip, ...client, extattrs: { Site: "Paris" } });
      expect(await requestsOf(() => ipam.hosts.move(host, { to }))).toBe(1);
      const [moved] = await ipam.hosts.find({ name: "web.example.com" });
      expect(moved).toMatchObject({
        name: "web.example.com",
        addresses: [{ ip: now, ...client, dhcp: true }],
        extattrs: { Site: "Paris" },
      });
      expect((await ipam.lookup(ip)).status).toBe("UNUSED");
    },
  );

  it("stay where they are when there is no room, or several addresses to move", async () => {
    const entered = await visit({ seed });
    const { ipam } = entered;
    const host = await web(entered);
    await ipam.requestAddresses({ from: "10.0.9.0/30", count: 2 });
    await expect(ipam.hosts.move(host, { to: "10.0.9.0/30" })).rejects.toMatchObject({
      name: "PoolExhaustedError",
    });
    await ipam.hosts.addAddress(host, { ip: "10.0.7.6" });
    await expect(ipam.hosts.move("10.0.7.5", { to: "10.0.8.0/24" })).rejects.toMatchObject({
      name: "AmbiguousTargetError",
      message: expect.stringContaining("10.0.7.5, 10.0.7.6"),
    });
    const moved = await ipam.hosts.move("10.0.7.5", { ip: "10.0.8.77", from: "10.0.7.6" });
    expect(ipsOf(moved)).toEqual(["10.0.7.5", "10.0.8.77"]);
    await expect(ipam.hosts.move(host, { to: "2001:db8:7::/64" })).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringContaining("IPv6 address of host web.example.com"),
    });
  });

  it("change their client, and have none", async () => {
    const entered = await visit({ seed });
    const { ipam } = entered;
    const host = await web(entered);
    const set = await ipam.hosts.setMac(host, "02-42-AC-11-00-03");
    expect(set.addresses).toMatchObject([{ mac: "02:42:ac:11:00:03", dhcp: true }]);
    const none = await ipam.hosts.setMac("web.example.com", null);
    expect(none.addresses).toMatchObject([{ mac: undefined, dhcp: false }]);
    await ipam.hosts.addAddress(none, { from: "2001:db8:7::/64" });
    const six = await ipam.hosts.setDuid("web.example.com", duid, { ip: "2001:db8:7::1" });
    expect(six.addresses.at(-1)).toMatchObject({ duid, dhcp: true });
  });

  it("change their name and aliases", async () => {
    const entered = await visit({ seed });
    const { ipam } = entered;
    const host = await web(entered);
    const renamed = await ipam.hosts.rename(host, "app.example.com");
    expect(renamed).toMatchObject({ name: "app.example.com", addresses: [{ ip: "10.0.7.5" }] });
    const named = await ipam.hosts.addAliases(renamed, ["www.example.com", "ftp.example.com"]);
    expect(await ipam.hosts.addAliases(named, ["WWW.example.com"])).toEqual(named);
    const less = await ipam.hosts.removeAliases(named, ["WWW.example.com", "never.example.com"]);
    expect(less.aliases).toEqual(["ftp.example.com"]);
    await expect(ipam.hosts.rename(less, "app.example.org")).rejects.toMatchObject({ name: "NotFoundError" });
    await expect(ipam.hosts.rename(host, "again.example.com")).rejects.toMatchObject({
      name: "NotFoundError",
    });
  });

  it("of other owners are left alone, unless forced", async () => {
    const { wapi } = await visit({ seed });
    const theirs = new Ipam(wapi, { owner: "them" });
    await theirs.requestAddress({ ip: "10.0.7.5", name: "web.example.com" });
    const mine = new Ipam(wapi, { owner: "us" });
    await expect(mine.hosts.rename("web.example.com", "app.example.com")).rejects.toMatchObject({
      name: "OwnershipError",
      owner: "them",
    });
    await mine.hosts.rename("web.example.com", "app.example.com", { force: true });
  });

  it("are refused where none or several are meant", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.hosts.rename("web.example.com", "app.example.com")).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringContaining("There is no host web.example.com"),
    });
    for (const name of ["one", "two"]) {
      await ipam.requestAddress({ ip: "10.0.7.9", name, dns: false, ifInUse: "allow" });
    }
    await expect(ipam.hosts.setMac({ ip: "10.0.7.9" }, mac)).rejects.toMatchObject({
      name: "AmbiguousTargetError",
      candidates: [expect.any(String), expect.any(String)],
    });
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["nameMatches", (ipam) => ipam.hosts.find({ name: "a", nameMatches: "b" })],
    ["ip", (ipam) => ipam.hosts.find({ ip: "10.0.0.256" })],
    ["Name", (ipam) => ipam.hosts.find({ Name: "x" } as never)],
    ["from", (ipam) => ipam.hosts.addAddress("web.example.com", {})],
    ["mac", (ipam) => ipam.hosts.addAddress("web.example.com", { from: "2001:db8:7::/64", mac })],
    ["duid", (ipam) => ipam.hosts.addAddress("web.example.com", { from: "10.0.7.0/24", duid })],
    ["to", (ipam) => ipam.hosts.move("web.example.com", {})],
    ["mac", (ipam) => ipam.hosts.setMac("web.example.com", "nonsense")],
    ["host", (ipam) => ipam.hosts.rename("network/ZG5z:10.0.0.0/24/default", "web.example.com")],
    ["aliases", (ipam) => ipam.hosts.addAliases("web.example.com", [])],
    ["ip", (ipam) => ipam.hosts.removeAddress("web.example.com", "10.0.0.0/24")],
  ];
  it.each(wrong)("refuse a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    const before = grid.requests.length;
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(before);
  });
});
