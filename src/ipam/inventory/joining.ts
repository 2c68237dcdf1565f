import { isDeepStrictEqual } from "node:util";
import {
  type Address,
  type Block,
  contains,
  type Family,
  formatAddress,
  parseAddress,
  parseBlock,
  parseSpan,
  type Span,
} from "../../cidr.js";
import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { IpamSettings } from "../settings/settings.js";
import type {
  AddressEntry,
  ContainerEntry,
  InventoryAddressKind,
  InventoryEntry,
  InventoryName,
  InventoryObject,
  RangeEntry,
  SubnetEntry,
} from "./entries.js";
import type { AddressFact } from "./reading/read.js";
import { keyed } from "./sorted-lines.js";
import type { Wanted } from "./wanted.js";

/** Reads from the grid again if lines contradict each other. */
export interface SecondLook {
  /** The blocks that have a CIDR now; `undefined` if they could not be read. */
  block(entry: ContainerEntry | SubnetEntry): Promise<readonly (ContainerEntry | SubnetEntry)[] | undefined>;
  /** The hosts and fixed addresses on an address now; `undefined` if they could not be read. */
  address(networkView: string, ip: string): Promise<readonly AddressFact[] | undefined>;
}

/** Joins sorted lines to entries, in one sweep over all addresses. It keeps the blocks and ranges around the current address. */
export async function* joinLines(
  settings: IpamSettings,
  lines: AsyncIterable<readonly string[]>,
  { look, wanted }: { readonly look: SecondLook; readonly wanted: Wanted },
): AsyncGenerator<InventoryEntry, void, undefined> {
  const open = new OpenPlaces();
  let blocks: (ContainerEntry | SubnetEntry)[] = [];
  let facts: { readonly order: string; readonly facts: AddressFact[] } = { order: "", facts: [] };
  let last: { readonly order: string; readonly ref: string } | undefined;

  const settledBlocks = async () => {
    const found = blocks;
    blocks = [];
    return placedBlocks(found, open, look);
  };
  const settledAddress = async () => {
    const found = facts;
    facts = { order: "", facts: [] };
    return found.facts.length === 0 ? [] : addressEntry(settings, found.order, found.facts, open, look);
  };

  for await (const batch of lines) {
    for (const one of batch) {
      const { key: order, value: json } = keyed(one);
      const value = JSON.parse(json) as InventoryEntry | AddressFact;
      if (facts.facts.length > 0 && ("kind" in value || facts.order !== addressPart(order))) {
        for (const entry of await settledAddress()) if (wanted(entry)) yield entry;
      }
      const isBlock = "kind" in value && (value.kind === "container" || value.kind === "subnet");
      const isSameBlock =
        isBlock && blocks[0]?.cidr === value.cidr && blocks[0].networkView === value.networkView;
      if (blocks.length > 0 && !isSameBlock) {
        for (const entry of await settledBlocks()) if (wanted(entry)) yield entry;
      }
      if (!("kind" in value)) {
        if (facts.facts.length === 0) facts = { order: addressPart(order), facts: [] };
        if (!facts.facts.some((known) => isSameFact(known, value))) facts.facts.push(value);
      } else if (isBlock) {
        const entry = value as ContainerEntry | SubnetEntry;
        if (!blocks.some((known) => isSameEntry(known, entry))) blocks.push(entry);
      } else if (last?.order !== order || last.ref !== value.ref) {
        last = { order, ref: value.ref };
        if (value.kind === "range") open.addRange(value);
        if (wanted(value)) yield value;
      }
    }
  }
  for (const entry of [...(await settledBlocks()), ...(await settledAddress())])
    if (wanted(entry)) yield entry;
}

/* Two searches may find the same object at different times. */

function isSameFact({ object, network }: AddressFact, other: AddressFact): boolean {
  return (
    object.ref === other.object.ref && network === other.network && isDeepStrictEqual(object, other.object)
  );
}

function isSameEntry(entry: InventoryEntry, other: InventoryEntry): boolean {
  return entry.ref === other.ref && isDeepStrictEqual(entry, { ...other, readAt: entry.readAt });
}

