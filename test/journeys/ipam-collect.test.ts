import { InvalidRequestError, Ipam, isInfobloxError, NotFoundError, OwnershipError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: ["10.1.0.0/24", "2001:db9::/64"],
  zones: ["example.com"],
  attributes: ["Owner"],
};
const setup = true;
const owner = { owner: "ci" };
const expiresAt = "2030-01-01T12:00:00Z";
const later = "2031-01-01T12:00:00Z";
/** Between the two. */
const now = "2030-06-01T00:00:00Z";

behindEveryDoor("renewing", (visit) => {
  it("sets the expiry of an address in whatever way that is named, and gives it as the grid holds it", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const web = await ipam.requestAddress({
      ...{ from: "10.1.0.0/24", name: "web.example.com", requestId: "web", expiresAt },
    });
    const targets = [
      web,
      web.ref,
      { ref: web.ref },
      web.ip,
      { ip: web.ip },
      "web.example.com",
      { name: "WEB.example.com" },
      { requestId: "web" },
    ];
    for (const [index, target] of targets.entries()) {
      const time = new Date(Date.UTC(2031, 0, 1 + index));
      const renewed = await ipam.renew(target, { expiresAt: time });
      expect(renewed).toEqual({ ...web, created: false, expiresAt: time, extattrs: renewed.extattrs });
      expect((await ipam.lookup(web.ip)).addresses).toMatchObject([{ expiresAt: time }]);
    }
  });

  it("sets the expiry of a subnet in whatever way that is named", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const blue = await ipam.requestSubnet({
      ...{ from: "10.0.0.0/16", prefixLength: 24, gateway: "first", requestId: "blue", expiresAt },
    });
    const targets = [
      blue,
      blue.ref,
      { ref: blue.ref },
      blue.cidr,
      { cidr: blue.cidr },
      { requestId: "blue" },
    ];
    for (const [index, target] of targets.entries()) {
      const time = new Date(Date.UTC(2031, 0, 1 + index));
      expect(await ipam.renew(target, { expiresAt: time })).toMatchObject({
        cidr: blue.cidr,
        expiresAt: time,
        gateway: "10.0.0.1",
      });
      const [found] = await ipam.findSubnets({ cidr: blue.cidr });
      expect(found).toMatchObject({ expiresAt: time, gateway: "10.0.0.1" });
    }
  });

  it.each([{ from: "2001:db9::/64" }, { from: "10.1.0.0/24", mac: "02:42:ac:11:00:02" }])(
    "keeps what else is known of an address of %j",
    async (request) => {
      const { ipam } = await visit({ seed, setup }, owner);
      const address = await ipam.requestAddress(request);
      const renewed = await ipam.renew(address, { expiresAt });
      expect(renewed).toEqual({
        ...address,
        ...{ created: false, expiresAt: new Date(expiresAt) },
        extattrs: {
          ...address.extattrs,
          ...{ "Expires At": expiresAt, "Last Change": expect.any(String) as string },
        },
      });
    },
  );

  it("costs one request by result, two by what names it, more by request id", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup }, owner);
    const address = await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt });
    expect(await requestsOf(() => ipam.renew(address, { expiresIn: 60 }))).toBe(1);
    expect(await requestsOf(() => ipam.renew(address.ref, { expiresIn: 60 }))).toBe(2);
    expect(await requestsOf(() => ipam.renew(address.ip, { expiresIn: 60 }))).toBe(2);
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, requestId: "blue" });
    expect(await requestsOf(() => ipam.renew(subnet, { expiresIn: 60 }))).toBe(1);
    expect(await requestsOf(() => ipam.renew(subnet.cidr, { expiresIn: 60 }))).toBe(2);
    expect(await requestsOf(() => ipam.renew({ requestId: "blue" }, { expiresIn: 60 }))).toBe(4);
  });

  it("leaves alone what another owner made, unless it is forced to", async () => {
    const { ipam, wapi } = await visit({ seed, setup }, owner);
    const address = await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt });
    const other = new Ipam(wapi, { owner: "ops" });
    await expect(other.renew(address.ref, { expiresAt: later })).rejects.toThrow(OwnershipError);
    expect(await other.renew(address.ref, { expiresAt: later, force: true })).toMatchObject({
      expiresAt: new Date(later),
    });
  });

  it("never touches what has got the address in the meantime", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const address = await ipam.requestAddress({ ip: "10.1.0.9", expiresAt });
    await ipam.releaseAddress(address);
    await ipam.requestAddress({ ip: "10.1.0.9" });
    await expect(ipam.renew(address, { expiresAt: later })).rejects.toSatisfy((error) =>
      isInfobloxError(error, "WapiError"),
    );
    expect((await ipam.lookup("10.1.0.9")).addresses).toMatchObject([{ expiresAt: undefined }]);
  });

  it.each(["10.1.0.77", "10.0.99.0/24", "no.example.com", { requestId: "nobody" }])(
    "says that there is no %j",
    async (target) => {
      const { ipam } = await visit({ seed, setup }, owner);
      await expect(ipam.renew(target, { expiresAt })).rejects.toThrow(NotFoundError);
    },
  );

  it("needs to be told until when", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup }, owner);
    const requests = await requestsOf(async () => {
      await expect(ipam.renew("10.1.0.9", {})).rejects.toThrow(/^expiresIn: is needed, or expiresAt/);
    });
    expect(requests).toBe(0);
  });

  it("comes through when its answer is lost", async () => {
    const { ipam, grid } = await visit({ seed, setup }, owner);
    const address = await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt });
    grid.faults.next({ fail: "reset-after-commit", on: "POST" });
    expect(await ipam.renew(address, { expiresAt: later })).toMatchObject({ expiresAt: new Date(later) });
  });
});

