import { describe, expect, it } from "vitest";
import { schemaAt } from "../../../../src/grid/model/versions.js";
import type { JsonObject } from "../../../../src/grid/store/entity.js";
import { type FieldSchema, objectSchema, objectTypes, structSchema } from "../../../../src/schema/schema.js";
import { Asked } from "../../../fidelity/asking.js";

/** A value that a field takes, for the least body of a create. */
function sample(field: FieldSchema): unknown {
  const one = sampleElement(field);
  return field.isArray ? [one] : one;
}

function sampleElement(field: FieldSchema): unknown {
  if (field.enumValues?.[0] !== undefined) return field.enumValues[0];
  if (field.allowedValues?.[0] !== undefined) return field.allowedValues[0];
  const [type = ""] = field.types;
  if (type === "bool") return true;
  if (type === "uint" || type === "int" || type === "timestamp") return field.range?.[0] ?? 5;
  if (type === "extattr") return {};
  const struct = structSchema(type);
  if (field.name === "address" || field.name === "ipv4addr") return "10.0.0.1";
  if (field.name === "ipv6addr") return "2001:db8::1";
  if (!struct) return `sample-${field.name}`.replaceAll("_", "-");
  const required = [...struct.fields.values()].filter((member) => member.required);
  return Object.fromEntries(required.map((member) => [member.name, sample(member)]));
}

type Body = Readonly<Record<string, unknown>>;

/** What the least body of a type holds beyond (or in place of) the samples, where its rules want sense. */
const sensible: Readonly<Record<string, Body | ((asked: Asked) => Body)>> = {
  adminuser: { admin_groups: ["admin-group"] },
  bulkhost: { prefix: "pc", start_addr: "10.0.0.70", end_addr: "10.0.0.80", zone: "acme.org" },
  dhcpoptiondefinition: { space: "corp" },
  ipv6dhcpoptiondefinition: { space: "corp6" },
  macfilteraddress: { filter: "corp", mac: "00:11:22:33:44:55" },
  "certificate:authservice": (asked) => ({ ca_certificates: [refOf(asked, "cacertificate", {})] }),
  "dtc:record:a": (asked) => ({ dtc_server: dtcServer(asked), ipv4addr: "10.0.0.5" }),
  "dtc:record:aaaa": (asked) => ({ dtc_server: dtcServer(asked), ipv6addr: "2001:db8::5" }),
  "dtc:record:cname": (asked) => ({ dtc_server: dtcServer(asked), canonical: "other.acme.org" }),
  "dtc:record:naptr": (asked) => ({
    dtc_server: dtcServer(asked),
    order: 1,
    preference: 1,
    replacement: "acme.org",
  }),
  "dtc:record:srv": (asked) => ({
    dtc_server: dtcServer(asked),
    target: "a.acme.org",
    port: 1,
    priority: 1,
    weight: 1,
  }),
  fixedaddress: { ipv4addr: "10.0.0.7", mac: "00:11:22:33:44:55" },
  roaminghost: { match_client: "MAC_ADDRESS", mac: "00:11:22:33:44:55" },
  ipv6fixedaddress: { duid: "00:01:02:03", ipv6addr: "2001:db8::7" },
  ipv6network: { network: "2001:db8:1::/64" },
  ipv6networkcontainer: { network: "2001:db8:2::/48" },
  ipv6range: { start_addr: "2001:db8::10", end_addr: "2001:db8::20", network: "2001:db8::/64" },
  ipv6sharednetwork: { networks: [{ _ref: { network: "2001:db8::/64" } }] },
  mssuperscope: (asked) => ({
    ranges: [asked.create("range", { start_addr: "10.0.0.50", end_addr: "10.0.0.60" })],
  }),
  network: { network: "10.1.0.0/24" },
  networkcontainer: { network: "10.2.0.0/16" },
  permission: { group: "admin-group", resource_type: "VIEW" },
  range: { start_addr: "10.0.0.10", end_addr: "10.0.0.20" },
  "record:a": { ipv4addr: "10.0.0.9" },
  "record:aaaa": { ipv6addr: "2001:db8::9" },
  "record:host": { ipv4addrs: [{ ipv4addr: "10.0.0.30" }] },
  "record:ns": { name: "acme.org", addresses: [{ address: "10.0.0.1" }] },
  "record:ptr": { name: "ptr.acme.org" },
  "record:rpz:ptr": { rp_zone: "rpz.acme.org", ipv4addr: "10.0.0.1", ptrdname: "x.acme.org" },
  "record:unknown": { record_type: "TYPE500" },
  "sharedrecord:a": { ipv4addr: "10.0.0.1" },
  "sharedrecord:aaaa": { ipv6addr: "2001:db8::1" },
  tftpfiledir: { name: "file", type: "DIRECTORY", directory: "/" },
  sharednetwork: { networks: [{ _ref: { network: "10.0.0.0/24" } }] },
  vlan: (asked) => ({ parent: vlanView(asked), id: 20 }),
  vlanrange: (asked) => ({ vlan_view: vlanView(asked), start_vlan_id: 10, end_vlan_id: 20 }),
  zone_delegated: { fqdn: "sub.acme.org", delegate_to: [{ name: "ns.acme.org", address: "10.0.0.1" }] },
  zone_forward: { fqdn: "forward.org", forward_to: [{ name: "ns.acme.org", address: "10.0.0.1" }] },
  zone_stub: { fqdn: "stub.org", stub_from: [{ name: "ns.acme.org", address: "10.0.0.1" }] },
};

