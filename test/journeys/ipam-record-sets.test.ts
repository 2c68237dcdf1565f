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
});
