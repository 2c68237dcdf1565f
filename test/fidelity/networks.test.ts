import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

const cidrs = (rows: readonly { network: string }[]) => rows.map(({ network }) => network).sort();

describe("network, networkcontainer: references and parents", () => {
  it("refers to networks and containers as the grid does", () => {
    const grid = new Asked();
    expect(grid.create("networkcontainer", { network: "10.0.0.0/8" })).toMatch(/:10\.0\.0\.0\/8\/default$/);
    expect(grid.create("network", { network: "10.9.0.0/24" })).toBe(
      `network/${Buffer.from("dns.network$10.9.0.0/24/0").toString("base64").replaceAll("=", "")}:10.9.0.0/24/default`,
    );
    expect(grid.create("ipv6network", { network: "1::/16" })).toMatch(
      /^ipv6network\/\w+:1%3A%3A\/16\/default$/,
    );
  });

  it("names the nearest container, or / for none", () => {
    const grid = new Asked({
      seed: { containers: ["10.0.0.0/8", "10.9.0.0/16"], networks: ["10.9.0.0/24", "192.0.2.0/24"] },
    });
    const shown = grid.get("network?_return_fields=network,network_container").json;
    expect(shown.map((row: Record<string, string>) => [row["network"], row["network_container"]])).toEqual([
      ["10.9.0.0/24", "10.9.0.0/16"],
      ["192.0.2.0/24", "/"],
    ]);
    expect(
      grid.get("networkcontainer?network=10.9.0.0/16&_return_fields=network_container").json,
    ).toMatchObject([{ network_container: "10.0.0.0/8" }]);
  });

  it("finds the children of a container, and the networks of the top", () => {
    const grid = new Asked({
      seed: { containers: ["10.0.0.0/8"], networks: ["10.9.0.0/24", "10.8.0.0/24", "192.0.2.0/24"] },
    });
    expect(cidrs(grid.get("network?network_container=10.0.0.0/8").json)).toEqual([
      "10.8.0.0/24",
      "10.9.0.0/24",
    ]);
    expect(cidrs(grid.get("network?network_container=/").json)).toEqual(["192.0.2.0/24"]);
  });

  it("finds the network that contains an address", () => {
    const grid = new Asked({
      seed: { containers: ["10.0.0.0/8"], networks: ["10.9.0.0/24", "10.8.0.0/24"] },
    });
    expect(cidrs(grid.get("network?contains_address=10.9.0.77").json)).toEqual(["10.9.0.0/24"]);
    expect(grid.get("network?contains_address=10.7.0.1").json).toEqual([]);
    expect(grid.get("network?contains_address=10.9.0.77&network=10.8.0.0/24").json).toEqual([]);
  });
});

describe("network, networkcontainer: conversions", () => {
  it("turns a leaf into a container when a network is made in it, and keeps the object", () => {
    const grid = new Asked();
    const leaf = grid.create("network", { network: "10.0.0.0/16", comment: "kept" });
    grid.create("network", { network: "10.0.1.0/24" });
    expect(grid.get(leaf).status).toBe(404);
    expect(grid.get("networkcontainer").json).toMatchObject([{ network: "10.0.0.0/16", comment: "kept" }]);
    expect(cidrs(grid.get("network").json)).toEqual(["10.0.1.0/24"]);
  });

  it("makes a container of a network created around others", () => {
    const grid = new Asked({ seed: { networks: ["10.0.1.0/24", "10.0.2.0/24"] } });
    const answer = grid.post("network", { network: "10.0.0.0/16" });
    expect(answer.status).toBe(201);
    expect(answer.json).toMatch(/^networkcontainer\//);
    expect(cidrs(grid.get("network?network_container=10.0.0.0/16").json)).toEqual([
      "10.0.1.0/24",
      "10.0.2.0/24",
    ]);
  });

  it("leaves a converted container a container when its last network goes", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/16"] } });
    const child = grid.create("network", { network: "10.0.1.0/24" });
    grid.delete(child);
    expect(grid.get("networkcontainer").json).toHaveLength(1);
    expect(grid.get("network").json).toEqual([]);
  });

  it("moves ranges and fixed addresses down to the network made around them", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/16"] } });
    grid.create("range", { start_addr: "10.0.1.10", end_addr: "10.0.1.20" });
    grid.create("fixedaddress", { ipv4addr: "10.0.1.5", mac: "aa:bb:cc:00:00:01" });
    grid.create("network", { network: "10.0.1.0/24" });
    expect(grid.get("range").json).toMatchObject([{ network: "10.0.1.0/24" }]);
    expect(grid.get("fixedaddress?network=10.0.1.0/24").json).toHaveLength(1);
  });

  it("refuses a network that would leave a fixed address or a part of a range without a network", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/16"] } });
    const fixed = grid.create("fixedaddress", { ipv4addr: "10.0.2.5", mac: "aa:bb:cc:00:00:01" });
    expect(grid.post("network", { network: "10.0.1.0/24" }).status).toBe(400);
    expect(grid.post("networkcontainer", { network: "10.0.2.0/24" }).status).toBe(400);
    grid.delete(fixed);
    grid.create("range", { start_addr: "10.0.1.250", end_addr: "10.0.2.5" });
    expect(grid.post("network", { network: "10.0.1.0/24" }).json.text).toContain("overlap");
    expect(grid.get("network").json).toHaveLength(1);
  });
});

