import fc from "fast-check";
import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { typeFacts } from "../../../src/wapi/type-facts.js";
import { searchArguments, searchObject } from "../../../src/wapi/where.js";
import { scriptedGrid } from "./scripted-grid.js";

const network = typeFacts("network", "2.12");
const args = (where: object, facts = network) => searchArguments(facts, where);

describe("searchArguments", () => {
  it.each<[object, [string, unknown][]]>([
    [{ network: "10.0.0.0/24" }, [["network", "10.0.0.0/24"]]],
    [{ comment: { equals: "Prod", ignoreCase: true } }, [["comment:", "Prod"]]],
    [{ comment: { matches: "^prod" } }, [["comment~", "^prod"]]],
    [{ comment: { matches: "^prod", ignoreCase: true } }, [["comment~:", "^prod"]]],
    [{ comment: { equals: "a", ignoreCase: false } }, [["comment", "a"]]],
    [{ unmanaged: false }, [["unmanaged", false]]],
    [{ extattrs: { Site: "Paris" } }, [["*Site", "Paris"]]],
    [{ extattrs: { "Tenant ID": { not: "x" } } }, [["*Tenant ID!", "x"]]],
    [{ extattrs: { Site: { matches: "p", ignoreCase: true } } }, [["*Site~:", "p"]]],
    [
      { extattrs: { VLAN: { gte: 100, lte: 200 } } },
      [
        ["*VLAN>", 100],
        ["*VLAN<", 200],
      ],
    ],
    [
      { extattrs: { Tags: ["a", "b"] } },
      [
        ["*Tags", "a"],
        ["*Tags", "b"],
      ],
    ],
    [
      { extattrs: { Tags: { equals: ["a", 5], ignoreCase: true }, Site: { not: ["x", "y"] } } },
      [
        ["*Tags:", "a"],
        ["*Tags:", 5],
        ["*Site!", "x"],
        ["*Site!", "y"],
      ],
    ],
    [{ extattrs: { "Cloud API Owned": true } }, [["*Cloud API Owned", "True"]]],
    [{}, []],
  ])("spells %j as the grid does", (where, expected) => {
    expect(args(where)).toEqual(expected);
  });

  it("compares addresses by size", () => {
    expect(
      args({ ip_address: { gte: "10.0.0.5", lte: "10.0.0.9" } }, typeFacts("ipv4address", "2.12")),
    ).toEqual([
      ["ip_address>", "10.0.0.5"],
      ["ip_address<", "10.0.0.9"],
    ]);
  });

  it.each<[object, RegExp]>([
    [{ comment: undefined }, /undefined would search for everything/],
    [{ comment: { equals: undefined } }, /undefined would search for everything/],
    [{ extattrs: { Site: undefined } }, /undefined would search for everything/],
    [{ comment: null }, /one text, number or boolean/],
    [{ comment: ["a", "b"] }, /one text, number or boolean/],
    [{ comment: Number.NaN }, /one text, number or boolean/],
    [{ comment: {} }, /has no operator/],
    [{ comment: { ignoreCase: true } }, /has no operator/],
    [{ comment: { like: "x" } }, /unknown search operator/],
    [{ comment: { gte: "x" } }, /can't search this field so/],
    [{ network_view: { matches: "x" } }, /it takes equals/],
    [{ netwrok: "x" }, /did you mean network\?/],
    [{ utilization: 3 }, /can't be searched/],
    [{ extattrs: "Paris" }, /by attribute name/],
    [{ extattrs: { Tags: [] } }, /an empty list/],
    [{ extattrs: { Tags: ["a", undefined] } }, /undefined would search for everything/],
    [{ extattrs: { Tags: { gte: [1, 2], lte: 3 } } }, /one text, number or boolean/],
    [{ extattrs: { "Site!": "x" } }, /ends like a search modifier/],
    [{ extattrs: { "": "x" } }, /can't be searched/],
    [{ extattrs: { Site: { value: "Paris" } } }, /unknown search operator/],
    [{ extattrs: { Site: { equals: { value: "Paris" } } } }, /an attribute is a text/],
  ])("refuses %j", (where, message) => {
    expect(() => args(where)).toThrow(message);
    expect(() => args(where)).toThrow(InvalidRequestError);
  });

  it("asks for two values of an attribute in a JSON object, where a key stands once", () => {
    const objectOf = (where: object) => searchObject(args(where));
    expect(objectOf({ comment: "x", extattrs: { Tags: ["a", "b.c"] } })).toEqual({
      comment: "x",
      "*Tags": "a",
      "*Tags~": String.raw`^b\.c$`,
    });
    expect(objectOf({ extattrs: { Tags: ["a", "a"] } })).toEqual({ "*Tags": "a" });
    expect(objectOf({ extattrs: { Tags: { equals: ["a", "b"], ignoreCase: true } } })).toEqual({
      "*Tags:": "a",
      "*Tags~:": "^b$",
    });
    expect(() => objectOf({ extattrs: { Tags: ["a", "b", "c"] } })).toThrow(/Tags: .*two values at most/);
  });

  it("refuses attributes where a type has none, and criteria that exclude each other", () => {
    expect(() => args({ extattrs: { Site: "x" } }, typeFacts("grid", "2.12"))).toThrow(InvalidRequestError);
    expect(() =>
      args({ address: "10.0.0.1", mac_address: "02:00:00:00:00:01" }, typeFacts("search", "2.12")),
    ).toThrow(/one of these at a time/);
  });

  it("brings every value and attribute name unchanged to the grid, as one argument", async () => {
    const text = fc.string({ unit: "grapheme" });
    const name = text.filter((one) => one !== "" && one !== "__proto__" && !/[!:~<>=]$/.test(one));
    await fc.assert(
      fc.asyncProperty(text, name, text, async (comment, attribute, value) => {
        const { wapi, sent } = scriptedGrid([{ result: [] }]);
        await wapi.find("network", { where: { comment, extattrs: { [attribute]: value } }, failAbove: 1 });
        expect(sent[0]?.query).toEqual({
          comment,
          [`*${attribute}`]: value,
          _max_results: "-1",
          _return_as_object: "1",
        });
      }),
    );
  });

  it("never lets a value change another argument", async () => {
    const hostile = [
      "x&_return_fields=password",
      "x#y",
      "a=b&c=d",
      "%26_max_results%3D1",
      "x\r\nHost: evil",
      "x;y",
      "+",
    ];
    for (const comment of hostile) {
      const { wapi, sent } = scriptedGrid([{ result: [] }]);
      await wapi.find("network", { where: { comment } });
      expect(Object.keys(sent[0]?.query ?? {}).sort()).toEqual([
        "_max_results",
        "_paging",
        "_return_as_object",
        "comment",
      ]);
      expect(sent[0]?.query["comment"]).toBe(comment);
    }
  });
});
