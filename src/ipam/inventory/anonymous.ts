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
  type InventoryEntry,
  type InventoryKind,
  type InventoryLease,
  type InventoryName,
  type InventoryObject,
  objectOrder,
  orderOf,
  type SubnetEntry,
} from "./entries.js";
import { entriesOf, type InventorySource } from "./files.js";
import { summaryOf } from "./joining.js";
import type { AnonymizeOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { keyed, line, SortedLines, SpillFolder } from "./sorted-lines.js";

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
      await lines.add([line(orderOf(other), other)]);
    }
    for await (const batch of lines.sorted()) {
      for (const one of batch) yield JSON.parse(keyed(one).value) as InventoryEntry;
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

type NamesOf<T> = T extends unknown ? keyof T : never;
type Field = NamesOf<InventoryEntry | InventoryObject | InventoryName | InventoryLease>;

/** Fields without names or addresses of the user. They stay. */
type KeptField =
  | ("kind" | "type" | "family" | "format" | "status" | "kinds" | "percent" | "disabled" | "ttl" | "dhcp")
  | ("matchClient" | "state" | "starts" | "ends" | "inherited" | "readAt" | "moved");

/** How to replace the value of a field. */
type Rule = (value: never, kind?: InventoryKind) => unknown;

class Disguise {
  readonly #secret: string;
  readonly #prefixes = new Map<string, bigint>();
  /** Subnets with more host bits than those that stay. */
  readonly #large: Block[] = [];

  constructor(secret: string) {
    this.#secret = secret;
  }

  entry(entry: InventoryEntry): InventoryEntry {
    const block = entry.kind === "subnet" ? parseBlock(entry.cidr) : undefined;
    if (block !== undefined && hostBitsOf(block) > hostBitsKept[block.family]) this.#large.push(block);
    const disguised = this.#disguised(entry, entry.kind);
    if (disguised.kind !== "address" || disguised.objects.length === 0) return disguised;
    // The new names change the order of the objects.
    const order = (one: InventoryObject) => `${objectOrder(one)}${JSON.stringify(one)}`;
    const keyed = disguised.objects.map((object) => ({ object, key: order(object) }));
    const sorted = keyed.sort((one, other) => (one.key < other.key ? -1 : 1)).map(({ object }) => object);
    return { ...disguised, ...summaryOf(sorted) };
  }

  #disguised<Holder extends object>(holder: Holder, kind?: InventoryKind): Holder {
    const fields = Object.entries(holder).map(([field, value]) => {
      const rule = value === undefined ? undefined : this.#rules.get(field);
      return [field, rule === undefined ? value : rule(value as never, kind)];
    });
    return Object.fromEntries(fields) as Holder;
  }

  #value = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(this.#value);
    return typeof value === "string" ? this.#text(value) : value;
  };

  #text = (text: string): string => (text === "" ? text : `x${this.#hash("text", text).slice(0, 10)}`);

  #view = (name: string): string => (name === "default" ? name : this.#text(name));

  /** A grid names the DNS view of a network view after it. Both keep that relation. */
  #dnsView = (name: string): string =>
    name.startsWith("default.") ? `default.${this.#view(name.slice(8))}` : this.#view(name);

  /** Replaces each label, so that names stay in their zones. Wildcards and labels with an underscore stay, since they have a meaning. */
  #name = (name: string): string => {
    const isKept = (label: string) => label === "" || label === "*" || label.startsWith("_");
    const labels = name.split(".").map((label) => (isKept(label) ? label : this.#text(label.toLowerCase())));
    return labels.join(".");
  };

  #cidr = (cidr: string): string => {
    const block = parseBlock(cidr);
    return block === undefined ? cidr : formatBlock(this.#block(block));
  };

  /** Replaces the prefix of an address. It keeps its position in its subnet. */
  #ip = (ip: string): string => {
    const address = parseAddress(ip);
    if (address === undefined) return ip;
    const { family, value } = address;
    const large = this.#large.find((subnet) => contains(subnet, address));
    const hostBits = large === undefined ? hostBitsKept[family] : hostBitsOf(large);
    const host = value & ((1n << BigInt(hostBits)) - 1n);
    return formatAddress({ family, value: this.#prefix(address, addressBits(family) - hostBits) | host });
  };

  #span = (span: string): string => span.split("-").map(this.#ip).join("-");

  #member = (name: string): string => (parseAddress(name) === undefined ? this.#name(name) : this.#ip(name));

  #zone = (fqdn: string): string => {
    if (fqdn.includes("/")) return this.#cidr(fqdn);
    const block = parseReverseName(fqdn);
    return block === undefined ? this.#name(fqdn) : reverseZoneName(this.#block(block));
  };

  readonly #rules = new Map<string, Rule>(
    Object.entries({
      ...{ networkView: this.#view, dnsView: this.#dnsView, fqdn: this.#zone },
      ...{ cidr: this.#cidr, container: this.#cidr, subnet: this.#cidr },
      ...{ ip: this.#ip, first: this.#ip, last: this.#ip, range: this.#span },
      exclusions: (spans: readonly string[]) => spans.map(this.#span).sort(),
      addresses: (ips: readonly string[]) => ips.map(this.#ip).sort(),
      name: (name: string, kind) =>
        kind === "dnsView" ? this.#dnsView(name) : kind === "range" ? this.#text(name) : this.#name(name),
      names: (names: readonly InventoryName[]) => names.map((one) => this.#disguised(one)),
      aliases: (names: readonly string[]) => names.map(this.#name).sort(),
      ...{ canonical: this.#name, hostname: this.#name, failoverAssociation: this.#text },
      member: this.#member,
      members: (names: readonly string[]) => names.map(this.#member),
      vlans: (vlans: SubnetEntry["vlans"]) => vlans.map(({ id, name }) => ({ id, name: this.#text(name) })),
      ...{ comment: this.#text, owner: this.#text, requestId: this.#text, client: this.#text },
      mac: (mac: string) => `02:${pairs(this.#hash("mac", mac).slice(0, 10))}`,
      // A DUID with this prefix is that of a reservation of this library, and stays.
      duid: (duid: string) =>
        duid.startsWith("00:04:69:70:61:6d:")
          ? duid
          : `00:03:00:01:02:${pairs(this.#hash("duid", duid).slice(0, 10))}`,
      lease: (lease: InventoryLease) => this.#disguised(lease),
      extattrs: (extattrs: object) =>
        Object.fromEntries(Object.entries(extattrs).map(([name, value]) => [name, this.#value(value)])),
      objects: (objects: readonly InventoryObject[]) => objects.map((one) => this.#disguised(one)),
      // The reference keeps its type.
      ref: (ref: string) => `${ref.slice(0, ref.indexOf("/"))}/${this.#hash("ref", ref).slice(0, 20)}`,
    } satisfies Readonly<Record<Exclude<Field, KeptField>, Rule>>),
  );

  #block(block: Block): Block {
    const first = this.#prefix({ family: block.family, value: block.first }, block.prefixLength);
    return { ...block, first, last: first + (block.last - block.first) };
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
