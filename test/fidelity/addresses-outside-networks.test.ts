import { describe, expect, it } from "vitest";
import { Asked, envelope } from "./asking.js";

const seed = {
  networkViews: ["lab"],
  containers: ["10.8.0.0/16", "2001:db8:8::/48"],
  networks: ["10.9.0.0/24", { network: "10.7.0.0/24", networkView: "lab" }, "2001:db8:9::/64"],
};
const refused = envelope(
  "AdmConDataError: None (IBDataError: IB.Data:A network was not found for this address.)",
  "Client.Ibap.Data",
  "A network was not found for this address.",
);

/** Addresses outside all networks, or in a container only; by address, bound or network. */
const outside = [
  "ipv4address?ip_address=192.0.2.1",
  "ipv4address?ip_address=192.0.2.1&network_view=lab",
  "ipv4address?ip_address=10.9.0.5&network_view=lab",
  "ipv4address?ip_address=10.8.0.5",
  "ipv4address?ip_address>=10.9.0.250&ip_address<=10.9.1.5",
  "ipv4address?ip_address=192.0.2.1&status=USED",
  "ipv4address?network=10.5.0.0/24",
  "ipv4address?network=10.8.0.0/16",
  "ipv4address?network=10.7.0.0/24&network_view=default",
  "ipv6address?ip_address=2001:db8:1::5",
  "ipv6address?network=2001:db8:8::/48",
];

describe("addresses outside every network", () => {
  it.each(outside)("are refused: %s", (target) => {
    const { status, text } = new Asked({ seed }).get(target);
    expect([status, text]).toEqual([400, refused]);
  });

  it.each(outside.filter((target) => !target.includes(">=")))(
    "are an empty list where that is assumed: %s",
    (target) => {
      const grid = new Asked({ seed, assumptions: { addressOutsideNetworks: "empty" } });
      expect(grid.get(target)).toMatchObject({ status: 200, text: "[]" });
    },
  );

  it("fail the request that the search is part of", () => {
    const steps = [
      { method: "GET", object: "network", data: { network: "10.9.0.0/24" } },
      { method: "GET", object: "ipv4address", data: { ip_address: "192.0.2.1" } },
    ];
    expect(new Asked({ seed }).post("request", steps)).toMatchObject({ status: 400, text: refused });
  });

  it("aren't what a search that names no address is about", () => {
    const grid = new Asked({ seed });
    for (const target of ["names=nobody", "mac_address=02:00:00:00:00:01", "network!=10.9.0.0/24&names=x"]) {
      expect(grid.get(`ipv4address?${target}`).status, target).not.toBe(500);
      if (!target.includes("!")) expect(grid.get(`ipv4address?${target}`).json).toEqual([]);
    }
  });
});

describe("a search by address that names no network view", () => {
  const twice = {
    networkViews: ["lab"],
    networks: ["10.9.0.0/24", { network: "10.9.0.0/24", networkView: "lab" }],
  };
  const viewsOf = (grid: Asked, target: string) =>
    grid.get(target).json.map(({ network_view }: { network_view: string }) => network_view);

  it.each(["ipv4address?ip_address=10.9.0.5", "network?contains_address=10.9.0.5"])(
    "is about the default one: %s",
    (target) => {
      const grid = new Asked({ seed: twice });
      expect(viewsOf(grid, target)).toEqual(["default"]);
      expect(viewsOf(grid, `${target}&network_view=lab`)).toEqual(["lab"]);
      const all = new Asked({ seed: twice, assumptions: { addressSearchesDefaultView: false } });
      expect(viewsOf(all, target).toSorted()).toEqual(["default", "lab"]);
    },
  );

  it("is about all of them where it looks for a network by its CIDR", () => {
    expect(viewsOf(new Asked({ seed: twice }), "network?network=10.9.0.0/24")).toHaveLength(2);
  });
});

describe("a state that is assigned from an empty search", () => {
  const steps = [
    { method: "GET", object: "network", data: { network: "10.1.0.0/24" }, assign_state: { net: "_ref" } },
    { method: "POST", object: "networkview", data: { name: "made" } },
  ];
  const use = { method: "GET", object: "##STATE:net:##", enable_substitution: true };

  it("fails the request", () => {
    const grid = new Asked({ seed });
    expect(grid.post("request", steps).status).toBe(400);
    expect(grid.get("networkview?name=made").json).toEqual([]);
  });

  it("is no state where that is assumed, and fails the request that uses it", () => {
    const grid = new Asked({ seed, assumptions: { emptyAssignFails: false } });
    expect(grid.post("request", [...steps, use]).status).toBe(400);
    expect(grid.get("networkview?name=made").json).toEqual([]);
    expect(grid.post("request", steps).status).toBe(201);
  });
});