describe("IPv6 forms", () => {
  it("nest, convert and are searched as IPv4 networks are, in whatever spelling", () => {
    const grid = new Asked();
    grid.create("ipv6network", { network: "2001:DB8:0:0::/32" });
    grid.create("ipv6network", { network: "2001:db8:1::/48" });
    expect(grid.get("ipv6networkcontainer").json).toMatchObject([{ network: "2001:db8::/32" }]);
    expect(
      grid.get("ipv6network?network=2001:0db8:0001::/48&_return_fields=network_container").json,
    ).toMatchObject([{ network_container: "2001:db8::/32" }]);
    expect(grid.get("ipv6network?contains_address=2001:db8:1::77").json).toHaveLength(1);
    expect(grid.post("ipv6network", { network: "10.0.0.0/24" }).status).toBe(400);
  });

  it("show IPv6's own defaults", () => {
    const grid = new Asked({ seed: { networks: ["2001:db8::/64"] } });
    expect(grid.get("ipv6network?_return_fields=preferred_lifetime,valid_lifetime").json).toMatchObject([
      { preferred_lifetime: 27000, valid_lifetime: 43200 },
    ]);
  });
});

describe("network, networkcontainer: what is refused", () => {
  it("has each block once per network view", () => {
    const grid = new Asked({ seed: { networks: ["10.26.60.0/24"], networkViews: ["lab"] } });
    expect(grid.post("network", { network: "10.26.60.0/24" }).json).toMatchObject({
      code: "Client.Ibap.Data.Conflict",
      text: "The network 10.26.60.0/24 already exists.  Select another network.",
    });
    expect(grid.post("networkcontainer", { network: "10.26.60.0/24" }).json.text).toContain(
      "will overlap an existing network",
    );
    expect(grid.post("network", { network: "10.26.60.0/24", network_view: "lab" }).status).toBe(201);
  });

  it.each(["10.0.0.1/24", "10.0.0.0/33", "10.0.0/24", "2001:db8::/32", "nonsense"])(
    "takes %s for no IPv4 network",
    (network) => {
      const answer = new Asked().post("network", { network });
      expect(answer.status).toBe(400);
      expect(answer.json.text).toContain(`Invalid value for network: "${network}"`);
    },
  );

  it("accepts half of all addresses as a network", () => {
    expect(new Asked().post("network", { network: "0.0.0.0/1" }).status).toBe(201);
  });

  it.each([
    [true, 201],
    [false, 400],
  ])(
    "with loneAddressIsNetwork %s answers %i to an address without a prefix",
    (loneAddressIsNetwork, status) => {
      expect(
        new Asked({ assumptions: { loneAddressIsNetwork } }).post("network", { network: "10.0.0.1" }).status,
      ).toBe(status);
    },
  );

  it("keeps network and view for life, but takes them back unchanged", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24" });
    expect(grid.put(ref, { network: "10.0.0.0/24", comment: "same" }).status).toBe(200);
    expect(grid.put(ref, { network: "10.0.1.0/24" }).json.text).toBe(
      "Field is not allowed for update: network",
    );
    expect(grid.put(ref, { network_view: "default" }).json.text).toBe(
      "Field is not allowed for update: network_view",
    );
  });

  it("knows the network view it is made in", () => {
    const answer = new Asked().post("network", { network: "10.0.0.0/24", network_view: "nowhere" });
    expect(answer.json.text).toBe("Network View nowhere not found");
  });

  it("has a member serve one network view only", () => {
    const grid = new Asked({ seed: { networkViews: ["lab"] } });
    const members = [{ _struct: "dhcpmember", name: "infoblox.localdomain" }];
    const ref = grid.create("network", { network: "10.0.0.0/24", members });
    expect(grid.get(`${ref}?_return_fields=members`).json.members).toEqual([
      { _struct: "dhcpmember", ipv4addr: "192.168.1.2", name: "infoblox.localdomain" },
    ]);
    expect(grid.post("network", { network: "10.0.1.0/24", network_view: "lab", members }).json.text).toBe(
      "Member 192.168.1.2 is assigned to another network view 'default'",
    );
    expect(grid.post("network", { network: "10.0.2.0/24", members }).status).toBe(201);
    expect(
      grid.post("network", { network: "10.0.3.0/24", members: [{ _struct: "dhcpmember", name: "x.y" }] }).json
        .text,
    ).toBe("Grid Member x.y not found");
  });
});