/** The order key of an address without the digit of the object. */
function addressPart(order: string): string {
  return order.slice(0, -1);
}

/** The blocks and ranges around the current address of the sweep. */
class OpenPlaces {
  #networkView = "";
  #family: Family | undefined;
  #blocks: { readonly block: Block; readonly entry: ContainerEntry | SubnetEntry }[] = [];
  #ranges: { readonly span: Span; readonly text: string }[] = [];

  addBlock(entry: ContainerEntry | SubnetEntry): void {
    const block = parseBlock(entry.cidr);
    if (block === undefined) return;
    this.#enter(entry.networkView, block.family);
    this.#leaveUntil(block);
    this.#blocks.push({ block, entry });
  }

  addRange(entry: RangeEntry): void {
    const text = `${entry.first}-${entry.last}`;
    const span = parseSpan(text);
    if (span === undefined) return;
    this.#enter(entry.networkView, span.family);
    this.#ranges = this.#ranges.filter((range) => range.span.last >= span.first);
    this.#ranges.push({ span, text });
  }

  /** The innermost subnet and range around an address. */
  around(networkView: string, ip: string): { subnet: string | undefined; range: string | undefined } {
    const address = parseAddress(ip);
    if (address === undefined || networkView !== this.#networkView || address.family !== this.#family) {
      return { subnet: undefined, range: undefined };
    }
    this.#leaveUntil(address);
    const inner = this.#blocks.at(-1)?.entry;
    return {
      subnet: inner?.kind === "subnet" ? inner.cidr : undefined,
      range: this.#ranges.findLast(({ span }) => contains(span, address))?.text,
    };
  }

  #enter(networkView: string, family: Family): void {
    if (networkView === this.#networkView && family === this.#family) return;
    this.#networkView = networkView;
    this.#family = family;
    this.#blocks = [];
    this.#ranges = [];
  }

  /** Leaves the blocks that end before this place. */
  #leaveUntil(place: Block | Address): void {
    const holder = this.#blocks.findLastIndex(({ block }) => contains(block, place));
    this.#blocks.length = holder + 1;
  }
}

/** The block for the lines of one CIDR. If it was read as a container and as a subnet, it has changed meanwhile: it is read again. */
async function placedBlocks(
  found: readonly (ContainerEntry | SubnetEntry)[],
  open: OpenPlaces,
  look: SecondLook,
): Promise<readonly (ContainerEntry | SubnetEntry)[]> {
  const [first, ...others] = found;
  if (first === undefined) return [];
  const isClear = others.every(({ kind, ref }) => kind === first.kind && ref === first.ref);
  const settled = isClear
    ? [others.length === 0 ? first : { ...first, moved: true as const }]
    : ((await look.block(first)) ?? [{ ...first, moved: true as const }]);
  for (const entry of settled) open.addBlock(entry);
  return settled;
}

/** The entry of an address; none if it has nothing any more. */
async function addressEntry(
  settings: IpamSettings,
  order: string,
  read: readonly AddressFact[],
  open: OpenPlaces,
  look: SecondLook,
): Promise<readonly AddressEntry[]> {
  const { networkView, ip } = addressOf(order);
  const { subnet, range } = open.around(networkView, ip);
  // The grid names another subnet than the sweep has found, if subnets were read.
  const contradicts = ({ network, object }: AddressFact) =>
    isHolder(object) && subnet !== undefined && network !== subnet;
  // One object was read twice, and has changed in between.
  const isTwice = new Set(read.map(({ object }) => object.ref)).size < read.length;
  const moved = isTwice || read.some(contradicts);
  const now = moved ? await look.address(networkView, ip) : undefined;
  const facts = now === undefined ? read : [...now, ...read.filter(({ object }) => !isHolder(object))];
  if (facts.length === 0) return [];
  const named = facts.find(({ network }) => network !== undefined)?.network;
  const place = moved ? (named ?? subnet) : (subnet ?? named);
  const objects = facts.map(({ object }) => object);
  const { owner, requestId } = settings.ownership.marksIn(objects[0] as InventoryObject);
  const entry: AddressEntry = {
    kind: "address",
    networkView,
    ip,
    family: ip.includes(":") ? 6 : 4,
    status: "USED",
    ...(owner !== undefined && { owner }),
    ...(requestId !== undefined && { requestId }),
    ...(place !== undefined && { subnet: place }),
    ...(range !== undefined && { range }),
    ...summaryOf(objects),
    readAt: facts.reduce((earliest, { at }) => (at < earliest ? at : earliest), facts[0]?.at ?? ""),
    ...(moved && { moved }),
  };
  return [entry];
}

