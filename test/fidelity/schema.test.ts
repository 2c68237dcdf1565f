import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

describe("root", () => {
  it.each(["?_schema", "?_schema=1", "/wapi/v1.0/?_schema"])("answers the version probe %s", (target) => {
    const { status, json } = new Asked().get(target);
    expect(status).toBe(200);
    expect(json.schema_version).toBe("2");
    expect(json.supported_versions).toEqual(expect.arrayContaining(["1.0", "2.12", "2.14"]));
    expect(json.supported_objects).toEqual(expect.arrayContaining(["network", "record:host"]));
  });

  it("offers no version that is newer than the grid", () => {
    const { json } = new Asked({ version: "2.12" }).get("?_schema");
    expect([json.requested_version, json.supported_versions.at(-1)]).toEqual(["2.12", "2.12"]);
  });

  it.each([
    ["text", "2"],
    ["number", 2],
  ] as const)("gives schema_version as %s under the assumption", (rootSchemaVersion, expected) => {
    const asked = new Asked({ assumptions: { rootSchemaVersion } });
    expect(asked.get("?_schema").json.schema_version).toBe(expected);
  });
});

describe("per object", () => {
  const fieldOf = (asked: Asked, query: string, name: string) =>
    asked.get(`network?_schema=1${query}`).json.fields.find((field: { name: string }) => field.name === name);

  it("describes plain fields", () => {
    const { json } = new Asked().get("network?_schema");
    expect([json.type, json.version, json.restrictions]).toEqual(["network", "2.12", []]);
    expect(fieldOf(new Asked(), "", "comment")).toEqual({
      is_array: false,
      name: "comment",
      searchable_by: ":=~",
      standard_field: true,
      supports: "rwus",
      type: ["string"],
    });
  });

  it("describes structs and functions in version 2", () => {
    const asked = new Asked();
    expect(fieldOf(asked, "&_schema_version=2", "members").wapi_primitive).toBe("struct");
    const call = fieldOf(asked, "&_schema_version=2", "next_available_ip");
    expect([call.wapi_primitive, call.type]).toEqual(["funccall", ["nextavailableip"]]);
    expect(call.schema.input_fields.map(({ name }: { name: string }) => name)).toContain("num");
  });

  it("lists search-only arguments where they are asked for", () => {
    const asked = new Asked();
    expect(fieldOf(asked, "", "contains_address")).toBeUndefined();
    expect(fieldOf(asked, "&_schema_searchable=1", "contains_address")).toBeDefined();
  });

  it("adds a doc text with _get_doc", () => {
    expect(fieldOf(new Asked(), "&_get_doc=1", "comment").doc).toEqual(expect.any(String));
  });

  it("knows no type that the facts don't name", () => {
    expect(new Asked().get("nothing?_schema").json.text).toBe("Unknown object type (nothing)");
  });
});

describe("restrictions", () => {
  it.each([
    "grid",
    "member:dns",
    "userprofile",
    "record:host_ipv4addr",
    "scheduledtask",
    "ipv4address",
    "allrecords",
  ])("refuses to create %s", (type) => {
    const { status, json } = new Asked().post(type, {});
    expect([status, json.text]).toEqual([400, `Operation create not allowed for ${type}`]);
  });

  it("refuses to delete the grid and to read what has functions only", () => {
    const asked = new Asked();
    const [grid] = asked.get("grid").json;
    expect(asked.delete(grid._ref).json.text).toBe("Operation delete not allowed for grid");
    expect(asked.get("dtc").json.text).toBe("Operation read not allowed for dtc");
  });
});
