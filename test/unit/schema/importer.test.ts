import { describe, expect, it } from "vitest";
import {
  type Correction,
  importObject,
  importStruct,
  type SourceObject,
} from "../../../scripts/facts/importer.js";

const isObjectType = (type: string) => ["zone_auth", "record:host", "network"].includes(type);

function source(facts: Partial<SourceObject>): SourceObject {
  return { type: "thing", restrictions: [], fields: [], functions: [], ...facts };
}

function imported(facts: Partial<SourceObject>, corrections: readonly Correction[] = []) {
  return importObject(source(facts), { group: "misc", standard_fields: [] }, corrections, isObjectType);
}

function alwaysFields(fields: SourceObject["fields"], type = "thing"): string[] {
  return imported({ type, fields })
    .fields.filter((field) => field.always)
    .map((field) => field.name);
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
    expect(importObject(source({}), { standard_fields: null }, [], isObjectType).standardUnknown).toBe(true);
    expect(imported({}).standardUnknown).toBeUndefined();
  });

  it("lets a range reach down to a default of 0, and leaves a default of -1 outside as `not set`", () => {
    const mark = { type: ["int"], supports: "rwu", range: [1, 100] as const };
    const { fields } = imported({
      fields: [
        { ...mark, name: "low", default: 0 },
        { ...mark, name: "scavenge", default: -1 },
      ],
    });
    expect(fields.map((field) => field.range)).toEqual([
      [0, 100],
      [1, 100],
    ]);
  });

  it("reads a field of another object type as a bare reference, and a struct as no link at all", () => {
    const { fields } = imported({
      fields: [
        { name: "a", type: ["zone_auth"], supports: "r" },
        { name: "b", type: ["dhcpmember"], supports: "r" },
      ],
    });
    expect(fields.map((field) => field.link)).toEqual(["ref", undefined]);
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

describe("what an answer never leaves out", () => {
  it("is booleans, enums, attributes and lists, but no text, number, time or struct without a default", () => {
    const readable = (name: string, is_array = false) => ({ name, type: [name], is_array, supports: "rw" });
    const names = alwaysFields([
      ...["bool", "enum", "extattr", "string", "uint", "timestamp", "dhcpmember"].map((name) =>
        readable(name),
      ),
      { name: "names", type: ["string"], is_array: true, supports: "r" },
    ]);
    expect(names).toEqual(["bool", "enum", "extattr", "names"]);
  });

  it("is what has to be given on create, and a default other than empty text", () => {
    const text = { type: ["string"], supports: "rw" };
    const names = alwaysFields([
      { ...text, name: "comment", default: "" },
      { ...text, name: "fqdn", required: true },
      { ...text, name: "order", default: "cyclic" },
      { name: "ttl", type: ["uint"], supports: "rw", default: 0 },
    ]);
    expect(names).toEqual(["fqdn", "order", "ttl"]);
  });

  it("is a record's view and zone, but a host may lie in no zone; elsewhere a view that comes without asking", () => {
    const fields = ["view", "zone"].map((name) => ({ name, type: ["string"], supports: "r" }));
    const standard = fields.map((field) => ({ ...field, standard_field: true }));
    expect(alwaysFields(fields, "record:a")).toEqual(["view", "zone"]);
    expect(alwaysFields(fields, "record:host")).toEqual(["view"]);
    expect(alwaysFields(fields, "bulkhost")).toEqual([]);
    expect(alwaysFields(standard, "bulkhost")).toEqual(["view"]);
  });

  it("is nothing of the SOA, which a zone without a primary lacks, and no list of a host's addresses", () => {
    const soa = { name: "use_soa_email", type: ["bool"], supports: "r" };
    const addresses = { name: "ipv4addrs", type: ["record:host"], is_array: true, supports: "rw" };
    expect(alwaysFields([soa], "zone_auth")).toEqual([]);
    expect(alwaysFields([addresses], "record:host")).toEqual([]);
  });

  it("is nothing that can't be read", () => {
    expect(alwaysFields([{ name: "restart", type: ["bool"], supports: "wu" }])).toEqual([]);
  });
});

describe("corrections", () => {
  const on = { reason: "seen otherwise", types: ["thing"] };

  it("change, complete and add fields of the types they name, and of no others", () => {
    const corrections = [
      {
        ...on,
        fields: { objects: { isArray: true }, alias: { types: ["string"], supports: "s", searchOnly: true } },
      },
      { ...on, types: ["other"], fields: { objects: { required: true } } },
    ];
    const { fields } = imported(
      { fields: [{ name: "objects", type: ["string"], supports: "r" }] },
      corrections,
    );
    expect(fields).toEqual([
      { name: "alias", types: ["string"], supports: "s", searchOnly: true },
      { name: "objects", types: ["string"], isArray: true, supports: "r", always: true },
    ]);
  });

  it("take back what one client is stricter about", () => {
    const { fields, requiredAnyOf } = imported(
      {
        fields: [{ name: "network", type: ["string"], supports: "w", required: true }],
        required_any_of: [["a", "b"]],
      },
      [{ ...on, fields: { network: { required: false } }, requiredAnyOf: [] }],
    );
    expect(fields[0]?.required).toBeUndefined();
    expect(requiredAnyOf).toBeUndefined();
  });

  it("name parameters that can't be left out, and results", () => {
    const call = { name: "next", type: ["next"], params: [{ name: "cidr", type: ["uint"] }], results: null };
    const { functions } = imported({ functions: [call] }, [
      { ...on, functions: { next: { parameters: { cidr: { required: true } }, results: {} } } },
    ]);
    expect(functions).toEqual([
      {
        name: "next",
        type: "next",
        parameters: [{ name: "cidr", types: ["uint"], required: true }],
        results: [],
      },
    ]);
  });

  it("give a field of older versions its type, and the importer asks for one that none gives", () => {
    const removed_fields = [{ name: "lame_ttl", last_version: "2.12" }];
    const correction = { ...on, fields: { lame_ttl: { types: ["uint"], supports: "rwu" } } };
    expect(imported({ removed_fields }, [correction]).fields).toEqual([
      { name: "lame_ttl", types: ["uint"], supports: "rwu", until: "2.12" },
    ]);
    expect(() => imported({ removed_fields })).toThrow("corrections.json must say what lame_ttl");
  });
});

describe("importing a struct", () => {
  it("keeps its fields, in order of name", () => {
    const fields = [
      { name: "vlan", type: ["network"], supports: "rw" },
      { name: "id", type: ["uint"], supports: "r", default: 0 },
    ];
    expect(importStruct({ type: "vlanlink", fields }, isObjectType)).toEqual({
      type: "vlanlink",
      fields: [
        { name: "id", types: ["uint"], supports: "r", default: 0 },
        { name: "vlan", types: ["network"], supports: "rw", link: "ref" },
      ],
    });
  });
});
