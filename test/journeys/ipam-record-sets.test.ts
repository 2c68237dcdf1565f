import type { DesiredRecord } from "infoblox-ipam";
import { expect, it } from "vitest";
import { behindEveryDoor } from "./doors.js";

const seed = {
  attributes: ["Owner", "Request ID", "Request Attempt"],
  networks: ["10.1.0.0/24"],
  zones: ["example.com"],
};

type Said = Omit<DesiredRecord, "type" | "name">;

const kinds: readonly (readonly [DesiredRecord["type"], string, readonly [Said, Said, Said]])[] = [
  ["TXT", "Example.com", [{ text: "verify=1" }, { text: "v=spf1 -all" }, { text: "verify=2" }]],
  [
    "MX",
    "example.com",
    [
      { exchanger: "a.example.com", preference: 10 },
      { exchanger: "b.example.com", preference: 10 },
      { exchanger: "c.example.com", preference: 20 },
    ],
  ],
  [
    "SRV",
    "_sip._tcp.example.com",
    [
      { target: "a.example.com", port: 1, priority: 1, weight: 1 },
      { target: "a.example.com", port: 2, priority: 1, weight: 1 },
      { target: "b.example.com", port: 1, priority: 1, weight: 1 },
    ],
  ],
  [
    "CAA",
    "example.com",
    [
      { flags: 0, tag: "issue", value: "ca.example.net" },
      { flags: 128, tag: "issue", value: "ca.example.net" },
      { flags: 0, tag: "iodef", value: "mailto:Security@example.com" },
    ],
  ],
  ["A", "web.example.com", [{ ip: "10.1.0.5" }, { ip: "10.1.0.6" }, { ip: "10.1.0.7" }]],
];

