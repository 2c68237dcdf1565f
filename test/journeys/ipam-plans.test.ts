import {
  ConflictError,
  InvalidRequestError,
  Ipam,
  PoolExhaustedError,
  SubnetInUseError,
} from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/8", "2001:db8::/32"],
  networks: ["192.168.0.0/24"],
  zones: ["example.com", "10.in-addr.arpa"],
  attributes: ["Request ID", "Request Attempt", "Last Change", "Site"],
};
/** One assumption about grids that plans depend on; what is promised holds under both. */
const grids = [
  { seed, assumptions: { requestIsTransactional: true } },
  { seed, assumptions: { requestIsTransactional: false } },
];

function siteOf(ipam: Ipam, requestId?: string) {
  return ipam
    .plan({ requestId })
    .container("site", { from: "10.0.0.0/8", prefixLength: 16, comment: "Paris" })
    .subnet("blue", { from: { container: "site" }, prefixLength: 24, gateway: "first" })
    .address("web", { from: { subnet: "blue" }, name: "web-1.example.com" })
    .address("printer", { from: { subnet: "blue" }, mac: "02:42:ac:11:00:02" })
    .address("spare", { from: { subnet: "blue" } })
    .record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } })
    .record("lp", { type: "A", name: "lp.example.com", ip: { address: "printer" } })
    .record("back", { type: "PTR", name: "lp.example.com", ip: { address: "printer" } })
    .attributes("where", { subnet: "blue" }, { Site: "Paris" });
}

