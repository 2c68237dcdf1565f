/** Two writings of one thing are one, and what somebody else has made is another's: for whatever is described. */

import fc from "fast-check";
import { type DesiredHost, type DesiredRecord, type DesiredState, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** A name in any case, with a dot at its end or without. */
const written = (name: string) =>
  fc
    .tuple(fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }), fc.boolean())
    .map(
      ([capitals, hasDot]) =>
        [...name].map((one, index) => (capitals[index] ? one.toUpperCase() : one)).join("") +
        (hasDot ? "." : ""),
    );
const anyOf = (...names: readonly string[]) => fc.constantFrom(...names).chain(written);

const text = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }),
  fc.string({ unit: fc.constantFrom('"', "\\", " ", ";", "1", "a", "ä", "😀"), minLength: 1, maxLength: 20 }),
  fc.constantFrom('"x"', "x", "v=spf1 -all", "verify=1", "a".repeat(300), "two  blanks", " at its ends "),
);
const small = fc.nat({ max: 3 });

/** What a record says: of each type two values at most that differ in what they mean. */
const record: fc.Arbitrary<DesiredRecord> = fc.oneof(
  fc.record({ type: fc.constant("TXT" as const), name: anyOf("example.com", "t.example.com"), text }),
  fc.record({
    ...{ type: fc.constant("MX" as const), name: anyOf("example.com"), preference: small },
    exchanger: fc.oneof(anyOf("mail-a.example.com", "mail-b.example.com"), fc.constant(".")),
  }),
  fc.record({
    ...{ type: fc.constant("SRV" as const), name: anyOf("_sip._tcp.example.com"), priority: small },
    ...{ weight: small, port: small, target: anyOf("sip.example.com") },
  }),
  fc.record({
    ...{ type: fc.constant("CAA" as const), name: anyOf("example.com"), flags: fc.constantFrom(0, 128) },
    ...{ tag: fc.constantFrom("issue", "iodef"), value: fc.constantFrom("ca.example.net", "mailto:Joe@x.y") },
  }),
  fc.record({
    ...{ type: fc.constant("NS" as const), name: anyOf("example.com") },
    nameserver: anyOf("ns1.example.net", "ns2.example.net"),
    ips: fc.shuffledSubarray(["192.0.2.1", "192.0.2.2", "2001:db8::1"], { minLength: 1 }),
  }),
  fc.record({
    ...{ type: fc.constantFrom("A" as const), name: anyOf("a.example.com", "b.example.com") },
    ip: fc.constantFrom("10.0.3.1", "10.0.3.2"),
  }),
);

/** As it means: what two entries of one description may not have in common. */
function meaningOf({ type, name, ips: _ips, ...said }: DesiredRecord): string {
  const plain = (value: unknown) =>
    typeof value === "string" && value !== "." ? value.toLowerCase().replace(/\.$/, "") : value;
  const { text: words, value, ...others } = said;
  const parts = Object.entries(others).map(([field, one]) => [field, plain(one)]);
  return JSON.stringify([type, plain(name), words, value, parts.sort()]);
}

const options = [
  { name: "domain-name-servers", value: "10.0.0.53" },
  { num: 42, value: "10.0.0.123" },
  { name: "time-offset", value: "3600" },
];
const dhcp = fc.shuffledSubarray(options).map((some) => ({ options: some }));

interface Part {
  readonly records: readonly DesiredRecord[];
  readonly hosts: NonNullable<DesiredState["hosts"]>;
  readonly fixed: NonNullable<DesiredState["fixedAddresses"]>;
}

const part: fc.Arbitrary<Part> = fc.record({
  records: fc.uniqueArray(record, { maxLength: 8, selector: meaningOf }),
  hosts: fc
    .uniqueArray(fc.tuple(small, dhcp, fc.uniqueArray(anyOf("x", "y", "z.example.com"), { maxLength: 2 })), {
      maxLength: 2,
      selector: ([place]) => place,
    })
    .map((some) =>
      some.map(([place, dhcp, aliases]) => ({
        ...{
          name: `Web-${place}.Example.com`,
          ips: `10.0.0.${10 + place}`,
          mac: `02:42:ac:11:00:0${place}`,
          dhcp,
        },
        aliases: aliases.map((alias) => alias.replace(/^([xyz])/i, `$1${place}`)),
      })),
    ),
  fixed: fc
    .uniqueArray(fc.tuple(small, dhcp), { maxLength: 2, selector: ([place]) => place })
    .map((some) =>
      some.map(([place, dhcp]) => ({ ip: `10.0.1.${10 + place}`, mac: `02:42:AC:11:01:0${place}`, dhcp })),
    ),
});

const described = (name: string, { records, hosts, fixed }: Part): DesiredState => ({
  ...{ name, records, hosts, fixedAddresses: fixed },
});

