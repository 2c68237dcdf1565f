import { type DesiredState, InvalidRequestError, SubnetInUseError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/8"],
  networks: ["192.168.0.0/24"],
  zones: ["example.com", "0.168.192.in-addr.arpa"],
  attributes: [
    "Request ID",
    "Request Attempt",
    "Last Change",
    "Owner",
    "Site",
    { name: "VLAN", type: "INTEGER" },
  ],
} as const;

const site: DesiredState = {
  requestId: "paris",
  containers: [
    { cidr: "10.1.0.0/20", comment: "inner" },
    { cidr: "10.1.0.0/16", comment: "Paris", extattrs: { Site: "Paris" } },
    { name: "lab", from: "10.0.0.0/8", prefixLength: 20 },
  ],
  subnets: [
    { cidr: "10.1.0.0/24", gateway: "last", extattrs: { VLAN: 100 } },
    { name: "blue", from: { container: "lab" }, prefixLength: 26, gateway: "first", comment: "blue" },
    { cidr: "2001:db8:7::/64", gateway: "first" },
  ],
  ranges: [{ first: "10.1.0.100", last: "10.1.0.199", name: "leases" }],
  hosts: [
    { name: "web.example.com", from: { subnet: "blue" }, aliases: ["www.example.com"], ttl: 300 },
    { name: "db.example.com", ips: ["10.1.0.5", "10.1.0.6", "2001:db8:7::5"], extattrs: { Site: "Paris" } },
  ],
  fixedAddresses: [
    { ip: "10.1.0.7", mac: "02-42-AC-11-00-02", name: "printer" },
    { ip: "2001:db8:7::7", duid: "00:03:00:01:02:42:ac:11:00:02" },
  ],
  reservations: [
    { ip: "10.1.0.8", comment: "kept" },
    { name: "spare", from: { subnet: "blue" } },
  ],
  records: [
    { type: "A", name: "a.example.com", ip: "10.1.0.5" },
    { type: "CNAME", name: "ftp.example.com", canonical: "web.example.com", ttl: 60 },
    { type: "MX", name: "example.com", exchanger: "mail.example.com", preference: 10 },
    { type: "PTR", name: "old.example.com", ip: "192.168.0.9" },
    { type: "TXT", name: "example.com", text: "v=spf1" },
    {
      type: "SRV",
      name: "_sip._tcp.example.com",
      target: "db.example.com",
      port: 5060,
      priority: 1,
      weight: 2,
    },
  ],
};
const all = 19;

/** What every object keeps of the call that made it. */
const attempt = {
  "Request Attempt": expect.any(String) as string,
  "Last Change": expect.any(String) as string,
};

