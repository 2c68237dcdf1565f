import { describe, expect, it } from "vitest";
import { canonicalValue, valueFromText } from "../../../../src/grid/model/values.js";
import { type FieldSchema, objectSchema } from "../../../../src/schema/schema.js";
import { Asked } from "../../../fidelity/asking.js";

const { grid } = new Asked();

function field(type: string, name: string): FieldSchema {
  const found = objectSchema(type)?.fields.get(name);
  if (!found) throw new Error(`no field ${name} of ${type}`);
  return found;
}

const check = (type: string, name: string, value: never) =>
  canonicalValue(field(type, name), value, { grid, version: "2.14" });

describe("canonicalValue", () => {
  it.each([
    ["network", "members", null, undefined],
    ["range", "member", null, undefined],
    ["network", "comment", "", ""],
    ["network", "lease_scavenge_time", -1, -1],
    ["network", "members", [{ name: "a" }], [{ _struct: "dhcpmember", name: "a" }]],
    [
      "network",
      "members",
      [{ _struct: "msdhcpserver", ipv4addr: "1.2.3.4" }],
      [{ _struct: "msdhcpserver", ipv4addr: "1.2.3.4" }],
    ],
    ["range", "member", { _struct: "dhcpmember", name: "a", ipv4addr: "" }, { name: "a", ipv4addr: "" }],
    ["extensibleattributedef", "default_value", 5, 5],
  ])("%s.%s: %j becomes %j", (type, name, value, canonical) => {
    expect(check(type, name, value as never)).toEqual(canonical);
  });

  it.each([
    ["network", "comment", null, "Invalid value for comment: null: Must be string type"],
    ["range", "member", { name: null }, "Invalid value for name: null: Must be string type"],
    ["network", "options", [{ num: null }], "Invalid value for num: null: Must be integer type"],
    ["network", "members", {}, "List value expected for field: members"],
    ["network", "members", ["a"], "Structure expected in members ('a')"],
    [
      "network",
      "members",
      [{ _struct: "nothing" }],
      'Invalid value for _struct ("nothing") valid values are: dhcpmember, msdhcpserver',
    ],
    ["range", "member", { nothing: 1 }, "Unknown argument/field: 'nothing'"],
    [
      "network",
      "low_water_mark",
      101,
      "Invalid value for low_water_mark: 101: Invalid value, must be between 0 and 100",
    ],
    ["network", "low_water_mark", 1.5, "Invalid value for low_water_mark: 1.5: Must be integer type"],
    [
      "network",
      "ignore_id",
      "x",
      'Invalid value for ignore_id ("x") valid values are: NONE, CLIENT, MACADDR',
    ],
    ["sharednetwork", "networks", ["asm.com"], "Invalid reference: asm.com"],
  ])("%s.%s: %j is refused", (type, name, value, text) => {
    expect(() => check(type, name, value as never)).toThrow(text);
  });

  it("takes a reference only to an object of the field's types", () => {
    const [view] = grid.all("view");
    const ref = view ? grid.ref(view) : "";
    expect(() => check("sharednetwork", "networks", [ref] as never)).toThrow(`Invalid reference: ${ref}`);
  });
});

describe("valueFromText", () => {
  it.each([
    ["network", "disable", "True", true],
    ["network", "disable", "0", false],
    ["network", "disable", "maybe", "maybe"],
    ["vlan", "id", "20", 20],
    ["vlan", "id", "x", "x"],
    ["network", "comment", "5", "5"],
    ["network", "cloud_info", "x", undefined],
  ])("%s.%s: %s becomes %j", (type, name, text, value) => {
    expect(valueFromText(field(type, name), text)).toBe(value);
  });
});
