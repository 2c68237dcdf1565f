import { createHmac, randomBytes } from "node:crypto";
import {
  type Address,
  addressBits,
  type Block,
  contains,
  formatAddress,
  formatBlock,
  parseAddress,
  parseBlock,
  parseReverseName,
  reverseZoneName,
} from "../../cidr.js";
import {
  type AddressEntry,
  type InventoryEntry,
  type InventoryObject,
  objectOrder,
  orderOf,
  type RangeEntry,
} from "./entries.js";
import { entriesOf, type InventorySource } from "./files.js";
import { summaryOf } from "./joining.js";
import type { AnonymizeOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { SortedLines, SpillFolder } from "./sorted-lines.js";

/**
 * Replaces the names and addresses of an inventory, so that you can show it to others. The structure of the plan stays: which blocks
 * contain which, how full they are, and which names belong together. Numbers in attributes, the names of attributes, and the first
 * 8 and last 12 bits of IPv4 addresses stay (IPv6: the first 16 and last 64 bits).
 *
 * @throws {InvalidRequestError} if an option is not valid, or an entry is none
 * @example
 * await writeInventory("anonymous.jsonl", anonymizeInventory(ipam.inventory()));
 */
export async function* anonymizeInventory(
  source: InventorySource,
  options: AnonymizeOptions = {},
): AsyncGenerator<InventoryEntry, void, undefined> {
  const { secret = randomBytes(16).toString("hex") } = await checkInventoryRequest("anonymize", options);
  const folder = new SpillFolder();
  try {
    const lines = new SortedLines(folder);
    const disguise = new Disguise(secret);
    for await (const entry of entriesOf(source)) {
      const other = disguise.entry(entry);
      await lines.add([`${orderOf(other)}\t${JSON.stringify(other)}`]);
    }
    for await (const batch of lines.sorted()) {
      for (const line of batch) yield JSON.parse(line.slice(line.indexOf("\t") + 1)) as InventoryEntry;
    }
  } finally {
    await folder.remove();
  }
}

/** The bits at the beginning that stay, so that private addresses stay private. */
const bitsKept = { 4: 8, 6: 16 } as const;
/** The bits at the end that stay, so that addresses keep their order in a subnet. */
const hostBitsKept = { 4: 12, 6: 64 } as const;

function hostBitsOf({ family, prefixLength }: Block): number {
  return addressBits(family) - prefixLength;
}

class Disguise {
  readonly #secret: string;
  readonly #prefixes = new Map<string, bigint>();
  /** Subnets with more host bits than those that stay. */
  readonly #large: Block[] = [];

  constructor(secret: string) {
    this.#secret = secret;
  }

  entry(entry: InventoryEntry): InventoryEntry {
    const { comment, ...rest } = entry;
    const common = {
      ...(comment !== undefined && { comment: this.#text(comment) }),
      ...this.#attributes(entry),
      networkView: this.#view(entry.networkView),
      ref: this.#ref(entry.ref),
    };
    switch (rest.kind) {
      case "networkView":
        return { ...rest, ...common };
      case "dnsView":
        return { ...rest, ...common, name: this.#dnsView(rest.name) };
      case "zone":
        return { ...rest, ...common, fqdn: this.#zone(rest.fqdn), dnsView: this.#dnsView(rest.dnsView) };
      case "container":
      case "subnet": {
        const block = parseBlock(rest.cidr);
        if (rest.kind === "subnet" && block !== undefined && hostBitsOf(block) > hostBitsKept[block.family]) {
          this.#large.push(block);
        }
        const container = rest.container && { container: this.#cidr(rest.container) };
        const members = "members" in rest && { members: rest.members.map((name) => this.#member(name)) };
        const vlans = "vlans" in rest && {
          vlans: rest.vlans.map(({ id, name }) => ({ id, name: this.#text(name) })),
        };
        return {
          ...rest,
          ...common,
          ...this.#marks(rest),
          cidr: this.#cidr(rest.cidr),
          ...container,
          ...members,
          ...vlans,
        } as InventoryEntry;
      }
      case "range":
        return this.#range(rest as RangeEntry, common);
      case "address":
        return this.#address(rest as AddressEntry, common);
      case "record":
        return {
          ...rest,
          ...common,
          name: this.#name(rest.name),
          ...(rest.dnsView !== undefined && { dnsView: this.#dnsView(rest.dnsView) }),
          ...(rest.canonical !== undefined && { canonical: this.#name(rest.canonical) }),
        };
    }
  }

  #range(entry: RangeEntry, common: object): RangeEntry {
    const { name, member, failoverAssociation, subnet, exclusions } = entry;
    return {
      ...entry,
      ...common,
      ...this.#marks(entry),
      first: this.#ip(entry.first),
      last: this.#ip(entry.last),
      ...(subnet !== undefined && { subnet: this.#cidr(subnet) }),
      ...(name !== undefined && { name: this.#text(name) }),
      ...(member !== undefined && { member: this.#member(member) }),
      ...(exclusions !== undefined && { exclusions: exclusions.map((one) => this.#span(one)).sort() }),
      ...(failoverAssociation !== undefined && { failoverAssociation: this.#text(failoverAssociation) }),
    };
  }

  #address(entry: AddressEntry, common: object): AddressEntry {
    const { subnet, range, lease } = entry;
    const objects = entry.objects.map((object) => this.#object(object));
    const orders = new Map(objects.map((one) => [one, `${objectOrder(one)}${JSON.stringify(one)}`]));
    const orderIn = (one: InventoryObject) => orders.get(one) ?? "";
    return {
      ...entry,
      ...common,
      ...this.#marks(entry),
      ip: this.#ip(entry.ip),
      ...(subnet !== undefined && { subnet: this.#cidr(subnet) }),
      ...(range !== undefined && { range: this.#span(range) }),
      ...this.#client(entry),
      names: entry.names.map(({ name, dnsView, ...rest }) => ({
        ...rest,
        name: this.#name(name),
        ...(dnsView !== undefined && { dnsView: this.#dnsView(dnsView) }),
      })),
      ...(lease !== undefined && { lease: this.#lease(lease) }),
      // The new names change the order of the objects.
      ...(objects.length > 0 &&
        summaryOf(objects.sort((one, other) => (orderIn(one) < orderIn(other) ? -1 : 1)))),
    };
  }

  #object(object: InventoryObject): InventoryObject {
    const { name, dnsView, aliases, addresses, canonical, client, lease, comment } = object;
    return {
      ...object,
      ...(comment !== undefined && { comment: this.#text(comment) }),
      ...this.#attributes(object),
      ...this.#client(object),
      ...(name !== undefined && { name: this.#name(name) }),
      ...(dnsView !== undefined && { dnsView: this.#dnsView(dnsView) }),
      ...(aliases !== undefined && { aliases: aliases.map((one) => this.#name(one)).sort() }),
      ...(addresses !== undefined && { addresses: addresses.map((one) => this.#ip(one)).sort() }),
      ...(canonical !== undefined && { canonical: this.#name(canonical) }),
      ...(client !== undefined && { client: this.#text(client) }),
      ...(lease !== undefined && { lease: this.#lease(lease) }),
      ref: this.#ref(object.ref),
    };
  }

  #lease<Lease extends { readonly hostname?: string | undefined }>(lease: Lease): Lease {
    return lease.hostname === undefined ? lease : { ...lease, hostname: this.#name(lease.hostname) };
  }

  #marks({
    owner,
    requestId,
  }: {
    readonly owner?: string | undefined;
    readonly requestId?: string | undefined;
  }) {
    return {
      ...(owner !== undefined && { owner: this.#text(owner) }),
      ...(requestId !== undefined && { requestId: this.#text(requestId) }),
    };
  }

  #client({ mac, duid }: { readonly mac?: string | undefined; readonly duid?: string | undefined }) {
    return {
      ...(mac !== undefined && { mac: `02:${pairs(this.#hash("mac", mac).slice(0, 10))}` }),
      // A DUID with this prefix is that of a reservation of this library, and stays.
      ...(duid !== undefined && {
        duid: duid.startsWith("00:04:69:70:61:6d:")
          ? duid
          : `00:03:00:01:02:${pairs(this.#hash("duid", duid).slice(0, 10))}`,
      }),
    };
  }

  #attributes({ extattrs }: Pick<InventoryObject, "extattrs">) {
    const disguised = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(disguised);
      return typeof value === "string" ? this.#text(value) : value;
    };
    const entries = Object.entries(extattrs).map(([name, value]) => [name, disguised(value)]);
    return { extattrs: Object.fromEntries(entries) as InventoryObject["extattrs"] };
  }

  #view(name: string): string {
    return name === "default" ? name : this.#text(name);
  }

  /** A grid names the DNS view of a network view after it. Both keep that relation. */
  #dnsView(name: string): string {
    if (name === "default") return name;
    return name.startsWith("default.") ? `default.${this.#view(name.slice(8))}` : this.#text(name);
  }

  #member(name: string): string {
    return parseAddress(name) === undefined ? this.#name(name) : this.#ip(name);
  }

  #zone(fqdn: string): string {
    if (fqdn.includes("/")) return this.#cidr(fqdn);
    const block = parseReverseName(fqdn);
    return block === undefined ? this.#name(fqdn) : reverseZoneName(this.#block(block));
  }

  /** Replaces each label, so that names stay in their zones. Wildcards and labels with an underscore stay, since they have a meaning. */
  #name(name: string): string {
    return name
      .split(".")
      .map((label) =>
        label === "" || label === "*" || label.startsWith("_") ? label : this.#text(label.toLowerCase()),
      )
      .join(".");
  }

  #text(text: string): string {
    return text === "" ? text : `x${this.#hash("text", text).slice(0, 10)}`;
  }

  /** Replaces the reference, but keeps its type. */
  #ref(ref: string): string {
    const slash = ref.indexOf("/");
    return `${ref.slice(0, slash)}/${this.#hash("ref", ref).slice(0, 20)}`;
  }

  #cidr(cidr: string): string {
    const block = parseBlock(cidr);
    return block === undefined ? cidr : formatBlock(this.#block(block));
  }

  #block(block: Block): Block {
    const first = this.#prefix({ family: block.family, value: block.first }, block.prefixLength);
    return { ...block, first, last: first + (block.last - block.first) };
  }

  /** Replaces the prefix of an address. It keeps its position in its subnet. */
  #ip(ip: string): string {
    const address = parseAddress(ip);
    if (address === undefined) return ip;
    const { family, value } = address;
    const large = this.#large.find((subnet) => contains(subnet, address));
    const hostBits = large === undefined ? hostBitsKept[family] : hostBitsOf(large);
    const host = value & ((1n << BigInt(hostBits)) - 1n);
    return formatAddress({ family, value: this.#prefix(address, addressBits(family) - hostBits) | host });
  }

  #span(span: string): string {
    return span
      .split("-")
      .map((one) => this.#ip(one))
      .join("-");
  }

  /**
   * Replaces a prefix as Crypto-PAn does: two addresses share as many leading bits afterwards as before, so that blocks stay blocks.
   * A hash of the bits before it decides whether a bit is flipped.
   */
  #prefix({ family, value }: Address, length: number): bigint {
    const total = addressBits(family);
    const kept = bitsKept[family];
    if (length <= kept) return (value >> BigInt(total - length)) << BigInt(total - length);
    if (total - length < hostBitsKept[family]) {
      const hostBits = BigInt(hostBitsKept[family]);
      const rest = ((value & ((1n << hostBits) - 1n)) >> BigInt(total - length)) << BigInt(total - length);
      return this.#prefix({ family, value }, total - hostBitsKept[family]) | rest;
    }
    const key = `${family}/${length}/${(value >> BigInt(total - length)).toString(16)}`;
    const known = this.#prefixes.get(key);
    if (known !== undefined) return known;
    const before = this.#prefix({ family, value }, length - 1);
    const bit = (value >> BigInt(total - length)) & 1n;
    const above = `${family}/${length}/${(value >> BigInt(total - length + 1)).toString(16)}`;
    const flip = BigInt(Number.parseInt(this.#hash("bit", above).slice(0, 1), 16) & 1);
    const result = before | ((bit ^ flip) << BigInt(total - length));
    this.#prefixes.set(key, result);
    return result;
  }

  #hash(what: string, text: string): string {
    return createHmac("sha256", this.#secret).update(`${what}\0${text}`).digest("hex");
  }
}

function pairs(hex: string): string {
  return hex.replace(/..(?=.)/g, "$&:");
}