describe("network, networkcontainer: deletion", () => {
  const seed = {
    containers: ["10.0.0.0/8", "10.1.0.0/16"],
    networks: ["10.1.1.0/24", "10.2.0.0/24"],
  };

  it("takes everything below a container along", () => {
    const grid = new Asked({ seed });
    const [container] = grid.get("networkcontainer?network=10.0.0.0/8").json;
    expect(grid.delete(container._ref).json).toBe(container._ref);
    expect(grid.get("network").json).toEqual([]);
    expect(grid.get("networkcontainer").json).toEqual([]);
  });

  it("gives the networks to the container above with remove_subnets=false", () => {
    const grid = new Asked({ seed });
    const [container] = grid.get("networkcontainer?network=10.1.0.0/16").json;
    expect(grid.delete(`${container._ref}?remove_subnets=false`).status).toBe(200);
    expect(cidrs(grid.get("network?network_container=10.0.0.0/8").json)).toEqual([
      "10.1.1.0/24",
      "10.2.0.0/24",
    ]);
  });

  it("removes ranges, fixed addresses and leases of a network, and what DHCP has of its hosts", () => {
    const grid = new Asked({ seed: { networks: ["10.0.0.0/24"], zones: ["acme.org"] } });
    const [network] = grid.get("network").json;
    grid.create("range", { start_addr: "10.0.0.50", end_addr: "10.0.0.99" });
    grid.create("fixedaddress", { ipv4addr: "10.0.0.7", mac: "aa:bb:cc:00:00:01" });
    const host = grid.create("record:host", {
      name: "web.acme.org",
      ipv4addrs: [{ ipv4addr: "10.0.0.8", mac: "aa:bb:cc:00:00:02", configure_for_dhcp: true }],
    });
    expect(grid.delete(network._ref).status).toBe(200);
    expect(grid.get("range").json).toEqual([]);
    expect(grid.get("fixedaddress").json).toEqual([]);
    expect(grid.get(host).json.ipv4addrs).toMatchObject([
      { ipv4addr: "10.0.0.8", configure_for_dhcp: false },
    ]);
  });

  it("refuses while VLANs are assigned", () => {
    const grid = new Asked();
    const view = grid.create("vlanview", { name: "corp", start_vlan_id: 1, end_vlan_id: 4094 });
    const vlan = grid.create("vlan", { id: 20, name: "DATA", parent: view });
    const network = grid.create("network", { network: "62.0.0.0/24", vlans: [{ vlan }] });
    expect(grid.get(`${network}?_return_fields=vlans`).json.vlans).toEqual([{ id: 20, name: "DATA", vlan }]);
    expect(grid.delete(network).json.text).toBe(
      "Cannot delete the '62.0.0.0/24' network because it has VLANs assigned to it",
    );
    expect(grid.put(network, { vlans: [] }).status).toBe(200);
    expect(grid.delete(network).status).toBe(200);
  });
});

