import { describe, expect, it } from "vitest";
import { Asked } from "./asking.js";

type Fields = Readonly<Record<string, unknown>>;

/** A task of a module in Ansible's collection, and how the module checks whether its state exists already. */
interface Task {
  readonly module: string;
  readonly type: string;
  /** The fields by which the module searches for the object. */
  readonly by: Readonly<Record<string, string>>;
  readonly wanted: Fields | ((asked: Asked) => Fields);
  /** The values of a later run. */
  readonly changed?: Fields | ((asked: Asked) => Fields);
  /** Not sent with an update, since it would be refused. */
  readonly fixed?: readonly string[];
  /** Sent, but not compared: the field can't be read, or has another form in answers. */
  readonly writeOnly?: readonly string[];
}

const version = { version: "2.12.3" };
const site = { extattrs: { Site: { value: "Paris" } } };
const member = "infoblox.localdomain";

const seed = {
  networks: ["10.9.0.0/24", "2001:db8::/64"],
  zones: ["acme.org", "10.9.0.0/24", "2001:db8::/64"],
  objects: [
    { type: "vlanview", values: { name: "corp", start_vlan_id: 1, end_vlan_id: 99 } },
    { type: "dtc:server", values: { name: "one", host: "10.9.0.1" } },
    { type: "dtc:pool", values: { name: "old", lb_preferred_method: "ROUND_ROBIN" } },
  ],
};

function refOf(asked: Asked, search: string): string {
  return asked.get(search).json[0]._ref;
}