behindEveryDoor("desired state", (visit) => {
  it("is made in few requests, and is there the second time", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed });
    await wapi.find("network");
    let first: unknown;
    expect(
      await requestsOf(async () => {
        first = await ipam.ensure(site);
      }),
      // One of them is refused: the grid has no definition of `Last Change`.
    ).toBe(4);
    expect(first).toMatchObject({ created: all, updated: 0, deleted: 0, unchanged: 0, changed: true });
    const second = await ipam.ensure(site);
    expect(second.objects.filter(({ action }) => action !== "none")).toEqual([]);
    expect(second).toMatchObject({ created: 0, unchanged: all, changed: false });
    // The second reads the gateway of the subnet that the grid has chosen.
    expect(await requestsOf(() => ipam.ensure(site))).toBe(2);
    const objectOf = (path: string) => second.objects.find((one) => one.path === path)?.object;
    expect(objectOf("subnets[0]")).toMatchObject({
      cidr: "10.1.0.0/24",
      gateway: "10.1.0.254",
      created: false,
    });
    expect(objectOf("subnets[1]")).toMatchObject({ container: "10.0.0.0/20", comment: "blue" });
    expect(objectOf("hosts[1]")).toMatchObject({ ips: ["10.1.0.5", "10.1.0.6", "2001:db8:7::5"] });
    expect(objectOf("fixedAddresses[0]")).toMatchObject({ mac: "02:42:ac:11:00:02" });
  });

  it("only says what it would do, in a dry run", async () => {
    const { ipam, wapi } = await visit({ seed });
    const plan = await ipam.ensure(site, { dryRun: true });
    expect(plan).toMatchObject({ created: all, changed: true });
    expect(await wapi.find("record:host")).toEqual([]);
    expect(await ipam.findSubnets()).toHaveLength(1);
  });

  it("changes what differs, names it, and leaves the rest alone", async () => {
    const { ipam, wapi } = await visit({ seed });
    await ipam.ensure(site);
    const [blue] = await ipam.findSubnets({ cidr: "10.1.0.0/24" });
    if (blue === undefined) throw new Error("not made");
    await wapi.update(blue.ref, { comment: "by hand", extattrs: { Site: "Rome" } });
    const changed = await ipam.ensure({
      subnets: [{ cidr: "10.1.0.0/24", gateway: "10.1.0.1", extattrs: { VLAN: 200, Site: null } }],
      hosts: [
        { name: "DB.example.com", ips: ["10.1.0.6", "10.1.0.9"], mac: "02:42:ac:11:00:09" },
        { name: "web.example.com", from: ["10.1.0.0/24", "10.0.0.0/20"], ttl: 60, aliases: [] },
      ],
      fixedAddresses: [{ ip: "10.1.0.8", mac: "02:42:ac:11:00:08" }],
      reservations: [{ ip: "10.1.0.7" }],
      records: [{ type: "A", name: "a.example.com", ip: "10.1.0.6" }],
    });
    expect(changed).toMatchObject({ created: 0, updated: 6, unchanged: 0 });
    expect(changed.objects.map(({ key, differences }) => [key, differences])).toEqual([
      [
        "10.1.0.0/24",
        [
          { field: "extattrs.VLAN", wanted: 200, actual: 100 },
          { field: "extattrs.Site", wanted: null, actual: "Rome" },
          { field: "gateway", wanted: "10.1.0.1", actual: "10.1.0.254" },
        ],
      ],
      [
        "DB.example.com",
        [
          {
            field: "ips",
            wanted: ["10.1.0.6", "10.1.0.9"],
            actual: ["10.1.0.5", "10.1.0.6", "2001:db8:7::5"],
          },
          { field: "mac", wanted: "02:42:ac:11:00:09", actual: undefined },
        ],
      ],
      [
        "web.example.com",
        [
          { field: "aliases", wanted: [], actual: ["www.example.com"] },
          { field: "ttl", wanted: 60, actual: 300 },
        ],
      ],
      ["10.1.0.8", [{ field: "mac", wanted: "02:42:ac:11:00:08", actual: undefined }]],
      ["10.1.0.7", [{ field: "mac", wanted: null, actual: "02:42:ac:11:00:02" }]],
      ["A a.example.com", [{ field: "ip", wanted: "10.1.0.6", actual: "10.1.0.5" }]],
    ]);
    expect(changed.objects[0]?.object).toMatchObject({ comment: "by hand", gateway: "10.1.0.1" });
    expect(changed.objects[0]?.object?.extattrs).toEqual({ VLAN: 200, ...attempt });
    expect(changed.objects[1]?.object).toMatchObject({ ips: ["10.1.0.6", "10.1.0.9"] });
  });

  it("takes an inherited attribute for no difference, and overrides one that is otherwise", async () => {
    const inherited = { name: "Campus", type: "STRING", flags: "I" };
    const { ipam } = await visit({ seed: { ...seed, attributes: [...seed.attributes, inherited] } });
    const of = (extattrs: object): DesiredState => ({
      containers: [{ cidr: "10.1.0.0/16", extattrs: { Campus: "North" } }],
      subnets: [{ cidr: "10.1.0.0/24", extattrs: { VLAN: 7, ...extattrs } }],
    });
    const { objects } = await ipam.ensure(of({}));
    await ipam.ensure(of({}));
    expect(objects[1]?.object?.extattrs).toEqual({ Campus: "North", VLAN: 7, ...attempt });
    for (const extattrs of [{}, { Campus: "North" }, { Campus: null }, { VLAN: "7" }]) {
      expect(await ipam.ensure(of(extattrs))).toMatchObject({ changed: false });
    }
    const overridden = await ipam.ensure(of({ Campus: "South" }));
    expect(overridden.objects[1]).toMatchObject({
      differences: [{ field: "extattrs.Campus", wanted: "South", actual: "North" }],
      object: { extattrs: { Campus: "South", VLAN: 7 } },
    });
    expect(await ipam.ensure(of({ Campus: "South" }))).toMatchObject({ changed: false });
  });

  it("prunes what its owner has made and nobody describes, and nothing else", async () => {
    const { ipam, wapi } = await visit({ seed }, { owner: "platform" });
    await ipam.ensure(site);
    await wapi.create("record:host", {
      name: "other.example.com",
      ipv4addrs: [{ ipv4addr: "192.168.0.5" }],
      extattrs: { Owner: "somebody else" },
    });
    await wapi.create("network", { network: "192.168.7.0/24" });
    const less: DesiredState = {
      ...site,
      subnets: site.subnets?.slice(0, 1),
      hosts: [],
      fixedAddresses: site.fixedAddresses?.slice(0, 1),
      reservations: site.reservations?.slice(0, 1),
      records: undefined,
    };
    const dry = await ipam.ensure(less, { prune: true, dryRun: true });
    expect(dry).toMatchObject({ created: 0, updated: 0, deleted: 6 });
    const done = await ipam.ensure(less, { prune: true });
    expect(done.objects.filter(({ action }) => action === "delete").map(({ kind }) => kind)).toEqual([
      "host",
      "host",
      "fixed",
      "reservation",
      "subnet",
      "subnet",
    ]);
    expect((await wapi.find("record:host")).map(({ name }) => name)).toEqual(["other.example.com"]);
    expect((await ipam.findSubnets()).map(({ cidr }) => cidr).sort()).toEqual([
      "10.1.0.0/24",
      "192.168.0.0/24",
      "192.168.7.0/24",
    ]);
    expect(await wapi.find("record:a")).toHaveLength(1);
    expect(await ipam.ensure(less, { prune: true })).toMatchObject({ changed: false });
  });

  it("prunes no subnet that somebody else uses, and tells who", async () => {
    const { ipam, wapi } = await visit({ seed }, { owner: "platform" });
    await ipam.ensure({ subnets: [{ cidr: "10.1.0.0/24" }] });
    await wapi.create("record:host", { name: "other.example.com", ipv4addrs: [{ ipv4addr: "10.1.0.5" }] });
    const error = await ipam.ensure({ subnets: [] }, { prune: true }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SubnetInUseError);
    expect(error).toMatchObject({ message: expect.stringMatching(/10\.1\.0\.5 \(HOST other/) });
    expect(await ipam.findSubnets()).toHaveLength(2);
  });

  it("prunes only with an owner", async () => {
    const { ipam } = await visit({ seed });
    await expect(ipam.ensure({ subnets: [] }, { prune: true })).rejects.toThrow(/prune: needs an owner/);
  });

  it("keeps the owner at the end of comments where that is its place", async () => {
    const { ipam } = await visit({ seed }, { owner: "platform", ownerMarker: "comment" });
    const of = (comment: string): DesiredState => ({ subnets: [{ cidr: "10.1.0.0/24", comment }] });
    await ipam.ensure(of("blue"));
    expect(await ipam.ensure(of("blue"))).toMatchObject({ changed: false });
    const { objects } = await ipam.ensure(of("green"));
    expect(objects[0]?.object?.comment).toBe("green [owner: platform]");
    expect(await ipam.ensure({ subnets: [] }, { prune: true })).toMatchObject({ deleted: 1 });
  });

  it("keeps request ids at the end of comments, too, and finds what it chose by them", async () => {
    const options = { owner: "platform", ownerMarker: "comment", requestIdMarker: "comment" } as const;
    const { ipam } = await visit({ seed }, options);
    const of = (comment: string): DesiredState => ({
      name: "site",
      subnets: [{ name: "blue", from: "10.0.0.0/8", prefixLength: 24, comment }],
    });
    await ipam.ensure(of("blue"));
    expect(await ipam.ensure(of("blue"))).toMatchObject({ changed: false });
    expect(await ipam.ensure(of("green"))).toMatchObject({ updated: 1 });
    const { changed, objects } = await ipam.ensure(of("green"));
    expect(changed).toBe(false);
    expect(objects[0]?.object?.comment).toBe("green [owner: platform] [request: site/blue]");
    expect(await ipam.ensure({ subnets: [] }, { prune: true })).toMatchObject({ deleted: 1 });
  });

  it("does all or nothing in one request", async () => {
    const { ipam } = await visit({ seed });
    await expect(
      ipam.ensure({
        subnets: [{ cidr: "10.1.0.0/24" }],
        hosts: [{ name: "web.elsewhere.org", from: "10.1.0.0/24" }],
      }),
    ).rejects.toThrow(/no zone for web\./);
    expect(await ipam.findSubnets()).toHaveLength(1);
  });

  it.each([true, false])(
    "comes to the same after a lost answer, transactional: %s",
    async (isTransactional) => {
      const { ipam, grid } = await visit({ seed, assumptions: { requestIsTransactional: isTransactional } });
      grid.faults.next({ on: "POST", path: "/request", after: 1, fail: "reset-after-commit" });
      expect(await ipam.ensure(site)).toMatchObject({ created: all, changed: true });
      expect(await ipam.ensure(site)).toMatchObject({ unchanged: all, changed: false });
      expect(await ipam.findSubnets()).toHaveLength(3);
    },
  );

  it("refuses an address that is described twice, before anything is sent", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const description = {
      fixedAddresses: [{ ip: "192.168.0.7", mac: "02:42:ac:11:00:02" }],
      reservations: [{ ip: "192.168.0.8" }, { ip: "192.168.0.7" }],
    };
    expect(
      await requestsOf(async () => {
        await expect(ipam.ensure(description)).rejects.toThrow(
          /^reservations\[1\]\.ip: is also described by fixedAddresses\[0\] \(got "192\.168\.0\.7"/,
        );
      }),
    ).toBe(0);
  });

  it("ensures one subnet, host or address", async () => {
    const { ipam } = await visit({ seed });
    const subnet = { cidr: "10.1.0.0/24", comment: "blue" };
    expect(await ipam.ensureSubnet(subnet)).toMatchObject({ created: true, changed: true, object: subnet });
    expect(await ipam.ensureSubnet(subnet)).toMatchObject({
      created: false,
      changed: false,
      differences: [],
    });
    expect(await ipam.ensureSubnet({ ...subnet, comment: "green" })).toMatchObject({
      created: false,
      changed: true,
      object: { comment: "green" },
      differences: [{ field: "comment", wanted: "green", actual: "blue" }],
    });
    const host = { name: "web.example.com", from: "10.1.0.0/24" };
    const made = await ipam.ensureHost(host);
    expect(made.object?.ip).toBe("10.1.0.1");
    expect(await ipam.ensureHost(host)).toMatchObject({ created: false, object: { ref: made.object?.ref } });
    expect(await ipam.ensureAddress({ ip: "10.1.0.9" })).toMatchObject({
      created: true,
      object: { kind: "reservation" },
    });
    const mac = "02:42:ac:11:00:02";
    expect(await ipam.ensureAddress({ ip: "10.1.0.9", mac })).toMatchObject({
      created: false,
      changed: true,
      object: { kind: "fixed", mac },
    });
    await expect(ipam.ensureSubnet({ cidr: "10.1.0.1/24" })).rejects.toThrow(/^cidr: not the first address/);
  });

  it("names the path of what is wrong, and sends nothing", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const wrong: readonly (readonly [unknown, RegExp])[] = [
      [{ subnets: [{ cidr: "10.0.0.0/24" }, { cidr: "10.0.0.1/24" }] }, /^subnets\[1\]\.cidr: /],
      [{ subnets: [{ from: "10.0.0.0/8", prefixLength: 24 }] }, /^subnets\[0\]\.name: is needed with from/],
      [{ subnets: [{ name: "a", from: "10.0.0.0/8", prefixLength: 7 }] }, /^subnets\[0\]\.prefixLength: /],
      [
        { hosts: [{ name: "a.example.com", from: { subnet: "blue" } }] },
        /^hosts\[0\]\.from\.subnet: no subnet of/,
      ],
      [{ fixedAddresses: [{ ip: "10.0.0.5" }] }, /^fixedAddresses\[0\]\.mac: is needed/],
      [
        { records: [{ type: "MX", name: "example.com", exchanger: "m.example.com" }] },
        /^records\[0\]\.preference/,
      ],
      [{ subnet: [] }, /^subnet: no option of ensure/],
      [{ subnets: [{ cidr: "10.0.0.0/24", coment: "x" }] }, /coment/],
      [
        {
          subnets: [
            { name: "a", cidr: "10.0.0.0/24" },
            { name: "a", cidr: "10.0.1.0/24" },
          ],
        },
        /^subnets\[1\]\.name/,
      ],
    ];
    expect(
      await requestsOf(async () => {
        for (const [desired, message] of wrong) {
          const error = await ipam.ensure(desired as DesiredState).catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(InvalidRequestError);
          expect(error).toMatchObject({ message: expect.stringMatching(message) });
        }
      }),
    ).toBe(0);
  });
});
