import { isInfobloxError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor, type IpamVisit } from "./doors.js";

const seed = {
  attributes: ["Site", "Request ID", "Request Attempt", "Last Change"],
  containers: ["10.0.0.0/16"],
  networks: ["10.0.7.0/24", "2001:db8:7::/64"],
  zones: ["example.com"],
};

const from = "10.0.7.0/24";
const name = "web.example.org";

/** Whatever asks for a name that lies in no zone. */
const namesWithoutZone: readonly [what: string, ask: (visit: IpamVisit) => Promise<unknown>][] = [
  ["a host", ({ ipam }) => ipam.requestAddress({ from, name })],
  ["a host, exactly once", ({ ipam }) => ipam.requestAddress({ from, name, requestId: "web" })],
  ["a host of one address", ({ ipam }) => ipam.requestAddress({ ip: "10.0.7.9", name })],
  ["an IPv6 host", ({ ipam }) => ipam.requestAddress({ from: "2001:db8:7::/64", name })],
  [
    "a host of both families",
    ({ ipam }) => ipam.requestAddress({ from: { ipv4: from, ipv6: "2001:db8:7::/64" }, name }),
  ],
  ["many hosts", ({ ipam }) => ipam.requestAddresses({ from, count: 3, name: (n) => `w${n}.example.org` })],
  ["a plan's host", ({ ipam }) => ipam.plan().address("web", { from, name }).apply()],
  ["a plan's record", ({ ipam }) => ipam.plan().record("a", { type: "A", name, ip: "10.0.7.9" }).apply()],
  ["a described host", ({ ipam }) => ipam.ensureHost({ name, from })],
  ["a described record", ({ ipam }) => ipam.ensure({ records: [{ type: "TXT", name, text: "x" }] })],
  ["a record", ({ ipam }) => ipam.dns.add({ type: "A", name, from })],
  ["another name", ({ ipam }) => ipam.hosts.rename("host.example.com", name)],
];

behindEveryDoor("what isn't there", (visit) => {
  it.each(namesWithoutZone)("is a zone that is named: %s", async (_what, ask) => {
    const here = await visit({ seed });
    await here.ipam.requestAddress({ ip: "10.0.7.77", name: "host.example.com" });
    const error: unknown = await ask(here).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "NotFoundError",
      message: expect.stringMatching(/no zone for \w+\.example\.org in DNS view "default"/),
      hint: expect.stringContaining("example.org"),
    });
    expect(await here.ipam.hosts.find()).toMatchObject([{ name: "host.example.com", aliases: [] }]);
  });

  it("is a reverse zone that is named: of a PTR record, alone and in a plan", async () => {
    const { ipam } = await visit({ seed });
    const missing = {
      name: "NotFoundError",
      message: expect.stringContaining("9.7.0.10.in-addr.arpa"),
      hint: expect.stringContaining("10.0.7.0/24"),
    };
    const record = { type: "PTR", name: "web.example.com", ip: "10.0.7.9" } as const;
    await expect(ipam.dns.add(record)).rejects.toMatchObject(missing);
    await expect(ipam.plan().record("ptr", record).apply()).rejects.toMatchObject(missing);
  });

  it.each<[what: string, ask: (visit: IpamVisit) => Promise<unknown>]>([
    ["a container", ({ ipam }) => ipam.requestSubnet({ from: "10.1.0.0/16", prefixLength: 24 })],
    ["a container by query", ({ ipam }) => ipam.requestSubnet({ from: { comment: "x" }, prefixLength: 24 })],
    ["a subnet", ({ ipam }) => ipam.requestAddress({ from: "10.1.0.0/24" })],
    ["a subnet by query", ({ ipam }) => ipam.requestAddress({ from: { extattrs: { Site: "Rome" } } })],
    [
      "a plan's container",
      ({ ipam }) => ipam.plan().subnet("a", { from: "10.1.0.0/16", prefixLength: 24 }).apply(),
    ],
    [
      "a plan's query",
      ({ ipam }) =>
        ipam
          .plan()
          .subnet("a", { from: { comment: "x" }, prefixLength: 24 })
          .apply(),
    ],
    ["the subnet of an address", ({ ipam }) => ipam.requestAddress({ ip: "10.1.0.9" })],
    ["the subnet of a range", ({ ipam }) => ipam.ranges.request({ first: "10.1.0.1", last: "10.1.0.9" })],
    [
      "the subnet of a host without DNS",
      ({ ipam }) => ipam.requestAddress({ ip: "10.1.0.9", name: "x", dns: false }),
    ],
    ["a subnet to be split", ({ ipam }) => ipam.subnets.split("10.1.0.0/24", { prefixLength: 26 })],
    ["a host to be changed", ({ ipam }) => ipam.hosts.rename("no.example.com", "yes.example.com")],
    ["what would be looked at first", ({ ipam }) => ipam.peekAddresses({ comment: "x" }, 1)],
  ])("is caught as NotFoundError: %s", async (_what, ask) => {
    const error: unknown = await ask(await visit({ seed })).catch((thrown: unknown) => thrown);
    expect(isInfobloxError(error, "NotFoundError")).toBe(true);
    expect(error).toMatchObject({ hint: expect.stringMatching(/./) });
  });
});
