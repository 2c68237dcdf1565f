import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const seed = { networks: ["10.9.0.0/24", "1::/16"], zones: ["acme.org"] };
const addresses = (rows: readonly { ip_address: string }[]) => rows.map(({ ip_address }) => ip_address);

describe("ipv4address", () => {
  it("shows a host's address in full", () => {
    const grid = new Asked({ seed });
    const host = grid.create("record:host", { name: "web1.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    expect(grid.get("ipv4address?ip_address=10.9.0.5").json).toEqual([
      {
        _ref: "ipv4address/Li5pcHY0X2FkZHJlc3MkMTAuOS4wLjUvMA:10.9.0.5",
        ip_address: "10.9.0.5",
        is_conflict: false,
        lease_state: "FREE",
        mac_address: "",
        names: ["web1.acme.org"],
        network: "10.9.0.0/24",
        network_view: "default",
        objects: [host],
        status: "USED",
        types: ["HOST"],
        usage: ["DNS"],
      },
    ]);
  });

  it("has a row for every address of a network", () => {
    const { json } = new Asked({ seed }).get("ipv4address?network=10.9.0.0/24");
    expect(json).toHaveLength(256);
    expect(json[0]).toMatchObject({ ip_address: "10.9.0.0", status: "USED", types: ["NETWORK"] });
    expect(json[1]).toMatchObject({
      ip_address: "10.9.0.1",
      status: "UNUSED",
      types: [],
      names: [],
      objects: [],
      mac_address: "",
    });
    expect(json[255]).toMatchObject({ ip_address: "10.9.0.255", status: "USED", types: ["BROADCAST"] });
  });

  it("tells what an address is used for", () => {
    const grid = new Asked({ seed });
    grid.create("range", { start_addr: "10.9.0.50", end_addr: "10.9.0.59" });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.51", mac: "aa:bb:cc:00:00:01", name: "printer" });
    grid.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.6" });
    grid.create("record:host", {
      name: "b.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.6", mac: "aa:bb:cc:00:00:02", configure_for_dhcp: true }],
    });
    const row = (address: string) => grid.get(`ipv4address?ip_address=${address}`).json[0];
    expect(row("10.9.0.50")).toMatchObject({
      status: "UNUSED",
      types: ["RESERVED_RANGE"],
      lease_state: "FREE",
    });
    expect(row("10.9.0.51")).toMatchObject({
      status: "USED",
      types: ["FA", "RESERVED_RANGE"],
      usage: ["DHCP"],
      mac_address: "aa:bb:cc:00:00:01",
      names: ["printer"],
    });
    expect(row("10.9.0.6")).toMatchObject({
      types: ["A", "HOST"],
      usage: ["DNS", "DHCP"],
      names: ["a.acme.org", "b.acme.org"],
    });
  });

  it("shows leases and their state", () => {
    const member = { _struct: "dhcpmember", name: "infoblox.localdomain" };
    const grid = new Asked();
    grid.create("network", { network: "10.9.0.0/24", members: [member] });
    grid.create("range", {
      start_addr: "10.9.0.50",
      end_addr: "10.9.0.59",
      member,
      server_association_type: "MEMBER",
    });
    const [view] = [...grid.grid.all("networkview")];
    grid.grid.create(
      "lease",
      { address: "10.9.0.50", hardware: "aa:bb:cc:00:00:01" },
      { networkView: view?.id ?? 0 },
    );
    grid.grid.create(
      "lease",
      { address: "10.9.0.51", binding_state: "EXPIRED" },
      { networkView: view?.id ?? 0 },
    );
    expect(grid.get("ipv4address?ip_address>=10.9.0.50&ip_address<=10.9.0.52").json).toMatchObject([
      {
        lease_state: "ACTIVE",
        status: "USED",
        types: ["LEASE", "DHCP_RANGE"],
        mac_address: "aa:bb:cc:00:00:01",
      },
      { lease_state: "EXPIRED", status: "UNUSED", types: ["DHCP_RANGE"] },
      { lease_state: "FREE", status: "UNUSED" },
    ]);
  });

  it("is filtered by status, bounds, names, client and attributes", () => {
    const grid = new Asked({ seed });
    grid.create("fixedaddress", {
      ipv4addr: "10.9.0.51",
      mac: "aa:bb:cc:00:00:01",
      name: "printer",
      extattrs: { Site: { value: "HQ" } },
    });
    grid.create("record:host", { name: "b.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.6" }] });
    const find = (query: string) => addresses(grid.get(`ipv4address?${query}`).json);
    expect(find("network=10.9.0.0/24&status=USED")).toEqual([
      "10.9.0.0",
      "10.9.0.6",
      "10.9.0.51",
      "10.9.0.255",
    ]);
    expect(find("network=10.9.0.0/24&status=UNUSED")).toHaveLength(252);
    expect(find("network=10.9.0.0/24&status=UNUSED&ip_address>=10.9.0.5&ip_address<=10.9.0.7")).toEqual([
      "10.9.0.5",
      "10.9.0.7",
    ]);
    expect(find("ip_address>=10.9.0.250")).toHaveLength(6);
    expect(find("names=printer")).toEqual(["10.9.0.51"]);
    expect(find("names=b.acme.org")).toEqual(["10.9.0.6"]);
    expect(find("names~=^PRINT")).toEqual([]);
    expect(find("names~:=^PRINT")).toEqual(["10.9.0.51"]);
    expect(find("mac_address=AA-BB-CC-00-00-01")).toEqual(["10.9.0.51"]);
    expect(find("types=FA")).toEqual(["10.9.0.51"]);
    expect(find("usage=DNS")).toEqual(["10.9.0.6"]);
    expect(find("*Site=HQ")).toEqual(["10.9.0.51"]);
  });

  it("wants to know what is looked for, and in which view", () => {
    const grid = new Asked({ seed });
    expect(grid.get("ipv4address").status).toBe(400);
    expect(grid.get("ipv4address?network_view=nowhere&network=10.9.0.0/24").json.text).toBe(
      "Network View nowhere not found",
    );
  });

  it("doesn't list what is too much, nor walk through a /8 to find that out", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/8"] } });
    expect(grid.get("ipv4address?network=10.0.0.0/8").json.text).toBe("Result set too large (> 1000)");
    expect(grid.get("ipv4address?network=10.0.0.0/8&_max_results=3").json).toHaveLength(3);
    grid.create("fixedaddress", { ipv4addr: "10.200.0.1", mac: "aa:bb:cc:00:00:01" });
    expect(addresses(grid.get("ipv4address?network=10.0.0.0/8&status=USED").json)).toEqual([
      "10.0.0.0",
      "10.200.0.1",
      "10.255.255.255",
    ]);
  });

  it("is read by reference, as long as its network is there", () => {
    const grid = new Asked({ seed });
    const ref = "ipv4address/Li5pcHY0X2FkZHJlc3MkMTAuOS4wLjUvMA:10.9.0.5";
    expect(grid.get(ref).json).toMatchObject({ ip_address: "10.9.0.5", status: "UNUSED" });
    expect(grid.get(ref.replace("MA:", "MQ:")).status).toBe(404);
    expect(grid.delete(grid.get("network").json[0]._ref).status).toBe(200);
    expect(grid.get(ref).status).toBe(404);
  });

  it("is freed by deleting it", () => {
    const grid = new Asked({ seed });
    grid.create("fixedaddress", { ipv4addr: "10.9.0.5", mac: "aa:bb:cc:00:00:01" });
    grid.create("record:a", { name: "a.acme.org", ipv4addr: "10.9.0.5" });
    const two = grid.create("record:host", {
      name: "two.acme.org",
      ipv4addrs: [{ ipv4addr: "10.9.0.5" }, { ipv4addr: "10.9.0.6" }],
    });
    grid.create("record:host", { name: "one.acme.org", ipv4addrs: [{ ipv4addr: "10.9.0.5" }] });
    const [row] = grid.get("ipv4address?ip_address=10.9.0.5").json;
    expect(row.objects).toHaveLength(4);
    expect(grid.delete(row._ref).json).toBe(row._ref);
    expect(grid.get("ipv4address?ip_address=10.9.0.5").json).toMatchObject([
      { status: "UNUSED", objects: [] },
    ]);
    expect(grid.get("record:host").json).toMatchObject([
      { _ref: two, ipv4addrs: [{ ipv4addr: "10.9.0.6" }] },
    ]);
  });
});

describe("ipv6address", () => {
  it("has the reference that a grid gives, a lease state, and a DUID in place of the MAC address", () => {
    const { json } = new Asked({ seed }).get("ipv6address?ip_address=1::1");
    expect(json).toEqual([
      {
        _ref: "ipv6address/Li5pcHY2X2FkZHJlc3MkMTo6MS8w:1%3A%3A1",
        duid: "",
        ip_address: "1::1",
        is_conflict: false,
        lease_state: "FREE",
        names: [],
        network: "1::/16",
        network_view: "default",
        objects: [],
        status: "UNUSED",
        types: [],
        usage: [],
      },
    ]);
  });

  it("is listed by bounds in networks that nobody could list whole", () => {
    const grid = new Asked({ seed });
    expect(grid.get("ipv6address?network=1::/16").json.text).toBe("Result set too large (> 1000)");
    expect(addresses(grid.get("ipv6address?ip_address>=1::a&ip_address<=1::c").json)).toEqual([
      "1::a",
      "1::b",
      "1::c",
    ]);
  });
});
