import { Ipam } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Site", "Owner", "Request Attempt", "Last Change"],
  networks: ["10.0.7.0/24", "10.0.8.0/30", "2001:db8:7::/64"],
  dnsViews: ["inside"],
  zones: ["example.com", "10.0.7.0/24", "2001:db8:7::/64", { fqdn: "example.com", view: "inside" }],
};

/** Every DNS view has pointers to localhost, which nobody has made. */
const isMade = ({ target }: { readonly target?: string | undefined }) => target !== "localhost";

behindEveryDoor("DNS records without a host", (visit) => {
  it.each([
    ["A", "10.0.7.0/24", "10.0.7.10"],
    ["AAAA", "2001:db8:7::/64", "2001:db8:7::a"],
  ] as const)(
    "of type %s take the next free address and its way back in one request",
    async (type, from, ip) => {
      const { ipam, requestsOf } = await visit({ seed });
      const exclude = type === "A" ? "10.0.7.1-10.0.7.9" : "2001:db8:7::1-2001:db8:7::9";
      const name = "web.example.com";
      expect(await requestsOf(() => ipam.dns.add({ type, name, from, exclude, ptr: true, ttl: 300 }))).toBe(
        1,
      );
      const found = await ipam.dns.find({ ip });
      expect(found).toMatchObject([
        { type, name, ip, ttl: 300, zone: "example.com", dnsView: "default" },
        { type: "PTR", ip, target: name, ttl: 300 },
      ]);
      expect((await ipam.lookup(ip)).status).toBe("USED");
    },
  );

  it("of every type are added, found and removed", async () => {
    const { ipam } = await visit({ seed });
    const common = { ttl: 60, comment: "front", extattrs: { Site: "Paris" } };
    const added = [
      await ipam.dns.add({ type: "A", name: "web.example.com", ip: "10.0.7.5", ...common }),
      await ipam.dns.add({ type: "AAAA", name: "web.example.com", ip: "2001:DB8:7::5", ...common }),
      await ipam.dns.add({ type: "PTR", ip: "10.0.7.5", name: "web.example.com", ...common }),
      await ipam.dns.add({ type: "CNAME", name: "www.example.com", canonical: "web.example.com", ...common }),
      await ipam.dns.add({ type: "TXT", name: "example.com", text: "v=spf1 -all", ...common }),
      await ipam.dns.add({
        type: "MX",
        name: "example.com",
        exchanger: "mail.example.com",
        preference: 10,
        ...common,
      }),
      await ipam.dns.add({
        ...{ type: "SRV", name: "_sip._tcp.example.com", target: "sip.example.com" },
        ...{ port: 5060, priority: 10, weight: 5 },
        ...common,
      }),
    ];
    expect(added).toMatchObject([
      { type: "A", ip: "10.0.7.5", target: undefined },
      { type: "AAAA", ip: "2001:db8:7::5" },
      { type: "PTR", ip: "10.0.7.5", target: "web.example.com", name: "5.7.0.10.in-addr.arpa" },
      { type: "CNAME", target: "web.example.com" },
      { type: "TXT", text: "v=spf1 -all" },
      { type: "MX", target: "mail.example.com", preference: 10, value: "10 mail.example.com" },
      { type: "SRV", target: "sip.example.com", port: 5060, priority: 10, weight: 5 },
    ]);
    for (const record of added)
      expect(record).toMatchObject({ ttl: 60, comment: "front", extattrs: { Site: "Paris" } });
    const found = added.map((record) => ({ ...record, created: false }));
    expect((await ipam.dns.find()).filter(isMade)).toEqual(found);
    expect(await ipam.dns.find({ extattrs: { Site: "Paris" }, type: ["TXT", "MX"] })).toEqual(
      found.slice(4, 6),
    );
    expect(await ipam.dns.find({ target: "web.example.com" })).toEqual([found[2], found[3]]);
    expect(await ipam.dns.find({ nameMatches: "^W", zone: "example.com" })).toEqual([
      found[0],
      found[1],
      found[3],
    ]);
    for (const record of added) {
      expect(await ipam.dns.remove(record)).toEqual({ released: true, reason: "deleted" });
      expect(await ipam.dns.remove(record.ref)).toEqual({ released: false, reason: "gone" });
    }
    expect((await ipam.dns.find()).filter(isMade)).toEqual([]);
  });

  it("are refused where a zone is missing: the error names the zone to create, and the view", async () => {
    const { ipam, wapi } = await visit({ seed });
    await expect(ipam.dns.add({ type: "A", name: "web.example.org", ip: "10.0.7.5" })).rejects.toMatchObject({
      name: "NotFoundError",
      message: expect.stringMatching(
        /no zone for web\.example\.org in DNS view "default"; nothing was done\.$/,
      ),
      hint: expect.stringMatching(/^Create the zone example\.org there/),
    });
    const back = { type: "A", name: "web.example.com", ptr: true } as const;
    await expect(ipam.dns.add({ ...back, from: "10.0.8.0/30" })).rejects.toMatchObject({
      name: "NotFoundError",
      hint: expect.stringContaining("Create the zone 10.0.8.0/24 there"),
    });
    await expect(ipam.dns.add({ ...back, ip: "10.0.7.5", dnsView: "inside" })).rejects.toMatchObject({
      message: expect.stringMatching(/5\.7\.0\.10\.in-addr\.arpa in DNS view "inside"/),
      hint: expect.stringContaining("the zone 10.0.7.0/24"),
    });
    await expect(
      ipam.dns.add({ type: "PTR", ip: "2001:db8:9::5", name: "web.example.com" }),
    ).rejects.toMatchObject({ hint: expect.stringContaining("Create the zone 2001:db8:9::/64 there") });
    expect(await wapi.find("record:a")).toEqual([]);
  });

  it("live in one DNS view, and are looked for in one", async () => {
    const { ipam, wapi } = await visit({ seed });
    const inside = new Ipam(wapi, { dnsView: "inside" });
    await ipam.dns.add({ type: "A", name: "web.example.com", ip: "10.0.7.5" });
    await inside.dns.add({ type: "A", name: "web.example.com", ip: "10.0.7.6" });
    expect((await inside.dns.find({ name: "web.example.com" })).map(({ ip }) => ip)).toEqual(["10.0.7.6"]);
    expect(await ipam.dns.find({ name: "web.example.com" })).toHaveLength(2);
    await expect(ipam.dns.remove({ name: "web.example.com" })).rejects.toMatchObject({
      name: "AmbiguousTargetError",
      message: expect.stringContaining("A web.example.com 10.0.7.5"),
    });
    await inside.dns.remove({ name: "WEB.example.com" });
    expect((await ipam.dns.find({ type: "A" })).map(({ dnsView }) => dnsView)).toEqual(["default"]);
  });

  it("go with their way back, where that is wanted", async () => {
    const { ipam } = await visit({ seed });
    const web = await ipam.dns.add({ type: "A", name: "web.example.com", ip: "10.0.7.5", ptr: true });
    await ipam.dns.add({ type: "PTR", ip: "10.0.7.5", name: "other.example.com" });
    expect(await ipam.dns.remove(web, { ptr: true })).toEqual({ released: true, reason: "deleted" });
    expect((await ipam.dns.find()).filter(isMade).map(({ target }) => target)).toEqual(["other.example.com"]);
  });

  it("cost what the documentation says to be removed", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const add = (ip: string) => ipam.dns.add({ type: "A", name: "web.example.com", ip, ptr: true });
    const [one, two, three] = [await add("10.0.7.5"), await add("10.0.7.6"), await add("10.0.7.7")];
    expect(await requestsOf(() => ipam.dns.remove(one))).toBe(1);
    expect(await requestsOf(() => ipam.dns.remove(two.ref))).toBe(2);
    expect(await requestsOf(() => ipam.dns.remove(three, { ptr: true }))).toBe(2);
    expect(await requestsOf(() => ipam.dns.remove({ type: "PTR", ip: "10.0.7.5" }))).toBe(2);
    expect(await requestsOf(() => ipam.dns.find({ ip: "10.0.7.6" }))).toBe(2);
  });

  it("take an address in use only where that is said to be fine", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.0.7.5" });
    const web = { type: "A", name: "web.example.com", ip: "10.0.7.5" } as const;
    await expect(ipam.dns.add({ ...web, ifInUse: "fail" })).rejects.toMatchObject({
      name: "ConflictError",
      message: expect.stringContaining("10.0.7.5 is in use"),
    });
    await expect(ipam.dns.add(web)).resolves.toMatchObject({ ip: "10.0.7.5" });
    await expect(ipam.dns.add(web)).rejects.toMatchObject({ name: "ConflictError" });
    await ipam.requestAddresses({ from: "10.0.8.0/30", count: 2 });
    await expect(
      ipam.dns.add({ type: "A", name: "x.example.com", from: "10.0.8.0/30" }),
    ).rejects.toMatchObject({ name: "PoolExhaustedError" });
  });

  it("of other owners are left alone, unless forced", async () => {
    const { wapi } = await visit({ seed });
    const theirs = new Ipam(wapi, { owner: "them" });
    const ours = new Ipam(wapi, { owner: "us" });
    const web = await theirs.dns.add({ type: "A", name: "web.example.com", ip: "10.0.7.5" });
    await expect(ours.dns.remove(web.ref)).rejects.toMatchObject({ name: "OwnershipError", owner: "them" });
    expect(await ours.dns.remove(web, { force: true })).toMatchObject({ released: true });
  });

  type Call = (ipam: Ipam) => Promise<unknown>;
  const wrong: readonly (readonly [string, Call])[] = [
    ["type", (ipam) => ipam.dns.add({ type: "NAPTR", name: "a.example.com" } as never)],
    ["name", (ipam) => ipam.dns.add({ type: "A", name: "a..example.com", ip: "10.0.7.5" })],
    ["ip", (ipam) => ipam.dns.add({ type: "AAAA", name: "a.example.com", ip: "10.0.7.5" })],
    ["from", (ipam) => ipam.dns.add({ type: "A", name: "a.example.com" })],
    ["canonical", (ipam) => ipam.dns.add({ type: "CNAME", name: "a.example.com" } as never)],
    [
      "preference",
      (ipam) => ipam.dns.add({ type: "MX", name: "a.com", exchanger: "b.com", preference: 70000 }),
    ],
    ["nameMatches", (ipam) => ipam.dns.find({ name: "a.com", nameMatches: "a" })],
    ["record", (ipam) => ipam.dns.remove("network/ZG5z:10.0.0.0/24/default")],
    ["nameOrAddress", (ipam) => ipam.dns.zoneOf("a..b")],
    ["subnet", (ipam) => ipam.dns.ensureReverseZones("10.0.0.1/24")],
  ];
  it.each(wrong)("refuse a wrong %s before anything is sent", async (field, call) => {
    const { grid, ipam } = await visit({ seed });
    const before = grid.requests.length;
    await expect(call(ipam)).rejects.toMatchObject({ name: "InvalidRequestError", field });
    expect(grid.requests).toHaveLength(before);
  });
});

