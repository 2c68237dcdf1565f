import fc from "fast-check";
import { parse, stringify } from "smol-toml";
import { describe, expect, it } from "vitest";
import { lineInToml } from "../../../src/cli/toml-places.js";

const site = `# a site
owner = "web" # of all

[[subnets]]
cidr = "10.0.0.0/24"
extattrs = { Site = "Paris, \\"1e\\"", VLAN = 10 }

  [[subnets]]
  cidr = '10.0.1.0/24'
  comment = """
several lines,
[[not.a.table]] = "quoted""""
  extattrs.Site = "Lyon"
  [subnets.options]
  "domain name" = 'x'

  [[subnets.ranges]]
  first = 1
  [[subnets.ranges]]
  first = 2

[deep.er]
list = [
  1, # one
  { a = [ 2,
    3 ] },
  '''
four''',
  "five",
]
when = 2026-12-01T00:00:00Z
`;

describe("the line of a thing in TOML", () => {
  it.each([
    [["owner"], 2],
    [["subnets"], 4],
    [["subnets", 0], 4],
    [["subnets", 0, "cidr"], 5],
    [["subnets", 0, "extattrs", "VLAN"], 6],
    [["subnets", 1], 8],
    [["subnets", 1, "cidr"], 9],
    [["subnets", 1, "comment"], 10],
    [["subnets", 1, "extattrs", "Site"], 13],
    [["subnets", 1, "options", "domain name"], 15],
    [["subnets", 1, "ranges", 0, "first"], 18],
    [["subnets", 1, "ranges", 1], 19],
    [["deep", "er"], 22],
    [["deep", "er", "list", 0], 24],
    [["deep", "er", "list", 1, "a", 1], 26],
    [["deep", "er", "list", 2], 27],
    [["deep", "er", "list", 3], 29],
    [["deep", "er", "when"], 31],
  ] as const)("%j is %i", (path, line) => {
    parse(site);
    expect(lineInToml(site, path)).toBe(line);
  });

  it.each([
    [["subnets", 1, "gateway"], 8],
    [["subnets", 7], 4],
    [["hosts"], 1],
  ] as const)("what isn't there has that of what it would stand in: %j is %i", (path, line) => {
    expect(lineInToml(site, path)).toBe(line);
  });

  it("takes ends of lines as Windows writes them", () => {
    expect(lineInToml(site.replaceAll("\n", "\r\n"), ["deep", "er", "list", 3])).toBe(29);
  });

  it.each([
    ["a mark of byte order", "\uFEFFa = 1\nb = 2\n", 2],
    ["what version 1.1 adds", 'a = {\n  c = "\\e",\n}\nb = 2\n', 4],
    ["a date that there is not, which hides the places", "a = 2026-02-30\nb = 2\n", 1],
  ])("takes what the reader of files takes: %s", (_, source, line) => {
    parse(source);
    expect(lineInToml(source, ["b"])).toBe(line);
  });

  it("is one on which its name stands, whatever the file holds", () => {
    const name = fc.string({ minLength: 1, maxLength: 8, unit: "grapheme" });
    const value = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean());
    const { tree } = fc.letrec((tie) => ({
      tree: fc.dictionary(name, tie("node"), { maxKeys: 4 }),
      node: fc.oneof(
        { maxDepth: 3 },
        value,
        tie("tree"),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.array(value),
      ),
    }));
    fc.assert(
      fc.property(tree as fc.Arbitrary<Record<string, unknown>>, (content) => {
        const source = stringify(content);
        const lines = source.split("\n");
        for (const [path, key] of leavesOf(parse(source))) {
          const line = lines[lineInToml(source, path) - 1] ?? "";
          expect(line).toContain(/^[\w-]+$/.test(key) ? key : stringify({ [key]: 1 }).split(" = ")[0]);
        }
      }),
      { numRuns: 300 },
    );
  });
});

/** The paths to all values in tables, and the name of each. */
function leavesOf(node: unknown, path: readonly (string | number)[] = []): [(string | number)[], string][] {
  if (Array.isArray(node)) return node.flatMap((one, at) => leavesOf(one, [...path, at]));
  if (typeof node === "object" && node !== null) {
    return Object.entries(node).flatMap(([name, child]) => leavesOf(child, [...path, name]));
  }
  const name = path.findLast((part) => typeof part === "string") ?? "";
  return path.at(-1) === name ? [[[...path], String(name)]] : [];
}
