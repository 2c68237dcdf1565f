import { nextAvailableIp, nextAvailableNetwork, nextAvailableVlanId, type Ref } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { inlineCallOf, wireCall } from "../../../src/wapi/next-available.js";
import { ref, scriptedGrid } from "./scripted-grid.js";

const net = ref("network", "10.0.0.0/24/default") as Ref<"network">;
const vlans = ref("vlanview", "corp/1/4094") as Ref<"vlanview">;

function wire(value: unknown) {
  const inline = inlineCallOf(value);
  return inline && wireCall(inline, "2.12");
}

describe("nextAvailableIp", () => {
  it.each<[Parameters<typeof nextAvailableIp>[0], unknown]>([
    [{ network: "10.0.0.0/24" }, "func:nextavailableip:10.0.0.0/24,default"],
    [{ network: "2001:db8::/64", networkView: "blue" }, "func:nextavailableip:2001:db8::/64,blue"],
    [{ range: "10.0.0.10-10.0.0.99" }, "func:nextavailableip:10.0.0.10-10.0.0.99,default"],
    [
      { network: "10.0.0.0/24", exclude: ["10.0.0.1"] },
      {
        _object_function: "next_available_ip",
        _result_field: "ips",
        _object: "network",
        _object_parameters: { network: "10.0.0.0/24", network_view: "default" },
        _parameters: { exclude: ["10.0.0.1"] },
      },
    ],
    [
      { range: "2001:db8::10-2001:db8::99", networkView: "a, b" },
      {
        _object_function: "next_available_ip",
        _result_field: "ips",
        _object: "ipv6range",
        _object_parameters: { start_addr: "2001:db8::10", end_addr: "2001:db8::99", network_view: "a, b" },
        _parameters: {},
      },
    ],
    [
      { network: net },
      { _object_function: "next_available_ip", _result_field: "ips", _object_ref: net, _parameters: {} },
    ],
    [
      { search: "network", where: { network_view: "default", extattrs: { Site: "HQ" } } },
      {
        _object_function: "next_available_ip",
        _result_field: "ips",
        _object: "network",
        _object_parameters: { network_view: "default", "*Site": "HQ" },
        _parameters: {},
      },
    ],
  ])("writes %j so that the grid understands all of it", (options, expected) => {
    expect(wire(nextAvailableIp(options))).toEqual(expected);
  });

  it.each<[unknown, RegExp]>([
    [{}, /one place to look in/],
    [{ network: "10.0.0.0/24", range: "10.0.0.1-10.0.0.2" }, /one place to look in/],
    [{ network: "10.0.0.0" }, /must be a CIDR or a reference/],
    [{ network: "10.0.0.0/24,other,8" }, /must be a CIDR/],
    [{ range: "10.0.0.1" }, /must be a range/],
    [{ network: ref("record:host", "x/default") }, /reference of type network or ipv6network/],
    [{ network: "10.0.0.0/24", networkView: "" }, /network view/],
    [{ network: "10.0.0.0/24", exclude: "10.0.0.1" }, /must be a list/],
    [{ search: "network" }, /what to search for/],
  ])("refuses %j", (options, message) => {
    expect(() => nextAvailableIp(options as { network: string })).toThrow(message);
  });
});

describe("nextAvailableNetwork", () => {
  it("is text where that says it all: it finds a parent of either kind", () => {
    const plain = nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 });
    expect(wire(plain)).toBe("func:nextavailablenetwork:10.0.0.0/8,default,24");
  });

  it("is an object where something is to be passed over", () => {
    const options = {
      container: "2001:db8::/32",
      prefixLength: 64,
      exclude: ["2001:db8::/64"],
      networkView: "blue",
    };
    expect(wire(nextAvailableNetwork(options))).toEqual({
      _object_function: "next_available_network",
      _result_field: "networks",
      _object: "ipv6networkcontainer",
      _object_parameters: { network: "2001:db8::/32", network_view: "blue" },
      _parameters: { cidr: 64, exclude: ["2001:db8::/64"] },
    });
  });

  it.each([0, -1, 129, 24.5, "24"])("refuses %j as a prefix length", (prefixLength) => {
    const options = { container: "10.0.0.0/8", prefixLength: prefixLength as number };
    expect(() => nextAvailableNetwork(options)).toThrow(/prefixLength/);
  });
});

describe("nextAvailableVlanId", () => {
  it("names the view or range to take it from", () => {
    expect(wire(nextAvailableVlanId({ in: vlans, exclude: [1] }))).toEqual({
      _object_function: "next_available_vlan_id",
      _result_field: "vlan_ids",
      _object_ref: vlans,
      _parameters: { exclude: [1] },
    });
  });
});

describe("a function in a body", () => {
  const host = ref("record:host", "web.example.com/default") as Ref<"record:host">;

  it("stands where the grid takes one: in creates, updates and sub-objects", async () => {
    const { wapi, sent } = scriptedGrid([host, net]);
    await wapi.create(
      "record:host",
      {
        name: "web.example.com",
        ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: "10.0.0.0/24" }), configure_for_dhcp: false }],
      },
      { fields: [] },
    );
    await wapi.update(
      net,
      { network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }) },
      { fields: [] },
    );
    expect(sent.map(({ body }) => body)).toEqual([
      {
        name: "web.example.com",
        ipv4addrs: [{ ipv4addr: "func:nextavailableip:10.0.0.0/24,default", configure_for_dhcp: false }],
      },
      { network: "func:nextavailablenetwork:10.0.0.0/8,default,24" },
    ]);
  });

  it.each<[string, object]>([
    ["text", { name: "x", ipv4addrs: [{ ipv4addr: "func:nextavailableip:10.9.0.0/24" }] }],
    ["text in disguise", { name: "x", ipv4addrs: [{ ipv4addr: " FUNC:nextavailableip:10.9.0.0/24" }] }],
    ["an object", { name: "x", ipv4addrs: [{ ipv4addr: { _object_function: "next_available_ip" } }] }],
    [
      "another place",
      { name: "x", ipv4addrs: [{ ipv4addr: "10.0.0.7", mac: nextAvailableIp({ network: net }) }] },
    ],
    ["a struct", { name: "x", snmp3_credential: { user: nextAvailableIp({ network: net }) } }],
  ])("is refused when it isn't ours, or doesn't belong there: %s", async (_kind, values) => {
    const { wapi, sent } = scriptedGrid();
    await expect(wapi.create("record:host", values as never)).rejects.toMatchObject({
      name: "InvalidRequestError",
    });
    expect(sent).toEqual([]);
  });

  it("leaves texts alone that only look like one, where none is taken", async () => {
    const { wapi, sent } = scriptedGrid([net]);
    await wapi.create("network", { network: "10.0.0.0/24", comment: "func: main office" }, { fields: [] });
    expect(sent[0]?.body).toEqual({ network: "10.0.0.0/24", comment: "func: main office" });
  });
});
