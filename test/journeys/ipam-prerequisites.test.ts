import { type DesiredState, isInfobloxError, RequestMismatchError } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  containers: ["10.0.0.0/8"],
  networks: ["10.1.0.0/24", "10.2.0.0/24"],
  zones: ["example.com"],
  attributes: [
    "Request ID",
    "Request Attempt",
    "Last Change",
    "Owner",
    "Site",
    { name: "Tier", type: "ENUM", list_values: [{ value: "gold" }, { value: "silver" }] },
  ],
} as const;

/** What applying fails on, and what the error names. */
const lacking: readonly (readonly [what: string, description: DesiredState, names: RegExp])[] = [
  ["the zone of a host", { hosts: [{ name: "web.nowhere.org", from: "10.1.0.0/24" }] }, /nowhere\.org/],
  [
    "the zone of a record",
    { records: [{ type: "A", name: "a.nowhere.org", ip: "10.1.0.9" }] },
    /nowhere\.org/,
  ],
  [
    "the reverse zone of a PTR record",
    { records: [{ type: "PTR", name: "a.example.com", ip: "10.1.0.9" }] },
    /9\.0\.1\.10\.in-addr\.arpa/,
  ],
  ["the network view", { networkView: "lab", subnets: [{ cidr: "10.3.0.0/24" }] }, /lab/],
  [
    "the DNS view",
    { dnsView: "inside", records: [{ type: "A", name: "a.example.com", ip: "10.1.0.9" }] },
    /inside/,
  ],
  [
    "the container",
    { name: "a", subnets: [{ name: "b", from: "172.16.0.0/16", prefixLength: 24 }] },
    /172\.16\.0\.0\/16/,
  ],
  [
    "what a query asks for",
    { name: "a", subnets: [{ name: "b", from: { extattrs: { Site: "Oslo" } }, prefixLength: 24 }] },
    /Oslo/,
  ],
  ["the subnet", { name: "a", reservations: [{ name: "b", from: "10.9.0.0/24" }] }, /10\.9\.0\.0\/24/],
  [
    "the subnet of an address",
    { fixedAddresses: [{ ip: "10.9.0.1", mac: "02:42:ac:11:00:02" }] },
    /10\.9\.0\.1/,
  ],
  [
    "the subnet of a range",
    { ranges: [{ first: "10.9.0.10", last: "10.9.0.20" }] },
    /10\.9\.0\.10-10\.9\.0\.20/,
  ],
  [
    "an attribute of what is new",
    { subnets: [{ cidr: "10.3.0.0/24", extattrs: { Nonsense: "x" } }] },
    /Nonsense/,
  ],
  [
    "an attribute of what is there",
    { subnets: [{ cidr: "10.1.0.0/24", extattrs: { Nonsense: "x" } }] },
    /Nonsense/,
  ],
  ["a second value", { subnets: [{ cidr: "10.3.0.0/24", extattrs: { Site: ["a", "b"] } }] }, /Site/],
  ["a value of the list", { subnets: [{ cidr: "10.3.0.0/24", extattrs: { Tier: "wood" } }] }, /Tier/],
  ["an address that is free", { reservations: [{ ip: "10.2.0.5" }] }, /10\.2\.0\.5/],
  [
    "a name that no alias is",
    { hosts: [{ name: "Alias.example.com", from: "10.1.0.0/24" }] },
    /alias\.example\.com/,
  ],
  [
    "an alias that no host is called",
    { hosts: [{ name: "new.example.com", from: "10.1.0.0/24", aliases: ["db.example.com"] }] },
    /db\.example\.com/,
  ],
  [
    "a name that no CNAME has",
    { hosts: [{ name: "www.example.com", from: "10.1.0.0/24" }] },
    /www\.example\.com/,
  ],
  [
    "a name that no CNAME has, of a record",
    { records: [{ type: "TXT", name: "WWW.example.com.", text: "x" }] },
    /www\.example\.com/,
  ],
  [
    "a name for a CNAME that a host has",
    { records: [{ type: "CNAME", name: "db.example.com", canonical: "other.example.com" }] },
    /db\.example\.com/,
  ],
  [
    "a name for a CNAME that a record has",
    { records: [{ type: "CNAME", name: "txt.example.com", canonical: "other.example.com" }] },
    /txt\.example\.com/,
  ],
  ["room", { name: "a", subnets: [{ name: "b", from: "10.2.0.0/24", prefixLength: 25 }] }, /10\.2\.0\.0\/24/],
];