behindEveryDoor("zones", (visit) => {
  it("are found for a name, an address or a block: the innermost", async () => {
    const { ipam, requestsOf } = await visit({
      seed: { zones: ["example.com", "lab.example.com", "10.0.0.0/8", "10.0.7.0/24"] },
    });
    const zoneOf = async (text: string) => (await ipam.dns.zoneOf(text))?.fqdn;
    expect(await zoneOf("web.lab.example.com")).toBe("lab.example.com");
    expect(await zoneOf("Web.Example.com")).toBe("example.com");
    expect(await zoneOf("web.example.org")).toBeUndefined();
    expect(await zoneOf("10.0.7.5")).toBe("10.0.7.0/24");
    expect(await zoneOf("10.1.2.3")).toBe("10.0.0.0/8");
    expect(await zoneOf("10.0.7.0/26")).toBe("10.0.7.0/24");
    expect(await zoneOf("192.0.2.1")).toBeUndefined();
    expect(await requestsOf(() => ipam.dns.zoneOf("2001:db8::1"))).toBe(1);
    expect(await ipam.dns.zoneOf("10.0.7.5", { dnsView: "default" })).toMatchObject({
      kind: "reverse",
      dnsView: "default",
    });
  });

  it.each([
    ["10.0.4.0/22", ["10.0.4.0/24", "10.0.5.0/24", "10.0.6.0/24", "10.0.7.0/24"]],
    ["10.0.7.64/26", ["10.0.7.0/24"]],
    ["10.2.0.0/16", ["10.2.0.0/16"]],
    ["2001:db8:7::/64", ["2001:db8:7::/64"]],
    ["2001:db8::/47", ["2001:db8::/48", "2001:db8:1::/48"]],
  ])("for the way back of %s are made where there are none", async (subnet, expected) => {
    const { ipam, requestsOf } = await visit();
    const made = await ipam.dns.ensureReverseZones(subnet, { comment: "back" });
    expect(made.created.map(({ fqdn }) => fqdn)).toEqual(expected);
    expect(made.zones).toEqual(made.created);
    const again = await ipam.dns.ensureReverseZones(subnet);
    expect(again).toEqual({ zones: made.zones, created: [] });
    expect(await requestsOf(() => ipam.dns.ensureReverseZones(subnet))).toBe(1);
  });

  it("that hold a subnet already are used, and the rest is made", async () => {
    const { ipam } = await visit({ seed: { zones: ["10.0.5.0/24", "10.3.0.0/16"] } });
    const { zones, created } = await ipam.dns.ensureReverseZones("10.0.4.0/23");
    expect(zones).toHaveLength(2);
    expect(created.map(({ fqdn }) => fqdn)).toEqual(["10.0.4.0/24"]);
    expect((await ipam.dns.ensureReverseZones("10.3.7.0/24")).created).toEqual([]);
    const subnet = await ipam.requestSubnet({ cidr: "10.9.0.0/24" });
    expect((await ipam.dns.ensureReverseZones(subnet)).created).toMatchObject([{ fqdn: "10.9.0.0/24" }]);
  });

  it("are made once, however many ask at the same moment", async () => {
    const { ipam, wapi } = await visit();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => ipam.dns.ensureReverseZones("10.0.4.0/22")),
    );
    for (const { zones } of all) expect(zones).toHaveLength(4);
    expect(await wapi.find("zone_auth", { where: { zone_format: "IPV4" } })).toHaveLength(4);
  });
});
