import { AbortedError, NotFoundError } from "../../errors.js";
import { placesView } from "../engine/places.js";
import type { IpamSettings } from "../settings/settings.js";
import { aliasLine, followAliases } from "./aliases.js";
import { type InventoryEntry, objectOrder, orderOf } from "./entries.js";
import { type Finding, findingsIn } from "./findings.js";
import { joinLines } from "./joining.js";
import { Reader } from "./reader.js";
import { aroundReads, blockReads } from "./reading/blocks.js";
import { fixedReads } from "./reading/fixed-addresses.js";
import { hostReads } from "./reading/hosts.js";
import { leaseReads } from "./reading/leases.js";
import { rangeReads } from "./reading/ranges.js";
import type { Read, Row } from "./reading/read.js";
import { aliasFields, recordReads } from "./reading/records.js";
import type { Scope } from "./reading/scope.js";
import { dnsViewsRead, networkViewsRead, zoneReads } from "./reading/views.js";
import {
  type FindingsOptions,
  type InventoryCost,
  type InventoryOptions,
  inventoryParts,
} from "./requests.js";
import { checkInventoryRequest } from "./schemas.js";
import { secondLook } from "./second-look.js";
import { defaultMemory, line, SortedLines, SpillFolder } from "./sorted-lines.js";
import { blocksWithin, wantedOf } from "./wanted.js";

/**
 * A whole address plan, which is read by object type in pages and joined: see `Ipam.inventory`. Each loop reads the grid again.
 *
 * @example
 * for await (const entry of ipam.inventory({ within: "10.0.0.0/8" })) {
 *   if (entry.kind === "address") console.log(entry.ip, entry.names[0]?.name, entry.subnet);
 * }
 */
export class Inventory implements AsyncIterable<InventoryEntry> {
  readonly #settings: IpamSettings;
  readonly #options: InventoryOptions;