function isHolder({ type }: InventoryObject): boolean {
  return type === "record:host" || type === "fixedaddress" || type === "ipv6fixedaddress";
}

/** The fields of an address entry that follow from its objects. */
export function summaryOf(objects: readonly InventoryObject[]) {
  const lease = objects.find((object) => object.lease !== undefined)?.lease;
  const mac = objects.find((object) => object.mac !== undefined)?.mac;
  // The DUID of a reservation belongs to no client.
  const duid = objects.find((object) => object.duid !== undefined && kindOf(object) !== "reservation")?.duid;
  const comment = objects.find((object) => object.comment !== undefined)?.comment;
  return {
    // A CNAME does not use an address.
    kinds: [...new Set(objects.filter(({ type }) => type !== "record:cname").map(kindOf))],
    names: namesOf(objects),
    ...(mac !== undefined && { mac }),
    ...(duid !== undefined && { duid }),
    ...(lease !== undefined && { lease }),
    ...(comment !== undefined && { comment }),
    ...attributesOf(objects),
    objects,
    ref: objects[0]?.ref ?? "",
  };
}

/** The attributes of all objects. If two have the same attribute, that of the first counts: hosts and fixed addresses come first. */
function attributesOf(objects: readonly InventoryObject[]): {
  readonly extattrs: ExtensibleAttributes;
  readonly inherited: readonly string[];
} {
  const [only, ...others] = objects;
  if (only !== undefined && others.every(({ extattrs }) => Object.keys(extattrs).length === 0)) {
    return { extattrs: only.extattrs, inherited: only.inherited };
  }
  const extattrs: Record<string, unknown> = {};
  const inherited: string[] = [];
  for (const object of objects) {
    for (const [name, value] of Object.entries(object.extattrs)) {
      if (Object.hasOwn(extattrs, name)) continue;
      extattrs[name] = value;
      if (object.inherited.includes(name)) inherited.push(name);
    }
  }
  return { extattrs: extattrs as ExtensibleAttributes, inherited };
}

function kindOf({ type, matchClient }: InventoryObject): InventoryAddressKind {
  switch (type) {
    case "record:host":
      return "host";
    case "fixedaddress":
    case "ipv6fixedaddress":
      return matchClient === "RESERVED" ? "reservation" : "fixed";
    case "lease":
      return "lease";
    default:
      return "record";
  }
}

const nameTypes = {
  "record:host": "HOST",
  fixedaddress: "FIXED",
  ipv6fixedaddress: "FIXED",
  "record:a": "A",
  "record:aaaa": "AAAA",
  "record:ptr": "PTR",
  "record:cname": "CNAME",
} as const;

function namesOf(objects: readonly InventoryObject[]): InventoryName[] {
  return objects.flatMap(({ type, name, dnsView, aliases = [] }): InventoryName[] => {
    if (type === "lease" || name === undefined) return [];
    const view = dnsView === undefined ? {} : { dnsView };
    return [
      { name, type: nameTypes[type], ...view },
      ...aliases.map((alias) => ({ name: alias, type: "ALIAS" as const, ...view })),
    ];
  });
}

/** The view and the address in an order key: `"default"40a00070d2`. */
function addressOf(order: string): { readonly networkView: string; readonly ip: string } {
  const [, view = '""', family, digits = "0"] = /^("(?:[^"\\]|\\.)*")([46])([0-9a-f]+)2$/.exec(order) ?? [];
  return {
    networkView: JSON.parse(view) as string,
    ip: formatAddress({ family: family === "6" ? 6 : 4, value: BigInt(`0x${digits}`) }),
  };
}
