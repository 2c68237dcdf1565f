import { type Block, blockOf, firstOf, formatBlock, parseReverseName, subnets } from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import type { RowOf } from "../objects/rows.js";
import { canonicalName, zoneFqdn } from "../requests/dns-name.js";
import { usualLength } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";

/** A zone that a grid is authoritative for. WAPI: `zone_auth`. */
export interface Zone {
  readonly ref: string;
  /** The name, or the CIDR of a reverse zone: `"example.com"`, `"10.0.7.0/24"`. */
  readonly fqdn: string;
  readonly dnsView: string;
  readonly kind: "forward" | "reverse";
}

/** The bits of one label of a reverse name: an octet, or a hex digit. */
const bitsPerLabel = { 4: 8, 6: 4 } as const;

/**
 * The zones that a name may lie in, the longest first. A grid names reverse zones by their CIDR, so a reverse name gives CIDRs.
 */
export function zonesAround(name: string): string[] {
  const block = parseReverseName(name);
  if (block !== undefined) return zonesAroundBlock(block);
  const labels = canonicalName(name).split(".");
  return labels.map((_, index) => labels.slice(index).join("."));
}

/**
 * The CIDRs of the reverse zones that may contain a block, the smallest first: those that end at a label, and classless ones for IPv4.
 */
export function zonesAroundBlock(block: Block): string[] {
  const bits = bitsPerLabel[block.family];
  const around: string[] = [];
  for (let length = block.prefixLength; length >= bits; length -= 1) {
    const classless = block.family === 4 && length > 24;
    if (length % bits === 0 || classless) around.push(formatBlock(blockOf(firstOf(block), length)));
  }
  return around;
}

/** The blocks of the reverse zones for all addresses of a subnet. Each ends at an octet, or at a hex digit for IPv6. */
export function reverseZoneBlocks(block: Block): Block[] {
  const bits = bitsPerLabel[block.family];
  const most = block.family === 4 ? 24 : 124;
  const length = Math.min(most, Math.ceil(Math.max(block.prefixLength, bits) / bits) * bits);
  return length < block.prefixLength ? [blockOf(firstOf(block), length)] : [...subnets(block, length)];
}

/** The zone to create for a name, for messages: that of its parent. */
export function neededZone(name: string): string {
  const block = parseReverseName(name);
  if (block === undefined) return name.slice(name.indexOf(".") + 1);
  return formatBlock(blockOf(firstOf(block), usualLength(block.family)));
}

/** Finds the first of these zones that exists, with one request. */
export async function findZone(
  { wapi }: IpamSettings,
  candidates: readonly string[],
  dnsView: string,
  signal: AbortSignal | undefined,
): Promise<Zone | undefined> {
  if (candidates.length === 0) return undefined;
  const found = await wapi.batch(findZones(candidates, dnsView), { signal });
  const [row] = found.flat();
  return row && zoneOf(row);
}

export function findZones(names: readonly string[], dnsView: string): Step<readonly ZoneRow[]>[] {
  const options = { fields: ["fqdn", "view", "zone_format"], limit: 1 } as const;
  return names.map((fqdn) => step.find("zone_auth", { where: { fqdn, view: dnsView }, ...options }));
}

type ZoneRow = RowOf<"zone_auth", "fqdn" | "view" | "zone_format">;

export function zoneOf({ _ref, fqdn = "", view = "", zone_format }: ZoneRow): Zone {
  const kind = zone_format === "FORWARD" ? "forward" : "reverse";
  return { ref: _ref, fqdn: zoneFqdn(fqdn), dnsView: view, kind };
}