  /** Made by `Ipam`: see `ipam.inventory`. */
  constructor(settings: IpamSettings, options: InventoryOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<InventoryEntry, void, undefined> {
    const options = await checkInventoryRequest("inventory", this.#options);
    const folder = new SpillFolder();
    try {
      const collected = await collect(this.#settings, options, folder);
      for await (const entry of joinLines(this.#settings, collected.lines.sorted(), collected)) {
        options.signal?.throwIfAborted();
        yield entry;
      }
    } catch (error) {
      if (options.signal?.aborted && error === options.signal.reason) {
        throw new AbortedError("The inventory was aborted.", { cause: error });
      }
      throw error;
    } finally {
      await folder.remove();
    }
  }

  /**
   * Reads all entries into memory.
   *
   * @example
   * const entries = await ipam.inventory({ within: "10.0.0.0/16" }).toArray();
   */
  async toArray(): Promise<InventoryEntry[]> {
    const entries: InventoryEntry[] = [];
    for await (const entry of this) entries.push(entry);
    return entries;
  }

  /**
   * Finds duplicates, overlaps, addresses in DNS without a reservation and the reverse, hosts outside all subnets, subnets that are
   * nearly full, and names without a PTR record. It reads the inventory once.
   *
   * @throws {InvalidRequestError} if an option is not valid
   * @example
   * const findings = await ipam.inventory().findings({ routedBy: "VRF" });
   */
  async findings(options: FindingsOptions = {}): Promise<Finding[]> {
    const checked = await checkInventoryRequest("findings", options);
    const found: Finding[] = [];
    for await (const one of findingsIn(this, checked)) found.push(one);
    return found;
  }

  /**
   * Estimates how many requests the inventory will take. It reads the views and the IPv4 subnets, and estimates the number of
   * addresses from the subnets' utilization. An address with several objects, such as a fixed address and an A record, takes more.
   *
   * @throws {InvalidRequestError} if an option of the inventory is not valid
   * @example
   * const { requests, addresses } = await ipam.inventory().cost();
   */
  async cost(): Promise<InventoryCost> {
    return cost(this.#settings, await checkInventoryRequest("inventory", this.#options));
  }
}

/** Reads everything into sorted lines. */
async function collect(settings: IpamSettings, options: InventoryOptions, folder: SpillFolder) {
  const memory = options.memory === undefined ? defaultMemory : options.memory * 1024 * 1024;
  const sorter = () => new SortedLines(folder, memory);
  const lines = sorter();
  const reader = new Reader(settings, options);
  const scopes = await scopesOf(options, reader, lines);
  const [names, aliases] = [sorter(), sorter()];
  // CNAMEs are read first: names of addresses are kept only if there are any.
  const hasAliases = (await reader.all(scopes.flatMap(aliasReads), aliases)) > 0;
  reader.names = hasAliases ? names : undefined;
  await reader.all(
    scopes.flatMap((scope) => readsOf(settings, scope)),
    lines,
  );
  if (hasAliases) await addAliases(names, aliases, sorter, lines, scopes);
  return { lines, look: secondLook(settings, options, scopes), wanted: wantedOf(options) };
}

function readsOf(settings: IpamSettings, scope: Scope): Read[] {
  const { parts } = scope;
  return [
    ...zoneReads(scope),
    ...blockReads(settings, scope),
    ...(parts.has("subnets") || parts.has("addresses") ? aroundReads(settings, scope) : []),
    ...(parts.has("ranges") ? rangeReads(settings, scope) : []),
    ...(parts.has("addresses") ? [...hostReads(scope), ...fixedReads(scope)] : []),
    ...(parts.has("leases") ? leaseReads(scope) : []),
    ...(parts.has("records") ? recordReads(scope) : []),
  ];
}

function aliasReads({ dnsViews, parts }: Scope): Read[] {
  if (!parts.has("records")) return [];
  return dnsViews.map((view) => ({
    type: "record:cname",
    where: { view },
    fields: aliasFields,
    linesOf: (row: Row, at: string) => [aliasLine(row, at)],
  }));
}

/** Adds each CNAME to the addresses that it leads to. One that leads to none is added to the network view of its DNS view. */
async function addAliases(
  names: SortedLines,
  aliases: SortedLines,
  sorter: () => SortedLines,
  lines: SortedLines,
  scopes: readonly Scope[],
): Promise<void> {
  const viewOf = new Map(
    scopes.flatMap(({ dnsViews, networkView }) => dnsViews.map((name) => [name, networkView])),
  );
  const isWhole = scopes.every(({ blocks }) => blocks === undefined);
  await followAliases(
    names,
    aliases,
    sorter,
    (key, fact) => lines.add([line(`${key}${objectOrder(fact.object)}`, fact)]),
    async ({ object, at }) => {
      // If only a part of the plan is read, such a CNAME probably leads to another part.
      if (!isWhole) return;
      const { type, name = "", dnsView = "", ...rest } = object;
      const networkView = viewOf.get(dnsView) ?? "";
      const record = {
        kind: "record",
        networkView,
        type: "CNAME",
        name,
        dnsView,
        ...rest,
        readAt: at,
      } as const;
      await lines.add([line(orderOf(record), record)]);
    },
  );
}

/** The network views to read, each with its DNS views. Their entries are added to the lines. */
async function scopesOf(
  { networkViews, within, families = [4, 6], include = inventoryParts }: InventoryOptions,
  reader: Reader,
  lines: SortedLines,
): Promise<Scope[]> {
  const wanted = networkViews === undefined ? undefined : [networkViews].flat();
  const blocks = blocksWithin(within);
  const views: string[] = [];
  const dnsViews = new Map<string, string[]>();
  const isWanted = (view: string) => wanted?.includes(view) ?? view !== placesView;
  await Promise.all([
    reader.each(networkViewsRead, async (rows, at) => {
      const own = rows.filter((row) => isWanted(row["name"]));
      views.push(...own.map((row) => String(row["name"])));
      await lines.add(own.flatMap((row) => networkViewsRead.linesOf(row, at)));
    }),
    reader.each(dnsViewsRead, async (rows, at) => {
      const own = rows.filter((row) => isWanted(row["network_view"]));
      for (const { network_view, name } of own)
        dnsViews.set(network_view, [...(dnsViews.get(network_view) ?? []), name]);
      await lines.add(own.flatMap((row) => dnsViewsRead.linesOf(row, at)));
    }),
  ]);
  const missing = wanted?.find((view) => !views.includes(view));
  if (missing !== undefined) throw noView(missing, views);
  return views.map((networkView) => ({
    networkView,
    dnsViews: dnsViews.get(networkView) ?? [],
    blocks,
    families:
      blocks === undefined ? families : families.filter((one) => blocks.some(({ family }) => family === one)),
    parts: new Set(include),
  }));
}

function noView(name: string, views: readonly string[]): NotFoundError {
  const known = views.length > 0 ? `; there are ${views.join(", ")}` : "";
  return new NotFoundError(`There is no network view "${name}"${known}.`, {
    status: 404,
    code: "ERR_INFOBLOX_NOT_FOUND",
    method: "GET",
    path: "networkview",
  });
}

async function cost(settings: IpamSettings, options: InventoryOptions): Promise<InventoryCost> {
  const folder = new SpillFolder();
  try {
    const lines = new SortedLines(folder);
    const reader = new Reader(settings, options);
    const scopes = await scopesOf(options, reader, lines);
    const reads = scopes.flatMap((scope) => [...aliasReads(scope), ...readsOf(settings, scope)]);
    const views = reader.requests;
    for (const one of reads.filter(({ type }) => type === "network")) await reader.each(one, () => {});
    const { subnets, requests: spent } = reader;
    const addresses = scopes.some(({ parts }) => parts.has("addresses")) ? Math.round(reader.used) : 0;
    const pages = Math.floor(subnets / reader.pageSize) + Math.floor(addresses / reader.pageSize);
    const objects = subnets + addresses;
    return { requests: views + reads.length + pages, objects, subnets, addresses, spent };
  } finally {
    await folder.remove();
  }
}
