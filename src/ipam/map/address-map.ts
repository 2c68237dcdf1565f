import type { Block, Family } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { readTogether } from "../../wapi/read-together.js";
import type { Ref } from "../../wapi/ref.js";
import { forecast } from "../capacity/forecast.js";
import { blockOf } from "../objects/rows.js";
import {
  type HolderType,
  holderType,
  networkViewOf,
  parseTargets,
  type Target,
} from "../requests/targets.js";
import { checkView, type IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { whereOf } from "../sources/source-query.js";
import { blocksIn } from "../sources/space.js";
import { narrowedTo, outermost } from "../sources/within.js";
import { subnetsOf, withAddresses } from "./map-addresses.js";
import type { AddressMap, MapBlock } from "./map-results.js";
import { growTree, type MapRows, type NetworkRow } from "./map-tree.js";
import type { MapOptions, MapSource } from "./requests.js";
import { checkMapRequest } from "./schemas.js";

/** Addresses are read by default if there are at most this many subnets. */
const fewSubnets = 64;
/** For more places than this, the whole network view is read: that takes fewer requests. */
const fewPlaces = 8;

/** What to draw: a whole network view, or some blocks in it. */
interface Extent extends Pick<AddressMap, "title" | "networkView" | "family"> {
  /** `undefined`: everything in the network view. */
  readonly places: readonly Block[] | undefined;
}

/** See `Ipam.map`. */
export async function map(settings: IpamSettings, source: MapSource, options: unknown): Promise<AddressMap> {
  const checked: MapOptions = await checkMapRequest("map", options);
  const extent = await extentOf(settings, source, checked);
  const rows = await readRows(settings, extent, checked);
  const blocks = growTree(rows, extent.places);
  if (blocks.length === 0) throw notFound(`IPv${extent.family} subnet or container`, extent.networkView);
  const wanted = checked.addresses ?? subnetsOf(blocks).length <= fewSubnets;
  const filled = wanted ? await withAddresses(settings, extent, blocks, checked) : blocks;
  const { places: _, ...shown } = extent;
  return {
    ...shown,
    readAt: new Date().toISOString(),
    blocks: await withForecasts(filled, extent.networkView, checked),
  };
}

/** Adds to each block its forecast, if the inventories of `history` contain it. */
async function withForecasts(
  blocks: readonly MapBlock[],
  networkView: string,
  { history, signal }: MapOptions,
): Promise<readonly MapBlock[]> {
  if (history === undefined) return blocks;
  const found = await forecast({ history, networkView, signal });
  const byPlace = new Map(found.map((one) => [`${one.kind} ${one.place}`, one]));
  const placed = (all: readonly MapBlock[]): MapBlock[] =>
    all.map((block) => {
      const lasts = byPlace.get(`${block.kind} ${block.cidr}`);
      const own = lasts === undefined ? block : { ...block, forecast: lasts };
      return own.kind === "container" ? { ...own, children: placed(own.children) } : own;
    });
  return placed(blocks);
}

async function extentOf(settings: IpamSettings, source: MapSource, options: MapOptions): Promise<Extent> {
  if (isView(source)) {
    const { networkView, family = 4 } = source;
    checkView("networkView", networkView);
    return { title: `network view ${networkView}, IPv${family}`, networkView, family, places: undefined };
  }
  const targets = parseTargets(source, ["container", "network"], "source");
  const networkView = networkViewOf(targets, options.networkView, settings.networkView);
  const found = await Promise.all(
    targets.map((target) => placesOf(settings, target, networkView, options.signal)),
  );
  const places = outermost(found.flat());
  const title = targets.map(({ text }) => text).join(", ");
  if (places.length === 0) throw notFound(`subnet or container ${title}`, networkView);
  return { title, networkView, family: targets[0]?.family ?? 4, places };
}

function isView(source: MapSource): source is { networkView: string; family?: Family } {
  return typeof source === "object" && source !== null && "networkView" in source && !("ref" in source);
}

type Holder = HolderType<"network" | "container">;

async function placesOf(
  { wapi }: IpamSettings,
  target: Target,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Block[]> {
  switch (target.kind) {
    case "block":
      return [target.block];
    case "ref":
      return [blockOf(await wapi.get(target.ref as Ref<Holder>, { fields: ["network"], signal }))];
    case "query": {
      const search = { where: whereOf(target, networkView), fields: ["network"], signal } as const;
      const found = await Promise.all([
        wapi.find(holderType("container", target.family), search),
        wapi.find(holderType("network", target.family), search),
      ]);
      return blocksIn(found.flat());
    }
    case "range":
      throw invalid("source", target.text, "must be a subnet or container, not a range", "10.0.0.0/24");
  }
}

/** Reads containers, subnets and ranges, each in pages. */
async function readRows(
  { wapi, clock }: IpamSettings,
  { family, networkView, places }: Extent,
  { onRead, signal }: MapOptions,
): Promise<MapRows> {
  const reading = readTogether(clock, onRead);
  const parts =
    places === undefined || places.length > fewPlaces ? [{}] : places.map((place) => narrowedTo(place));
  const read = parts.map(async (narrowed) => {
    const where = { network_view: networkView, ...narrowed };
    const fields = ["network", "comment", "extattrs"] as const;
    const rangeFields = ["start_addr", "end_addr", "comment"] as const;
    const search = () => ({ where: where as { network_view: string }, onProgress: reading(), signal });
    const [containers, subnets, ranges] = await Promise.all([
      wapi.find(holderType("container", family), { ...search(), fields }),
      family === 4
        ? wapi.find("network", { ...search(), fields: [...fields, "utilization"] })
        : wapi.find("ipv6network", { ...search(), fields }),
      wapi.find(holderType("range", family), { ...search(), fields: rangeFields }),
    ]);
    return { containers, subnets: subnets as readonly NetworkRow[], ranges };
  });
  const found = await Promise.all(read);
  return {
    containers: found.flatMap(({ containers }) => containers),
    subnets: found.flatMap(({ subnets }) => subnets),
    ranges: found.flatMap(({ ranges }) => ranges),
  };
}