/** The same in other words. */
function otherwise({ records, hosts, fixed }: Part): Part {
  const louder = <T extends { readonly name: string }>(one: T) => ({ ...one, name: one.name.toUpperCase() });
  const turned = <T extends Pick<DesiredHost, "dhcp">>(one: T) => ({
    ...one,
    dhcp: { options: [...(one.dhcp?.options ?? [])].reverse() },
  });
  return {
    records: records.map(louder).reverse(),
    hosts: hosts.map(louder).map(turned) as Part["hosts"],
    fixed: fixed.map(turned) as Part["fixed"],
  };
}

/** What somebody else describes beside it: other texts, places and names. */
function ofOthers({ records, hosts, fixed }: Part): Part {
  return {
    records: records.flatMap((one): DesiredRecord[] =>
      one.type === "TXT"
        ? [{ ...one, text: `others: ${one.text}` }]
        : one.type === "MX"
          ? [{ ...one, preference: Number(one.preference) + 10 }]
          : [],
    ),
    hosts: hosts.map((one) => ({
      ...one,
      name: `other-${one.name}`,
      ips: String(one.ips).replace("10.0.0.1", "10.0.0.2"),
      mac: String(one.mac).replace("11:00", "12:00"),
      aliases: [],
    })),
    fixed: fixed.map((one) => ({
      ...one,
      ip: String(one.ip).replace("10.0.1.1", "10.0.1.2"),
      mac: String(one.mac).replace("11:01", "12:01"),
    })),
  };
}

async function onGrid(story: (ipamOf: (owner: string) => Ipam) => Promise<void>): Promise<void> {
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: {
      networks: ["10.0.0.0/24", "10.0.1.0/24", "10.0.3.0/24"],
      zones: ["example.com"],
      attributes: ["Owner"],
    },
  });
  await using wapi = new WapiClient(grid.clientOptions);
  await story((owner) => new Ipam(wapi, { owner }));
  await grid.close();
}

/** The records of the zone, as they mean. */
async function held(ipam: Ipam): Promise<string[]> {
  const found = await ipam.dns.find({ zone: "example.com" });
  return found.map(({ type, name, value, text, ip }) =>
    JSON.stringify([type, name, type === "TXT" ? text : (ip ?? value)]),
  );
}

function saidBy({ type, name, ...said }: DesiredRecord): string {
  const lower = (value = "") => (value === "." ? value : value.toLowerCase().replace(/\.$/, ""));
  const {
    text: words,
    ip,
    preference,
    exchanger,
    priority,
    weight,
    port,
    target,
    nameserver,
    flags,
    tag,
    value,
  } = said;
  const values: Partial<Record<DesiredRecord["type"], unknown>> = {
    ...{ TXT: words, A: ip, MX: `${preference} ${lower(exchanger)}`, NS: lower(nameserver) },
    ...{ SRV: `${priority} ${weight} ${port} ${lower(target)}`, CAA: `${flags} ${tag} ${value}` },
  };
  return JSON.stringify([type, lower(name), values[type]]);
}

const changes = ({ objects }: Awaited<ReturnType<Ipam["ensure"]>>) =>
  objects
    .filter(({ action }) => action !== "none")
    .map(({ action, key, differences }) => ({ action, key, differences }));

describe("whatever is described", () => {
  it("is there, means what was described, and is the same in other words", () =>
    fc.assert(
      fc.asyncProperty(part, (ours) =>
        onGrid(async (ipamOf) => {
          const ipam = ipamOf("us");
          await ipam.ensure(described("site", ours));
          expect(changes(await ipam.ensure(described("site", ours)))).toEqual([]);
          expect(changes(await ipam.ensure(described("site", otherwise(ours)), { prune: true }))).toEqual([]);
          expect(await held(ipam)).toEqual(expect.arrayContaining(ours.records.map(saidBy)));
        }),
      ),
      { numRuns: 30, seed: 15, endOnFailure: true },
    ));

  it("stays another's, whoever prunes", () =>
    fc.assert(
      fc.asyncProperty(part, part, (ours, later) =>
        onGrid(async (ipamOf) => {
          const [us, others] = [ipamOf("us"), ipamOf("others")];
          const beside = ofOthers(ours);
          await us.ensure(described("site", ours));
          await others.ensure(described("site", beside));
          // A second description of the same owner, of records.
          const second = {
            name: "second",
            records: [{ type: "TXT", name: "Second.example.com", text: "x" }],
          } as const;
          await us.ensure(second);
          for (const now of [later, { records: [], hosts: [], fixed: [] }]) {
            await us.ensure(described("site", now), { prune: true });
            expect(changes(await us.ensure(described("site", now), { prune: true }))).toEqual([]);
            expect(changes(await others.ensure(described("site", beside)))).toEqual([]);
            expect(changes(await us.ensure(second))).toEqual([]);
          }
          const left = beside.records.concat(second.records).map(saidBy);
          const isKept = (one: string) => !one.startsWith('["NS"');
          expect((await held(us)).filter((one) => isKept(one) && !one.startsWith('["PTR"')).sort()).toEqual(
            left.sort(),
          );
        }),
      ),
      { numRuns: 20, seed: 15, endOnFailure: true },
    ));
});
