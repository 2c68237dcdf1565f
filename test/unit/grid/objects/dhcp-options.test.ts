import { describe, expect, it } from "vitest";
import { Asked } from "../../../fidelity/asking.js";

const seed = { networks: ["10.0.0.0/24", "2001:db8::/64"] };

function optionsAfter(options: readonly object[], type = "network"): unknown {
  const asked = new Asked({ seed });
  const [{ _ref }] = asked.get(type).json;
  const answer = asked.put(_ref, { options });
  return answer.status === 200 ? asked.get(`${_ref}?_return_fields=options`).json.options : answer.json.text;
}

const leaseTime = {
  name: "dhcp-lease-time",
  num: 51,
  use_option: false,
  value: "43200",
  vendor_class: "DHCP",
};

describe("DHCP options", () => {
  it("are known by name, by number, or by both", () => {
    const routers = { name: "routers", num: 3, use_option: true, value: "10.0.0.1", vendor_class: "DHCP" };
    for (const given of [{ name: "routers" }, { num: 3 }, { name: "routers", num: 3 }]) {
      expect(optionsAfter([{ ...given, value: "10.0.0.1" }])).toEqual([leaseTime, routers]);
    }
  });

  it("have a switch only where it counts or was sent", () => {
    expect(optionsAfter([{ name: "time-offset", value: "50" }])).toEqual([
      leaseTime,
      { name: "time-offset", num: 2, value: "50", vendor_class: "DHCP" },
    ]);
    expect(optionsAfter([{ name: "routers", value: "10.0.0.1", use_option: false }])).toMatchObject([
      leaseTime,
      { use_option: false },
    ]);
  });

  it("show a lease time of one's own in place of the inherited one", () => {
    expect(
      optionsAfter([
        { num: 3, value: "10.0.0.1" },
        { name: "dhcp-lease-time", value: "60" },
      ]),
    ).toMatchObject([{ num: 51, use_option: true, value: "60" }, { num: 3 }]);
  });

  it("of one's own space are known by their number, and unknown names are refused", () => {
    expect(optionsAfter([{ num: 224, value: "x" }])).toMatchObject([
      leaseTime,
      { name: "option-224", num: 224 },
    ]);
    expect(optionsAfter([{ name: "no-such-option", value: "x" }])).toContain("no-such-option");
    expect(optionsAfter([{ value: "x" }])).toBe("Required field missing: name");
  });

  it.each([
    [
      { name: "routers", num: 6, value: "10.0.0.1" },
      "Invalid value for num: 6: The number of option routers is 3",
    ],
    [
      { name: "routers", value: "a.example.com" },
      'Invalid value for value: "a.example.com": Invalid IP address',
    ],
    [{ num: 6, value: "10.0.0.1,2001:db8::1" }, "Invalid IP address"],
    [{ name: "dhcp-lease-time", value: "an hour" }, "must be an integer"],
  ])("are checked: %j", (option, refusal) => {
    expect(optionsAfter([option])).toContain(refusal);
  });

  it("take several addresses, and whatever a vendor's space means by a number", () => {
    const servers = { name: "domain-name-servers", value: "10.0.0.1, 10.0.0.2" };
    const vendor = { name: "location", num: 3, value: "hall", vendor_class: "acme" };
    expect(optionsAfter([servers, vendor])).toMatchObject([leaseTime, servers, vendor]);
    expect(optionsAfter([{ num: 31, value: "10.0.0.1" }], "ipv6network")).toContain("Invalid IP address");
  });

  it("are IPv6's own for IPv6, with no lease time among them", () => {
    expect(optionsAfter([{ name: "dhcp6.name-servers", value: "2001:db8::1" }], "ipv6network")).toMatchObject(
      [{ name: "dhcp6.name-servers", num: 23, use_option: true, value: "2001:db8::1" }],
    );
  });
});
