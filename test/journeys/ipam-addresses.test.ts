import { ConflictError, InvalidRequestError, NotFoundError, PoolExhaustedError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Request ID"],
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: [
    "10.0.0.0/24",
    { network: "10.0.1.0/29", extattrs: { Site: "Paris" } },
    { network: "10.0.2.0/29", extattrs: { Site: "Paris" } },
    "2001:db8:0:1::/64",
  ],
  ranges: [{ start: "10.0.0.100", end: "10.0.0.109" }],
  zones: ["example.com"],
};
const mac = "02:42:ac:11:00:02";
const duid = "00:03:00:01:02:42:ac:11:00:02";

behindEveryDoor("taking addresses", (visit) => {
  it("makes a reservation of an address that nobody is named for", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.requestAddress({ from: "10.0.0.0/24", comment: "kept free" })).toEqual({
      ip: "10.0.0.1",
      ips: ["10.0.0.1"],
      cidr: "10.0.0.1/24",
      ref: expect.stringMatching(/^fixedaddress\//),
      family: 4,
      kind: "reservation",
      name: undefined,
      mac: undefined,
      duid: undefined,
      subnet: "10.0.0.0/24",
      networkView: "default",
      dnsView: undefined,
      comment: "kept free",
      extattrs: {},
      created: true,
    });
  });

  it("makes a fixed address for a client, and writes its MAC as the grid does", async () => {
    const { ipam } = await visit({ seed });
    const address = await ipam.requestAddress({ from: "10.0.0.0/24", mac: "0242.AC11.0002" });
    expect(address).toMatchObject({ ip: "10.0.0.1", kind: "fixed", mac });
  });

  it("makes a host of a name, in DNS or not, with its MAC where one is given", async () => {
    const { ipam } = await visit({ seed });
    const from = "10.0.0.0/24";
    const web = await ipam.requestAddress({
      from,
      name: "Web-1.example.com",
      aliases: ["www.example.com"],
      ttl: 60,
      mac,
    });
    expect(web).toMatchObject({
      ip: "10.0.0.1",
      cidr: "10.0.0.1/24",
      subnet: "10.0.0.0/24",
      kind: "host",
      name: "web-1.example.com",
      mac,
      dnsView: "default",
    });
    const lamp = await ipam.requestAddress({ from, name: "lamp in the hall/2", dns: false });
    expect(lamp).toMatchObject({
      ip: "10.0.0.2",
      kind: "host",
      name: "lamp in the hall/2",
      dnsView: undefined,
    });
    await expect(ipam.requestAddress({ from, name: "web.example.org" })).rejects.toThrow(
      /no zone for web\.example\.org in DNS view "default"/,
    );
  });

  it("does it all for IPv6", async () => {
    const { ipam } = await visit({ seed });
    const from = "2001:db8:0:1::/64";
    expect(await ipam.requestAddress({ from })).toMatchObject({
      family: 6,
      kind: "reservation",
      duid: undefined,
    });
    expect(await ipam.requestAddress({ from, duid })).toMatchObject({ kind: "fixed", duid, subnet: from });
    expect(await ipam.requestAddress({ from, name: "web.example.com", duid })).toMatchObject({
      kind: "host",
      duid,
    });
    expect(await ipam.requestAddress({ ip: "2001:DB8:0:1:0:0:0:99" })).toMatchObject({
      ip: "2001:db8:0:1::99",
      cidr: "2001:db8:0:1::99/64",
    });
  });

  it("gives a dual-stack host an address of each family in one request", async () => {
    const { ipam, requestsOf } = await visit({
      seed: { ...seed, attributes: ["Request Attempt", "Last Change"] },
    });
    const from = { ipv4: "10.0.0.0/24", ipv6: "2001:db8:0:1::/64" };
    const exclude = ["10.0.0.1", "2001:db8:0:1::-2001:db8:0:1::f"];
    const count = await requestsOf(async () => {
      expect(await ipam.requestAddress({ from, name: "db.example.com", mac, duid, exclude })).toMatchObject({
        ip: "10.0.0.2",
        ips: ["10.0.0.2", "2001:db8:0:1::10"],
        kind: "host",
        mac,
        duid,
      });
    });
    expect(count).toBe(1);
  });

  it("gives a new host several addresses, named and next, in one request", async () => {
    const { ipam, requestsOf } = await visit({
      seed: { ...seed, attributes: ["Request Attempt", "Last Change"] },
    });
    const addresses = [
      { from: "10.0.0.0/24", mac, exclude: "10.0.0.1" },
      { ip: "10.0.0.2" },
      { from: "10.0.0.0/24" },
      { from: "2001:db8:0:1::/64", duid },
      { ip: "2001:db8:0:1::1" },
    ];
    const count = await requestsOf(async () => {
      const host = await ipam.requestAddress({ name: "db.example.com", addresses });
      expect(host).toMatchObject({
        ip: "10.0.0.3",
        ips: ["10.0.0.3", "10.0.0.2", "10.0.0.1", "2001:db8:0:1::2", "2001:db8:0:1::1"],
        ...{ kind: "host", mac, duid, created: true },
      });
    });
    expect(count).toBe(1);
    const [host] = await ipam.hosts.find({ name: "db.example.com" });
    expect(host?.addresses.map((one) => one.mac ?? one.duid)).toEqual([
      ...[mac, undefined, undefined],
      ...[duid, undefined],
    ]);
  });

  it("gives a host its several addresses once for one request id, and all of them or none", async () => {
    const { ipam, wapi, grid } = await visit({
      seed: { ...seed, attributes: ["Request Attempt", "Last Change"] },
    });
    await ipam.setup();
    const web = {
      name: "web.example.com",
      addresses: [{ from: "10.0.0.0/24" }, { from: "10.0.0.0/24" }, { ip: "10.0.0.9" }],
      requestId: "deploy-42/web",
    };
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    const first = await ipam.requestAddress(web);
    expect(first.ips).toEqual(["10.0.0.1", "10.0.0.9", "10.0.0.2"]);
    expect(await ipam.requestAddress(web)).toEqual({ ...first, created: false });
    await expect(
      ipam.requestAddress({ ...web, addresses: [...web.addresses, { ip: "10.0.0.77" }] }),
    ).rejects.toThrow(/ip is 10\.0\.0\.1, 10\.0\.0\.9, 10\.0\.0\.2, requested is 10\.0\.0\.77/);
    await expect(
      ipam.requestAddress({ ...web, addresses: [...web.addresses, { from: "10.0.0.0/24" }] }),
    ).rejects.toThrow(/addresses is 3, requested is 4/);
    await expect(
      ipam.requestAddress({
        name: "no.example.com",
        addresses: [{ from: "10.0.0.0/24" }, { ip: "10.0.0.9" }],
      }),
    ).rejects.toThrow(/10\.0\.0\.9 is in use/);
    expect(await wapi.find("record:host")).toHaveLength(1);
  });

  it("lets `as` decide over what the fields suggest", async () => {
    const { ipam } = await visit({ seed });
    const from = "10.0.0.0/24";
    expect(await ipam.requestAddress({ from, as: "reservation", name: "spare" })).toMatchObject({
      kind: "reservation",
      name: "spare",
    });
    expect(await ipam.requestAddress({ from, as: "fixed", name: "printer", mac })).toMatchObject({
      kind: "fixed",
      name: "printer",
    });
  });

  it("passes over DHCP ranges, and takes from one that is named", async () => {
    const { ipam } = await visit({ seed });
    const exclude = "10.0.0.0-10.0.0.99";
    expect(await ipam.requestAddress({ from: "10.0.0.0/24", exclude })).toMatchObject({ ip: "10.0.0.110" });
    expect(await ipam.requestAddress({ from: "10.0.0.100-10.0.0.109" })).toMatchObject({ ip: "10.0.0.100" });
  });

  it("takes a CIDR or a range that the grid has no object for from the subnet around it", async () => {
    const { ipam } = await visit({ seed });
    expect(await ipam.requestAddress({ from: "10.0.0.128/26" })).toMatchObject({
      ip: "10.0.0.128",
      cidr: "10.0.0.128/24",
    });
    const from = "10.0.0.200-10.0.0.201";
    expect(await ipam.requestAddress({ from, exclude: "10.0.0.200" })).toMatchObject({ ip: "10.0.0.201" });
    expect(await ipam.requestAddress({ from })).toMatchObject({ ip: "10.0.0.200" });
    await expect(ipam.requestAddress({ from })).rejects.toMatchObject({
      name: "PoolExhaustedError",
      tried: [{ source: from }],
    });
    await expect(ipam.requestAddress({ from: "10.0.0.200-10.0.3.1" })).rejects.toThrow(NotFoundError);
  });

  it("goes on to the next subnet when one is full, by list or by attributes", async () => {
    const { ipam } = await visit({ seed });
    const from = ["10.0.1.0/29", "10.0.2.0/29"];
    const ips = [];
    for (let n = 0; n < 8; n++) ips.push((await ipam.requestAddress({ from })).ip);
    expect(ips.slice(4)).toEqual(["10.0.1.5", "10.0.1.6", "10.0.2.1", "10.0.2.2"]);
    const query = { extattrs: { Site: "Paris" } };
    for (let n = 0; n < 4; n++) await ipam.requestAddress({ from: query });
    const error = await ipam.requestAddress({ from: query }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error).toMatchObject({
      message: expect.stringContaining("No address is free in"),
      tried: { length: 3 },
    });
    await expect(ipam.requestAddress({ from: { extattrs: { Site: "Rome" } } })).rejects.toThrow(
      /No subnet in network view "default" matches \{"extattrs":\{"Site":"Rome"\}\}/,
    );
  });

  it("refuses a named address that anything uses, unless it may be shared", async () => {
    const { ipam } = await visit({ seed });
    const host = await ipam.requestAddress({ ip: "10.0.0.9", name: "web-1.example.com" });
    for (const request of [{ name: "web-2.example.com" }, { mac }, {}]) {
      const error = await ipam.requestAddress({ ip: host.ip, ...request }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(ConflictError);
      expect(error).toMatchObject({
        message: expect.stringContaining("10.0.0.9 is in use (HOST web-1.example.com)"),
      });
    }
    await expect(ipam.requestAddress({ ip: "10.0.0.0" })).rejects.toThrow(
      /10\.0\.0\.0 is in use \(NETWORK\)/,
    );
    const shared = await ipam.requestAddress({ ip: host.ip, name: "web-2.example.com", ifInUse: "allow" });
    expect(shared.ip).toBe(host.ip);
  });

  it.each([true, false])(
    "creates nothing at a named address in use, be a request a transaction: %s",
    async (requestIsTransactional) => {
      const { ipam, wapi } = await visit({ seed, assumptions: { requestIsTransactional } });
      await ipam.requestAddress({ ip: "10.0.0.9" });
      await expect(ipam.requestAddress({ ip: "10.0.0.9", name: "web-2.example.com" })).rejects.toThrow(
        ConflictError,
      );
      expect(await wapi.find("record:host")).toEqual([]);
    },
  );

  it("tells a refusal of the host from an address in use", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.0.0.9", name: "web-1.example.com" });
    await expect(ipam.requestAddress({ ip: "10.0.0.10", name: "web-1.example.com" })).rejects.toThrow(
      /The record 'web-1\.example\.com' already exists/,
    );
  });

  it("goes where its source is, whichever network view is the usual one", async () => {
    const { ipam, wapi } = await visit({
      seed: {
        networkViews: ["lab"],
        containers: [{ network: "10.0.0.0/16", networkView: "lab" }],
        networks: ["10.0.0.0/24"],
      },
    });
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, networkView: "lab" });
    for (const from of [subnet, subnet.ref]) {
      expect(await ipam.requestAddress({ from })).toMatchObject({
        networkView: "lab",
        subnet: "10.0.0.0/24",
      });
    }
    expect(await ipam.requestAddress({ ip: "10.0.0.9", from: subnet })).toMatchObject({ networkView: "lab" });
    expect(await ipam.requestAddresses({ from: subnet, count: 2 })).toMatchObject([
      { ip: "10.0.0.3" },
      { ip: "10.0.0.4" },
    ]);
    expect(await ipam.requestAddress({ from: "10.0.0.0/24" })).toMatchObject({
      ip: "10.0.0.1",
      networkView: "default",
    });
    const [other] = await wapi.find("network", { where: { network_view: "default" } });
    if (other === undefined) throw new Error("the seed is missing");
    await expect(ipam.requestAddress({ from: [subnet, other] })).rejects.toThrow(
      /lie in several network views/,
    );
  });

  it("keeps a named address out of ranges where asked, and out of the void always", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.requestAddress({ ip: "10.0.0.105", avoidRanges: true })).rejects.toThrow(
      /lies in a range/,
    );
    expect(await ipam.requestAddress({ ip: "10.0.0.99", avoidRanges: true })).toMatchObject({
      ip: "10.0.0.99",
    });
    await expect(ipam.requestAddress({ ip: "192.0.2.1" })).rejects.toThrow(/192\.0\.2\.1 lies in no subnet/);
    const afar = await ipam.requestAddress({ ip: "192.0.2.1", name: "afar.example.com", ifInUse: "allow" });
    expect(afar).toMatchObject({ cidr: "192.0.2.1/32", subnet: undefined });
  });

  it.each([
    [{ from: "10.0.0.0/24", ip: "10.0.1.5" }, "ip", /does not lie in 10\.0\.0\.0\/24/],
    [{ ip: "10.0.0.5", exclude: "10.0.0.0/29" }, "ip", /is excluded by the same request/],
    [{ from: "10.0.0.0/24", exclude: "2001:db8::1" }, "exclude[0]", /is IPv6 in an IPv4 request/],
    [{ from: ["10.0.0.0/24", "2001:db8::/64"] }, "from[1]", /is IPv6, but from\[0\] is IPv4/],
    [
      { from: { ipv4: "2001:db8::/64", ipv6: "2001:db8::/64" }, name: "a.example.com" },
      "from.ipv4",
      /is IPv6/,
    ],
    [{ from: { ipv4: "10.0.0.0/24", ipv6: "2001:db8::/64" } }, "as", /only a host can have several/],
    [{ from: "2001:db8::/64", mac }, "mac", /bound to a DUID/],
    [{ name: "a.example.com", addresses: [] }, "addresses", /must not be empty/],
    [{ name: "a.example.com", addresses: true }, "addresses", /must be a list.*10\.0\.8\.5/],
    [{ addresses: [{ ip: "10.0.0.5" }, { ip: "10.0.0.6" }] }, "as", /only a host can have several/],
    [
      { name: "a.example.com", addresses: [{ ip: "10.0.0.5" }, { from: "10.0.0.0/33" }] },
      "addresses[1].from",
      /^addresses\[1\]\.from/,
    ],
    [{ name: "a.example.com", addresses: [{ ip: "::1", mac }] }, "addresses[0].mac", /bound to a DUID/],
    [
      { name: "a.example.com", addresses: [{ ip: "2001:db8::1" }, { ip: "2001:DB8:0::1" }] },
      "addresses[1].ip",
      /is in the list already/,
    ],
    [{ name: "a.example.com", addresses: [{ ip: "10.0.0.5" }], mac }, "mac", /belongs to each address/],
    [{ from: "10.0.0.0/24", duid }, "duid", /bound to a MAC/],
    [{ from: "10.0.0.0/24", as: "fixed" }, "mac", /is needed for a fixed address/],
    [{ from: "10.0.0.0/24", as: "reservation", mac }, "mac", /a reservation has none/],
    [{ from: "10.0.0.0/24", as: "host" }, "name", /is needed for a host/],
    [{ from: "10.0.0.0/24", name: "lamp in the hall" }, "name", /not a DNS name.*dns: false/],
    [{ from: "10.0.0.0/24", name: "web..example.com" }, "name", /not a DNS name/],
    [
      { from: "10.0.0.0/24", name: "web.example.com", aliases: ["www", "w w"] },
      "aliases[1]",
      /not a DNS name.*got "w w"/,
    ],
    [{ from: "10.0.0.0/24", aliases: ["www.example.com"] }, "aliases", /is for hosts/],
    [{ from: "10.0.0.100-10.0.0.109", avoidRanges: true }, "avoidRanges", /is a range itself/],
    [{ from: "10.0.0.0/24", mac: "02:42" }, "mac", /not a MAC address/],
    [{}, "from", /is needed, unless ip names the address/],
  ])("refuses %j before anything is sent", async (request, field, message) => {
    const { ipam, requestsOf } = await visit();
    const count = await requestsOf(async () => {
      const error = await ipam.requestAddress(request as never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidRequestError);
      expect(error).toMatchObject({ field, message: expect.stringMatching(message) });
    });
    expect(count).toBe(0);
  });
});
