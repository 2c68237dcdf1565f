import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = {
  networks: ["10.9.0.0/24"],
  ranges: [{ start: "10.9.0.50", end: "10.9.0.69" }],
  leases: [
    { address: "10.9.0.60", mac: "AA-BB-CC-00-00-01", hostname: "laptop", ends: 600 },
    { address: "10.9.0.61", mac: "aa:bb:cc:00:00:02" },
  ],
};

describe("lease", () => {
  it("shows address and view, and more when asked", () => {
    const grid = new Asked({ seed });
    const [first] = grid.get("lease?address=10.9.0.60").json;
    expect(first).toEqual({
      _ref: `lease/${Buffer.from("dns.lease$0/10.9.0.60/0/").toString("base64").replaceAll("=", "")}:10.9.0.60/default`,
      address: "10.9.0.60",
      network_view: "default",
    });
    const fields = "binding_state,client_hostname,hardware,network,protocol,never_ends,starts,ends";
    const lease = grid.get(`${first._ref}?_return_fields=${fields}`).json;
    expect(lease).toMatchObject({
      binding_state: "ACTIVE",
      client_hostname: "laptop",
      hardware: "aa:bb:cc:00:00:01",
      network: "10.9.0.0/24",
      never_ends: false,
      protocol: "IPV4",
    });
    expect(lease.ends - lease.starts).toBe(600);
  });

  it("is searched by address, client, network and protocol", () => {
    const grid = new Asked({ seed });
    const count = (query: string) => grid.get(`lease?${query}`).json.length;
    expect(count("hardware=AABB.CC00.0002")).toBe(1);
    expect(count("client_hostname~=top$")).toBe(1);
    expect(count("network=10.9.0.0/24")).toBe(2);
    expect(count("address>=10.9.0.61")).toBe(1);
    expect(count("protocol=IPV6")).toBe(0);
  });

  it("is not made or changed over WAPI, but cleared", () => {
    const grid = new Asked({ seed });
    const [{ _ref }] = grid.get("lease").json;
    expect(grid.post("lease", { address: "10.9.0.62" }).json.text).toBe(
      "Operation create not allowed for lease",
    );
    expect(grid.put(_ref, { binding_state: "FREE" }).json.text).toBe(
      "Operation update not allowed for lease",
    );
    expect(grid.delete(_ref).json).toBe(_ref);
    expect(grid.get("ipv4address?ip_address=10.9.0.60").json).toMatchObject([{ status: "UNUSED" }]);
  });

  it("encodes the view in its reference", () => {
    const grid = new Asked({
      seed: {
        networkViews: ["Company 1"],
        networks: [{ network: "10.9.0.0/24", networkView: "Company 1" }],
        leases: [{ address: "10.9.0.60", networkView: "Company 1" }],
      },
    });
    expect(grid.get("lease").json[0]._ref).toMatch(/:10\.9\.0\.60\/Company%201$/);
  });
});