behindEveryDoor("collecting", (visit) => {
  it("frees what has expired, and nothing else", async () => {
    const { ipam, requestsOf } = await visit({ seed, setup }, owner);
    const from = "10.1.0.0/24";
    const over = [
      await ipam.requestAddress({ from, name: "web.example.com", expiresAt }),
      await ipam.requestAddress({ from, mac: "02:42:ac:11:00:02", expiresAt }),
      await ipam.requestAddress({ from: "2001:db9::/64", expiresAt }),
      await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, gateway: "first", expiresAt }),
      await ipam.requestSubnet({ from: "2001:db8::/32", prefixLength: 64, expiresAt }),
    ];
    const stays = [
      await ipam.requestAddress({ from, expiresAt: later }),
      await ipam.requestAddress({ from }),
      await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresAt: later }),
    ];
    let seen: unknown;
    let collected: Awaited<ReturnType<typeof ipam.collect>> | undefined;
    const requests = await requestsOf(async () => {
      collected = await ipam.collect({ now, onProgress: (progress) => (seen = progress) });
    });
    // One to look, one for up to 50 addresses, two for each subnet.
    expect(requests).toBe(1 + 1 + 2 * 2);
    expect(collected?.kept).toEqual([]);
    expect(collected?.released.map(({ ref }) => ref).sort()).toEqual(over.map(({ ref }) => ref).sort());
    expect(collected?.released.every(({ reason }) => reason === "deleted")).toBe(true);
    expect(seen).toMatchObject({ done: 5, total: 5, timeLeft: 0 });
    const { subnets, addresses } = await ipam.audit();
    expect([...subnets, ...addresses].map(({ ref }) => ref).sort()).toEqual(
      stays.map(({ ref }) => ref).sort(),
    );
    expect(await ipam.collect({ now })).toEqual({ dryRun: false, released: [], kept: [] });
  });

  it("lets the moment count, and what expires at it", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt });
    expect((await ipam.collect({ now: "2030-01-01T11:59:59Z" })).released).toEqual([]);
    expect((await ipam.collect({ now: new Date(expiresAt) })).released).toHaveLength(1);
  });

  it("says beforehand what it would do, and changes nothing", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const blue = await ipam.requestSubnet({
      from: "10.0.0.0/16",
      prefixLength: 24,
      gateway: "first",
      expiresAt,
    });
    const red = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresAt });
    await ipam.requestAddress({ from: blue, name: "web.example.com", requestId: "web", expiresAt });
    await ipam.requestAddress({ from: red, name: "db.example.com" });
    const before = await ipam.audit({ now });
    const dry = await ipam.collect({ dryRun: true, now });
    expect(dry.dryRun).toBe(true);
    expect(dry.released).toMatchObject([
      { kind: "host", name: "web.example.com", requestId: "web", expiresAt, reason: "expired" },
      { kind: "subnet", place: blue.cidr, reason: "expired" },
    ]);
    expect(dry.kept).toMatchObject([
      { place: red.cidr, reason: "in-use", inUse: [expect.stringContaining("db.example.com")] },
    ]);
    expect(await ipam.audit({ now })).toEqual(before);
    const wet = await ipam.collect({ now });
    expect(wet.released.map(({ place }) => place)).toEqual(dry.released.map(({ place }) => place));
    expect(wet.kept).toEqual(dry.kept);
  });

  it("frees a subnet with all that is in it where that is wished for", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresAt });
    const web = await ipam.requestAddress({ from: subnet, name: "web.example.com" });
    expect((await ipam.collect({ now })).kept).toMatchObject([{ place: subnet.cidr, reason: "in-use" }]);
    expect((await ipam.collect({ now, cascade: true })).released).toMatchObject([{ place: subnet.cidr }]);
    expect(await ipam.releaseAddress(web)).toMatchObject({ reason: "gone" });
  });

  it("keeps a subnet that has been divided", async () => {
    const { ipam } = await visit({ seed, setup }, owner);
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresAt });
    await ipam.requestSubnet({ from: subnet, prefixLength: 26 });
    expect(await ipam.collect({ now })).toMatchObject({
      released: [],
      kept: [{ kind: "container", place: subnet.cidr, reason: "divided" }],
    });
  });

  it("leaves to others what is theirs", async () => {
    const { wapi } = await visit({ seed, setup });
    const [ci, ops] = [new Ipam(wapi, owner), new Ipam(wapi, { owner: "ops" })];
    const theirs = await ops.requestAddress({ from: "10.1.0.0/24", expiresAt });
    const unmarked = await new Ipam(wapi).requestAddress({ from: "10.1.0.0/24", expiresAt });
    expect((await ci.collect({ now })).released).toEqual([]);
    expect((await ops.collect({ now })).released).toMatchObject([{ place: theirs.ip }]);
    expect((await ci.lookup(unmarked.ip)).status).toBe("USED");
  });

  it("works with owners in comments, and in the network view that is named", async () => {
    const { wapi } = await visit({
      seed: { ...seed, networkViews: ["lab"], networks: [{ network: "10.1.0.0/24", networkView: "lab" }] },
      setup,
    });
    const ipam = new Ipam(wapi, { ...owner, ownerMarker: "comment", requestIdMarker: "comment" });
    const networkView = "lab";
    await ipam.requestAddress({ from: "10.1.0.0/24", networkView, requestId: "web", expiresAt });
    expect((await ipam.collect({ now })).released).toEqual([]);
    expect((await ipam.collect({ now, networkView })).released).toMatchObject([{ requestId: "web" }]);
  });

  it.each(["address", "subnet"])(
    "lets a renewal win that comes just before the delete of an %s",
    async (what) => {
      const { ipam, wapi } = await visit({ seed, setup }, owner);
      const things =
        what === "address"
          ? await ipam.requestAddresses({ from: "10.1.0.0/24", count: 3, expiresAt })
          : [await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresAt })];
      const [renewed] = things;
      if (renewed === undefined) throw new Error("nothing was taken");
      // Between the look and the delete, which is the last request of what is to be deleted.
      let batches = 0;
      const racing = new Proxy(wapi, {
        get(target, name) {
          // An Ipam that works with a client derived from this one would get past it.
          if (name === "readingFromMaster") return undefined;
          const value: unknown = Reflect.get(target, name, target);
          if (typeof value !== "function") return value;
          if (name !== "batch") return value.bind(target);
          return async (...given: Parameters<typeof wapi.batch>) => {
            batches += 1;
            if (batches === (what === "address" ? 2 : 3))
              await ipam.renew(renewed as never, { expiresAt: later });
            return target.batch(...given);
          };
        },
      });
      const { released, kept } = await new Ipam(racing, owner).collect({ now });
      expect(kept).toMatchObject([{ ref: renewed.ref, reason: "renewed" }]);
      expect(released).toHaveLength(things.length - 1);
      const { subnets, addresses } = await ipam.audit();
      expect([...subnets, ...addresses]).toMatchObject([{ ref: renewed.ref, expiresAt: later }]);
    },
  );

  it.each(["reset-after-commit", "reset-before-commit"] as const)("comes through a %s", async (fail) => {
    const { ipam, grid } = await visit({ seed, setup }, owner);
    await ipam.requestAddresses({ from: "10.1.0.0/24", count: 3, expiresAt });
    grid.faults.next({ fail, on: "POST", after: 1 });
    const { released, kept } = await ipam.collect({ now });
    expect(released).toHaveLength(3);
    expect(kept).toEqual([]);
  });

  it("needs an owner, and an attribute for expiries", async () => {
    const { ipam, wapi, requestsOf } = await visit({ seed, setup });
    const requests = await requestsOf(async () => {
      await expect(ipam.collect()).rejects.toThrow(/^owner: is needed/);
      await expect(ipam.audit()).rejects.toThrow(/^owner: is needed/);
      const without = new Ipam(wapi, { ...owner, expiresAtAttribute: false });
      await expect(without.collect()).rejects.toThrow(/expiresAtAttribute is false/);
      await expect(new Ipam(wapi, { ...owner, ownerMarker: "none" }).collect()).rejects.toThrow(
        InvalidRequestError,
      );
    });
    expect(requests).toBe(0);
  });

  it("says what to do where the grid was never set up", async () => {
    const { ipam } = await visit({}, owner);
    await expect(ipam.collect()).rejects.toMatchObject({
      message: expect.stringMatching(/no extensible attribute "(Owner|Expires At)"/),
      hint: expect.stringMatching(/^Call setup\(\)/),
    });
  });
});
