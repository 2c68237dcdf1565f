import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = {
  networkViews: ["zeta", "alpha"],
  dnsViews: ["second"],
  zones: ["acme.org", { fqdn: "acme.org", view: "second" }],
  networks: ["10.9.0.0/24"],
  records: [
    { type: "A", name: "www.acme.org", ipv4addr: "10.9.0.5" },
    { type: "A", name: "www.acme.org", ipv4addr: "10.9.0.5", view: "second" },
    { type: "A", name: "a.acme.org", ipv4addr: "10.9.0.5" },
  ],
};
const described = (grid: Asked, target: string): string[] =>
  grid
    .get(target)
    .json.map(({ view, name, _ref }: { view?: string; name?: string; _ref: string }) =>
      view === undefined ? (name ?? _ref.split("/")[0]) : `${name} ${view}`,
    );

describe("the order of lists", () => {
  it("is that of internal keys where a name is searched for, and else of age", () => {
    const grid = new Asked({ seed });
    expect(described(grid, "record:a?name=www.acme.org")).toEqual([
      "www.acme.org second",
      "www.acme.org default",
    ]);
    const byAge = ["www.acme.org default", "www.acme.org second", "a.acme.org default"];
    expect(described(grid, "record:a?ipv4addr=10.9.0.5")).toEqual(byAge);
    expect(described(grid, "record:a")).toEqual(byAge);
  });

  it("is that of names for DNS views", () => {
    expect(described(new Asked({ seed }), "view?_return_fields=name")).toEqual([
      "default",
      "default.alpha",
      "default.zeta",
      "second",
    ]);
  });

  it("has fixed addresses first, then A records, then pointers where an address is searched for", () => {
    const grid = new Asked({ seed: { ...seed, zones: [...seed.zones, "10.9.0.0/24"] } });
    grid.create("record:ptr", { ipv4addr: "10.9.0.5", ptrdname: "a.acme.org" });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.5", mac: "02:00:00:00:00:05" });
    const types = grid
      .get("search?address=10.9.0.5")
      .json.map(({ _ref }: { _ref: string }) => _ref.split("/")[0]);
    expect(types).toEqual(["fixedaddress", "record:a", "record:a", "record:a", "record:ptr", "network"]);
  });

  it("is none to rely on where that is assumed", () => {
    const networks = Array.from({ length: 30 }, (_, index) => `10.9.${index}.0/24`);
    const listed = (listOrder: "recorded" | "age" | "key" | "shuffled", target = "network") => {
      const grid = new Asked({ seed: { networks }, assumptions: { listOrder } });
      const list = () => grid.get(target).json.map(({ _ref }: { _ref: string }) => _ref);
      return [list(), list()] as const;
    };
    for (const order of ["recorded", "age", "key"] as const) {
      const [once, again] = listed(order);
      expect(again).toEqual(once);
    }
    for (const target of ["network", "ipv4address?network=10.9.3.0/24", "network?network~=10"]) {
      const [once, again] = listed("shuffled", target);
      expect(again).not.toEqual(once);
      expect(again.toSorted()).toEqual(once.toSorted());
    }
  });
});

describe("a search for text", () => {
  it("looks at what records lead to, and not at the names of fixed addresses", () => {
    const grid = new Asked({
      seed: { ...seed, zones: ["acme.org", "10.9.0.0/24"], records: [], dnsViews: [] },
    });
    grid.create("record:cname", { name: "c.acme.org", canonical: "needle.org" });
    grid.create("record:ptr", { ipv4addr: "10.9.0.5", ptrdname: "needle.org" });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.5", mac: "02:00:00:00:00:05", name: "needle.org" });
    const types = grid
      .get("search?search_string~=needle")
      .json.map(({ _ref }: { _ref: string }) => _ref.split("/")[0]);
    expect(types.toSorted()).toEqual(["record:cname", "record:ptr"]);
  });
});
