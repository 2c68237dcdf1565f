import { type Family, formatAddress, hostSpan, parseAddress, parseBlock, size } from "../../cidr.js";
import { Stopwatch } from "../../wapi/progress.js";
import { type Step, step } from "../../wapi/step.js";
import { percentOf } from "../capacity/free-space.js";
import { slices } from "../engine/chunk-size.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { addressType, mostFound, type UsedRow } from "../objects/in-use.js";
import { clientDuid, isReservationDuid } from "../objects/reservations.js";
import type { RowOf } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AddressMap, MapAddress, MapAddressKind, MapBlock, MapSubnet } from "./map-results.js";
import type { MapOptions } from "./requests.js";

/** How many subnets one request reads. Their answers are some thousand rows at most. */
const subnetsAtOnce = 25;

type AddressSpace = Pick<AddressMap, "family" | "networkView">;

/** Adds to each subnet its addresses in use. */
export async function withAddresses(
  settings: IpamSettings,
  place: AddressSpace,
  blocks: readonly MapBlock[],
  { signal, onProgress }: Pick<MapOptions, "signal" | "onProgress">,
): Promise<MapBlock[]> {
  const subnets = subnetsOf(blocks);
  const stopwatch = new Stopwatch(settings.clock);
  const found = new Map<string, readonly MapAddress[]>();
  for (const some of slices(subnets, subnetsAtOnce)) {
    for (const [cidr, addresses] of await readAddresses(settings, place, some, signal)) {
      found.set(cidr, addresses);
    }
    onProgress?.(stopwatch.of(found.size, subnets.length));
  }
  return filled(blocks, found);
}

/** The CIDRs of all subnets in these blocks. */
export function subnetsOf(blocks: readonly MapBlock[]): string[] {
  return blocks.flatMap((block) => (block.kind === "subnet" ? block.cidr : subnetsOf(block.children)));
}

function filled(blocks: readonly MapBlock[], found: ReadonlyMap<string, readonly MapAddress[]>): MapBlock[] {
  return blocks.map((block) =>
    block.kind === "container"
      ? { ...block, children: filled(block.children, found) }
      : counted(block, found.get(block.cidr) ?? []),
  );
}

function counted(subnet: MapSubnet, addresses: readonly MapAddress[]): MapSubnet {
  const block = parseBlock(subnet.cidr);
  if (block === undefined) return subnet;
  const used = addresses.filter(({ kind }) => kind !== "own").length;
  return { ...subnet, percent: percentOf(BigInt(used), size(hostSpan(block))), addresses };
}

/** Reads the addresses in use of some subnets: two requests, and two more for each subnet with more rows than a batch returns. */
async function readAddresses(
  settings: IpamSettings,
  { family, networkView }: AddressSpace,
  cidrs: readonly string[],
  signal: AbortSignal | undefined,
): Promise<[cidr: string, addresses: MapAddress[]][]> {
  const { wapi } = settings;
  const places = cidrs.map((network) => ({ network, network_view: networkView }));
  const searches = places.map(
    (where): Step<readonly UsedRow[]> =>
      step.find(addressType(family), { ...used(family, where), limit: mostFound }),
  );
  const findReserved = (where: Where): Step<readonly ReservedRow[]> =>
    step.find("fixedaddress", { ...reservations(where), limit: mostFound });
  const [[, found], reserved] = await Promise.all([
    batchWithAddresses(wapi, [], searches, { signal }),
    family === 4 ? wapi.batch(places.map(findReserved), { signal }) : [],
  ]);
  return Promise.all(
    places.map(async (where, index) => {
      const [rows, reservations] = [found[index] ?? [], reserved[index] ?? []];
      const isAll = rows.length < mostFound && reservations.length < mostFound;
      const addresses = isAll
        ? addressesOf(rows, reservations)
        : await readPaged(settings, family, where, signal);
      return [where.network, addresses];
    }),
  );
}

interface Where {
  readonly network: string;
  readonly network_view: string;
}

/** The search for addresses in use. The compiler cannot follow the fields of both families; the client checks them. */
function used(family: Family, where: Where) {
  const client = family === 4 ? "mac_address" : "duid";
  const fields = ["ip_address", "types", "names", "is_conflict", client] as const;
  return { where: { ...where, status: "USED" }, fields: fields as readonly "ip_address"[] } as const;
}

type ReservedRow = RowOf<"fixedaddress", "ipv4addr">;

/** The search for reservations: the row of an address does not tell them from other fixed addresses. */
function reservations(where: Where) {
  return { where: { ...where, match_client: "RESERVED" }, fields: ["ipv4addr"] } as const;
}

async function readPaged(
  { wapi }: IpamSettings,
  family: Family,
  where: Where,
  signal: AbortSignal | undefined,
): Promise<MapAddress[]> {
  const [rows, reserved] = await Promise.all([
    wapi.find(addressType(family), { ...used(family, where), signal }),
    family === 4 ? wapi.find("fixedaddress", { ...reservations(where), signal }) : [],
  ]);
  return addressesOf(rows, reserved);
}

function addressesOf(rows: readonly UsedRow[], reserved: readonly ReservedRow[]): MapAddress[] {
  const reservations = new Set(reserved.map(({ ipv4addr }) => ipv4addr));
  return rows
    .flatMap((row) => {
      const address = parseAddress(row.ip_address ?? "");
      return address === undefined ? [] : { row, ip: formatAddress(address), value: address.value };
    })
    .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
    .map(({ row, ip }) => ({
      ip,
      kind: kindOf(row, reservations.has(ip)),
      names: row.names ?? [],
      client: row.mac_address || clientDuid(row.duid),
      conflict: row.is_conflict ?? false,
    }));
}

/** The kind of an address. If several objects use it, the host or fixed address counts, not the lease that results from it. */
function kindOf({ types = [], duid = "" }: UsedRow, isReserved: boolean): MapAddressKind {
  const has = (...wanted: readonly string[]) => wanted.some((type) => types.includes(type));
  if (has("HOST")) return "host";
  if (has("FA")) return isReserved || isReservationDuid(duid) ? "reservation" : "fixed";
  if (has("LEASE")) return "lease";
  if (has("NETWORK", "BROADCAST")) return "own";
  // Guess: an address in use without an object of a known type was found by discovery (`UNMANAGED`).
  return has("A", "AAAA", "PTR", "CNAME", "BULKHOST") ? "record" : "discovered";
}
