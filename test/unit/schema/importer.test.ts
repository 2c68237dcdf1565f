import { describe, expect, it } from "vitest";
import { importObject, importStruct, type SourceObject } from "../../../scripts/facts/importer.js";

const nothing: SourceObject = { type: "thing", restrictions: [], fields: [], functions: [] };

function imported(facts: Partial<SourceObject>) {
  return importObject({ ...nothing, ...facts }, { group: "misc", standard_fields: [] });
}

describe("importing an object type", () => {
  it("keeps names, types and flags, and leaves out what is false, empty or provenance", () => {
    const facts = imported({
      restrictions: ["csv"],
      fields: [
        {
          name: "comment",
          type: ["string"],
          is_array: false,
          supports: "rwus",
          searchable_by: ":=~",
          standard_field: true,
          default: "",
        },
      ],
    });
    expect(facts).toEqual({
      type: "thing",
      group: "misc",
      restrictions: ["csv"],
      fields: [
        {
          name: "comment",
          types: ["string"],
          supports: "rwus",
          searchableBy: ":=~",
          standard: true,
          default: "",
        },
      ],
    });
  });

  it("takes inferred search modifiers where no source states any", () => {
    const { fields } = imported({
      fields: [{ name: "uuid", type: ["string"], supports: "rs", searchable_by_inferred: "=" }],
    });
    expect(fields[0]?.searchableBy).toBe("=");
  });

  it("orders fields by name whatever order they come in", () => {
    const field = (name: string) => ({ name, type: ["string"], supports: "r" });
    expect(imported({ fields: [field("b"), field("a")] })).toEqual(
      imported({ fields: [field("a"), field("b")] }),
    );
  });

  it("says that standard fields are unknown where the index does", () => {
    expect(importObject(nothing, { standard_fields: null }).standardUnknown).toBe(true);
    expect(imported({}).standardUnknown).toBeUndefined();
  });

  it("keeps the name and last version of what is gone", () => {
    const { fields } = imported({ removed_fields: [{ name: "lame_ttl", last_version: "2.12" }] });
    expect(fields).toEqual([{ name: "lame_ttl", types: [], until: "2.12" }]);
  });

  it("tells unknown parameters and results from none", () => {
    const { functions } = imported({
      functions: [
        { name: "next_ip", type: ["nextip"], params: [{ name: "num", type: ["uint"] }], results: [] },
        { name: "run_it", params: null, results: null },
      ],
    });
    expect(functions).toEqual([
      { name: "next_ip", type: "nextip", parameters: [{ name: "num", types: ["uint"] }], results: [] },
      { name: "run_it", type: "runit" },
    ]);
  });
});

describe("importing a struct", () => {
  it("keeps its fields, in order of name", () => {
    const fields = [
      { name: "vlan", type: ["network"], supports: "rw" },
      { name: "id", type: ["uint"], supports: "r", default: 0 },
    ];
    expect(importStruct({ type: "vlanlink", fields })).toEqual({
      type: "vlanlink",
      fields: [
        { name: "id", types: ["uint"], supports: "r", default: 0 },
        { name: "vlan", types: ["network"], supports: "rw" },
      ],
    });
  });
});
