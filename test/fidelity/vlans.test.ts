import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const corp = { name: "corp", start_vlan_id: 1, end_vlan_id: 4094 };

describe("vlanview, vlanrange, vlan", () => {
  it("refers to views and VLANs as the grid does", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", corp);
    expect(view).toBe(
      `vlanview/${Buffer.from("dns.vlan_view$corp.1.4094").toString("base64").replaceAll("=", "")}:corp/1/4094`,
    );
    const vlan = grid.create("vlan", { id: 20, name: "DATA", parent: view });
    expect(Buffer.from(vlan.split(/[/:]/)[1] ?? "", "base64").toString()).toBe(
      "dns.vlan$.com.infoblox.dns.vlan_view$corp.1.4094.20",
    );
    expect(vlan).toMatch(/:corp\/DATA\/20$/);
    expect(grid.get(vlan).json).toEqual({ _ref: vlan, id: 20, name: "DATA", parent: { _ref: view } });
  });

  it("has each id once", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", corp);
    grid.create("vlan", { id: 1, name: "first", parent: view });
    expect(grid.post("vlan", { id: 1, name: "test", parent: view }).json.text).toBe(
      "Duplicate object 'test' with ID 1 of type 'VLAN' already exists in the database",
    );
    expect(grid.post("vlan", { id: 4095, name: "test", parent: view }).status).toBe(400);
  });

  it("keeps ranges of a view apart, unless it allows them to overlap", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", corp);
    grid.create("vlanrange", { name: "Q", start_vlan_id: 100, end_vlan_id: 160, vlan_view: view });
    const overlapping = { name: "R", start_vlan_id: 150, end_vlan_id: 200, vlan_view: view };
    expect(grid.post("vlanrange", overlapping).json.text).toMatch(
      /^Cannot create VLAN range 'R' with IDs 150\.\.\.200 because it will overlap the VLAN range /,
    );
    grid.put(view, { allow_range_overlapping: true });
    expect(grid.post("vlanrange", overlapping).status).toBe(201);
  });

  it("is assigned to networks, and not deleted while it is", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", { name: "VLAN_view", start_vlan_id: 1, end_vlan_id: 100 });
    const vlan = grid.create("vlan", { id: 1, name: "VLAN_id1", parent: view });
    const fields = `${vlan}?_return_fields=status,assigned_to`;
    expect(grid.get(fields).json).toMatchObject({ status: "UNASSIGNED", assigned_to: [] });
    const network = grid.create("network", { network: "62.0.0.0/24", vlans: [{ vlan }] });
    expect(grid.get(fields).json).toMatchObject({ status: "ASSIGNED", assigned_to: [network] });
    expect(grid.get("vlan?status=ASSIGNED").json).toHaveLength(1);
    expect(grid.delete(vlan).json.text).toBe(
      "Cannot delete 'VLAN_id1' VLAN in the 'VLAN_view' VLAN view as it is currently assigned to an IPAM object",
    );
  });

  it("tells the next ids of a view and of a range", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", { name: "v", start_vlan_id: 1, end_vlan_id: 9 });
    const range = grid.create("vlanrange", { name: "r", start_vlan_id: 5, end_vlan_id: 6, vlan_view: view });
    grid.create("vlan", { id: 1, name: "one", parent: view });
    grid.create("vlan", { id: 5, name: "five", parent: range });
    const next = (ref: string, parameters: object) =>
      grid.post(`${ref}?_function=next_available_vlan_id`, parameters).json;
    expect(next(view, {})).toEqual({ vlan_ids: [2] });
    expect(next(view, { num: 3, exclude: ["3"] })).toEqual({ vlan_ids: [2, 4, 6] });
    expect(next(range, {})).toEqual({ vlan_ids: [6] });
    grid.create("vlan", { id: 6, name: "six", parent: range });
    expect(next(range, {}).text).toBe("Cannot find 1 next available VLANs in this VLAN range");
  });

  it("tells a network which VLANs are free", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", corp);
    const [one, two] = [1, 2].map((id) => grid.create("vlan", { id, name: `v${id}`, parent: view }));
    const network = grid.create("network", { network: "62.0.0.0/24", vlans: [{ vlan: one }] });
    expect(grid.post(`${network}?_function=next_available_vlan`).json).toEqual({ vlans: [two] });
  });

  it("renames what is in a view along with it", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", corp);
    grid.create("vlan", { id: 20, name: "DATA", parent: view });
    const renamed = grid.put(view, { name: "hq" }).json;
    const [vlan] = grid.get("vlan?id=20").json;
    expect(vlan).toMatchObject({ parent: { _ref: renamed } });
    expect(vlan._ref).toMatch(/:hq\/DATA\/20$/);
    expect(grid.get(vlan._ref).status).toBe(200);
  });
});
