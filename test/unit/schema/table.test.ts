import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFacts } from "../../../scripts/facts/files.js";
import type { FieldFacts, ObjectFacts } from "../../../src/schema/facts.js";
import { formatTable, parseTable } from "../../../src/schema/table.js";

const word = fc.stringMatching(/^[a-z][a-z0-9_:]{0,8}$/);
const rare = fc.record(
  {
    enumValues: fc.array(fc.string(), { minLength: 1 }),
    allowedValues: fc.array(fc.string(), { minLength: 1 }),
    overriddenBy: word,
    default: fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.constant({ "a key": ["b c"] })),
    range: fc.tuple(fc.integer(), fc.integer()),
    wire: fc.array(word, { minLength: 1 }),
    link: fc.constantFrom("ref", "object", "embedded"),
    since: fc.constantFrom("2.8", "2.13.6"),
    until: fc.constant("2.12"),
    isArray: fc.constant(true),
    standard: fc.constant(true),
    searchOnly: fc.constant(true),
    required: fc.constant(true),
    always: fc.constant(true),
    inlineFunction: fc.constant(true),
    supports: fc.constantFrom("r", "rwus"),
    searchableBy: fc.constantFrom("=", ":=~", "=!<>"),
  },
  { requiredKeys: [] },
);
const field: fc.Arbitrary<FieldFacts> = fc
  .tuple(word, fc.array(word, { minLength: 1, maxLength: 3 }), rare)
  .map(([name, types, rest]) => ({ ...rest, name, types }));

describe("tables", () => {
  it("lose no fact of any object type or struct", () => {
    const { objects, structs } = readFacts();
    for (const facts of [...objects, ...structs]) {
      const { group: _, ...kept } = facts as ObjectFacts;
      expect(parseTable(formatTable(facts))).toEqual(kept);
    }
  });

  it("lose no fact that any field could have, blanks and quotes included", () => {
    fc.assert(
      fc.property(fc.array(field), (fields) => {
        const facts = { type: "thing", fields };
        expect(parseTable(formatTable(facts))).toEqual(facts);
      }),
    );
  });

  it("have a line per field after one for the type", () => {
    const text = formatTable({
      type: "network",
      group: "ipam",
      fields: [
        {
          name: "comment",
          types: ["string"],
          supports: "rwus",
          searchableBy: ":=~",
          standard: true,
          default: "not set",
        },
        { name: "members", types: ["dhcpmember", "msdhcpserver"], isArray: true },
      ],
    });
    expect(text.split("\n")).toEqual([
      '{"type":"network"}',
      'comment string rwus :=~ s default="not\\u0020set"',
      "members dhcpmember,msdhcpserver - - l",
    ]);
  });
});
