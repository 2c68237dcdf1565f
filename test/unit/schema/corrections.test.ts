import { describe, expect, it } from "vitest";
import { type Correction, correctFacts } from "../../../scripts/facts/corrections.js";
import { isAlways } from "../../../src/schema/always.js";
import type { FieldFacts, ObjectFacts } from "../../../src/schema/facts.js";

const on = { reason: "seen otherwise", types: ["thing"] };

function corrected(facts: Partial<ObjectFacts>, corrections: readonly Correction[] = []): ObjectFacts {
  const others = ["zone_auth", "record:host"].map((type) => ({ type, fields: [] }));
  const objects = [{ type: "thing", fields: [], ...facts }, ...others];
  const [object] = correctFacts({ objects, structs: [] }, corrections).objects;
  if (object === undefined) throw new Error("no object");
  return object;
}

function alwaysFields(fields: readonly FieldFacts[], type = "thing"): string[] {
  return fields.filter((field) => isAlways(type, field)).map((field) => field.name);
}

describe("corrections", () => {
  it("change, complete and add fields of the types they name, and of no others", () => {
    const corrections = [
      {
        ...on,
        fields: { objects: { isArray: true }, alias: { types: ["string"], supports: "s", searchOnly: true } },
      },
      { ...on, types: ["zone_auth"], fields: { objects: { types: ["string"], required: true } } },
    ];
    const { fields } = corrected(
      { fields: [{ name: "objects", types: ["string"], supports: "r" }] },
      corrections,
    );
    expect(fields).toEqual([
      { name: "alias", types: ["string"], supports: "s", searchOnly: true },
      { name: "objects", types: ["string"], isArray: true, supports: "r", always: true },
    ]);
  });

  it("take back what one client is stricter about", () => {
    const fields = [{ name: "network", types: ["string"], supports: "w", required: true }];
    const object = corrected({ fields, requiredAnyOf: [["a", "b"]] }, [
      { ...on, fields: { network: { required: false } }, requiredAnyOf: [] },
    ]);
    expect(object.fields[0]?.required).toBeUndefined();
    expect(object.requiredAnyOf).toBeUndefined();
  });

  it("say which fields come without asking where that was unknown", () => {
    const fields = ["name", "text"].map((name) => ({ name, types: ["string"], supports: "r" }));
    const object = corrected({ fields, standardUnknown: true }, [{ ...on, standard: ["name"] }]);
    expect(object.standardUnknown).toBeUndefined();
    expect(object.fields.map((field) => field.standard)).toEqual([true, undefined]);
  });

  it("name parameters that can't be left out, and results", () => {
    const functions = [{ name: "next", type: "next", parameters: [{ name: "cidr", types: ["uint"] }] }];
    const object = corrected({ functions }, [
      { ...on, functions: { next: { parameters: { cidr: { required: true } }, results: {} } } },
    ]);
    expect(object.functions).toEqual([
      {
        name: "next",
        type: "next",
        parameters: [{ name: "cidr", types: ["uint"], required: true }],
        results: [],
      },
    ]);
  });

  it("give a field of older versions its type, and one must", () => {
    const fields = [{ name: "lame_ttl", types: [], until: "2.12" }];
    const correction = { ...on, fields: { lame_ttl: { types: ["uint"], supports: "rwu" } } };
    expect(corrected({ fields }, [correction]).fields).toEqual([
      { name: "lame_ttl", types: ["uint"], until: "2.12", supports: "rwu" },
    ]);
    expect(() => corrected({ fields })).toThrow("thing: corrections.json must say what type lame_ttl");
  });

  it("turn a field of older versions into the function that it is", () => {
    const fields = [{ name: "test_it", types: [], until: "2.8" }];
    const object = corrected({ fields }, [{ ...on, functions: { test_it: { type: "testit" } } }]);
    expect(object).toMatchObject({
      fields: [],
      functions: [{ name: "test_it", type: "testit", until: "2.8" }],
    });
  });
});

describe("what follows from the facts", () => {
  it("a field of another object type holds a bare reference, and a struct is no link at all", () => {
    const { fields } = corrected({
      fields: [
        { name: "a", types: ["zone_auth", "record:host"] },
        { name: "b", types: ["dhcpmember"] },
      ],
    });
    expect(fields.map((field) => field.link)).toEqual(["ref", undefined]);
  });

  it("a range reaches down to a default of 0, and a default of -1 lies outside as `not set`", () => {
    const mark = { types: ["int"], range: [1, 100] as const };
    const { fields } = corrected({
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
});

describe("what an answer never leaves out", () => {
  it("is booleans, enums, attributes and lists, but no text, number, time or struct without a default", () => {
    const readable = (name: string) => ({ name, types: [name], supports: "rw" });
    const names = alwaysFields([
      ...["bool", "enum", "extattr", "string", "uint", "timestamp", "dhcpmember"].map((name) =>
        readable(name),
      ),
      { name: "names", types: ["string"], isArray: true, supports: "r" },
    ]);
    expect(names).toEqual(["bool", "enum", "extattr", "names"]);
  });

  it("is what has to be given on create, and a default other than empty text", () => {
    const text = { types: ["string"], supports: "rw" };
    const names = alwaysFields([
      { ...text, name: "comment", default: "" },
      { ...text, name: "fqdn", required: true },
      { ...text, name: "order", default: "cyclic" },
      { name: "ttl", types: ["uint"], supports: "rw", default: 0 },
    ]);
    expect(names).toEqual(["fqdn", "order", "ttl"]);
  });

  it("is a record's view and zone, but a host may lie in no zone; elsewhere a view that comes without asking", () => {
    const fields = ["view", "zone"].map((name) => ({ name, types: ["string"], supports: "r" }));
    const standard = fields.map((field) => ({ ...field, standard: true }));
    expect(alwaysFields(fields, "record:a")).toEqual(["view", "zone"]);
    expect(alwaysFields(fields, "record:host")).toEqual(["view"]);
    expect(alwaysFields(fields, "bulkhost")).toEqual([]);
    expect(alwaysFields(standard, "bulkhost")).toEqual(["view"]);
  });

  it("is nothing of the SOA, which a zone without a primary lacks, and no list of a host's addresses", () => {
    const soa = { name: "use_soa_email", types: ["bool"], supports: "r" };
    const addresses = { name: "ipv4addrs", types: ["record:host"], isArray: true, supports: "rw" };
    expect(alwaysFields([soa], "zone_auth")).toEqual([]);
    expect(alwaysFields([addresses], "record:host")).toEqual([]);
  });

  it("is nothing that can't be read", () => {
    expect(alwaysFields([{ name: "restart", types: ["bool"], supports: "wu" }])).toEqual([]);
  });
});
