import { describe, expect, it } from "vitest";
import { readLiveSchema } from "../../../src/schema/live.js";

const root = { requested_version: "2.15", supported_objects: ["network"] };

function read(fields: unknown, extattrs: unknown = []) {
  return readLiveSchema({ root, objects: { network: { type: "network", fields } }, extattrs });
}

describe("reading a grid's own schema", () => {
  it("gives the facts of fields in order of their names, with what is never left out worked out", () => {
    const { objects, version } = read([
      {
        name: "comment",
        type: ["string"],
        is_array: false,
        supports: "rwus",
        searchable_by: ":=~",
        standard_field: true,
      },
      { name: "kind", type: ["enum"], is_array: true, supports: "r", enum_values: ["A", "B"] },
      { name: "addr", type: ["string"], supports: "rw", supports_inline_funccall: true },
      { name: "zone", type: ["zone_auth"], supports: "r", wapi_primitive: "object" },
    ]);
    expect(version).toBe("2.15");
    expect(objects).toEqual([
      {
        type: "network",
        fields: [
          { name: "addr", types: ["string"], supports: "rw", inlineFunction: true },
          { name: "comment", types: ["string"], supports: "rwus", searchableBy: ":=~", standard: true },
          {
            name: "kind",
            types: ["enum"],
            isArray: true,
            supports: "r",
            enumValues: ["A", "B"],
            always: true,
          },
          { name: "zone", types: ["zone_auth"], supports: "r", link: "ref" },
        ],
      },
    ]);
  });

  it("tells functions from fields", () => {
    const { objects } = read([
      {
        name: "next_available_ip",
        type: ["nextavailableip"],
        wapi_primitive: "funccall",
        supports: "rwu",
        schema: {
          input_fields: [{ name: "num", type: ["uint"] }],
          output_fields: [{ name: "ips", type: ["string"], is_array: true }],
        },
      },
    ]);
    expect(objects[0]?.functions).toEqual([
      {
        name: "next_available_ip",
        type: "nextavailableip",
        parameters: [{ name: "num", types: ["uint"] }],
        results: [{ name: "ips", types: ["string"], isArray: true }],
      },
    ]);
    expect(objects[0]?.fields).toEqual([]);
  });

  it("collects structs, also those inside structs and those that hold themselves", () => {
    const tree = { name: "tree", type: ["node"], wapi_primitive: "struct" };
    const { structs } = read([
      {
        ...tree,
        schema: {
          fields: [
            tree,
            { name: "leaf", type: ["leaf"], schema: { fields: [{ name: "id", type: ["uint"] }] } },
          ],
        },
      },
    ]);
    expect(structs).toEqual([
      {
        type: "node",
        fields: [
          { name: "tree", types: ["node"] },
          { name: "leaf", types: ["leaf"] },
        ],
      },
      { type: "leaf", fields: [{ name: "id", types: ["uint"] }] },
    ]);
  });

  it("reads the definitions of extensible attributes", () => {
    const { attributes } = read(
      [],
      [
        { name: "Site", type: "ENUM", flags: "V", list_values: [{ value: "Paris" }], comment: "Where" },
        { name: "VLAN", type: "INTEGER" },
      ],
    );
    expect(attributes).toEqual([
      { name: "Site", type: "ENUM", flags: "V", values: ["Paris"], comment: "Where" },
      { name: "VLAN", type: "INTEGER", flags: "", values: [], comment: "" },
    ]);
  });

  it.each([
    [null, "the schema: an object"],
    [{ objects: {} }, "root: an object"],
    [{ root: {} }, "root.requested_version: text"],
    [{ root, objects: { network: { fields: {} } } }, "objects.network.fields: a list"],
    [
      { root, objects: { network: { fields: [{ name: "x", type: "string" }] } } },
      "objects.network.fields.x.type: a list",
    ],
    [{ root, extattrs: [{ name: 7 }] }, "extattrs.name: text"],
  ])("says where something else stands: %j", (bundle, message) => {
    expect(() => readLiveSchema(bundle)).toThrow(new TypeError(`${message} was expected`));
  });
});