/** Blocks that don't fit into the plan that is there. */
const misplaced: typeof lacking = [
  [
    "a container where no subnet is",
    { containers: [{ cidr: "10.2.0.0/24" }] },
    /10\.2\.0\.0\/24 is a subnet/,
  ],
  ["a subnet where no container is", { subnets: [{ cidr: "10.0.0.0/8" }] }, /10\.0\.0\.0\/8 is a container/],
  [
    "a range over another",
    { ranges: [{ first: "10.1.0.120", last: "10.1.0.140" }] },
    /10\.1\.0\.120-10\.1\.0\.140 overlaps the range 10\.1\.0\.100-10\.1\.0\.130/,
  ],
  ["a subnet around none", { subnets: [{ cidr: "10.2.0.0/23" }] }, /other networks in it: 10\.2\.0\.0\/24/],
];

behindEveryDoor("a dry run", (visit) => {
  it.each(misplaced)("refuses %s, as applying does", async (_what, description, names) => {
    const { ipam } = await visit({ seed });
    await ipam.ranges.request({ first: "10.1.0.100", last: "10.1.0.130" });
    for (const dryRun of [true, false]) {
      const error = await ipam.ensure(description, { dryRun }).catch((reason: unknown) => reason);
      expect(isInfobloxError(error, "ConflictError") && error.message).toMatch(names);
    }
  });

  it("fails where applying does, in the same kind of error, which names what is lacking", async () => {
    const { ipam, wapi } = await visit({ seed });
    const name = "db.example.com";
    await ipam.requestAddress({ ip: "10.2.0.5", as: "host", name, aliases: ["alias.example.com"] });
    await ipam.dns.add({ type: "CNAME", name: "www.example.com", canonical: "db.example.com" });
    await ipam.dns.add({ type: "TXT", name: "txt.example.com", text: "x" });
    const before = await wapi.find("network");
    for (const [what, description, names] of lacking) {
      const errorOf = (dryRun: boolean) =>
        ipam.ensure(description, { dryRun }).then(
          () => undefined,
          (error: unknown) => error as Error,
        );
      const told = await errorOf(true);
      const applied = await errorOf(false);
      expect(isInfobloxError(told), what).toBe(true);
      expect(told?.name, what).toBe(applied?.name);
      expect(told?.message, what).toMatch(names);
    }
    expect(await wapi.find("network")).toEqual(before);
  });

  it("takes what the description itself makes for there", async () => {
    const { ipam } = await visit({ seed });
    const description: DesiredState = {
      name: "oslo",
      containers: [
        { cidr: "172.16.0.0/16", extattrs: { Site: "Oslo" } },
        { name: "inner", from: "172.16.0.0/16", prefixLength: 20 },
      ],
      subnets: [
        { cidr: "172.16.0.0/24" },
        { name: "blue", from: { container: "inner" }, prefixLength: 24 },
        { name: "red", from: { extattrs: { Site: "Oslo" } }, prefixLength: 24 },
      ],
      ranges: [{ first: "172.16.0.100", last: "172.16.0.199" }],
      hosts: [
        { name: "a.example.com", ips: "172.16.0.5" },
        { name: "b.example.com", from: { subnet: "blue" } },
        { name: "c.example.com", from: "172.16.0.0/24" },
      ],
      reservations: [{ ip: "172.16.0.7" }],
    };
    const { created } = await ipam.ensure(description, { dryRun: true });
    expect(await ipam.ensure(description)).toMatchObject({ created });
    expect(await ipam.ensure(description, { dryRun: true })).toMatchObject({ changed: false });
  });

  it("counts an address as free that the same call frees", async () => {
    const { ipam } = await visit({ seed }, { owner: "ci" });
    const lists = { hosts: [], fixedAddresses: [], reservations: [] };
    await ipam.ensure({ ...lists, hosts: [{ name: "a.example.com", ips: "10.1.0.5" }] });
    const moved = { ...lists, reservations: [{ ip: "10.1.0.5" }] };
    expect(await ipam.ensure(moved, { prune: true, dryRun: true })).toMatchObject({ created: 1, deleted: 1 });
    expect(await ipam.ensure(moved, { prune: true })).toMatchObject({ created: 1, deleted: 1 });
  });
});

