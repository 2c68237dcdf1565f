import fc from "fast-check";
import { extattr, type Ref, replaceExtattrs, wireExtattrs } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const parent = ref("networkcontainer", "10.0.0.0/8/default");

/** The body of an update with these attributes. */
async function updated(extattrs: object): Promise<unknown> {
  const { wapi, sent } = scriptedGrid([net]);
  await wapi.update(net, { extattrs }, { fields: [] });
  return sent[0]?.body;
}

describe("extensible attributes in answers", () => {
  it("are plain values, of the type that the grid gave them", async () => {
    const extattrs = {
      Site: { value: "Paris" },
      VLAN: { value: 7 },
      Floors: { value: ["1", "2"] },
      Cloud: { value: "True" },
    };
    const { wapi } = scriptedGrid([{ result: [{ _ref: net, extattrs }] }]);
    const [found] = await wapi.find("network", { fields: ["extattrs"] });
    expect(found?.extattrs).toEqual({ Site: "Paris", VLAN: 7, Floors: ["1", "2"], Cloud: "True" });
  });

  it("keep where they are inherited from", async () => {
    const extattrs = { Site: { value: "Paris", inheritance_source: { _ref: parent } }, VLAN: { value: 7 } };
    const { wapi } = scriptedGrid([{ _ref: net, extattrs }]);
    const found = await wapi.get(net, { fields: ["extattrs"] });
    expect(found.extattrs).toEqual({ Site: "Paris", VLAN: 7 });
    expect(wireExtattrs(found.extattrs)).toEqual(extattrs);
    expect(wireExtattrs({ Site: "Rome" })).toEqual({ Site: { value: "Rome" } });
  });
});

describe("extensible attributes in a create", () => {
  it("are written in the grid's form; a boolean as the grid's other clients write it", async () => {
    const { wapi, sent } = scriptedGrid([net]);
    const extattrs = {
      Site: "Paris",
      VLAN: 7,
      Floors: ["1", "2"],
      Cloud: true,
      Own: extattr({ value: "x", inheritance_operation: "OVERRIDE" }),
    };
    await wapi.create("network", { network: "10.0.0.0/24", extattrs }, { fields: [] });
    expect(sent[0]?.body).toEqual({
      network: "10.0.0.0/24",
      extattrs: {
        Site: { value: "Paris" },
        VLAN: { value: 7 },
        Floors: { value: ["1", "2"] },
        Cloud: { value: "True" },
        Own: { value: "x", inheritance_operation: "OVERRIDE" },
      },
    });
  });

  it.each<[unknown, RegExp]>([
    [{ Owner: null }, /only an update can/],
    [{ Site: { value: "Paris" } }, /see extattr/],
    [{ Since: new Date(0) }, /1970-01-01T00:00:00Z/],
    [{ Size: Number.POSITIVE_INFINITY }, /an attribute is/],
    ["Paris", /attributes by name/],
    [["Paris"], /attributes by name/],
  ])("are refused as %j", async (extattrs, message) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.create("network", { network: "10.0.0.0/24", extattrs } as never)).rejects.toThrow(
      message,
    );
    expect(sent).toEqual([]);
  });
});

describe("extensible attributes in an update", () => {
  it("are merged: those named are set, null removes, the rest stays", async () => {
    expect(await updated({ Site: "Rome", Owner: null })).toEqual({
      "extattrs+": { Site: { value: "Rome" } },
      "extattrs-": { Owner: {} },
    });
    expect(await updated({ Site: "Rome" })).toEqual({ "extattrs+": { Site: { value: "Rome" } } });
    expect(await updated({ Owner: null })).toEqual({ "extattrs-": { Owner: {} } });
    expect(await updated({})).toEqual({});
  });

  it("are replaced as a whole only when that is said", async () => {
    expect(await updated(replaceExtattrs({ Site: "Rome" }))).toEqual({
      extattrs: { Site: { value: "Rome" } },
    });
    expect(await updated(replaceExtattrs({}))).toEqual({ extattrs: {} });
  });

  it("can be given back to the parent", async () => {
    const Site = extattr({ inheritance_operation: "INHERIT" });
    expect(await updated({ Site })).toEqual({ "extattrs+": { Site: { inheritance_operation: "INHERIT" } } });
  });
});

describe("any attributes", () => {
  it("come back from the grid as they were written", async () => {
    const scalar = fc.oneof(fc.string({ unit: "grapheme" }), fc.integer());
    const attributes = fc.dictionary(fc.string({ unit: "grapheme" }), fc.oneof(scalar, fc.array(scalar)));
    await fc.assert(
      fc.asyncProperty(attributes, async (extattrs) => {
        const echo = ({ body }: { body: unknown }) => ({
          result: { _ref: net, extattrs: (body as { extattrs: unknown }).extattrs },
        });
        const { wapi } = scriptedGrid([echo]);
        const created = await wapi.create(
          "network",
          { network: "10.0.0.0/24", extattrs },
          { fields: ["extattrs"] },
        );
        expect({ ...created.extattrs }).toEqual({ ...extattrs });
      }),
    );
  });
});
