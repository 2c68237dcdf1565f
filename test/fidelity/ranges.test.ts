import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const member = { _struct: "dhcpmember", name: "infoblox.localdomain" };

describe("range, ipv6range", () => {
  it("finds its network, and shows the base fields", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const ref = grid.create("range", { start_addr: "10.9.0.50", end_addr: "10.9.0.99" });
    expect(ref).toBe(
      `range/${Buffer.from("dns.dhcp_range$10.9.0.50/10.9.0.99///0/").toString("base64").replaceAll("=", "")}:10.9.0.50/10.9.0.99/default`,
    );
    expect(grid.get("range").json).toEqual([
      {
        _ref: ref,
        end_addr: "10.9.0.99",
        network: "10.9.0.0/24",
        network_view: "default",
        start_addr: "10.9.0.50",
      },
    ]);
  });

  it("takes the network it is in, and no other", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24", "10.9.1.0/24"] } });
    const addresses = { start_addr: "10.9.0.50", end_addr: "10.9.0.99" };
    expect(grid.post("range", { ...addresses, network: "10.9.1.0/24" }).status).toBe(400);
    expect(grid.post("range", { ...addresses, network: "10.9.0.0/24" }).status).toBe(201);
  });

  it.each([
    [
      "10.35.0.200",
      "10.35.0.100",
      "Invalid range with start address '10.35.0.200' and end address '10.35.0.100'.",
    ],
    ["10.36.0.1", "10.36.0.9", "Cannot find the parent network for the DHCP range"],
    ["10.35.0.200", "10.35.1.9", "Cannot find the parent network for the DHCP range"],
    ["10.35.0.15", "10.35.0.25", "overlap"],
    ["10.35.0.x", "10.35.0.25", 'Invalid value for start_addr: "10.35.0.x": Invalid IP address'],
  ])("refuses %s to %s", (start_addr, end_addr, text) => {
    const grid = new Asked({ seed: { networks: ["10.35.0.0/24"] } });
    grid.create("range", { start_addr: "10.35.0.10", end_addr: "10.35.0.20" });
    const answer = grid.post("range", { start_addr, end_addr });
    expect(answer.status).toBe(400);
    expect(answer.json.text).toContain(text);
  });

  it("needs both addresses", () => {
    const grid = new Asked({ seed: { networks: ["10.35.0.0/24"] } });
    expect(grid.post("range", { start_addr: "10.35.0.10" }).json.text).toBe(
      "field for create missing: end_addr",
    );
  });

  it("moves and grows, but not over another range", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const ref = grid.create("range", { start_addr: "10.9.0.10", end_addr: "10.9.0.19" });
    grid.create("range", { start_addr: "10.9.0.30", end_addr: "10.9.0.39" });
    expect(grid.put(ref, { end_addr: "10.9.0.30" }).status).toBe(400);
    expect(grid.put(ref, { end_addr: "10.9.0.29" }).json).toMatch(/:10\.9\.0\.10\/10\.9\.0\.29\/default$/);
    expect(grid.get(ref).status).toBe(404);
  });

  it("is served by a member only where its network is", () => {
    const grid = new Asked();
    grid.create("network", { network: "10.9.0.0/24" });
    grid.create("network", { network: "10.9.1.0/24", members: [member] });
    const served = { server_association_type: "MEMBER", member };
    expect(grid.post("range", { start_addr: "10.9.0.1", end_addr: "10.9.0.9", ...served }).status).toBe(400);
    const ref = grid.create("range", { start_addr: "10.9.1.1", end_addr: "10.9.1.9", ...served });
    expect(grid.get(`${ref}?_return_fields=member,server_association_type`).json).toMatchObject({
      member: { name: "infoblox.localdomain" },
      server_association_type: "MEMBER",
    });
  });

  it("says which kind of server it has", () => {
    const grid = new Asked();
    grid.create("network", { network: "10.9.0.0/24", members: [member] });
    const ends = { start_addr: "10.9.0.1", end_addr: "10.9.0.9" };
    const ref = grid.create("range", {
      ...ends,
      server_association_type: "MEMBER",
      member: { name: member.name },
    });
    expect(grid.get(`${ref}?_return_fields=member`).json.member).toMatchObject(member);
    const server = { ipv4addr: "192.0.2.5" };
    expect(grid.put(ref, { server_association_type: "MS_SERVER", ms_server: server }).status).toBe(200);
    const read = grid.get(`${ref}?_return_fields=ms_server`).json;
    expect(read.ms_server).toMatchObject({ _struct: "msdhcpserver", ...server });
  });

  it("is served by a failover association only where there is one", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const failover = { server_association_type: "FAILOVER", failover_association: "fo" };
    const range = { start_addr: "10.9.0.1", end_addr: "10.9.0.9", ...failover };
    expect(grid.post("range", range)).toMatchObject({
      status: 404,
      json: { text: "DHCP Failover Association fo not found" },
    });
    grid.create("dhcpfailover", {
      name: "fo",
      primary_server_type: "GRID",
      primary: "infoblox.localdomain",
      secondary_server_type: "EXTERNAL",
      secondary: "192.0.2.7",
    });
    expect(grid.get(`${grid.create("range", range)}?_return_fields=failover_association`).json).toMatchObject(
      {
        failover_association: "fo",
      },
    );
  });

  it("doesn't move to a network view that doesn't exist", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    const ref = grid.create("range", { start_addr: "10.9.0.10", end_addr: "10.9.0.19" });
    expect(grid.put(ref, { network_view: "nowhere" }).json.text).toBe("Network View nowhere not found");
  });

  it("is searched by network and address, not by name", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24", "10.9.1.0/24"], networkViews: ["lab"] } });
    grid.create("network", { network: "10.9.0.0/24", network_view: "lab" });
    for (const network_view of ["default", "lab"]) {
      grid.create("range", { start_addr: "10.9.0.10", end_addr: "10.9.0.19", network_view });
    }
    grid.create("range", { start_addr: "10.9.1.10", end_addr: "10.9.1.19", name: "r" });
    expect(grid.get("range?network=10.9.0.0/24").json).toHaveLength(2);
    expect(grid.get("range?network=10.9.0.0/24&network_view=lab").json).toHaveLength(1);
    expect(grid.get("range?start_addr=10.9.1.10").json).toHaveLength(1);
    expect(grid.get("range?name=r").json.text).toBe("Field is not searchable: name");
  });

  it("lists the lease time in force first", () => {
    const grid = new Asked();
    grid.create("network", { network: "10.9.0.0/24", options: [{ name: "dhcp-lease-time", value: "7200" }] });
    const ref = grid.create("range", {
      start_addr: "10.9.0.10",
      end_addr: "10.9.0.19",
      options: [{ name: "routers", value: "10.9.0.1" }],
    });
    expect(grid.get(`${ref}?_return_fields=options`).json.options).toMatchObject([
      { name: "dhcp-lease-time", num: 51, use_option: false, value: "7200" },
      { name: "routers", num: 3 },
    ]);
  });

  it("never shows the template that it was made from", () => {
    const grid = new Asked({ seed: { networks: ["10.9.0.0/24"] } });
    grid.create("rangetemplate", { name: "t", offset: 1, number_of_addresses: 9, high_water_mark: 80 });
    const ref = grid.create("range", { start_addr: "10.9.0.10", end_addr: "10.9.0.19", template: "t" });
    expect(grid.get(`${ref}?_return_fields=high_water_mark`).json.high_water_mark).toBe(80);
    expect(grid.get(`${ref}?_return_fields=template`).json.text).toBe("Field is not readable: template");
  });

  it("knows IPv6 ranges of addresses, and of prefixes", () => {
    const grid = new Asked({ seed: { networks: ["2001:db8::/32"] } });
    const ref = grid.create("ipv6range", {
      start_addr: "2001:DB8::10",
      end_addr: "2001:db8::00ff",
      network: "2001:db8::/32",
    });
    expect(grid.get(ref).json).toMatchObject({ start_addr: "2001:db8::10", end_addr: "2001:db8::ff" });
    expect(
      grid.post("ipv6range", {
        address_type: "PREFIX",
        ipv6_start_prefix: "2001:db8:1::",
        ipv6_end_prefix: "2001:db8:2::",
        ipv6_prefix_bits: 48,
        network: "2001:db8::/32",
      }).status,
    ).toBe(201);
  });
});