behindEveryDoor("plans", (visit) => {
  it("does many steps, each using earlier ones, in one request, and one for the router", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed });
    await wapi.find("network");
    let results: Awaited<ReturnType<ReturnType<typeof siteOf>["apply"]>> | undefined;
    expect(
      await requestsOf(async () => {
        results = await siteOf(ipam).apply();
      }),
      // The second tells DHCP clients the gateway that the grid has chosen.
    ).toBe(2);
    expect(results).toMatchObject({
      site: { cidr: "10.0.0.0/16", comment: "Paris", created: true },
      blue: { cidr: "10.0.0.0/24", gateway: "10.0.0.1", container: "10.0.0.0/16", created: true },
      web: { ip: "10.0.0.2", kind: "host", name: "web-1.example.com", subnet: "10.0.0.0/24" },
      printer: { ip: "10.0.0.3", kind: "fixed", mac: "02:42:ac:11:00:02" },
      spare: { ip: "10.0.0.4", kind: "reservation" },
      www: { type: "CNAME", name: "www.example.com", value: "web-1.example.com" },
      lp: { type: "A", value: "10.0.0.3" },
      back: { type: "PTR", name: "3.0.0.10.in-addr.arpa", value: "lp.example.com" },
    });
    expect(await ipam.findSubnets({ cidr: "10.0.0.0/24" })).toMatchObject([{ extattrs: { Site: "Paris" } }]);
  });

  it("does the same with IPv6", async () => {
    const { ipam } = await visit({ seed });
    const plan = ipam
      .plan()
      .container("site", { from: "2001:db8::/32", prefixLength: 48 })
      .subnet("blue", { from: { container: "site" }, prefixLength: 64, gateway: "first" })
      .subnet("v4", { from: "10.0.0.0/8", prefixLength: 24 })
      .range("leases", { in: { subnet: "blue" }, first: 256, last: 511 })
      .address("db", { from: { ipv4: { subnet: "v4" }, ipv6: { subnet: "blue" } }, name: "db.example.com" })
      .address("leased", { from: { range: "leases" }, duid: "00:03:00:01:02:42:ac:11:00:02" })
      .address("nas", {
        name: "nas.example.com",
        addresses: [{ from: { subnet: "v4" } }, { from: { subnet: "blue" } }, { from: { subnet: "v4" } }],
      });
    expect(plan.preview().text).toMatch(/the next address of v4 and the next address of blue and/);
    expect(await plan.apply()).toMatchObject({
      nas: { ips: ["10.0.0.2", "10.0.0.3", "2001:db8::3"] },
      blue: { cidr: "2001:db8::/64", gateway: "2001:db8::1" },
      leases: { first: "2001:db8::100", last: "2001:db8::1ff", subnet: "2001:db8::/64" },
      db: { ips: ["10.0.0.1", "2001:db8::2"] },
      leased: { ip: "2001:db8::100", kind: "fixed" },
    });
  });

  it("sets the DHCP options of a container, and refuses members, which it cannot have", async () => {
    const { ipam, wapi } = await visit({ seed });
    const options = [{ name: "domain-name", value: "example.com" }];
    const container = (dhcp: object) =>
      ipam.plan().container("site", { from: "10.0.0.0/8", prefixLength: 16, dhcp }).apply();
    const { site } = await container({ options });
    const row = await wapi.get(site.ref, { fields: ["options"] });
    expect(row.options).toEqual(expect.arrayContaining([expect.objectContaining(options[0] as object)]));
    await expect(container({ members: ["dhcp-1.example.com"] })).rejects.toMatchObject({
      field: "site.dhcp.members",
    });
  });

  it("sends nothing for a preview, which says what would be sent", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const plan = siteOf(ipam);
    expect(
      await requestsOf(async () => {
        const { allOrNothing, requests, text } = plan.preview();
        expect(allOrNothing).toBe(true);
        expect(requests).toHaveLength(1);
        expect(text).toMatch(/in one request[\s\S]*blue: a subnet: the next \/24 of site/);
        const [web] = requests[0]?.steps.filter(({ name }) => name === "web") ?? [];
        expect(JSON.stringify(web?.sends)).toContain('"_object_ref":"##STATE:blue:##"');
      }),
    ).toBe(0);
  });

  it("previews the look for an earlier try where there will be one, and only there", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const made = ipam.plan({ requestId: "build-7" }).subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 });
    const freed = ipam
      .plan({ requestId: "build-7" })
      .release("old", { ip: "192.168.0.77" })
      .address("new", { from: "192.168.0.0/24" });
    expect(made.preview().looks).toEqual([]);
    expect(freed.preview().looks).toContain("what an earlier call with the request id build-7 has made");
    expect(await requestsOf(() => made.apply())).toBe(1);
  });

  it("does all or nothing", async () => {
    const { ipam, wapi } = await visit({ seed });
    const plan = ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
      .address("web", { from: { subnet: "blue" }, name: "web.elsewhere.org" });
    await expect(plan.apply()).rejects.toThrow(/no zone for web\./);
    expect(await wapi.find("network", { where: { network_container: "10.0.0.0/8" } })).toEqual([]);
  });

  it("takes two requests where a step must know what another gave, and says so", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed });
    await wapi.find("network");
    const plan = ipam
      .plan()
      .address("web", { from: "192.168.0.0/24", name: "web.example.com" })
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "last" })
      .range("leases", { in: { subnet: "blue" }, first: 100, last: -3 })
      .address("leased", { from: { range: "leases" }, mac: "02:42:ac:11:00:02" })
      .address("spare", { from: { subnet: "blue" } })
      .record("alias", { type: "A", name: "alias.example.com", ip: { address: "web" } });
    const { allOrNothing, why, requests } = plan.preview();
    expect(allOrNothing).toBe(false);
    expect(why).toMatch(/2 requests: .*the gateway of blue.*needs the result of blue.*rolled back/);
    expect(requests.map(({ steps }) => steps.map(({ name }) => name))).toEqual([
      ["web", "blue"],
      ["blue", "leases", "leased", "spare", "alias"],
    ]);
    let results: unknown;
    expect(
      await requestsOf(async () => {
        results = await plan.apply();
      }),
    ).toBe(2);
    expect(results).toMatchObject({
      blue: { cidr: "10.0.0.0/24", gateway: "10.0.0.254" },
      leases: { first: "10.0.0.100", last: "10.0.0.253" },
      leased: { ip: "10.0.0.100" },
      spare: { ip: "10.0.0.1" },
      alias: { value: "192.168.0.1" },
    });
  });

  it("undoes the first request when the second fails, changes included", async () => {
    const { ipam, wapi } = await visit({ seed });
    const [old] = await ipam.findSubnets({ cidr: "192.168.0.0/24" });
    if (old === undefined) throw new Error("not seeded");
    await wapi.update(old.ref, { comment: "before", extattrs: { Site: "Rome" } });
    const plan = ipam
      .plan()
      .update("note", old, { comment: "after", extattrs: { Site: "Paris" } })
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "last" })
      .address("web", { from: { subnet: "blue" }, name: "web.example.com" })
      .record("alias", { type: "A", name: "alias.elsewhere.org", ip: { address: "web" } });
    const error = await plan.apply().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringMatching(/no zone for alias\.elsewhere\.org/) });
    expect(error).not.toHaveProperty("partial");
    expect(await ipam.findSubnets()).toMatchObject([
      { cidr: "192.168.0.0/24", comment: "before", extattrs: { Site: "Rome" } },
    ]);
    expect(await wapi.find("record:host")).toEqual([]);
  });

  it("reports what it could not undo", async () => {
    const { ipam } = await visit({ seed });
    const plan = ipam
      .plan()
      .release("old", "192.168.0.0/24")
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
      .range("leases", { in: { subnet: "blue" }, first: 10, last: 300 });
    await expect(plan.apply()).rejects.toMatchObject({
      name: "InvalidRequestError",
      partial: [{ step: "old", kind: "release", result: { released: true, reason: "deleted" } }],
    });
    expect(await ipam.findSubnets()).toEqual([]);
  });

  it("releases before it creates what would collide, in one request after its looks", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed });
    await wapi.find("network");
    const plan = ipam
      .plan()
      .release("old", "192.168.0.0/24")
      .container("new", { cidr: "192.168.0.0/24" })
      .subnet("blue", { from: { container: "new" }, prefixLength: 25 });
    let results: unknown;
    expect(
      await requestsOf(async () => {
        results = await plan.apply();
      }),
    ).toBe(3);
    expect(results).toMatchObject({ old: { released: true }, blue: { cidr: "192.168.0.0/25" } });
  });

  it("refuses to release what is in use, before anything was written", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ from: "192.168.0.0/24" });
    const plan = ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
      .release("old", "192.168.0.0/24");
    await expect(plan.apply()).rejects.toThrow(SubnetInUseError);
    expect(await ipam.findSubnets()).toHaveLength(1);
  });

  it("refuses an address that is in use, and says which", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "192.168.0.7", name: "old.example.com" });
    const plan = ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24 })
      .address("web", { ip: "192.168.0.7", name: "web.example.com" });
    const error = await plan.apply().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ message: expect.stringMatching(/192\.168\.0\.7 is in use/) });
    expect(await ipam.findSubnets()).toHaveLength(1);
  });

  it("tries the next source only when one is exhausted, with the whole plan", async () => {
    const { ipam, wapi, requestsOf } = await visit({
      seed: { ...seed, containers: ["10.0.0.0/29", "10.1.0.0/16", "10.2.0.0/29", "10.3.0.0/16"] },
    });
    await ipam.requestSubnet({ cidr: "10.0.0.0/30" });
    await ipam.requestSubnet({ cidr: "10.0.0.4/30" });
    await wapi.find("network");
    const one = ipam
      .plan()
      .subnet("blue", { from: ["10.0.0.0/29", "10.1.0.0/16"], prefixLength: 30 })
      .address("web", { from: { subnet: "blue" } });
    let results: unknown;
    expect(
      await requestsOf(async () => {
        results = await one.apply();
      }),
    ).toBe(2);
    expect(results).toMatchObject({ blue: { cidr: "10.1.0.0/30" }, web: { ip: "10.1.0.1" } });
    const several = ipam
      .plan()
      .subnet("full", { from: ["10.0.0.0/29", "10.1.0.0/16"], prefixLength: 30 })
      .subnet("room", { from: ["10.2.0.0/29", "10.3.0.0/16"], prefixLength: 30 });
    expect(await several.apply()).toMatchObject({
      full: { cidr: "10.1.0.4/30" },
      room: { cidr: "10.2.0.0/30" },
    });
    const none = ipam.plan().subnet("blue", { from: "10.0.0.0/29", prefixLength: 30 });
    const error = await none.apply().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PoolExhaustedError);
    expect(error).toMatchObject({ tried: [{ source: "10.0.0.0/29" }] });
  });

  it("shares the room of sources among its steps", async () => {
    const { ipam } = await visit({ seed: { ...seed, containers: ["10.0.0.0/29", "10.1.0.0/16"] } });
    const from = ["10.0.0.0/29", "10.1.0.0/16"];
    const plan = ipam
      .plan()
      .subnet("a", { from, prefixLength: 30 })
      .subnet("b", { from, prefixLength: 30 })
      .subnet("c", { from, prefixLength: 30 });
    expect(await plan.apply()).toMatchObject({
      a: { cidr: "10.0.0.0/30" },
      b: { cidr: "10.0.0.4/30" },
      c: { cidr: "10.1.0.0/30" },
    });
  });

  it("takes from a part of a subnet, and from a subnet where a container is named", async () => {
    const { ipam } = await visit({ seed: { ...seed, networks: ["192.168.0.0/24", "192.168.1.0/24"] } });
    const plan = ipam
      .plan()
      .address("web", { from: "192.168.0.64/26", name: "web.example.com" })
      .subnet("half", { from: "192.168.1.0/24", prefixLength: 25 });
    expect(await plan.apply()).toMatchObject({
      web: { ip: "192.168.0.64" },
      half: { cidr: "192.168.1.0/25", container: "192.168.1.0/24" },
    });
    await expect(ipam.plan().address("web", { from: "192.168.9.0/24" }).apply()).rejects.toThrow(
      /no subnet or range 192\.168\.9\.0\/24/,
    );
  });

  it.each(grids)("gives the same results again with a request id, $assumptions", async (options) => {
    const { ipam } = await visit(options);
    const first = await siteOf(ipam, "deploy-42").apply();
    const again = await siteOf(ipam, "deploy-42").apply();
    for (const name of ["site", "blue", "web", "printer", "spare", "www", "lp", "back"] as const) {
      expect(again[name]).toMatchObject({ ref: first[name].ref, created: false });
    }
    expect(again.blue.gateway).toBe(first.blue.gateway);
    expect(await ipam.findSubnets()).toHaveLength(2);
  });

  it.each(grids)("completes what a grid left half done, $assumptions", async (options) => {
    const { ipam, wapi } = await visit({ ...options, seed: { ...seed, zones: [] } });
    const plan = () =>
      ipam
        .plan({ requestId: "deploy-42" })
        .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "first" })
        .address("spare", { from: { subnet: "blue" } })
        .address("web", { from: { subnet: "blue" }, name: "web.example.com" });
    await expect(plan().apply()).rejects.toThrow(/no zone for web\./);
    await wapi.create("zone_auth", { fqdn: "example.com" });
    const results = await plan().apply();
    expect(results).toMatchObject({
      blue: { cidr: "10.0.0.0/24", gateway: "10.0.0.1" },
      spare: { ip: "10.0.0.2" },
      web: { ip: "10.0.0.3" },
    });
    expect(await ipam.findSubnets()).toHaveLength(2);
  });

  it("finds out what became of a lost answer", async () => {
    const { ipam, grid } = await visit({ seed });
    grid.faults.next({ on: "POST", path: "/request", after: 1, fail: "reset-after-commit" });
    const results = await siteOf(ipam, "deploy-42").apply();
    expect(results).toMatchObject({ blue: { cidr: "10.0.0.0/24" }, web: { ip: "10.0.0.2" } });
    expect(await ipam.findSubnets()).toHaveLength(2);
  });

  it.each(["reset-before-commit", "reset-after-commit", "timeout-before-commit"] as const)(
    "is done once after %s",
    async (fail) => {
      const { grid, wapi } = await visit({ seed });
      const hasty = new Ipam(wapi.with({ timeout: 300 }));
      grid.faults.next({ on: "POST", path: "/request", after: 1, fail });
      const { blue, web } = await siteOf(hasty, "deploy-42").apply();
      expect([blue.cidr, web.ip]).toEqual(["10.0.0.0/24", "10.0.0.2"]);
      expect(await hasty.findSubnets()).toHaveLength(2);
    },
  );

  it("is done once by all who do it at the same time, where a request is one transaction", async () => {
    const { ipam } = await visit({ seed, assumptions: { requestIsTransactional: true } });
    const results = await Promise.all([1, 2, 3, 4, 5].map(() => siteOf(ipam, "deploy-42").apply()));
    for (const name of ["site", "blue", "web", "printer", "spare", "www", "lp", "back"] as const) {
      expect(new Set(results.map((result) => result[name].ref)).size).toBe(1);
      expect(results.filter((result) => result[name].created)).toHaveLength(1);
    }
    expect(await ipam.findSubnets()).toHaveLength(2);
  });

  it("tells how far it has come", async () => {
    const { ipam } = await visit({ seed });
    const seen: object[] = [];
    await ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "last" })
      .apply({ onProgress: (progress) => seen.push(progress) });
    expect(seen).toMatchObject([
      { done: 1, total: 2 },
      { done: 2, total: 2, elapsed: expect.any(Number), rate: expect.any(Number), timeLeft: 0 },
    ]);
  });

  it("names the step where something is wrong, and sends nothing", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const wrong = [
      [ipam.plan().subnet("blue", { from: "10.0.0.0/8", prefixLength: 33 }), /blue\.prefixLength: /],
      [
        ipam.plan().address("web", { from: { subnet: "blue" as never } }),
        /web\.from\.subnet: no earlier step/,
      ],
      [
        ipam
          .plan()
          .subnet("a", { cidr: "10.0.0.0/24" })
          .subnet("a" as never, { cidr: "10.0.1.0/24" }),
        /name: is the name of another/,
      ],
      [
        ipam.plan().record("r", { type: "MX", name: "example.com", exchanger: "mx.example.com" } as never),
        /r\.preference/,
      ],
      [ipam.plan().update("u", "nothing", { comment: "x" }), /u\.target: /],
      [ipam.plan().update("u", "network/ZG5z:10.0.0.0/24/default", {}), /u\.changes: changes nothing/],
      [ipam.plan({ requestId: " " }), /requestId: an id is/],
      [ipam.plan().range("r", { first: "10.0.0.9", last: "10.0.0.5" }), /r\.last: does not come after/],
    ] as const;
    expect(
      await requestsOf(async () => {
        for (const [plan, message] of wrong) {
          const error = await plan.apply().catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(InvalidRequestError);
          expect(error).toMatchObject({ message: expect.stringMatching(message) });
        }
      }),
    ).toBe(0);
  });

  it("gives nothing for no steps, and sends nothing", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    expect(await requestsOf(async () => expect(await ipam.plan().apply()).toEqual({}))).toBe(0);
  });
});
