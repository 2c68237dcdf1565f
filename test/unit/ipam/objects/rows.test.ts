import { describe, expect, it } from "vitest";
import { newReservationDuid } from "../../../../src/ipam/objects/reservations.js";
import {
  addressOfFixed,
  addressOfHost,
  type HostRow,
  hostAddresses,
  subnetOf,
} from "../../../../src/ipam/objects/rows.js";
import type { Ref } from "../../../../src/schema/field.js";

const networkRef = "network/ZG5z:10.0.0.0/24/default" as Ref<"network">;
const hostRef = "record:host/ZG5z:web.example.com/default" as Ref<"record:host">;
const fixedRef = "fixedaddress/ZG5z:10.0.0.5/default" as Ref<"fixedaddress">;
const fixed6Ref = "ipv6fixedaddress/ZG5z:2001%3Adb8%3A%3A5/default" as Ref<"ipv6fixedaddress">;

describe("subnetOf", () => {
  it("takes a network at the top of its view for one without a container", () => {
    const row = { _ref: networkRef, network: "10.0.0.0/24", network_view: "default", network_container: "/" };
    expect(subnetOf(row, true, "Expires At")).toMatchObject({
      container: undefined,
      comment: undefined,
      extattrs: {},
    });
  });

  it("refuses an answer without what was asked for, or with nonsense", () => {
    expect(() => subnetOf({ _ref: networkRef }, true, "Expires At")).toThrow(
      /has no network, which was asked for/,
    );
    expect(() => subnetOf({ _ref: networkRef, network: "here" }, true, "Expires At")).toThrow(
      /"here" is no CIDR/,
    );
  });
});

describe("addressOfHost", () => {
  const row = {
    _ref: hostRef,
    name: "web.example.com",
    view: "default",
    network_view: "default",
    configure_for_dns: true,
    ipv4addrs: [
      { ipv4addr: "10.0.0.5", network: "10.0.0.0/24", mac: "02:42:ac:11:00:02" },
      { ipv4addr: "192.0.2.1" },
    ],
    ipv6addrs: [{ ipv6addr: "2001:db8::5", network: "2001:db8::/64", duid: "00:01:02" }],
  } as HostRow;

  it("is seen from its first address, or from the one that is meant", () => {
    expect(addressOfHost(row, true, "Expires At")).toMatchObject({
      ip: "10.0.0.5",
      cidr: "10.0.0.5/24",
      family: 4,
    });
    expect(addressOfHost(row, true, "Expires At", "2001:db8::5")).toMatchObject({
      cidr: "2001:db8::5/64",
      family: 6,
    });
    expect(addressOfHost(row, true, "Expires At").ips).toEqual(["10.0.0.5", "192.0.2.1", "2001:db8::5"]);
    expect(addressOfHost(row, true, "Expires At")).toMatchObject({
      mac: "02:42:ac:11:00:02",
      duid: "00:01:02",
    });
  });

  it("stands alone where its address lies in no subnet", () => {
    expect(addressOfHost(row, true, "Expires At", "192.0.2.1")).toMatchObject({
      cidr: "192.0.2.1/32",
      subnet: undefined,
    });
  });

  it("is in no DNS view without DNS", () => {
    expect(
      addressOfHost({ ...row, configure_for_dns: false, view: " " }, true, "Expires At").dnsView,
    ).toBeUndefined();
  });

  it("refuses a host without an address", () => {
    expect(() => addressOfHost({ _ref: hostRef, network_view: "default" }, true, "Expires At")).toThrow(
      /has no address/,
    );
    expect(hostAddresses({ _ref: hostRef })).toEqual([]);
  });
});

describe("addresses of fixed addresses", () => {
  const common = { network: "10.0.0.0/24", network_view: "default" };

  it("tell a client's from nobody's", () => {
    const row = { ...common, _ref: fixedRef, ipv4addr: "10.0.0.5", mac: "02:42:ac:11:00:02" };
    expect(addressOfFixed({ ...row, match_client: "MAC_ADDRESS" }, true, "Expires At")).toMatchObject({
      kind: "fixed",
      mac: row.mac,
    });
    const reserved = { ...row, mac: "00:00:00:00:00:00", match_client: "RESERVED" as const };
    expect(addressOfFixed(reserved, true, "Expires At")).toMatchObject({
      kind: "reservation",
      mac: undefined,
    });
  });

  it("do so by the DUID for IPv6", () => {
    const row = {
      _ref: fixed6Ref,
      ipv6addr: "2001:db8::5",
      network: "2001:db8::/64",
      network_view: "default",
    };
    expect(addressOfFixed({ ...row, duid: "00:01:02" }, true, "Expires At")).toMatchObject({
      kind: "fixed",
      duid: "00:01:02",
    });
    expect(addressOfFixed({ ...row, duid: newReservationDuid() }, true, "Expires At")).toMatchObject({
      kind: "reservation",
      duid: undefined,
    });
  });
});