describe("network, networkcontainer: fields", () => {
  it("shows the defaults of a network that nobody configured", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24" });
    const fields = [
      "ddns_server_always_updates",
      "ddns_ttl",
      "high_water_mark",
      "high_water_mark_reset",
      "low_water_mark",
      "low_water_mark_reset",
      "ignore_id",
      "lease_scavenge_time",
      "recycle_leases",
      "rir_registration_status",
      "use_zone_associations",
      "mgm_private_overridable",
      "cloud_info",
      "use_options",
      "disable",
      "utilization",
    ];
    const { _ref, ...shown } = grid.get(`${ref}?_return_fields=${fields.join(",")}`).json;
    expect(shown).toEqual({
      cloud_info: { authority_type: "GM", delegated_scope: "NONE", mgmt_platform: "" },
      ddns_server_always_updates: true,
      ddns_ttl: 0,
      disable: false,
      high_water_mark: 95,
      high_water_mark_reset: 85,
      ignore_id: "NONE",
      lease_scavenge_time: -1,
      low_water_mark: 0,
      low_water_mark_reset: 10,
      mgm_private_overridable: true,
      recycle_leases: true,
      rir_registration_status: "NOT_REGISTERED",
      use_options: false,
      use_zone_associations: true,
      utilization: 0,
    });
  });

  it("tells utilization in tenths of a percent", () => {
    const grid = new Asked({
      seed: { containers: ["10.0.0.0/16"], networks: ["10.0.0.0/24", "10.0.64.0/18"] },
    });
    for (let host = 1; host <= 127; host++) {
      grid.create("fixedaddress", { ipv4addr: `10.0.0.${host}`, mac: "00:00:00:00:00:00" });
    }
    grid.clock.advance(900_000);
    expect(
      grid.get("network?network=10.0.0.0/24&_return_fields=utilization,static_hosts,total_hosts").json,
    ).toMatchObject([{ utilization: 500, static_hosts: 127, total_hosts: 127 }]);
    expect(grid.get("networkcontainer?_return_fields=utilization").json).toMatchObject([
      { utilization: 253 },
    ]);
  });

  it("keeps what it is told, and shows the options that are in force", () => {
    const grid = new Asked();
    const ref = grid.create("network", {
      network: "10.0.0.0/24",
      bootfile: "x.img",
      options: [{ name: "routers", value: "10.0.0.1" }],
    });
    expect(grid.get(`${ref}?_return_fields=bootfile,use_bootfile,options,use_options`).json).toMatchObject({
      bootfile: "x.img",
      use_bootfile: true,
      options: [
        { name: "dhcp-lease-time", num: 51, use_option: false, value: "43200", vendor_class: "DHCP" },
        { name: "routers", num: 3, use_option: true, value: "10.0.0.1", vendor_class: "DHCP" },
      ],
      use_options: true,
    });
  });

  it("compares the address part of a pattern as a pattern and the prefix length as it stands", () => {
    const grid = new Asked({ seed: { networks: ["172.18.2.0/24", "172.18.200.0/24", "172.18.20.0/25"] } });
    expect(cidrs(grid.get("network?network~=172.18.2.0/24").json)).toEqual([
      "172.18.2.0/24",
      "172.18.200.0/24",
    ]);
    expect(cidrs(grid.get("network?network~=172.18.20").json)).toEqual(["172.18.20.0/25", "172.18.200.0/24"]);
  });

  it("brings a reverse zone along when asked", () => {
    const grid = new Asked();
    grid.create("network", { network: "10.0.0.0/24", auto_create_reversezone: true });
    expect(grid.get("zone_auth").json).toMatchObject([{ fqdn: "10.0.0.0/24", view: "default" }]);
  });

  it("starts from a template, and makes its ranges", () => {
    const grid = new Asked();
    grid.create("rangetemplate", { name: "dynamic", offset: 50, number_of_addresses: 100 });
    grid.create("networktemplate", {
      name: "branch",
      range_templates: ["dynamic"],
      options: [{ name: "domain-name", value: "acme.org" }],
    });
    grid.create("network", { network: "10.0.0.0/24", template: "branch" });
    expect(grid.get("range").json).toMatchObject([{ start_addr: "10.0.0.50", end_addr: "10.0.0.149" }]);
    expect(grid.get("network?_return_fields=options").json[0].options).toHaveLength(2);
    expect(grid.post("network", { network: "10.0.1.0/24", template: "none" }).status).toBe(404);
    expect(grid.post("rangetemplate", { name: "dynamic", offset: 1, number_of_addresses: 1 }).json.text).toBe(
      "DHCP Range Template 'dynamic' already exists in the database.",
    );
  });
});