behindEveryDoor("records of one name", (visit) => {
  it.each(kinds)(
    "stay what each of two descriptions said: %s %s",
    async (type, name, [one, other, later]) => {
      const { ipam } = await visit({ seed }, { owner: "team" });
      const record = (said: Said): DesiredRecord => ({ type, name, ...said });
      const values = async () => (await ipam.dns.find({ type, name })).map(({ value }) => value).sort();
      const first = { name: "first", records: [record(one)] };
      const second = { requestId: "second", records: [record(other)] };
      expect(await ipam.ensure(first)).toMatchObject({ created: 1 });
      expect(await ipam.ensure(second)).toMatchObject({ created: 1 });
      const both = await values();
      expect(both).toHaveLength(2);
      for (const description of [first, second, first]) {
        expect(await ipam.ensure(description)).toMatchObject({ changed: false });
      }
      const changed = { ...first, records: [record(later)] };
      expect(await ipam.ensure(changed)).toMatchObject({ updated: 1, created: 0 });
      expect(await ipam.ensure(changed)).toMatchObject({ changed: false });
      expect(await ipam.ensure(second)).toMatchObject({ changed: false });
      // What it said before can be said again, though it was another record's id.
      expect(await ipam.ensure({ ...first, records: [record(later), record(one)] })).toMatchObject({
        created: 1,
      });
      expect(await values()).toEqual(expect.arrayContaining(both));
      expect(await values()).toHaveLength(3);
    },
  );

  it("are added to what somebody else has made, and replace it where the set is complete", async () => {
    const { ipam, wapi } = await visit({ seed });
    await wapi.create("record:txt", { name: "example.com", text: "verify=1" });
    const spf: DesiredRecord = { type: "TXT", name: "example.com", text: "v=spf1 -all" };
    expect(await ipam.ensure({ records: [spf] })).toMatchObject({ created: 1, updated: 0 });
    await wapi.create("record:txt", { name: "example.com", text: "verify=2" });
    expect(await ipam.ensure({ records: [spf] })).toMatchObject({ changed: false });
    const complete = { records: [{ ...spf, exclusive: true }] };
    const dry = await ipam.ensure(complete, { dryRun: true });
    expect(dry).toMatchObject({ deleted: 2, unchanged: 1 });
    expect(await ipam.ensure(complete)).toMatchObject({ deleted: 2 });
    expect(await ipam.ensure(complete)).toMatchObject({ changed: false });
    expect(await ipam.dns.find({ type: "TXT" })).toMatchObject([{ text: spf.text }]);
  });

  it("are described once each, however they are written", async () => {
    const { ipam, requestsOf } = await visit({ seed });
    const twice: readonly (readonly [DesiredRecord, DesiredRecord])[] = [
      [
        { type: "TXT", name: "Example.com.", text: "x" },
        { type: "TXT", name: "example.com", text: "x" },
      ],
      [
        { type: "MX", name: "example.com", preference: 1, exchanger: "A.example.com" },
        { type: "MX", name: "example.com", preference: 1, exchanger: "a.example.com." },
      ],
    ];
    for (const records of twice) {
      const refused = expect(ipam.ensure({ records })).rejects;
      expect(
        await requestsOf(() => refused.toThrow(/^records\[1\]: is also described by records\[0\]/)),
      ).toBe(0);
    }
  });

  it("of another owner aren't deleted by a set that is complete", async () => {
    const { ipam, wapi } = await visit({ seed }, { owner: "team" });
    await wapi.create("record:mx", {
      ...{ name: "example.com", mail_exchanger: "a.example.com", preference: 1 },
      extattrs: { Owner: "others" },
    });
    const mx: DesiredRecord = { type: "MX", name: "example.com", exchanger: "b.example.com", preference: 1 };
    const said = [mx, { ...mx, exchanger: "c.example.com" }];
    await ipam.ensure({ records: said });
    const complete = said.map((one) => ({ ...one, exclusive: true }));
    await expect(ipam.ensure({ records: complete })).rejects.toThrow(/belongs to others/);
    expect(await ipam.dns.find({ type: "MX" })).toHaveLength(3);
  });

  it("of name servers stay beside each other, are never pruned, and are replaced only where the set is complete", async () => {
    const { ipam, wapi } = await visit({ seed }, { owner: "team" });
    const ns = (nameserver: string, ...ips: string[]): DesiredRecord => ({
      ...{ type: "NS", name: "Example.com", nameserver, ips },
    });
    const servers = async () => (await ipam.dns.find({ type: "NS" })).map(({ target }) => target).sort();
    const first = { name: "first", records: [ns("NS1.example.net", "192.0.2.1", "2001:DB8::1")] };
    const second = { name: "second", records: [ns("ns2.example.net.", "192.0.2.2")] };
    for (const one of [first, second]) {
      expect(await ipam.ensure(one, { prune: true })).toMatchObject({ created: 1, deleted: 0 });
      expect(await ipam.ensure(one, { prune: true })).toMatchObject({ changed: false });
    }
    expect(await ipam.ensure(first)).toMatchObject({ changed: false });
    expect(await servers()).toEqual(["ns1.example.net", "ns2.example.net"]);
    const moved = { name: "first", records: [ns("ns1.example.net", "192.0.2.9", "2001:db8::1")] };
    expect(await ipam.ensure(moved)).toMatchObject({
      updated: 1,
      objects: [{ differences: [{ field: "ips" }] }],
    });
    expect(await ipam.ensure(moved)).toMatchObject({ changed: false });
    const where = { nameserver: "ns1.example.net" };
    const [changed] = await wapi.find("record:ns", { where, fields: ["addresses"] });
    expect(changed?.addresses).toMatchObject([
      { address: "192.0.2.9", auto_create_ptr: false },
      { address: "2001:db8::1", auto_create_ptr: false },
    ]);
    const complete = { name: "first", records: [{ ...ns("ns3.example.net", "192.0.2.3"), exclusive: true }] };
    expect(await ipam.ensure(complete)).toMatchObject({ updated: 1, deleted: 1 });
    expect(await ipam.ensure(complete)).toMatchObject({ changed: false });
    expect(await servers()).toEqual(["ns3.example.net"]);
  });

  it("of name servers take nothing that a grid doesn't keep", async () => {
    const { ipam } = await visit({ seed });
    const record: DesiredRecord = {
      type: "NS",
      name: "example.com",
      nameserver: "ns1.example.net",
      ips: "192.0.2.1",
    };
    for (const more of [{ comment: "x" }, { ttl: 60 }, { extattrs: { Site: "Paris" } }])
      await expect(ipam.ensure({ records: [{ ...record, ...more }] })).rejects.toThrow(
        /^records\[0\]\.\w+: records of type NS have no \w+/,
      );
    const { ips: _ips, ...without } = record;
    await expect(ipam.ensure({ records: [without] })).rejects.toThrow(/^records\[0\]\.ips: is needed/);
    await expect(ipam.ensure({ records: [{ ...record, name: "www.example.com" }] })).rejects.toThrow(
      /NS record/,
    );
  });

  it("of name servers and certificate authorities are added, found and removed one by one", async () => {
    const { ipam } = await visit({ seed });
    const added = await ipam.dns.add({
      type: "NS",
      name: "example.com",
      nameserver: "NS1.example.net",
      ips: "192.0.2.1",
    });
    expect(added).toMatchObject({
      type: "NS",
      target: "ns1.example.net",
      value: "ns1.example.net",
      created: true,
    });
    const caa = await ipam.dns.add({
      type: "CAA",
      name: "example.com",
      flags: 0,
      tag: "issue",
      value: "ca.example.net",
    });
    expect(caa).toMatchObject({
      flags: 0,
      tag: "issue",
      text: "ca.example.net",
      value: "0 issue ca.example.net",
    });
    const found = await ipam.dns.find({ name: "Example.COM" });
    expect(found.map(({ type }) => type).sort()).toEqual(["CAA", "NS"]);
    expect(await ipam.dns.find({ target: "ns1.example.net." })).toMatchObject([{ type: "NS" }]);
    expect(await ipam.dns.remove({ type: "NS", target: "ns1.Example.net" })).toMatchObject({
      released: true,
    });
    expect(await ipam.dns.remove(caa)).toMatchObject({ released: true });
    expect(await ipam.dns.find({ zone: "example.com" })).toEqual([]);
  });

  it.each(["reset-before-commit", "reset-after-commit"] as const)(
    "of a name server is made once, whatever becomes of the answer: %s",
    async (fail) => {
      const { ipam, grid } = await visit({ seed });
      const record = {
        type: "NS",
        name: "example.com",
        nameserver: "ns1.example.net",
        ips: "192.0.2.1",
      } as const;
      grid.faults.next({ on: "POST", fail });
      expect(await ipam.dns.add(record)).toMatchObject({ target: "ns1.example.net" });
      await ipam.dns.remove({ type: "NS" });
      const plan = ipam
        .plan()
        .record("server", record)
        .record("caa", { type: "CAA", name: "example.com", flags: 0, tag: "issue", value: "ca.example.net" });
      grid.faults.next({ on: "POST", fail });
      expect(await plan.apply()).toMatchObject({ server: { type: "NS" }, caa: { type: "CAA" } });
      expect(await ipam.dns.find({ name: "example.com" })).toHaveLength(2);
      const ofHost = ipam
        .plan()
        .address("ns2", { ip: "10.1.0.53", name: "ns2.example.com" })
        .record("second", { ...record, nameserver: { address: "ns2" }, ips: "10.1.0.53" });
      grid.faults.next({ on: "POST", fail });
      expect(await ofHost.apply()).toMatchObject({ second: { value: "ns2.example.com" } });
      expect(await ipam.dns.find({ type: "NS" })).toHaveLength(2);
    },
  );
});