const tasks: readonly Task[] = [
  {
    module: "nios_a_record",
    type: "record:a",
    by: { name: "a.acme.org", ipv4addr: "10.9.0.5", view: "default" },
    wanted: { name: "a.acme.org", view: "default", ipv4addr: "10.9.0.5", ttl: 3600, comment: "c", ...site },
    changed: { comment: "d", ipv4addr: "10.9.0.6" },
    fixed: ["view"],
  },
  {
    module: "nios_aaaa_record",
    type: "record:aaaa",
    by: { name: "a.acme.org", ipv6addr: "2001:db8::5", view: "default" },
    wanted: {
      name: "a.acme.org",
      view: "default",
      ipv6addr: "2001:db8::5",
      ttl: 3600,
      comment: "c",
      ...site,
    },
    changed: { comment: "d" },
    fixed: ["view"],
  },
  {
    module: "nios_cname_record",
    type: "record:cname",
    by: { name: "c.acme.org", view: "default" },
    wanted: { name: "c.acme.org", view: "default", canonical: "a.acme.org", ttl: 60, comment: "c", ...site },
    changed: { canonical: "b.acme.org" },
  },
  {
    module: "nios_mx_record",
    type: "record:mx",
    by: { name: "acme.org", view: "default", mail_exchanger: "mail.acme.org", preference: "0" },
    wanted: {
      name: "acme.org",
      view: "default",
      mail_exchanger: "mail.acme.org",
      preference: 0,
      comment: "c",
    },
    changed: { comment: "d", ttl: 30 },
  },
  {
    module: "nios_naptr_record",
    type: "record:naptr",
    by: { name: "n.acme.org", view: "default", order: "1000", preference: "10", replacement: "r.acme.org" },
    wanted: {
      name: "n.acme.org",
      view: "default",
      order: 1000,
      preference: 10,
      replacement: "r.acme.org",
      services: "SIP+D2U",
      flags: "S",
      regexp: "!^.*$!sip:a@acme.org!",
      comment: "c",
    },
    changed: { comment: "d" },
    fixed: ["view"],
  },
  {
    module: "nios_ptr_record",
    type: "record:ptr",
    by: { ipv4addr: "10.9.0.5", ptrdname: "a.acme.org", view: "default" },
    wanted: { ipv4addr: "10.9.0.5", ptrdname: "a.acme.org", view: "default", comment: "c" },
    changed: { comment: "d" },
    fixed: ["view"],
  },
  {
    module: "nios_ptr_record, by name",
    type: "record:ptr",
    by: { name: "5.0.9.10.in-addr.arpa", ptrdname: "a.acme.org", view: "default" },
    wanted: { name: "5.0.9.10.in-addr.arpa", ptrdname: "a.acme.org", view: "default" },
    changed: { comment: "d" },
    fixed: ["view"],
  },
  {
    module: "nios_ptr_record, IPv6",
    type: "record:ptr",
    by: { ipv6addr: "2001:db8::5", ptrdname: "a.acme.org", view: "default" },
    wanted: { ipv6addr: "2001:db8::5", ptrdname: "a.acme.org", view: "default" },
    fixed: ["view"],
  },
  {
    module: "nios_srv_record",
    type: "record:srv",
    by: {
      name: "_sip._tcp.acme.org",
      view: "default",
      port: "5080",
      priority: "10",
      target: "s.acme.org",
      weight: "10",
    },
    wanted: {
      name: "_sip._tcp.acme.org",
      view: "default",
      port: 5080,
      priority: 10,
      target: "s.acme.org",
      weight: 10,
      comment: "c",
    },
    changed: { comment: "d" },
    fixed: ["view"],
  },
  {
    module: "nios_txt_record",
    type: "record:txt",
    by: { name: "t.acme.org", text: "mytext", view: "default" },
    wanted: { name: "t.acme.org", view: "default", text: "mytext", ttl: 30, comment: "c", ...site },
    changed: { text: "other" },
  },
  {
    module: "nios_host_record",
    type: "record:host",
    by: { name: "h.acme.org", view: "default" },
    wanted: {
      name: "h.acme.org",
      view: "default",
      configure_for_dns: true,
      ipv4addrs: [{ ipv4addr: "10.9.0.20", configure_for_dhcp: true, mac: "00:11:22:33:44:66" }],
      ipv6addrs: [{ ipv6addr: "2001:db8::20", configure_for_dhcp: false }],
      aliases: ["x.acme.org"],
      ttl: 30,
      comment: "c",
      ...site,
    },
    changed: { comment: "d", aliases: ["x.acme.org", "y.acme.org"] },
  },
  {
    module: "nios_host_record outside of DNS",
    type: "record:host",
    by: { name: "lonely" },
    wanted: { name: "lonely", configure_for_dns: false, ipv4addrs: [{ ipv4addr: "10.9.0.21" }] },
    changed: { comment: "d" },
  },
  {
    module: "nios_fixed_address",
    type: "fixedaddress",
    by: { mac: "00:11:22:33:44:77" },
    wanted: {
      name: "fixed",
      ipv4addr: "10.9.0.30",
      mac: "00:11:22:33:44:77",
      network: "10.9.0.0/24",
      network_view: "default",
      options: [{ name: "domain-name", value: "acme.org", num: 15, use_option: true, vendor_class: "DHCP" }],
      comment: "c",
      ...site,
    },
    changed: { comment: "d" },
  },
  {
    module: "nios_fixed_address, IPv6",
    type: "ipv6fixedaddress",
    by: { duid: "00:01:02:03:04:05:06", network_view: "default" },
    wanted: {
      name: "fixed",
      ipv6addr: "2001:db8::30",
      duid: "00:01:02:03:04:05:06",
      network: "2001:db8::/64",
      network_view: "default",
      comment: "c",
    },
    changed: { comment: "d" },
  },
  {
    module: "nios_network",
    type: "network",
    by: { network: "10.8.0.0/24", network_view: "default" },
    wanted: {
      network: "10.8.0.0/24",
      network_view: "default",
      options: [{ name: "domain-name", value: "acme.org", num: 15, use_option: true, vendor_class: "DHCP" }],
      members: [{ _struct: "dhcpmember", name: member }],
      use_logic_filter_rules: false,
      logic_filter_rules: [],
      vlans: [],
      comment: "c",
      ...site,
    },
    changed: { comment: "d" },
    fixed: ["network_view"],
  },
  {
    module: "nios_network, IPv6",
    type: "ipv6network",
    by: { network: "2001:db8:8::/64", network_view: "default" },
    wanted: {
      network: "2001:db8:8::/64",
      network_view: "default",
      options: [
        { name: "domain-name", value: "acme.org", num: 24, use_option: true, vendor_class: "DHCPv6" },
      ],
      comment: "c",
    },
    changed: { comment: "d" },
    fixed: ["network_view"],
  },
  {
    module: "nios_network, container",
    type: "networkcontainer",
    by: { network: "10.0.0.0/8", network_view: "default" },
    wanted: {
      network: "10.0.0.0/8",
      network_view: "default",
      options: [{ name: "domain-name", value: "acme.org", use_option: true, vendor_class: "DHCP" }],
      comment: "c",
      ...site,
    },
    changed: { comment: "d" },
    fixed: ["network_view"],
  },
  {
    module: "nios_network_view",
    type: "networkview",
    by: { name: "Blue" },
    wanted: { name: "Blue", comment: "c", ...site },
    changed: { name: "Red" },
  },
  {
    module: "nios_dns_view",
    type: "view",
    by: { name: "inside", network_view: "default" },
    wanted: { name: "inside", network_view: "default", comment: "c", ...site },
    changed: { name: "outside" },
    fixed: ["network_view"],
  },
  {
    module: "nios_zone",
    type: "zone_auth",
    by: { fqdn: "new.org", view: "default" },
    wanted: {
      fqdn: "new.org",
      view: "default",
      zone_format: "FORWARD",
      grid_primary: [{ name: member }],
      grid_secondaries: [{ name: "infoblox-2.localdomain" }],
      restart_if_needed: true,
      comment: "c",
      ...site,
    },
    changed: { comment: "d" },
    fixed: ["zone_format", "fqdn"],
    writeOnly: ["restart_if_needed"],
  },
  {
    module: "nios_zone, reverse",
    type: "zone_auth",
    by: { fqdn: "10.10.10.in-addr.arpa", view: "default" },
    wanted: { fqdn: "10.10.10.in-addr.arpa", view: "default", zone_format: "IPV4" },
    changed: { comment: "d" },
    fixed: ["zone_format", "fqdn"],
  },
  {
    module: "nios_range",
    type: "range",
    by: { start_addr: "10.9.0.100", end_addr: "10.9.0.110", network_view: "default" },
    wanted: {
      start_addr: "10.9.0.100",
      end_addr: "10.9.0.110",
      network: "10.9.0.0/24",
      network_view: "default",
      name: "range",
      server_association_type: "NONE",
      disable: false,
      options: [{ name: "domain-name", value: "acme.org", num: 15, use_option: true, vendor_class: "DHCP" }],
      comment: "c",
    },
    changed: { comment: "d", end_addr: "10.9.0.120" },
  },
  {
    module: "nios_range, served by a member",
    type: "range",
    by: { start_addr: "10.9.0.100", end_addr: "10.9.0.110", network_view: "default" },
    wanted: (asked) => {
      const servers = [{ _struct: "dhcpmember", name: member }];
      expect(asked.put(refOf(asked, "network?network=10.9.0.0/24"), { members: servers }).status).toBe(200);
      return {
        start_addr: "10.9.0.100",
        end_addr: "10.9.0.110",
        network: "10.9.0.0/24",
        network_view: "default",
        server_association_type: "MEMBER",
        member: { _struct: "dhcpmember", name: member },
        disable: false,
      };
    },
    changed: { comment: "d" },
  },
  {
    module: "nios_member, with syslog servers",
    type: "member",
    by: { host_name: "m.localdomain" },
    wanted: {
      host_name: "m.localdomain",
      config_addr_type: "IPV4",
      platform: "VNIOS",
      vip_setting: { address: "192.0.2.9", subnet_mask: "255.255.255.0", gateway: "192.0.2.1" },
      use_syslog_proxy_setting: true,
      external_syslog_server_enable: true,
      syslog_servers: [{ address: "192.0.2.77", connection_type: "UDP", port: 514, severity: "DEBUG" }],
    },
    changed: { comment: "d" },
  },
  {
    module: "nios_vlan",
    type: "vlan",
    by: { id: "12", name: "data" },
    wanted: (asked) => ({
      id: 12,
      name: "data",
      parent: refOf(asked, "vlanview?name=corp"),
      contact: "someone",
      department: "some",
      description: "d",
      reserved: false,
      comment: "c",
    }),
    changed: { comment: "d" },
    // A reference that comes back as an object.
    writeOnly: ["parent"],
  },
  {
    module: "nios_member",
    type: "member",
    by: { host_name: "new.localdomain" },
    wanted: {
      host_name: "new.localdomain",
      platform: "VNIOS",
      config_addr_type: "IPV4",
      service_type_configuration: "ALL_V4",
      vip_setting: { address: "192.168.1.30", gateway: "192.168.1.1", subnet_mask: "255.255.255.0" },
      master_candidate: false,
      comment: "c",
    },
    changed: { comment: "d" },
  },
  ...["nsgroup", "nsgroup:forwardingmember"].map(
    (type): Task => ({
      module: `nios_${type}`,
      type,
      by: { name: "group" },
      wanted: {
        name: "group",
        ...(type === "nsgroup"
          ? { grid_primary: [{ name: member }], is_grid_default: false, use_external_primary: false }
          : { forwarding_servers: [{ name: member, forwarders_only: true }] }),
        comment: "c",
      },
      changed: { comment: "d" },
    }),
  ),
  {
    module: "nios_dtc_server",
    type: "dtc:server",
    by: { name: "web" },
    wanted: { name: "web", host: "10.9.0.40", comment: "c", ...site },
    changed: { name: "web2" },
  },
  {
    module: "nios_dtc_pool",
    type: "dtc:pool",
    by: { name: "pool" },
    wanted: (asked) => ({
      name: "pool",
      lb_preferred_method: "ROUND_ROBIN",
      servers: [{ server: refOf(asked, "dtc:server?name=one"), ratio: 1 }],
      monitors: [refOf(asked, "dtc:monitor:http?name=http")],
      comment: "c",
    }),
    changed: { comment: "d" },
  },
  {
    module: "nios_dtc_lbdn",
    type: "dtc:lbdn",
    by: { name: "lbdn" },
    wanted: (asked) => ({
      name: "lbdn",
      lb_method: "ROUND_ROBIN",
      auth_zones: [] as string[],
      patterns: ["*.acme.org"],
      types: ["A", "AAAA"],
      pools: [{ pool: refOf(asked, "dtc:pool?name=old"), ratio: 1 }],
      priority: 1,
      persistence: 0,
      comment: "c",
    }),
    changed: { comment: "d" },
  },
  ...(["http", "icmp", "pdp", "sip", "snmp", "tcp"] as const).map(
    (kind): Task => ({
      module: `nios_dtc_monitor_${kind}`,
      type: `dtc:monitor:${kind}`,
      by: { name: "mine" },
      wanted: {
        name: "mine",
        interval: 10,
        retry_down: 2,
        retry_up: 2,
        timeout: 20,
        comment: "c",
        ...(kind === "icmp" ? {} : { port: 8080 }),
        ...(kind === "http" ? { secure: false, content_check: "NONE", request: "GET / HTTP/1.0" } : {}),
        ...(kind === "sip" ? { transport: "TCP", result: "CODE_IS", result_code: 200 } : {}),
        ...(kind === "snmp"
          ? { community: "public", version: "V2C", oids: [{ oid: ".1.2", condition: "ANY" }] }
          : {}),
      },
      changed: { comment: "d" },
    }),
  ),
  {
    module: "nios_dtc_topology",
    type: "dtc:topology",
    by: { name: "topology" },
    wanted: (asked) => ({
      name: "topology",
      rules: [
        {
          dest_type: "POOL",
          destination_link: refOf(asked, "dtc:pool?name=old"),
          return_type: "REGULAR",
        },
      ],
      comment: "c",
    }),
    changed: { comment: "d" },
    // Rules come back as references, which the module reads one by one.
    writeOnly: ["rules"],
  },
  {
    module: "nios_extensible_attribute",
    type: "extensibleattributedef",
    by: { name: "Floor" },
    wanted: {
      name: "Floor",
      type: "ENUM",
      list_values: [{ value: "one" }, { value: "two" }],
      default_value: "one",
      allowed_object_types: [] as string[],
      comment: "c",
    },
    changed: { comment: "d" },
  },
  {
    module: "nios_adminuser",
    type: "adminuser",
    by: { name: "ann" },
    wanted: {
      name: "ann",
      admin_groups: ["admin-group"],
      auth_type: "LOCAL",
      email: "ann@acme.org",
      password: "secret",
      use_time_zone: false,
      use_ssh_keys: false,
      comment: "c",
    },
    changed: { comment: "d" },
    writeOnly: ["password"],
  },
];

