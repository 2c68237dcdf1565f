import { describe, expect, it } from "vitest";
import {
  appliesTo,
  attributesIn,
  type Definition,
  valueFor,
  withRequired,
} from "../../../../src/ipam/probe/required-attributes.js";

describe("attributes that a grid insists on", () => {
  it.each<[Partial<Definition>, string | number]>([
    [{ type: "STRING" }, "probe"],
    [{ type: "STRING", min: 8 }, "probe---"],
    [{ type: "STRING", max: 3 }, "pro"],
    [{ type: "INTEGER" }, 1],
    [{ type: "INTEGER", min: -3, max: 0 }, -3],
    [{ type: "INTEGER", max: 0 }, 0],
    [{ type: "ENUM", list_values: [{ value: "HQ" }, { value: "Lab" }] }, "HQ"],
    [{ type: "ENUM", list_values: [{ value: "HQ" }], default_value: "Lab" }, "Lab"],
    [{ type: "DATE", default_value: "" }, "2011-11-23T11:01:00Z"],
    [{ type: "EMAIL" }, "probe@example.com"],
    [{ type: "URL" }, "http://example.com"],
  ])("have a value that %j permits: %j", (definition, value) => {
    expect(valueFor({ name: "Site", ...definition })).toBe(value);
  });

  it.each([
    ["network", [], true],
    ["network", ["Network"], true],
    ["network", ["HostRecord", "NetworkView"], false],
    ["record:host", ["HostRecord"], true],
    ["record:host", ["record:host"], true],
    ["ipv6network", ["IPv6Network"], true],
  ])("apply to %s where definitions allow %j: %s", (type, allowed_object_types, applies) => {
    expect(appliesTo({ name: "Site", allowed_object_types }, type)).toBe(applies);
  });

  it("are added to what has attributes, beside those that it gives itself", () => {
    const definitions = [
      { name: "Site", type: "STRING", flags: "IM" },
      { name: "Owner", type: "STRING", flags: "M", allowed_object_types: ["HostRecord"] },
      { name: "Floor", type: "INTEGER" },
    ];
    const filled = (type: string, body: object) => withRequired(type, { ...body }, definitions, "2.12");
    expect(filled("network", { network: "x" })).toEqual({
      network: "x",
      extattrs: { Site: { value: "probe" } },
    });
    const own = { extattrs: { Site: { value: "HQ" }, Floor: { value: 1 } } };
    expect(filled("network", own)).toEqual(own);
    expect(filled("record:host", {})["extattrs"]).toEqual({
      Site: { value: "probe" },
      Owner: { value: "probe" },
    });
    expect(filled("record:ns", { name: "x" })).toEqual({ name: "x" });
  });

  it("are found in bodies and steps, with their values", () => {
    expect(attributesIn({ extattrs: { Site: { value: "HQ" } } })).toEqual(["Site", "HQ"]);
    expect(attributesIn({ "extattrs-": { Site: {} } })).toEqual(["Site", ""]);
    expect(attributesIn([{ data: { "extattrs+": { Floor: { value: 3 } } } }, {}])).toEqual(["Floor", "3"]);
    expect(attributesIn(undefined)).toEqual([]);
  });
});