function refOf(asked: Asked, type: string, values: JsonObject): string {
  return asked.grid.transaction(() => asked.grid.ref(asked.grid.create(type, values)));
}

function dtcServer(asked: Asked): string {
  asked.create("dtc:server", { name: "server", host: "10.0.0.1" });
  return "server";
}

function vlanView(asked: Asked): string {
  return asked.create("vlanview", { name: "corp", start_vlan_id: 1, end_vlan_id: 4094 });
}

const seed = {
  networks: ["10.0.0.0/24", "2001:db8::/64"],
  zones: ["acme.org"],
  objects: [
    { type: "zone_rp", values: { fqdn: "rpz.acme.org" } },
    { type: "sharedrecordgroup", values: { name: "corp" } },
    { type: "filtermac", values: { name: "corp" } },
    { type: "dhcpoptionspace", values: { name: "corp" } },
    { type: "ipv6dhcpoptionspace", values: { name: "corp6", enterprise_number: 1 } },
  ],
};

function bodyFor(type: string, asked: Asked): Body {
  const fields = [...(objectSchema(type)?.fields.values() ?? [])].filter((field) => field.required);
  const body = Object.fromEntries(fields.map((field) => [field.name, sample(field)]));
  const own = sensible[type];
  return { ...body, ...surroundings(type), ...(typeof own === "function" ? own(asked) : own) };
}

/** Where the records of a kind belong. */
function surroundings(type: string): Body {
  if (type.startsWith("sharedrecord:")) return { shared_record_group: "corp" };
  if (/address/.test(type) && type.startsWith("record:rpz:")) {
    const address = type.includes("aaaa") ? "2001:db8::1" : "10.0.0.1";
    return { name: `${address}.rpz.acme.org`, rp_zone: "rpz.acme.org" };
  }
  if (type.startsWith("record:rpz:")) return { name: "sample.rpz.acme.org", rp_zone: "rpz.acme.org" };
  return type.startsWith("record:") ? { name: "sample.acme.org" } : {};
}

const creatable = objectTypes().filter(
  (type) => type !== "request" && !objectSchema(type)?.restrictions.includes("create"),
);

/** What a grid shows, but doesn't take back. */
const refusedWhenSentBack: Readonly<Record<string, readonly string[]>> = {
  "dtc:pool": ["lb_alternate_method"],
};

describe("every object type", () => {
  it.each(objectTypes())("%s can be listed, or says why not", (type) => {
    const { status, text } = new Asked().get(type, { version: "2.14" });
    expect([200, 400]).toContain(status);
    expect(text).not.toBe("");
  });

  it.each(creatable)("%s is created, read, found, updated and deleted as its facts allow", (type) => {
    const asked = new Asked({ seed });
    const newest = { version: "2.14" };
    const allows = (operation: string) => !objectSchema(type)?.restrictions.includes(operation);
    const ref = asked.create(`${type}?_return_type=json`, bodyFor(type, asked));
    if (allows("read")) {
      expect(asked.get(ref, newest).json._ref).toBe(ref);
      const search = type === "tftpfiledir" ? "directory=/" : "_max_results=1000";
      expect(asked.get(`${type}?${search}`, newest).text).toContain(ref);
    }
    const comment = objectSchema(type)?.fields.get("comment")?.supports.includes("u");
    if (allows("update") && comment) expect(asked.put(ref, { comment: "changed" }, newest).json).toBe(ref);
    if (allows("delete")) {
      expect(asked.delete(ref, newest).status).toBe(200);
      expect(asked.get(ref, newest).status).not.toBe(200);
    }
  });

  it.each(creatable)("%s shows all of its fields at once, and takes back what it shows", (type) => {
    const asked = new Asked({ seed });
    const newest = { version: "2.14" };
    const ref = asked.create(type, bodyFor(type, asked));
    const { fields, restrictions = [] } = schemaAt(type, "2.14") ?? {};
    if (restrictions.includes("read")) return;
    const names = [...(fields?.values() ?? [])].filter(({ supports }) => supports.includes("r"));
    const shown = asked.get(`${ref}?_return_fields=${names.map(({ name }) => name)}`, newest).json;
    expect(shown._ref).toBe(ref);
    if (restrictions.includes("update")) return;
    for (const [name, value] of Object.entries(shown)) {
      if (!fields?.get(name)?.supports.includes("u") || refusedWhenSentBack[type]?.includes(name)) continue;
      const { status, text } = asked.put(ref, { [name]: value }, newest);
      expect([name, status, text]).toEqual([name, 200, JSON.stringify(ref)]);
      const again = asked.get(`${ref}?_return_fields=${name}`, newest).json;
      expect([name, again[name]]).toEqual([name, value]);
    }
  });
});
