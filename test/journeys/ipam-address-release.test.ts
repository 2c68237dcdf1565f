import { AmbiguousTargetError, ConflictError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Request ID"],
  networks: ["10.0.0.0/24", "2001:db8::/64"],
  zones: ["example.com"],
};
const deleted = { released: true, reason: "deleted" };
const gone = { released: false, reason: "gone" };

behindEveryDoor("giving addresses back", (visit) => {
  it.each(["result", "ip", "ref", "name", "requestId"] as const)(
    "takes the %s for what it stands for",
    async (by) => {
      const { ipam, wapi } = await visit({ seed });
      const web = await ipam.requestAddress({
        from: "10.0.0.0/24",
        name: "Web.example.com",
        requestId: "web",
      });
      const target = {
        result: web,
        ip: web.ip,
        ref: web.ref,
        name: "Web.Example.com",
        requestId: { requestId: "web" },
      }[by];
      expect(await ipam.releaseAddress(target)).toEqual(deleted);
      expect(await wapi.find("record:host")).toEqual([]);
      expect(await ipam.releaseAddress(target)).toEqual(gone);
    },
  );

  it("takes the address with its prefix length, as results write it", async () => {
    const { ipam } = await visit({ seed });
    for (const from of ["10.0.0.0/24", "2001:db8::/64"]) {
      const { cidr } = await ipam.requestAddress({ from });
      expect(await ipam.releaseAddress(cidr)).toEqual(deleted);
      expect(await ipam.releaseAddress(cidr)).toEqual(gone);
    }
  });

  it.each([
    ["10.0.0.0/24", /a subnet/],
    ["2001:db8::/64", /a subnet/],
    ["10.0.0.300", /no address/],
    ["10.0.0.5/33", /no address/],
    ["2001:db8:::5", /no address/],
    ["web\u0007.example.com", /control characters/],
    [" ", /must not be empty/],
  ])("refuses %j, which is no name, address or reference, and says so", async (text, message) => {
    const { ipam, requestsOf } = await visit({ seed });
    const count = await requestsOf(() =>
      expect(ipam.releaseAddress(text)).rejects.toMatchObject({
        name: "InvalidRequestError",
        message: expect.stringMatching(message),
        value: text,
      }),
    );
    expect(count).toBe(0);
  });

  it.each(["10.0.0.0/24", "2001:db8::/64"])("releases every kind of address of %s", async (from) => {
    const { ipam } = await visit({ seed });
    const client = from.includes(":")
      ? { duid: "00:03:00:01:02:42:ac:11:00:02" }
      : { mac: "02:42:ac:11:00:02" };
    const taken = [
      await ipam.requestAddress({ from }),
      await ipam.requestAddress({ from, ...client }),
      await ipam.requestAddress({ from, name: "lamp", dns: false }),
    ];
    for (const address of taken) expect(await ipam.releaseAddress(address.ip)).toEqual(deleted);
    expect(await ipam.utilization(from)).toMatchObject({ used: 0 });
  });

  it("removes one address of a host by IP, and the host with its last", async () => {
    const { ipam, wapi } = await visit({ seed });
    const from = { ipv4: "10.0.0.0/24", ipv6: "2001:db8::/64" };
    const host = await ipam.requestAddress({ from, name: "db.example.com" });
    expect(await ipam.releaseAddress(host.ips[1] ?? "")).toEqual({
      released: true,
      reason: "removed-from-host",
    });
    const [left] = await wapi.find("record:host");
    expect(left?.ipv4addrs).toMatchObject([{ ipv4addr: host.ip }]);
    expect(left?.ipv6addrs).toBeUndefined();
    expect(await ipam.releaseAddress(host.ip)).toEqual(deleted);
    expect(await wapi.find("record:host")).toEqual([]);
  });

  it("keeps what others add to the host meanwhile", async () => {
    const { ipam, wapi } = await visit({ seed });
    const host = await wapi.create("record:host", {
      name: "db.example.com",
      ipv4addrs: [{ ipv4addr: "10.0.0.5" }, { ipv4addr: "10.0.0.6" }, { ipv4addr: "10.0.0.7" }],
    });
    await Promise.all(["10.0.0.5", "10.0.0.6"].map((ip) => ipam.releaseAddress(ip)));
    const { ipv4addrs } = await wapi.get(host._ref);
    expect(ipv4addrs?.map(({ ipv4addr }) => ipv4addr)).toEqual(["10.0.0.7"]);
  });

  it("releases nothing where several objects fit, and lists them", async () => {
    const { ipam, wapi } = await visit({ seed });
    const one = await ipam.requestAddress({ ip: "10.0.0.5", name: "a.example.com" });
    const other = await ipam.requestAddress({ ip: "10.0.0.5", name: "b.example.com", ifInUse: "allow" });
    const error = await ipam.releaseAddress("10.0.0.5").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AmbiguousTargetError);
    expect(error).toMatchObject({ candidates: [one.ref, other.ref] });
    expect(await wapi.find("record:host")).toHaveLength(2);
    expect(await ipam.releaseAddress(one.ref)).toEqual(deleted);
    expect(await ipam.releaseAddress("10.0.0.5")).toEqual(deleted);
  });

  it("leaves alone what is neither a host nor a fixed address, and says what it is", async () => {
    const { ipam, wapi } = await visit({ seed });
    const record = await wapi.create("record:a", { name: "www.example.com", ipv4addr: "10.0.0.5" });
    const error = await ipam.releaseAddress("10.0.0.5").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConflictError);
    expect(error).toMatchObject({ message: expect.stringContaining(`held by ${record._ref}`) });
  });

  it("finds a host in the DNS view that is meant", async () => {
    const { ipam, wapi } = await visit({
      seed: {
        ...seed,
        dnsViews: ["inside"],
        zones: ["example.com", { fqdn: "example.com", view: "inside" }],
      },
    });
    for (const dnsView of ["default", "inside"]) {
      await ipam.requestAddress({ from: "10.0.0.0/24", name: "web.example.com", dnsView });
    }
    await expect(ipam.releaseAddress("web.example.com")).rejects.toThrow(AmbiguousTargetError);
    expect(await ipam.releaseAddress({ name: "web.example.com" }, { dnsView: "inside" })).toEqual(deleted);
    expect(await wapi.find("record:host", { fields: ["view"] })).toMatchObject([{ view: "default" }]);
  });

  it.each([
    [
      "a subnet's reference",
      "network/ZG5z:10.0.0.0/24/default",
      /refers to a network, not to a host, fixed address or reservation/,
    ],
    ["nothing", " ", /must not be empty/],
    ["half an address", { ip: "10.0.0" }, /not an IP address/],
    ["an empty object", {} as never, /names no address/],
  ])("refuses %s before anything is sent", async (_, target, message) => {
    const { ipam, requestsOf } = await visit();
    expect(await requestsOf(() => expect(ipam.releaseAddress(target)).rejects.toThrow(message))).toBe(0);
  });
});
