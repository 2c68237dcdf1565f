import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";

/** A grid takes a zone without a view for one of its default DNS view; and a limit was of hosts of all DNS views. */
describe.each([
  ["10.0.7.0/24", "10.0.7.5", "10.0.7.6"],
  ["2001:db8:7::/64", "2001:db8:7::5", "2001:db8:7::6"],
])("hosts in %s whose names stand in several DNS views", (network, ip, other) => {
  function begin() {
    const views = ["default", "default.lab", "more"];
    const grid = FakeGrid.inMemory({
      seed: {
        networkViews: ["lab"],
        dnsViews: [{ name: "more", networkView: "lab" }],
        networks: [network, { network, networkView: "lab" }],
        zones: views.map((view) => ({ fqdn: "example.com", view })),
        hosts: [
          { name: "a.example.com", addresses: [ip] },
          { name: "a.example.com", addresses: [ip], networkView: "lab", view: "default.lab" },
          { name: "a.example.com", addresses: [other], networkView: "lab", view: "more" },
        ],
      },
    });
    const wapi = new WapiClient(grid.clientOptions);
    return (dnsView?: string) => new Ipam(wapi, { networkView: "lab", dnsView });
  }

  it.each([
    ["default.lab", ip],
    ["more", other],
  ])("are found by zone in %s, by the option and by the query", async (dnsView, address) => {
    const ipam = begin();
    const expected = [{ dnsView, addresses: [{ ip: address }] }];
    expect(await ipam(dnsView).hosts.find({ zone: "example.com" })).toMatchObject(expected);
    expect(await ipam().hosts.find({ zone: "example.com", dnsView })).toMatchObject(expected);
  });

  it("are those of the default view of the network view where none is named", async () => {
    expect(await begin()().hosts.find({ zone: "example.com" })).toMatchObject([{ dnsView: "default.lab" }]);
  });

  it.each(["default.lab", "more"])("count to the limit in %s alone", async (dnsView) => {
    const found = await begin()(dnsView).hosts.find({ name: "a.example.com", limit: 1 });
    expect(found).toMatchObject([{ dnsView }]);
  });
});
