import { type Block, contains, overlaps, parseAddress, parseBlock, parseReverseName } from "../../cidr.js";
import { isSameName } from "../requests/dns-name.js";
import {
  type AddressEntry,
  type InventoryEntry,
  type InventoryName,
  orderOf,
  type SubnetEntry,
} from "./entries.js";
import { entriesOf, type InventorySource } from "./files.js";
import type { FindingsOptions } from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { SortedLines, SpillFolder } from "./sorted-lines.js";

/** The kind of a finding in an address plan. */
export type FindingKind =
  /** Several hosts or fixed addresses on one address, one client on several addresses, or one request id on several objects. */
  | "duplicate"
  /** Subnets of different network views that share routing (see `routedBy`) and overlap. */
  | "overlap"
  /** An address in DNS without a host, fixed address, reservation or lease. */
  | "dns-without-reservation"
  /** A fixed address that no DNS name points to, or a host without DNS. */
  | "reservation-without-dns"
  /** A host outside all subnets. */
  | "outside-subnets"
  /** A subnet that is nearly full. */
  | "nearly-full"
  /** A name whose address has no PTR record for it. */
  | "without-ptr";

/** Something in an address plan that may need attention. */
export interface Finding {
  readonly kind: FindingKind;
  readonly networkView: string;
  /** The address or CIDR. */
  readonly place: string;
  /** The finding as a sentence. */
  readonly text: string;
  /** The other addresses or CIDRs of the finding. */
  readonly others: readonly string[];
}

/**
 * Finds problems in an inventory while it is read. Findings about one address or block come in the order of the inventory, duplicates
 * and overlaps at the end.
 *
 * @throws {InvalidRequestError} if an option is not valid, or an entry is none
 * @example
 * for await (const { kind, place, text } of findingsIn("monday.jsonl")) console.log(kind, place, text);
 */
export async function* findingsIn(
  source: InventorySource,
  options: FindingsOptions = {},
): AsyncGenerator<Finding, void, undefined> {
  const { fullFrom = 90, routedBy } = await checkInventoryRequest("findings", options);
  const folder = new SpillFolder();
  const [clients, routed] = [new SortedLines(folder), new SortedLines(folder)];
  const plan = new PlanSoFar();
  try {
    for await (const entry of entriesOf(source)) {
      plan.add(entry);
      if (entry.kind === "subnet") {
        yield* fullness(entry, fullFrom);
        if (routedBy !== undefined) await routed.add(plan.routedLines(entry, routedBy));
      } else if (entry.kind === "address") {
        yield* addressFindings(entry, plan);
        await clients.add(identityLines(entry));
      }
    }
    yield* duplicates(clients);
    yield* overlapping(routed);
  } finally {
    await folder.remove();
  }
}

/** Values of earlier entries that later ones need. */
class PlanSoFar {
  #view: InventoryEntry | undefined;
  /** Reverse zones of the network view, by DNS view. */
  #reverseZones: { readonly dnsView: string; readonly block: Block }[] = [];

  add(entry: InventoryEntry): void {
    if (entry.kind === "networkView") {
      this.#view = entry;
      this.#reverseZones = [];
    } else if (entry.kind === "zone" && entry.format !== "FORWARD") {
      const block = parseBlock(entry.fqdn) ?? parseReverseName(entry.fqdn);
      if (block !== undefined) this.#reverseZones.push({ dnsView: entry.dnsView, block });
    }
  }

  /** Whether the DNS view has a reverse zone for the address. Then the grid serves a pointer for each host. */
  hasReverseZone(dnsView: string, ip: string): boolean {
    const address = parseAddress(ip);
    return (
      address !== undefined &&
      this.#reverseZones.some((zone) => zone.dnsView === dnsView && contains(zone.block, address))
    );
  }

