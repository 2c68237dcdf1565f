import { InvalidRequestError, RequestMismatchError, SubnetInUseError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: [
    "10.1.0.0/16",
    "10.2.0.0/16",
    "2001:db8::/32",
    { network: "10.3.0.0/16", extattrs: { Site: "Lyon" } },
  ],
  networks: ["192.168.0.0/24", "192.168.1.0/24"],
  attributes: ["Request ID", "Request Attempt", "Owner", "Site"],
} as const;

const web = { name: "web", from: "10.1.0.0/16", prefixLength: 24 };
const other = { name: "web", from: "10.2.0.0/16", prefixLength: 26 };

behindEveryDoor("a description", (visit) => {
  it("never means another's object: two files have two, whatever their entries are called", async () => {
    const { ipam } = await visit({ seed });
    const [first] = (await ipam.ensure({ name: "one", subnets: [web] })).objects;
    const [second] = (await ipam.ensure({ name: "two", subnets: [other] })).objects;
    expect([first, second]).toMatchObject([
      { action: "create", object: { cidr: "10.1.0.0/24" } },
      { action: "create", object: { cidr: "10.2.0.0/26" } },
    ]);
    expect(await ipam.ensure({ requestId: "one", subnets: [web] })).toMatchObject({ changed: false });
    expect(await ipam.ensure({ name: "two", subnets: [other] })).toMatchObject({ changed: false });
  });

  it("needs a name where the grid chooses, and says how", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    for (const description of [
      { subnets: [web] },
      { containers: [web] },
      { reservations: [{ name: "spare", from: "192.168.0.0/24" }] },
    ]) {
      const refused = expect(ipam.ensure(description)).rejects;
      expect(await requestsOf(() => refused.toThrow(/^name: .*valid: \{"name":"site-paris"/))).toBe(0);
    }
    await expect(ipam.ensure({ subnets: [web] })).rejects.toThrow(InvalidRequestError);
    expect(await ipam.ensureSubnet(web)).toMatchObject({ created: true });
    expect(await ipam.ensureSubnet(web)).toMatchObject({ changed: false });
  });

  it.each([
    ["size", { ...web, prefixLength: 25 }, "prefixLength", 25],
    ["source", { ...web, from: "10.2.0.0/16" }, "from", 24],
    ["query", { ...web, from: { extattrs: { Site: "Lyon" } } }, "from", 24],
    ["family", { ...web, from: "2001:db8::/32", prefixLength: 64 }, "kind", 64],
  ])("tells another %s, and replaces where that is allowed", async (_what, changed, field, size) => {
    const { ipam, wapi } = await visit({ seed });
    for (const [before, after] of [
      [
        { name: "site", subnets: [web] },
        { name: "site", subnets: [changed] },
      ],
    ] as const) {
      await ipam.ensure(before);
      for (const options of [{}, { dryRun: true }]) {
        await expect(ipam.ensure(after, options)).rejects.toMatchObject({
          name: "RequestMismatchError",
          requestId: "site/web",
          differences: [{ field }],
        });
      }
      expect(await wapi.find("network", { where: { network: "10.1.0.0/24" } })).toHaveLength(1);
      expect(await ipam.ensure(after, { replace: true, dryRun: true })).toMatchObject({
        deleted: 1,
        created: 1,
      });
      const done = await ipam.ensure(after, { replace: true });
      expect(done).toMatchObject({ deleted: 1, created: 1 });
      expect(done.objects.at(-1)?.object).toMatchObject({ prefixLength: size });
      expect(await ipam.ensure(after)).toMatchObject({ changed: false });
    }
    await expect(ipam.ensureSubnet({ ...changed, name: "single" })).resolves.toMatchObject({ created: true });
    await expect(ipam.ensureSubnet({ ...changed, name: "single", prefixLength: size + 1 })).rejects.toThrow(
      RequestMismatchError,
    );
  });

  it("tells another size where the gateway is another, too", async () => {
    const { ipam } = await visit({ seed });
    await ipam.ensure({ name: "site", subnets: [{ ...web, gateway: "first" }] });
    const smaller = { ...web, gateway: "last", prefixLength: 25 };
    await expect(ipam.ensure({ name: "site", subnets: [smaller] })).rejects.toMatchObject({
      name: "RequestMismatchError",
      differences: [{ field: "prefixLength", requested: 25, existing: 24 }],
    });
  });

  it("is content with a place in any of its sources, and what they find now", async () => {
    const { ipam } = await visit({ seed });
    const lyon = { name: "lab", from: { extattrs: { Site: "Lyon" } }, prefixLength: 24 };
    const inside = { name: "inner", from: { container: "own" }, prefixLength: 26 };
    const description = {
      name: "site",
      pools: { both: ["10.9.0.0/16", "10.3.0.0/16"] },
      containers: [{ name: "own", from: "10.1.0.0/16", prefixLength: 20 }],
      subnets: [lyon, inside],
      reservations: [{ name: "spare", from: "192.168.0.0/24" }],
    };
    await ipam.ensure(description);
    expect(await ipam.ensure(description)).toMatchObject({ changed: false });
    const pooled = { ...description, subnets: [{ ...lyon, from: { pool: "both" } }, inside] };
    expect(await ipam.ensure(pooled)).toMatchObject({ changed: false });
    const moved = { ...description, reservations: [{ name: "spare", from: "192.168.1.0/24" }] };
    await expect(ipam.ensure(moved)).rejects.toThrow(/192\.168\.0\.1, described is .*192\.168\.1\.0\/24/);
    expect(await ipam.ensure(moved, { replace: true })).toMatchObject({ deleted: 1, created: 1 });
  });

  it("replaces no subnet that is in use", async () => {
    const { ipam } = await visit({ seed });
    await ipam.ensure({ name: "site", subnets: [web] });
    await ipam.requestAddress({ ip: "10.1.0.9" });
    const changed = { name: "site", subnets: [{ ...web, prefixLength: 25 }] };
    await expect(ipam.ensure(changed, { replace: true })).rejects.toThrow(SubnetInUseError);
  });

  it("prunes what it has made itself, not what another one of the same owner has", async () => {
    const { ipam } = await visit({ seed: { ...seed, zones: ["example.com"] } }, { owner: "team" });
    const txt = (text: string) => ({ type: "TXT", name: "example.com", text }) as const;
    const one = { name: "one", subnets: [web, { ...web, name: "db" }], records: [txt("a"), txt("b")] };
    const two = { name: "two", subnets: [other], records: [txt("c")] };
    const alone = await ipam.requestSubnet({ from: "10.1.0.0/16", prefixLength: 24, requestId: "alone" });
    for (const description of [one, two, one, two]) await ipam.ensure(description, { prune: true });
    for (const description of [one, two])
      expect(await ipam.ensure(description, { prune: true })).toMatchObject({ changed: false });
    const less = { name: "one", subnets: [web], records: [txt("a")] };
    expect(await ipam.ensure(less, { prune: true })).toMatchObject({ deleted: 2 });
    expect(await ipam.ensure(two, { prune: true })).toMatchObject({ changed: false });
    expect((await ipam.dns.find({ type: "TXT" })).map(({ text }) => text).sort()).toEqual(["a", "c"]);
    expect(await ipam.findSubnets({ containing: alone.cidr.replace(/0\/24$/, "1") })).toHaveLength(1);
  });
});
