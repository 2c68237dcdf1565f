import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

describe("networkview", () => {
  it("has the default view with the reference that every grid has", () => {
    const { json } = new Asked().get("networkview");
    expect(json).toEqual([
      { _ref: "networkview/ZG5zLm5ldHdvcmtfdmlldyQw:default/true", is_default: true, name: "default" },
    ]);
  });

  it("brings along a DNS view of its own", () => {
    const grid = new Asked();
    const ref = grid.create("networkview", { name: "lab" });
    expect(ref).toBe("networkview/ZG5zLm5ldHdvcmtfdmlldyQx:lab/false");
    expect(grid.get("view?network_view=lab").json).toMatchObject([
      { name: "default.lab", is_default: false },
    ]);
  });

  it("keeps its id when it is renamed, and its networks show the new name", () => {
    const grid = new Asked();
    const ref = grid.create("networkview", { name: "lab" });
    grid.create("network", { network: "10.0.0.0/24", network_view: "lab" });
    expect(grid.put(ref, { name: "field" }).json).toBe("networkview/ZG5zLm5ldHdvcmtfdmlldyQx:field/false");
    expect(grid.get("network?network_view=field").json).toMatchObject([{ network_view: "field" }]);
  });

  it("takes its DNS view and all that is in it along", () => {
    const grid = new Asked({ seed: { networkViews: ["lab"] } });
    const [view] = grid.get("networkview?name=lab").json;
    grid.create("networkcontainer", { network: "10.0.0.0/8", network_view: "lab" });
    grid.create("network", { network: "10.0.0.0/24", network_view: "lab" });
    grid.create("range", { start_addr: "10.0.0.5", end_addr: "10.0.0.9", network_view: "lab" });
    grid.create("fixedaddress", { ipv4addr: "10.0.0.1", mac: "00:00:00:00:00:00", network_view: "lab" });
    grid.create("network", { network: "10.0.0.0/24" });
    expect(grid.delete(view._ref).status).toBe(200);
    expect(grid.get("network").json).toMatchObject([{ network_view: "default" }]);
    for (const type of ["networkcontainer", "range", "fixedaddress"]) expect(grid.get(type).json).toEqual([]);
    expect(grid.get("view").json).toHaveLength(1);
  });

  it.each([
    [false, 400],
    [true, 200],
  ])(
    "with networkViewTakesItsViews %s answers %i when there are more DNS views",
    (networkViewTakesItsViews, status) => {
      const grid = new Asked({ assumptions: { networkViewTakesItsViews }, seed: { networkViews: ["lab"] } });
      grid.create("view", { name: "second", network_view: "lab" });
      const [view] = grid.get("networkview?name=lab").json;
      expect(grid.delete(view._ref).status).toBe(status);
      expect(grid.get("view").json).toHaveLength(status === 200 ? 1 : 3);
    },
  );

  it("doesn't delete the default view", () => {
    const grid = new Asked();
    const answer = grid.delete("networkview/ZG5zLm5ldHdvcmtfdmlldyQw");
    expect(answer.status).toBe(400);
    expect(answer.json.text).toBe("Cannot delete the default network view 'default'.");
  });

  it("has each name once", () => {
    const answer = new Asked().post("networkview", { name: "default" });
    expect(answer.json).toMatchObject({ code: "Client.Ibap.Data.Conflict" });
    expect(answer.json.text).toContain("Duplicate object 'default'");
  });
});