/** Compares like the collection: each wanted value must be there; structures and lists may hold more. */
function holds(held: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    return Array.isArray(held) && wanted.every((one) => held.some((element) => holds(element, one)));
  }
  if (typeof wanted !== "object" || wanted === null) return held === wanted;
  const members = held as Fields | undefined;
  return Object.entries(wanted).every(
    ([name, value]) => members !== undefined && holds(members[name], value),
  );
}

class Run {
  readonly asked: Asked;
  readonly task: Task;

  constructor(asked: Asked, task: Task) {
    this.asked = asked;
    this.task = task;
  }

  find(by: Readonly<Record<string, string>>, wanted: Fields): Fields | undefined {
    const fields = Object.keys(wanted).filter((name) => !this.task.writeOnly?.includes(name));
    const query = new URLSearchParams({ ...by, _return_fields: fields.join(","), _max_results: "1000" });
    const { status, text, json } = this.asked.get(`${this.task.type}?${query}`, version);
    expect(status, text).toBe(200);
    return json[0];
  }

  create(wanted: Fields): void {
    const { status, text } = this.asked.post(this.task.type, wanted, version);
    expect(status, text).toBe(201);
  }

  update(ref: unknown, wanted: Fields): string {
    const sent = Object.entries(wanted).filter(([name]) => !this.task.fixed?.includes(name));
    const { status, text, json } = this.asked.put(String(ref), Object.fromEntries(sent), version);
    expect(status, text).toBe(200);
    return json;
  }