behindEveryDoor("a host that is found by its name", (visit) => {
  it("is told where its address lies outside every source, and replaced where that is allowed", async () => {
    const { ipam } = await visit({ seed });
    await ipam.ensure({ hosts: [{ name: "web.example.com", from: "10.1.0.0/24" }] });
    const there = { hosts: [{ name: "Web.Example.com", from: ["10.2.0.0/24"] }] };
    for (const dryRun of [true, false]) {
      const error = await ipam.ensure(there, { dryRun }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(RequestMismatchError);
      expect((error as RequestMismatchError).differences).toEqual([
        { field: "from", requested: ["10.2.0.0/24"], existing: "10.1.0.1" },
      ]);
    }
    expect(await ipam.ensure(there, { replace: true })).toMatchObject({ created: 1, deleted: 1 });
    expect(await ipam.ensure(there)).toMatchObject({ changed: false });
    expect(await ipam.findAddresses({ name: "web.example.com" })).toMatchObject([{ ip: "10.2.0.1" }]);
  });

  it("may lie in any of them", async () => {
    const { ipam } = await visit({ seed });
    await ipam.ensure({ hosts: [{ name: "web.example.com", from: "10.1.0.0/24" }] });
    const either = { hosts: [{ name: "web.example.com", from: ["10.2.0.0/24", "10.1.0.0/25"] }] };
    expect(await ipam.ensure(either)).toMatchObject({ changed: false });
  });
});

behindEveryDoor("a refusal", (visit) => {
  it("of a record whose name lies in no zone says so, whoever has its address", async () => {
    const { ipam } = await visit({ seed });
    await ipam.requestAddress({ ip: "10.1.0.7", mac: "02:42:ac:11:00:02" });
    for (const ip of ["10.1.0.7", "10.1.0.8"]) {
      const error = await ipam.dns
        .add({ type: "A", name: "web.nowhere.org", ip })
        .catch((reason: unknown) => reason);
      expect(isInfobloxError(error, "NotFoundError")).toBe(true);
      expect((error as Error).message).toMatch(/no zone for web\.nowhere\.org/);
    }
  });

  it("is what text gets that can be no name, address or reference, and never that it is gone", async () => {
    const { ipam } = await visit({ seed });
    for (const text of [
      "nothing at all",
      "10.1.0.0/24",
      "10.1.0",
      "",
      " ",
      "a\tb",
      "10.1.0.300/24",
      "web/1",
      "fe80::/10",
    ]) {
      const error = await ipam.releaseAddress(text).catch((reason: unknown) => reason);
      expect(isInfobloxError(error, "InvalidRequestError"), text).toBe(true);
    }
    expect(await ipam.releaseAddress("gone.example.com")).toMatchObject({ released: false, reason: "gone" });
  });

  it("names the nearest option where one is near, and else all there are; shows what was passed", async () => {
    const { ipam } = await visit({ seed });
    const messageOf = (request: object) =>
      ipam.requestSubnet(request as never).then(
        () => "",
        (error: unknown) => (error as Error).message,
      );
    expect(await messageOf({ from: "10.0.0.0/8", prefixLenght: 24 })).toBe(
      'prefixLenght: no option of requestSubnet (got 24; valid: "prefixLength")',
    );
    expect(await messageOf({ from: "10.0.0.0/8", zebra: 1 })).toMatch(
      /^zebra: no option of requestSubnet, which takes signal, .* \(got 1\)$/,
    );
    expect(await messageOf({ cidr: "10.3.0.0/24", gateway: { at: 1 } })).toMatch(/^gateway\.at: .*got 1;/);
    expect(await messageOf("10.0.0.0/8" as never)).not.toMatch(/\[object|undefined/);
  });
});