describe("expand, resize, split", () => {
  it("splits a leaf into leaves that inherit its attributes, and becomes a container", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24", extattrs: { Site: { value: "HQ" } } });
    expect(
      grid.post(`${ref}?_function=split_network`, { prefix: 26, add_all_subnetworks: true }).json,
    ).toEqual({});
    expect(cidrs(grid.get("network?*Site=HQ").json)).toEqual([
      "10.0.0.0/26",
      "10.0.0.128/26",
      "10.0.0.192/26",
      "10.0.0.64/26",
    ]);
    expect(cidrs(grid.get("networkcontainer").json)).toEqual(["10.0.0.0/24"]);
  });

  it("makes only the subnets that something lies in unless asked for all", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24" });
    grid.create("fixedaddress", { ipv4addr: "10.0.0.70", mac: "aa:bb:cc:00:00:01" });
    grid.post(`${ref}?_function=split_network`, { prefix: 26 });
    expect(cidrs(grid.get("network").json)).toEqual(["10.0.0.64/26"]);
  });

  it("joins the neighbours of a network that is expanded, with what lies in them", () => {
    const grid = new Asked({
      seed: { containers: ["10.0.0.0/22"], networks: ["10.0.0.0/24", "10.0.1.0/24"] },
    });
    grid.create("fixedaddress", { ipv4addr: "10.0.1.70", mac: "aa:bb:cc:00:00:01" });
    const [network] = grid.get("network?network=10.0.0.0/24").json;
    const { json } = grid.post(`${network._ref}?_function=expand_network`, { prefix: 23 });
    expect(json.network).toMatch(/:10\.0\.0\.0\/23\/default$/);
    expect(cidrs(grid.get("network").json)).toEqual(["10.0.0.0/23"]);
    expect(grid.get("fixedaddress?network=10.0.0.0/23").json).toHaveLength(1);
    expect(grid.post(`${json.network}?_function=expand_network`, { prefix: 22 }).json.text).toContain(
      "will overlap an existing network",
    );
  });

  it("resizes without leaving anything behind", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24" });
    const fixed = grid.create("fixedaddress", { ipv4addr: "10.0.0.200", mac: "aa:bb:cc:00:00:01" });
    expect(grid.post(`${ref}?_function=resize`, { prefix: 25 }).status).toBe(400);
    grid.delete(fixed);
    expect(grid.post(`${ref}?_function=resize`, { prefix: 25 }).json).toEqual({});
    expect(cidrs(grid.get("network").json)).toEqual(["10.0.0.0/25"]);
  });

  it("doesn't split a network of a shared network", () => {
    const grid = new Asked();
    const ref = grid.create("network", { network: "10.0.0.0/24" });
    grid.create("sharednetwork", { name: "wire", networks: [{ _ref: ref }] });
    expect(
      grid.post(`${ref}?_function=split_network`, { prefix: 26, add_all_subnetworks: true }).status,
    ).toBe(400);
  });
});
