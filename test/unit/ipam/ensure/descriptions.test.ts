import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { type DesiredState, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { applyCommand } from "../../../../src/cli/commands/apply.js";

/** A name as people write it: in any case, with a dot behind it or without. */
const spelled = (name: string) =>
  fc
    .tuple(fc.array(fc.boolean(), { minLength: name.length, maxLength: name.length }), fc.boolean())
    .map(
      ([upper, dot]) =>
        [...name].map((letter, index) => (upper[index] ? letter.toUpperCase() : letter)).join("") +
        (dot ? "." : ""),
    );

/** Anything that a TXT record may say: blanks, quotes, backslashes, more than a string holds. */
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 40, unit: "grapheme-ascii" }),
  fc.constantFrom(
    'v=spf1 "quoted" -all',
    "back\\slash",
    "größer",
    "a;b",
    " lead and trail ",
    "x".repeat(300),
  ),
);

const options = fc
  .shuffledSubarray([
    { name: "domain-name-servers", value: "10.0.0.53,10.0.1.53" },
    { num: 15, value: "example.com" },
    { name: "ntp-servers", value: "10.0.0.123" },
  ])
  .map((some) => some);

interface Described {
  readonly state: DesiredState;
  readonly texts: readonly string[];
}

/** What one owner describes: its own names and blocks, and records of a name that both have. */
const descriptionOf = (owner: string, third: number): fc.Arbitrary<Described> =>
  fc
    .record({
      name: spelled(`${owner}.example.com`),
      alias: spelled(`${owner}-alias.example.com`),
      shared: spelled("example.com"),
      texts: fc.uniqueArray(text, { minLength: 1, maxLength: 3 }),
      options,
      gateway: fc.constantFrom("first", "last", { at: "first", dhcp: false }),
      preference: fc.nat({ max: 100 }),
    })
    .map(({ name, alias, shared, texts, options: some, gateway, preference }) => ({
      texts: texts.map((one) => `${owner} ${one}`),
      state: {
        name: owner,
        subnets: [
          { cidr: `10.1.${third}.0/24`, gateway, dhcp: { options: some, leaseTime: 600 } },
          { name: "chosen", from: "10.8.0.0/16", prefixLength: 26, gateway },
        ],
        hosts: [{ name, ips: `10.1.${third}.20`, aliases: [alias] }],
        reservations: [{ name: "spare", from: { subnet: "chosen" } }],
        records: [
          ...texts.map((one) => ({ type: "TXT" as const, name: shared, text: `${owner} ${one}` })),
          { type: "MX", name: shared, exchanger: `mail-${owner}.example.com`, preference },
        ],
      } as DesiredState,
    }));

describe("descriptions of two owners, in whatever spelling", () => {
  it("come true, stay true, and leave each other alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(descriptionOf("red", 1), descriptionOf("red", 1), descriptionOf("blue", 2)),
        async ([red, later, blue]) => {
          await using wapi = new WapiClient(
            FakeGrid.inMemory({
              setup: true,
              seed: {
                containers: ["10.8.0.0/16"],
                zones: ["example.com"],
                attributes: ["Owner"],
              },
            }).clientOptions,
          );
          const ipams = { red: new Ipam(wapi, { owner: "red" }), blue: new Ipam(wapi, { owner: "blue" }) };
          await ipams.red.ensure(red.state, { prune: true });
          await ipams.blue.ensure(blue.state, { prune: true });
          await ipams.red.ensure(later.state, { prune: true });
          for (const [ipam, { state }] of [
            [ipams.red, later],
            [ipams.blue, blue],
          ] as const) {
            const { objects } = await ipam.ensure(state, { prune: true });
            expect(objects.filter(({ action }) => action !== "none")).toEqual([]);
          }
          // What the grid holds is what was described last, of both.
          const held = await ipams.red.dns.find({ type: "TXT", name: "example.com" });
          expect(held.map((one) => one.text).sort()).toEqual([...later.texts, ...blue.texts].sort());
          const mail = await ipams.red.dns.find({ type: "MX" });
          expect(mail.map(({ target }) => target).sort()).toEqual([
            "mail-blue.example.com",
            "mail-red.example.com",
          ]);
          const hosts = await wapi.find("record:host", { fields: ["name", "aliases"] });
          expect(hosts.map((host) => [host.name, host.aliases]).sort()).toEqual([
            ["blue.example.com", ["blue-alias.example.com"]],
            ["red.example.com", ["red-alias.example.com"]],
          ]);
        },
      ),
      { numRuns: 10, seed: 15 },
    );
  });
});

const docs = join(import.meta.dirname, "../../../../docs");

const programs = join(docs, "../examples");

/** What docs and examples describe in TypeScript. */
const inPrograms = [
  ...readdirSync(docs).map((file) => join(docs, file)),
  ...readdirSync(programs).map((file) => join(programs, file)),
]
  .filter((file) => /\.(md|ts)$/.test(file))
  .flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/: DesiredState = (\{\n.*?\n\});/gs)].map(
      ([, literal = ""]) => [basename(file), literal] as const,
    ),
  );

/** What docs and the help of `apply` describe in YAML. */
const examples = [
  ...readdirSync(docs)
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) => {
      const page = readFileSync(join(docs, file), "utf8");
      const blocks = [...page.matchAll(/```ya?ml\n(.*?)```/gs)].map(([, block = ""]) => block);
      return blocks
        .filter((block) => /^(subnets|hosts|records):/m.test(block))
        .map((block) => [file, block] as const);
    }),
  ["apply --help", helpOfApply()] as const,
];

function helpOfApply(): string {
  const printed = new PassThrough();
  const command = applyCommand({ stdout: printed, stderr: printed } as never);
  let help = "";
  command.configureOutput({ writeOut: (words) => (help += words) }).outputHelp();
  return /^ {2}name:.*?\n\n/ms.exec(help)?.[0] ?? "";
}

describe("every description that docs show", () => {
  it("is found in docs, in an example and in the help", () => {
    const files = [...examples, ...inPrograms].map(([file]) => file);
    expect(files).toEqual(
      expect.arrayContaining(["desired-state.md", "desired-state.ts", "command-line.md", "apply --help"]),
    );
  });

  const read = (source: string) => new Function(`return ${source}`)() as DesiredState;
  it.each([
    ...examples.map(([file, block]) => [file, parse(block) as DesiredState] as const),
    ...inPrograms.map(([file, literal]) => [file, read(literal)] as const),
  ])("is made once, and there the second time: %s", async (_, described) => {
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { zones: ["example.com"], attributes: ["Site"] },
    });
    await using wapi = new WapiClient(grid.clientOptions);
    const ipam = new Ipam(wapi);
    expect(await ipam.ensure(described, { dryRun: true })).toMatchObject({ changed: true });
    expect(await ipam.ensure(described)).toMatchObject({ changed: true });
    expect(await ipam.ensure(described)).toMatchObject({ changed: false });
  });
});