  routedLines(subnet: SubnetEntry, attribute: string): string[] {
    const value = attributeOf(subnet, attribute) ?? (this.#view && attributeOf(this.#view, attribute));
    if (value === undefined) return [];
    // Sorted by address across all views, so the view comes after the place.
    const place = orderOf({ ...subnet, networkView: "" });
    return [JSON.stringify([JSON.stringify(value), place, subnet.networkView, subnet.cidr])];
  }
}

function attributeOf({ extattrs }: InventoryEntry, attribute: string): unknown {
  return (extattrs as Readonly<Record<string, unknown>>)[attribute];
}

function* fullness({ percent, networkView, cidr }: SubnetEntry, fullFrom: number): Generator<Finding> {
  if (percent === undefined || percent < fullFrom) return;
  const text = `The grid reports ${cidr} as ${percent} % full.`;
  yield { kind: "nearly-full", networkView, place: cidr, text, others: [] };
}

function* addressFindings(entry: AddressEntry, plan: PlanSoFar): Generator<Finding> {
  const { networkView, ip, kinds, names, objects, subnet } = entry;
  const others: string[] = [];
  const found = (kind: FindingKind, text: string): Finding => ({
    kind,
    networkView,
    place: ip,
    text,
    others,
  });
  const holders = objects.filter(({ type }) => /^record:host$|fixedaddress$/.test(type));
  const named = names.filter(({ type }) => type !== "FIXED");
  if (holders.length > 1) {
    const all = holders.map(({ type, name = "" }) => `${type} ${name}`.trim()).join(", ");
    yield found("duplicate", `${ip} has several holders: ${all}.`);
  }
  if (kinds.length > 0 && kinds.every((kind) => kind === "record")) {
    const all = named.map(({ type, name }) => `${type} ${name}`).join(", ");
    yield found("dns-without-reservation", `${ip} is in DNS (${all}), but nothing reserves it.`);
  }
  const inDns = named.some(({ dnsView }) => dnsView !== undefined);
  if (holders.length > 0 && !kinds.includes("reservation") && !inDns) {
    yield found("reservation-without-dns", `${ip} is reserved, but no name in DNS points to it.`);
  }
  if (kinds.includes("host") && subnet === undefined) {
    yield found("outside-subnets", `${names[0]?.name ?? ip} has ${ip}, which lies in no subnet.`);
  }
  for (const { type, name, dnsView } of named) {
    if (dnsView === undefined || (type !== "HOST" && type !== "A" && type !== "AAAA")) continue;
    // A wildcard represents many names.
    if (name.startsWith("*.")) continue;
    const isPointer = (other: InventoryName) =>
      other.type === "PTR" && other.dnsView === dnsView && isSameName(other.name, name);
    const hasPointer = (type === "HOST" && plan.hasReverseZone(dnsView, ip)) || named.some(isPointer);
    if (!hasPointer) yield found("without-ptr", `${name} points to ${ip}, which has no PTR record for it.`);
  }
}

/** Lines with the MAC, the DUID and the request id of an address, each of which only one object may have. */
function identityLines({ networkView, ip, objects, mac, duid, requestId, kinds }: AddressEntry): string[] {
  const holder = objects[0];
  const isHeld = kinds.some((kind) => kind === "host" || kind === "fixed");
  return [
    ...(isHeld && mac !== undefined ? [["MAC", mac.toLowerCase(), holder?.ref]] : []),
    ...(isHeld && duid !== undefined ? [["DUID", duid.toLowerCase(), holder?.ref]] : []),
    ...(requestId === undefined ? [] : [["request id", requestId, holder?.ref]]),
  ].map(([what, value, ref]) => JSON.stringify([networkView, what, value, ip, ref]));
}

/** The duplicates among lines that are sorted by value. */
async function* duplicates(lines: SortedLines): AsyncGenerator<Finding, void, undefined> {
  type Identity = readonly [networkView: string, what: string, value: string, ip: string, ref: string];
  let group: Identity[] = [];
  const settled = (): Finding[] => {
    const [first, ...others] = group;
    group = [];
    // A host with several addresses is one object.
    if (first === undefined || others.every(([, , , , ref]) => ref === first[4])) return [];
    const [networkView, what, value, place] = first;
    const ips = others.map(([, , , ip]) => ip);
    const text = `${what} ${value} is on several addresses: ${[place, ...ips].join(", ")}.`;
    return [{ kind: "duplicate", networkView, place, text, others: ips }];
  };
  for await (const batch of lines.sorted()) {
    for (const one of batch) {
      const identity = JSON.parse(one) as Identity;
      const [first] = group;
      const isSame = first !== undefined && [0, 1, 2].every((part) => first[part] === identity[part]);
      if (!isSame) yield* settled();
      group.push(identity);
    }
  }
  yield* settled();
}

/** The overlaps among lines that are sorted by the value of the attribute, then by address. */
async function* overlapping(lines: SortedLines): AsyncGenerator<Finding, void, undefined> {
  interface Subnet {
    readonly value: string;
    readonly networkView: string;
    readonly cidr: string;
    readonly block: Block;
  }
  let open: Subnet[] = [];
  for await (const batch of lines.sorted()) {
    for (const one of batch) {
      const [value, , networkView, cidr] = JSON.parse(one) as [string, string, string, string];
      const block = parseBlock(cidr);
      if (block === undefined) continue;
      open = open.filter((subnet) => subnet.value === value && overlaps(subnet.block, block));
      const others = open.filter((subnet) => subnet.networkView !== networkView);
      if (others.length > 0) {
        const all = others.map((other) => `${other.cidr} of network view ${other.networkView}`);
        const text = `${cidr} of network view ${networkView} overlaps ${all.join(", ")}, which share routing (${value}).`;
        yield { kind: "overlap", networkView, place: cidr, text, others: others.map((other) => other.cidr) };
      }
      open.push({ value, networkView, cidr, block });
    }
  }
}
