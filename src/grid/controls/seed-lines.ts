/**
 * Reads seeds from JSON Lines: entries of an inventory, parts of a {@link GridSeed}, or both. It reads line by line, so
 * that a file may be larger than memory. A grid that is seeded from an inventory holds the objects of the inventory.
 */

import { closeSync, openSync, readSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { createByWire, seedGrid } from "./seed.js";
import { type GridSeed, given } from "./seed-form.js";

/** @throws Error that names the line and quotes the grid's refusal: `seed: plan.jsonl:7: …` */
export function seedLines(grid: Grid, file: string): void {
  seedTwice(
    grid,
    (use) => eachLine(file, use, /"extattrs":\s*\{\s*"/),
    (use) => eachLine(file, use),
  );
}

/** The same for entries in memory. @throws Error that names the entry by its index: `seed: [7]: …` */
export function seedEntries(grid: Grid, entries: readonly object[]): void {
  const each = (use: (entry: JsonObject) => void) => {
    for (const [index, entry] of entries.entries()) named(`[${index}]`, () => use(entry as JsonObject));
  };
  seedTwice(grid, each, each);
}

type Each = (use: (entry: JsonObject) => void) => void;

/**
 * Reads all entries twice: first for the attribute definitions, since a later entry may show that an attribute is
 * inherited or has several values.
 */
function seedTwice(grid: Grid, eachWithAttributes: Each, each: Each): void {
  grid.asSeed(() => {
    const seeding = new Seeding(grid);
    eachWithAttributes((entry) => seeding.noteAttributes(entry));
    seeding.defineAttributes();
    each((entry) => seeding.add(entry));
    seeding.finish();
  });
}

function named(place: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw new Error(`seed: ${place}: ${(error as Error).message}`, { cause: error });
  }
}

/** Whether a file holds JSON Lines: its first line is a whole JSON value, and more lines follow. */
export function hasLines(file: string): boolean {
  if (file.endsWith(".jsonl") || file.endsWith(".ndjson")) return true;
  const [first, second] = linesOf(file);
  return second !== undefined && first !== undefined && isWhole(first);
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** @param having - lines that do not match it are not parsed */
function eachLine(file: string, use: (entry: JsonObject) => void, having = /\S/): void {
  let number = 0;
  for (const text of linesOf(file)) {
    number += 1;
    if (!having.test(text)) continue;
    named(`${file}:${number}`, () => {
      const value = JSON.parse(text) as Json;
      if (!isObject(value)) throw new Error("is not an object");
      use(value);
    });
  }
}

function* linesOf(file: string): Generator<string, void, undefined> {
  const descriptor = openSync(file, "r");
  try {
    const [buffer, decoder] = [Buffer.allocUnsafe(1024 * 1024), new StringDecoder("utf8")];
    let begun = "";
    for (let count = readSync(descriptor, buffer); count > 0; count = readSync(descriptor, buffer)) {
      const parts = (begun + decoder.write(buffer.subarray(0, count))).split("\n");
      begun = parts.pop() ?? "";
      yield* parts;
    }
    if (begun !== "") yield begun;
  } finally {
    closeSync(descriptor);
  }
}

interface NotedAttribute {
  type: "STRING" | "INTEGER";
  readonly flags: Set<"I" | "V">;
}

/** Fields of a create. Undefined ones are left out. */
type Body = Readonly<Record<string, Json | undefined>>;

interface PendingHost {
  readonly object: JsonObject;
  readonly networkView: string;
  readonly addresses: Map<string, JsonObject>;
}

class Seeding {
  readonly #grid: Grid;
  readonly #attributes = new Map<string, NotedAttribute>();
  /** Hosts whose addresses are not all read yet, by reference. */
  readonly #hosts = new Map<string, PendingHost>();
  /** The CNAMEs that are created already: an inventory lists a CNAME with each address that it leads to. */
  readonly #aliases = new Set<string>();

  constructor(grid: Grid) {
    this.#grid = grid;
  }

  noteAttributes(entry: JsonObject): void {
    for (const holder of [entry, ...listIn(entry, "objects")]) {
      const inherited = textsIn(holder, "inherited");
      for (const [name, value] of Object.entries(objectIn(holder, "extattrs"))) {
        const noted = this.#attributes.get(name) ?? { type: "INTEGER", flags: new Set() };
        this.#attributes.set(name, noted);
        if ([value].flat().some((one) => typeof one !== "number")) noted.type = "STRING";
        if (Array.isArray(value)) noted.flags.add("V");
        if (inherited.includes(name)) noted.flags.add("I");
      }
    }
  }

  defineAttributes(): void {
    for (const [name, { type, flags }] of this.#attributes) {
      const [known] = this.#grid.find("extensibleattributedef", "name", name);
      const text = [...flags].sort().join("");
      if (known === undefined) {
        createByWire(this.#grid, "extensibleattributedef", { name, type, flags: text });
      } else {
        const merged = [...new Set(String(known.values["flags"] ?? "") + text)].sort().join("");
        const fits = type === "INTEGER" || known.values["type"] !== "INTEGER";
        const values = { ...known.values, flags: merged, ...(fits ? {} : { type }) };
        this.#grid.put({ ...known, values });
      }
    }
  }

  add(entry: JsonObject): void {
    switch (entry["kind"]) {
      case undefined:
        seedGrid(this.#grid, entry as GridSeed);
        return;
      case "networkView":
        this.#addView("networkview", { name: entry["networkView"] }, entry);
        return;
      case "dnsView":
        this.#addView("view", { name: entry["name"], network_view: entry["networkView"] }, entry);
        return;
      case "zone":
        this.#create("zone_auth", entry, {
          fqdn: entry["fqdn"],
          view: entry["dnsView"],
          zone_format: entry["format"],
        });
        return;
      case "container":
      case "subnet":
        this.#addBlock(entry);
        return;
      case "range":
        this.#addRange(entry);
        return;
      case "address":
        for (const object of listIn(entry, "objects")) this.#addObject(object, entry);
        return;
      case "record":
        if (entry["type"] === "CNAME") this.#addAlias(entry);
        else
          this.#createHost({
            object: entry,
            networkView: String(entry["networkView"]),
            addresses: new Map(),
          });
        return;
      default:
        throw new Error(`there is no kind "${String(entry["kind"])}"`);
    }
  }

  finish(): void {
    for (const host of this.#hosts.values()) this.#createHost(host);
    this.#hosts.clear();
  }

  /** Creates a view unless it exists: a fresh grid has one, and a network view brings its DNS view. */
  #addView(type: string, body: Body, entry: JsonObject): void {
    const [known] = this.#grid.find(type, "name", String(body["name"]));
    if (known === undefined) {
      this.#create(type, entry, body);
      return;
    }
    const comment = entry["comment"];
    const values = { ...known.values, extattrs: ownAttributes(entry), ...(comment ? { comment } : {}) };
    this.#grid.put({ ...known, values });
  }

  #addBlock(entry: JsonObject): void {
    const family = String(entry["cidr"]).includes(":") ? "ipv6" : "";
    if (entry["kind"] === "container") {
      this.#create(`${family}networkcontainer`, entry, {
        network: entry["cidr"],
        network_view: entry["networkView"],
      });
      return;
    }
    const vlans = listIn(entry, "vlans").map((vlan) => ({ vlan: this.#vlan(vlan) }));
    this.#create(`${family}network`, entry, {
      network: entry["cidr"],
      network_view: entry["networkView"],
      ...some(
        "members",
        textsIn(entry, "members").map((name) => this.#member(name)),
      ),
      ...some("vlans", vlans),
      ...(entry["disabled"] === true ? { disable: true } : {}),
    });
  }

  #addRange(entry: JsonObject): void {
    const exclusions = textsIn(entry, "exclusions").map((text) => {
      const [start_address = "", end_address = ""] = text.split("-");
      return { start_address, end_address };
    });
    this.#create(String(entry["first"]).includes(":") ? "ipv6range" : "range", entry, {
      start_addr: entry["first"],
      end_addr: entry["last"],
      network_view: entry["networkView"],
      name: entry["name"],
      ...this.#rangeServer(entry),
      ...some("exclude", exclusions),
      ...(entry["disabled"] === true ? { disable: true } : {}),
    });
  }

  #rangeServer({ member, failoverAssociation }: JsonObject): JsonObject {
    if (typeof failoverAssociation === "string") {
      if (this.#grid.find("dhcpfailover", "name", failoverAssociation).length === 0) {
        this.#grid.create("dhcpfailover", { name: failoverAssociation });
      }
      return { failover_association: failoverAssociation, server_association_type: "FAILOVER" };
    }
    if (typeof member !== "string") return {};
    const server = this.#member(member);
    return server["_struct"] === "dhcpmember"
      ? { member: server, server_association_type: "MEMBER" }
      : { ms_server: server, server_association_type: "MS_SERVER" };
  }

  #addObject(object: JsonObject, entry: JsonObject): void {
    const { ip, networkView } = entry;
    const { type, name } = object;
    const address = String(ip);
    const common = {
      ...(object["ttl"] === undefined ? {} : { ttl: object["ttl"], use_ttl: true }),
      ...(object["disabled"] === true ? { disable: true } : {}),
    };
    switch (type) {
      case "record:host":
        this.#addHostAddress(object, String(networkView), address);
        return;
      case "fixedaddress": {
        const identifier = { CLIENT_ID: "dhcp_client_identifier", CIRCUIT_ID: "agent_circuit_id" }[
          String(object["matchClient"])
        ];
        this.#create("fixedaddress", object, {
          ipv4addr: address,
          network_view: networkView,
          name,
          match_client: object["matchClient"],
          mac: object["mac"],
          [identifier ?? "agent_remote_id"]: object["client"],
          ...common,
        });
        return;
      }
      case "ipv6fixedaddress":
        this.#create("ipv6fixedaddress", object, {
          ipv6addr: address,
          network_view: networkView,
          name,
          duid: object["duid"],
          mac_address: object["mac"],
          ...(object["matchClient"] === "MAC_ADDRESS" ? { match_client: "MAC_ADDRESS" } : {}),
          ...common,
        });
        return;
      case "lease":
        this.#addLease(object, address, String(networkView));
        return;
      case "record:a":
      case "record:aaaa":
      case "record:ptr":
        this.#create(type, object, {
          [type === "record:ptr" ? "ptrdname" : "name"]: name,
          [address.includes(":") ? "ipv6addr" : "ipv4addr"]: address,
          view: object["dnsView"],
          ...common,
        });
        return;
      case "record:cname":
        this.#addAlias(object);
        return;
      default:
        throw new Error(`there is no object of type "${String(type)}"`);
    }
  }

  #addAlias(object: JsonObject): void {
    const ref = String(object["ref"]);
    if (this.#aliases.has(ref)) return;
    this.#aliases.add(ref);
    this.#create("record:cname", object, {
      name: object["name"],
      canonical: object["canonical"],
      view: object["dnsView"],
      ...(object["ttl"] === undefined ? {} : { ttl: object["ttl"], use_ttl: true }),
      ...(object["disabled"] === true ? { disable: true } : {}),
    });
  }

  /** Creates a host when all of its addresses are read: then their subnets exist. */
  #addHostAddress(object: JsonObject, networkView: string, ip: string): void {
    const ref = String(object["ref"]);
    const host = this.#hosts.get(ref) ?? { object, networkView, addresses: new Map() };
    host.addresses.set(ip, object);
    if (host.addresses.size < (textsIn(object, "addresses").length || 1)) {
      this.#hosts.set(ref, host);
    } else {
      this.#hosts.delete(ref);
      this.#createHost(host);
    }
  }

  #createHost({ object, networkView, addresses }: PendingHost): void {
    const [ipv4addrs, ipv6addrs]: [JsonObject[], JsonObject[]] = [[], []];
    for (const [ip, { mac, duid, dhcp }] of addresses) {
      const client = given({ mac, duid, configure_for_dhcp: dhcp === true });
      if (ip.includes(":")) ipv6addrs.push({ ipv6addr: ip, ...client });
      else ipv4addrs.push({ ipv4addr: ip, ...client });
    }
    const { dnsView } = object;
    this.#create("record:host", object, {
      name: object["name"],
      ...(dnsView === undefined ? { configure_for_dns: false } : { view: dnsView }),
      network_view: networkView,
      ...some("aliases", textsIn(object, "aliases")),
      ...(addresses.size === 0 ? { ipv4addrs } : some("ipv4addrs", ipv4addrs)),
      ...some("ipv6addrs", ipv6addrs),
      ...(object["ttl"] === undefined ? {} : { ttl: object["ttl"], use_ttl: true }),
      ...(object["disabled"] === true ? { disable: true } : {}),
    });
  }

  #addLease(object: JsonObject, address: string, networkView: string): void {
    const [view] = this.#grid.find("networkview", "name", networkView);
    const { state, starts, ends, hostname } = objectIn(object, "lease");
    const values = given({
      address,
      binding_state: state ?? "ACTIVE",
      starts: secondsOf(starts),
      ends: secondsOf(ends),
      hardware: object["mac"],
      ipv6_duid: object["duid"],
      client_hostname: hostname,
    });
    if (view === undefined) throw new Error(`there is no network view "${networkView}"`);
    this.#grid.create("lease", values, { networkView: view.id });
  }

  /** Finds or creates a member by name. A Microsoft server is named by its address. */
  #member(name: string): JsonObject {
    if (/^[\d.]+$/.test(name)) return { _struct: "msdhcpserver", ipv4addr: name };
    if (this.#grid.find("member", "host_name", name).length === 0) {
      this.#grid.create("member", { host_name: name });
    }
    return { _struct: "dhcpmember", name };
  }

  /** An inventory has the id and the name of a VLAN. VLANs of the same id belong to different VLAN views. */
  #vlan({ id, name }: JsonObject): string {
    for (let number = 1; ; number += 1) {
      const view = this.#vlanView(number === 1 ? "inventory" : `inventory ${number}`);
      const known = this.#grid.linked("vlan", "vlanView", view.id).find(({ values }) => values["id"] === id);
      if (known !== undefined && known.values["name"] !== name) continue;
      const body = { id: id ?? 0, name: name ?? "", parent: this.#grid.ref(view) };
      return this.#grid.ref(known ?? createByWire(this.#grid, "vlan", body));
    }
  }

  #vlanView(name: string): Entity {
    const [known] = this.#grid.find("vlanview", "name", name);
    return known ?? createByWire(this.#grid, "vlanview", { name, start_vlan_id: 1, end_vlan_id: 4094 });
  }

  #create(type: string, { comment, ...holder }: JsonObject, body: Body): void {
    const extattrs = ownAttributes(holder);
    createByWire(
      this.#grid,
      type,
      given({ ...body, comment, ...(Object.keys(extattrs).length > 0 ? { extattrs } : {}) }),
    );
  }
}

/** Attributes in wire form, without inherited ones. */
function ownAttributes(holder: JsonObject): JsonObject {
  const inherited = textsIn(holder, "inherited");
  return Object.fromEntries(
    Object.entries(objectIn(holder, "extattrs"))
      .filter(([name]) => !inherited.includes(name))
      .map(([name, value]) => [name, { value }]),
  );
}

function objectIn(holder: JsonObject, name: string): JsonObject {
  const value = holder[name];
  return value !== undefined && isObject(value) ? value : {};
}

function listIn(holder: JsonObject, name: string): JsonObject[] {
  const value = holder[name];
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

function textsIn(holder: JsonObject, name: string): string[] {
  const value = holder[name];
  return Array.isArray(value) ? (value as readonly Json[]).filter((one) => typeof one === "string") : [];
}

function some(field: string, list: readonly Json[]): JsonObject {
  return list.length > 0 ? { [field]: list } : {};
}

function secondsOf(time: Json | undefined): number | undefined {
  return typeof time === "string" ? Math.floor(Date.parse(time) / 1000) : undefined;
}
