import {
  type Creatable,
  extattr,
  listChange,
  nextAvailableIp,
  nextAvailableNetwork,
  nextAvailableVlanId,
  type Ref,
  type Row,
  ref,
  replaceExtattrs,
  type Updatable,
  type WapiClient,
} from "infoblox-ipam";
import { describe, expectTypeOf, it } from "vitest";

declare const wapi: WapiClient;
declare const network: Ref<"network">;
declare const container: Ref<"networkcontainer">;
declare const host: Ref<"record:host">;
declare const vlanView: Ref<"vlanview">;

describe("create", () => {
  it("takes what the type needs, and gives what is asked for", async () => {
    const net = await wapi.create("network", { network: "10.0.0.0/24", comment: "blue" });
    expectTypeOf(net).toEqualTypeOf<Row<"network">>();
    const only = await wapi.create("network", { network: "10.0.0.0/24" }, { fields: ["network"] });
    expectTypeOf(only).toEqualTypeOf<{ readonly _ref: Ref<"network">; readonly network: string }>();
  });

  it("refuses a create without a required field", async () => {
    await wapi.create(
      "network",
      // @ts-expect-error network is missing
      { comment: "blue" },
    );
    await wapi.create("record:host", {
      name: "web.example.com",
      ipv4addrs: [
        // @ts-expect-error ipv4addr is missing
        { mac: "02:00:00:00:00:01" },
      ],
    });
  });

  it("refuses what can't be set", async () => {
    await wapi.create("network", {
      network: "10.0.0.0/24",
      // @ts-expect-error read-only
      utilization: 10,
    });
    await wapi.create("network", {
      network: "10.0.0.0/24",
      // @ts-expect-error misspelt
      coment: "blue",
    });
    await wapi.create("network", {
      network: "10.0.0.0/24",
      // @ts-expect-error no such value
      ignore_id: "SOMEBODY",
    });
    await wapi.create("record:host", {
      name: "web.example.com",
      ipv4addrs: [
        {
          ipv4addr: "10.0.0.7",
          // @ts-expect-error read-only
          host: "web.example.com",
        },
      ],
    });
  });

  it("takes the next available value where the grid does, of the right kind", async () => {
    await wapi.create("network", {
      network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }),
    });
    await wapi.create("record:host", {
      name: "web.example.com",
      ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: "10.0.0.0/24" }), configure_for_dhcp: false }],
      ipv6addrs: [{ ipv6addr: nextAvailableIp({ search: "ipv6network", where: { comment: "web" } }) }],
    });
    await wapi.create("vlan", { name: "blue", parent: vlanView, id: nextAvailableVlanId({ in: vlanView }) });
    await wapi.create("network", {
      // @ts-expect-error an address is no network
      network: nextAvailableIp({ network: "10.0.0.0/24" }),
    });
    await wapi.create("network", {
      network: "10.0.0.0/24",
      // @ts-expect-error a comment is no address
      comment: nextAvailableIp({ network: "10.0.0.0/24" }),
    });
    nextAvailableIp({
      search: "network",
      where: {
        // @ts-expect-error not searchable
        utilization: 3,
      },
    });
    nextAvailableNetwork(
      // @ts-expect-error how long?
      { container: "10.0.0.0/8" },
    );
  });

  it("takes attributes as plain values, with null only where one can be removed", async () => {
    await wapi.create("network", {
      network: "10.0.0.0/24",
      extattrs: { Site: "Paris", VLAN: 7, Floors: ["1", "2"] },
    });
    await wapi.create("network", {
      network: "10.0.0.0/24",
      extattrs: {
        // @ts-expect-error nothing to remove yet
        Owner: null,
      },
    });
  });

  it("takes mixed structs by their name", async () => {
    await wapi.create("network", {
      network: "10.0.0.0/24",
      members: [
        { _struct: "dhcpmember", name: "infoblox.localdomain" },
        { _struct: "msdhcpserver", ipv4addr: "10.0.0.2" },
      ],
      options: [{ name: "routers", value: "10.0.0.1" }],
    });
    await wapi.create("network", {
      network: "10.0.0.0/24",
      // @ts-expect-error no such struct
      members: [{ _struct: "member", name: "infoblox.localdomain" }],
    });
  });
});

describe("structs", () => {
  it("take no member that can only be read, and show none that can only be written", async () => {
    await wapi.create("zone_auth", {
      fqdn: "example.com",
      external_primaries: [{ name: "ns1.example.com", address: "10.0.0.53", tsig_key: "c2VjcmV0" }],
    });
    await wapi.create("zone_auth", {
      fqdn: "example.com",
      external_primaries: [
        {
          name: "ns1.example.com",
          address: "10.0.0.53",
          // @ts-expect-error read-only: the grid says so itself
          shared_with_ms_parent_delegation: true,
        },
      ],
    });
    const service = ref("ldap_auth_service", "ldap_auth_service/b25lLmxkYXA:corporate");
    await wapi.update(service, {
      servers: [{ address: "10.0.0.9", base_dn: "dc=example,dc=com", bind_password: "secret" }],
    });
    const { servers } = await wapi.get(service, { fields: ["servers"] });
    expectTypeOf(servers[0]?.address).toEqualTypeOf<string | undefined>();
    // @ts-expect-error write-only: no grid tells a password
    servers[0]?.bind_password;
    await wapi.find("ldap_auth_service", {
      fields: [
        // @ts-expect-error write-only, as a part of a field as well
        "servers.bind_password",
      ],
    });
  });

  it("can be written back as they were read", async () => {
    const [zone] = await wapi.find("zone_auth", { fields: ["external_primaries"] });
    if (zone) await wapi.update(zone._ref, { external_primaries: zone.external_primaries });
  });
});

describe("update", () => {
  it("takes any of the fields that can be changed", async () => {
    const net = await wapi.update(network, { comment: "blue", extattrs: { Site: "Rome", Owner: null } });
    expectTypeOf(net).toEqualTypeOf<Row<"network">>();
    await wapi.update(network, { extattrs: replaceExtattrs({ Site: "Rome" }) });
    await wapi.update(network, { extattrs: { Site: extattr({ inheritance_operation: "INHERIT" }) } });
    await wapi.update(network, {
      // @ts-expect-error set on create only
      network_view: "other",
    });
    await wapi.update(host, {
      // @ts-expect-error a field of networks, not of hosts
      members: [],
    });
  });

  it("adds to lists and removes from them", async () => {
    await wapi.update(host, {
      ipv4addrs: listChange({
        add: [{ ipv4addr: nextAvailableIp({ network }) }],
        remove: [{ ipv4addr: "10.0.0.7" }],
      }),
      aliases: listChange({ add: ["www.example.com"] }),
    });
    await wapi.update(host, {
      // @ts-expect-error a list of texts
      aliases: listChange({ add: [7] }),
    });
    await wapi.update(host, {
      // @ts-expect-error no list
      comment: listChange({ add: ["blue"] }),
    });
  });
});

describe("delete", () => {
  it("takes the arguments of its type", async () => {
    const gone = await wapi.delete(container, { args: { remove_subnets: false } });
    expectTypeOf(gone).toEqualTypeOf<Ref<"networkcontainer">>();
    await wapi.delete(network, {
      args: {
        // @ts-expect-error an argument of containers
        remove_subnets: false,
      },
    });
  });
});

describe("the views of a type", () => {
  it("can be named", () => {
    expectTypeOf<Creatable<"networkview">>().toHaveProperty("name").toEqualTypeOf<string>();
    expectTypeOf<Updatable<"networkview">>().toHaveProperty("name").toEqualTypeOf<string | undefined>();
  });
});
