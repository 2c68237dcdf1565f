import { InvalidRequestError, Ipam, PermissionDeniedError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/16", "2001:db8::/32"],
  networks: ["10.1.0.0/24", "2001:db9::/64"],
  zones: ["example.com"],
};
const setup = true;
const expiresAt = "2030-01-01T12:00:00Z";

behindEveryDoor("an expiry", (visit) => {
  it.each([
    { from: "10.0.0.0/16", prefixLength: 24 },
    { from: "2001:db8::/32", prefixLength: 64, gateway: "first" as const },
    { cidr: "10.0.9.0/24" },
  ])("is kept on the grid, and in the result, of a subnet for %j", async (request) => {
    const { ipam } = await visit({ seed, setup });
    const subnet = await ipam.requestSubnet({ ...request, expiresAt });
    expect(subnet.expiresAt).toEqual(new Date(expiresAt));
    expect(subnet.extattrs).toMatchObject({ "Expires At": expiresAt });
    const [found] = await ipam.findSubnets({ cidr: subnet.cidr });
    expect(found?.expiresAt).toEqual(new Date(expiresAt));
  });

  it.each([
    { from: "10.1.0.0/24" },
    { from: "10.1.0.0/24", mac: "02:42:ac:11:00:02" },
    { from: "10.1.0.0/24", name: "web.example.com", ttl: 300 },
    { ip: "10.1.0.9" },
    { from: "2001:db9::/64" },
    { from: { ipv4: "10.1.0.0/24", ipv6: "2001:db9::/64" }, name: "both.example.com" },
  ])("is kept on the grid, and in the result, of an address for %j", async (request) => {
    const { ipam } = await visit({ seed, setup });
    const address = await ipam.requestAddress({ ...request, expiresAt: new Date(expiresAt) });
    expect(address.expiresAt).toEqual(new Date(expiresAt));
    expect((await ipam.lookup(address.ip)).addresses).toMatchObject([{ expiresAt: new Date(expiresAt) }]);
  });

  it("holds for each of many, and for the steps of a plan", async () => {
    const { ipam } = await visit({ seed, setup });
    const many = await ipam.requestAddresses({ from: "10.1.0.0/24", count: 3, expiresAt });
    const subnets = await ipam.requestSubnets({ from: "10.0.0.0/16", prefixLength: 24, count: 2, expiresAt });
    const { blue, web } = await ipam
      .plan()
      .subnet("blue", { from: "10.0.0.0/16", prefixLength: 24, expiresAt })
      .address("web", { from: { subnet: "blue" }, name: "web.example.com", expiresAt })
      .apply();
    for (const one of [...many, ...subnets, blue, web]) expect(one.expiresAt).toEqual(new Date(expiresAt));
  });

  it("is so many seconds from now where it is said like that, by this machine's clock", async () => {
    const { ipam } = await visit({ seed, setup });
    const before = Date.now();
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24, expiresIn: 3600 });
    const time = subnet.expiresAt?.getTime() ?? 0;
    expect(time).toBeGreaterThanOrEqual(before + 3_600_000);
    // Rounded up to a whole second.
    expect(time).toBeLessThan(Date.now() + 3_601_000);
  });

  it("is written only when it is asked for", async () => {
    const { ipam } = await visit({ seed, setup });
    const subnet = await ipam.requestSubnet({ from: "10.0.0.0/16", prefixLength: 24 });
    expect(subnet.expiresAt).toBeUndefined();
    expect(Object.keys(subnet.extattrs)).not.toContain("Expires At");
  });

  it("stays as it is when the same request id asks for another", async () => {
    const { ipam } = await visit({ seed, setup });
    const request = { from: "10.1.0.0/24", requestId: "web" };
    const first = await ipam.requestAddress({ ...request, expiresAt });
    const again = await ipam.requestAddress({ ...request, expiresAt: "2031-01-01T00:00:00Z" });
    expect(again).toEqual({ ...first, created: false });
  });

  it("is kept in another attribute where one is named", async () => {
    const { wapi } = await visit({ seed: { ...seed, attributes: ["Until"] } });
    const ipam = new Ipam(wapi, { expiresAtAttribute: "Until" });
    const address = await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt });
    expect(address).toMatchObject({ expiresAt: new Date(expiresAt), extattrs: { Until: expiresAt } });
  });

  it("says what to do where the grid can't keep it yet, and creates nothing", async () => {
    const { ipam } = await visit({ seed });
    const error = await ipam
      .requestAddress({ from: "10.1.0.0/24", expiresAt })
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidRequestError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/no extensible attribute "Expires At"/),
      hint: expect.stringMatching(/^Call setup\(\)/),
    });
    expect(await ipam.utilization("10.1.0.0/24")).toMatchObject({ used: 0 });
    expect((await ipam.setup()).created).toContain("Expires At");
    expect(await ipam.requestAddress({ from: "10.1.0.0/24", expiresAt })).toMatchObject({ created: true });
  });

  it("is refused by an Ipam that keeps none", async () => {
    const { wapi, requestsOf } = await visit({ seed, setup });
    const ipam = new Ipam(wapi, { expiresAtAttribute: false });
    const requests = await requestsOf(async () => {
      await expect(ipam.requestAddress({ from: "10.1.0.0/24", expiresAt })).rejects.toThrow(
        /^expiresAt: cannot be stored, since expiresAtAttribute is false/,
      );
    });
    expect(requests).toBe(0);
  });

  it.each([
    [{ expiresAt: "tomorrow" }, /^expiresAt: must be a Date, or an ISO time/],
    [{ expiresAt: "2030-01-01T12:00:00" }, /^expiresAt: must be a Date, or an ISO time/],
    [{ expiresAt: new Date(Number.NaN) }, /^expiresAt: must be a Date, or an ISO time/],
    [{ expiresAt: new Date(Date.UTC(10_000, 0)) }, /^expiresAt: must lie before the year 10000/],
    [{ expiresIn: 0 }, /^expiresIn: must be at least 1/],
    [{ expiresIn: 1.5 }, /^expiresIn: must be whole seconds/],
    [{ expiresAt, expiresIn: 60 }, /^expiresIn: sets the same as expiresAt/],
  ])("is refused as %j before anything is sent", async (expiring, message) => {
    const { ipam, requestsOf } = await visit({ seed, setup });
    const requests = await requestsOf(async () => {
      await expect(ipam.requestAddress({ from: "10.1.0.0/24", ...expiring })).rejects.toThrow(message);
      await expect(ipam.requestSubnet({ cidr: "10.0.9.0/24", ...expiring })).rejects.toThrow(message);
    });
    expect(requests).toBe(0);
  });
});

behindEveryDoor("a setup that isn't permitted", (visit) => {
  it("names the attributes that a superuser has to create", async () => {
    const { wapi, grid } = await visit({ seed: { attributes: ["Owner"] } });
    grid.faults.next({ status: 403, on: "POST", object: "extensibleattributedef" });
    const error = await new Ipam(wapi, { owner: "blue" }).setup().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(PermissionDeniedError);
    expect(error).toMatchObject({
      message: expect.stringContaining(
        'A superuser has to create: "Request ID" (STRING), "Request Attempt" (STRING), "Expires At" (STRING), "Last Change" (STRING).',
      ),
    });
  });
});
