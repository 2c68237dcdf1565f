import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { networks: ["10.9.0.0/24", "10.9.1.0/24", "2001:db8::/64"] };
const mac = "00:11:22:33:44:55";

describe("fixedaddress", () => {
  it("shows the base fields, under the grid's reference", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac });
    expect(ref).toBe(
      `fixedaddress/${Buffer.from("dns.fixed_address$10.9.0.7.0..").toString("base64").replaceAll("=", "")}:10.9.0.7/default`,
    );
    expect(grid.get("fixedaddress").json).toEqual([
      { _ref: ref, ipv4addr: "10.9.0.7", network_view: "default" },
    ]);
    expect(grid.get(`${ref}?_return_fields=match_client,mac,network,disable`).json).toMatchObject({
      disable: false,
      mac,
      match_client: "MAC_ADDRESS",
      network: "10.9.0.0/24",
    });
  });

  it.each(["00-11-22-33-44-55", "0011.2233.4455", "001122334455", "00:11:22:33:44:55"])(
    "takes %s for a MAC address",
    (spelling) => {
      const grid = new Asked({ seed });
      const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac: spelling });
      expect(grid.get(`${ref}?_return_fields=mac`).json.mac).toBe(mac);
      expect(grid.get(`fixedaddress?mac=${spelling}`).json).toHaveLength(1);
    },
  );

  it.each(["00:11:22:33:44", "00:11:22:33:44:5g", "nonsense"])("takes %s for no MAC address", (wrong) => {
    expect(new Asked({ seed }).post("fixedaddress", { ipv4addr: "10.9.0.7", mac: wrong }).status).toBe(400);
  });

  it("makes a zero MAC a reservation, which later MACs don't change", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.1", mac: "00:00:00:00:00:00" });
    const match = () => grid.get(`${ref}?_return_fields=match_client,mac`).json;
    expect(match()).toMatchObject({ match_client: "RESERVED" });
    expect(grid.put(ref, { mac }).status).toBe(200);
    expect(match()).toMatchObject({ match_client: "RESERVED" });
    expect(grid.put(ref, { mac, match_client: "MAC_ADDRESS" }).status).toBe(200);
    expect(match()).toMatchObject({ match_client: "MAC_ADDRESS", mac });
  });

  it("clears the MAC when something else tells the client", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac });
    grid.put(ref, { match_client: "CLIENT_ID", dhcp_client_identifier: "x" });
    expect(grid.get(`${ref}?_return_fields=match_client,mac`).json).toEqual({
      _ref: ref,
      match_client: "CLIENT_ID",
    });
  });

  it("accepts a MAC beside CLIENT_ID, and an update to REMOTE_ID with an empty MAC and another address", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("fixedaddress", {
      ipv4addr: "10.9.0.7",
      mac,
      match_client: "CLIENT_ID",
      dhcp_client_identifier: "20",
    });
    const moved = grid.put(ref, {
      ipv4addr: "10.9.0.8",
      mac: "",
      match_client: "REMOTE_ID",
      agent_remote_id: "r",
    });
    expect(moved.json).toMatch(/:10\.9\.0\.8\/default$/);
    expect(grid.get(ref).status).toBe(404);
  });

  it("wants a MAC where nothing is said of the client", () => {
    expect(new Asked({ seed }).post("fixedaddress", { ipv4addr: "10.9.0.7" }).json).toMatchObject({
      text: "MAC address is required when match_client is undefined",
    });
  });

  it("has each MAC once per network", () => {
    const grid = new Asked({ seed });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac });
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.8", mac }).json.text).toBe(
      `MAC address ${mac} is used in two fixed addresses 10.9.0.7 and 10.9.0.8, which are in the same network 10.9.0.0/24.`,
    );
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.7", mac }).json.text).toBe(
      `MAC address ${mac} is used in two fixed addresses 10.9.0.7 and 10.9.0.7, which are in the same network 10.9.0.0/24.`,
    );
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.1.7", mac }).status).toBe(201);
  });

  it("has each address once, whoever it is for", () => {
    const grid = new Asked({ seed: { ...seed, zones: ["acme.org"] } });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac });
    for (const other of ["00:00:00:00:00:00", "00:11:22:33:44:66"]) {
      expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.7", mac: other }).status).toBe(400);
    }
    grid.create("record:host", { name: "a.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.8" }] });
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.8", mac: "00:11:22:33:44:66" }).status).toBe(201);
  });

  it("needs a network, and the one that it names", () => {
    const grid = new Asked({ seed });
    expect(grid.post("fixedaddress", { ipv4addr: "192.0.2.1", mac }).status).toBe(400);
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.7", mac, network: "10.9.1.0/24" }).status).toBe(400);
    expect(grid.post("fixedaddress", { ipv4addr: "10.9.0.7", mac, network: "10.9.0.0/24" }).status).toBe(201);
  });

  it("lists the inherited lease time first, even if nobody ever set options", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("fixedaddress", { ipv4addr: "10.9.0.7", mac });
    const lease = {
      name: "dhcp-lease-time",
      num: 51,
      use_option: false,
      value: "43200",
      vendor_class: "DHCP",
    };
    expect(grid.get(`${ref}?_return_fields=options`).json.options).toEqual([lease]);
    grid.put(ref, {
      options: [
        { name: "domain-name-servers", num: 6, use_option: true, value: "10.9.0.2", vendor_class: "DHCP" },
      ],
    });
    expect(grid.get(`${ref}?_return_fields=options`).json.options).toMatchObject([lease, { num: 6 }]);
  });

  it("is not searched by name", () => {
    expect(new Asked({ seed }).get("fixedaddress?name=x").json.text).toBe("Field is not searchable: name");
  });
});

describe("ipv6fixedaddress", () => {
  it("needs a DUID, and has it once per network", () => {
    const grid = new Asked({ seed });
    expect(grid.post("ipv6fixedaddress", { ipv6addr: "2001:db8::7" }).json.text).toBe(
      "field for create missing: duid",
    );
    const ref = grid.create("ipv6fixedaddress", { ipv6addr: "2001:DB8:0::7", duid: "00:01:AB" });
    expect(ref).toMatch(/:2001%3Adb8%3A%3A7\/default$/);
    expect(grid.get(ref).json).toEqual({
      _ref: ref,
      duid: "00:01:ab",
      ipv6addr: "2001:db8::7",
      network_view: "default",
    });
    expect(grid.post("ipv6fixedaddress", { ipv6addr: "2001:db8::8", duid: "00:01:ab" }).status).toBe(400);
    expect(grid.post("ipv6fixedaddress", { ipv6addr: "2001:db8::7", duid: "00:02" }).status).toBe(400);
  });

  it("shows the lifetimes and kinds of one that nobody configured", () => {
    const grid = new Asked({ seed });
    const ref = grid.create("ipv6fixedaddress", { ipv6addr: "2001:db8::7", duid: "00:01" });
    expect(
      grid.get(`${ref}?_return_fields=address_type,match_client,preferred_lifetime,valid_lifetime`, {
        version: "2.14",
      }).json,
    ).toMatchObject({
      address_type: "ADDRESS",
      match_client: "DUID",
      preferred_lifetime: 27000,
      valid_lifetime: 43200,
    });
  });
});