  read(ref: string, wanted: Fields): Fields {
    const fields = Object.keys(wanted).filter((name) => !this.task.writeOnly?.includes(name));
    return this.asked.get(`${ref}?_return_fields=${fields.join(",")}`, version).json;
  }

  /** Without what can't be read. */
  comparable(wanted: Fields): Fields {
    return Object.fromEntries(
      Object.entries(wanted).filter(([name]) => !this.task.writeOnly?.includes(name)),
    );
  }
}

const resolve = (fields: Task["wanted"], asked: Asked) =>
  typeof fields === "function" ? fields(asked) : fields;

describe("Ansible's modules: search, create, and nothing to do in a second run", () => {
  it.each(tasks.map((task) => [task.module, task] as const))("%s", (_, task) => {
    const asked = new Asked({ seed });
    const run = new Run(asked, task);
    const wanted = resolve(task.wanted, asked);
    expect(run.find(task.by, wanted)).toBeUndefined();
    run.create(wanted);
    const made = run.find(task.by, wanted);
    expect(made).toBeDefined();
    expect(holds(made, run.comparable(wanted)), JSON.stringify(made)).toBe(true);

    const next = { ...wanted, ...(task.changed ? resolve(task.changed, asked) : {}) };
    const ref = run.update(made?.["_ref"], next);
    const updated = run.read(ref, next);
    expect(holds(updated, run.comparable(next)), JSON.stringify(updated)).toBe(true);

    expect(asked.delete(ref, version).status).toBe(200);
    expect(run.find(task.by, wanted)).toBeUndefined();
  });
});
