import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { networks: ["10.9.0.0/24", "10.9.1.0/24"], networkViews: ["lab"] };

describe("sharednetwork", () => {
  it("holds references, which are its networks' own", () => {
    const grid = new Asked({ seed });
    const refs = grid.get("network").json.map(({ _ref }: { _ref: string }) => ({ _ref }));
    const ref = grid.create("sharednetwork", { name: "wire", networks: refs });
    expect(ref).toMatch(/:wire$/);
    expect(grid.get("sharednetwork").json).toEqual([
      { _ref: ref, name: "wire", network_view: "default", networks: refs },
    ]);
  });

  it("finds its networks by a search in place of a reference", () => {
    const grid = new Asked({ seed });
    const wanted = (network: string) => [{ _ref: { network, network_view: "default" } }];
    expect(grid.post("sharednetwork", { name: "wire", networks: wanted("10.9.0.0/24") }).status).toBe(201);
    expect(grid.post("sharednetwork", { name: "other", networks: wanted("10.8.0.0/24") }).json.text).toBe(
      "No network objects were matched by {'network': '10.8.0.0/24', 'network_view': 'default'}",
    );
  });

  it("is renamed and given other networks, but no other view", () => {
    const grid = new Asked({ seed });
    const [one, other] = grid.get("network").json;
    const ref = grid.create("sharednetwork", { name: "wire", networks: [{ _ref: one._ref }] });
    const renamed = grid.put(ref, { name: "cable", networks: [{ _ref: other._ref }] }).json;
    expect(renamed).toMatch(/:cable$/);
    expect(grid.get(renamed).json.networks).toEqual([{ _ref: other._ref }]);
    expect(grid.put(renamed, { network_view: "lab" }).json.text).toBe(
      "Field is not allowed for update: network_view",
    );
  });

  it("takes networks of its own view only, and loses those that are deleted", () => {
    const grid = new Asked({ seed });
    const [one, other] = grid.get("network").json;
    expect(
      grid.post("sharednetwork", { name: "wire", network_view: "lab", networks: [{ _ref: one._ref }] })
        .status,
    ).toBe(400);
    const ref = grid.create("sharednetwork", {
      name: "wire",
      networks: [{ _ref: one._ref }, { _ref: other._ref }],
    });
    grid.delete(one._ref);
    expect(grid.get(ref).json.networks).toEqual([{ _ref: other._ref }]);
  });

  it("stores options without use_options, but shows those in force", () => {
    const grid = new Asked({ seed });
    const [one] = grid.get("network").json;
    const ref = grid.create("sharednetwork", {
      name: "wire",
      networks: [{ _ref: one._ref }],
      use_options: false,
      options: [{ name: "routers", value: "10.9.0.1" }],
    });
    expect(grid.get(`${ref}?_return_fields=options`).json.options).toMatchObject([
      { name: "dhcp-lease-time" },
    ]);
    grid.put(ref, { use_options: true });
    expect(grid.get(`${ref}?_return_fields=options`).json.options).toHaveLength(2);
  });
});
