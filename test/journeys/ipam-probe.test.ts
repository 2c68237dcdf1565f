import { Ipam } from "infoblox-ipam";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { inNoTime } from "../campaign/virtual-time.js";

/** Grids that nobody has, one of each kind. */
const invented: readonly (readonly [name: string, options: FakeGridOptions["assumptions"]])[] = [
  ["a serial one", {}],
  ["one without isolation", { isolation: "none", choosesNextSideBySide: true }],
  ["one that keeps parts", { requestIsTransactional: false }],
  ["one with slow searches", { searchSeesWritesAfter: 40 }],
];

describe("the profile of a grid", () => {
  it.each(invented)("makes FakeGrid behave as %s", async (_, assumptions) => {
    const probed = (grid: FakeGrid) => inNoTime(grid, () => new Ipam(grid.clientOptions).probe());
    const profile = await probed(FakeGrid.inMemory({ assumptions }));
    const { facts, ...rest } = await probed(FakeGrid.inMemory({ like: profile }));
    const { longestRequest: _ours, searchSeesWritesAfter: lag, ...found } = facts;
    const { longestRequest: _theirs, searchSeesWritesAfter, ...wanted } = profile.facts;
    expect(found).toEqual(wanted);
    expect(Number(lag)).toBeGreaterThanOrEqual(Number(searchSeesWritesAfter) - 5);
    expect(rest).toEqual({ ...rest, sentences: profile.sentences, unanswered: profile.unanswered });
  });

  it("is kept on the grid by setup, beside what else the definition says", async () => {
    const grid = FakeGrid.inMemory({
      setup: false,
      seed: { attributes: [{ name: "Request ID", comment: "ours" }] },
    });
    const ipam = new Ipam(grid.clientOptions);
    await ipam.setup({ profile: "places" });
    await ipam.setup({ profile: "wait" });
    const comments = await comment(grid);
    expect(comments).toBe("ours [grid profile 1: wait]");
    await ipam.setup();
    expect(await comment(grid)).toBe(comments);
  });

  it("is refused where it is none, or has no place, before anything is sent", async () => {
    const grid = FakeGrid.inMemory();
    const ipam = new Ipam({ ...grid.clientOptions, requestIdMarker: "comment" });
    await expect(ipam.setup({ profile: "fast" as "wait" })).rejects.toThrow(/^profile: /);
    await expect(ipam.setup({ profile: "wait" })).rejects.toThrow(/requestIdMarker/);
    expect(() => new Ipam({ ...grid.clientOptions, profile: "fast" as "wait" })).toThrow(
      /^profile: must be "serial", "places", "wait"/,
    );
    expect(grid.requests).toEqual([]);
  });
});

async function comment(grid: FakeGrid): Promise<string | undefined> {
  const { WapiClient } = await import("infoblox-ipam");
  const wapi = new WapiClient(grid.clientOptions);
  const definition = await wapi.findOne("extensibleattributedef", {
    where: { name: "Request ID" },
    fields: ["comment"],
  });
  return definition?.comment;
}
