import { blockOf, type Family, overlaps, parseSpan } from "../../../cidr.js";
import { canonicalAddress } from "../../requests/syntax.js";
import type { IpamSettings } from "../../settings/settings.js";
import { entryLine, type Read, type Row, read } from "./read.js";
import { matching, type Narrowing, narrowings, type Scope } from "./scope.js";

const rangeFields = [
  "start_addr",
  "end_addr",
  "network",
  "name",
  "member",
  "ms_server",
  "exclude",
  "disable",
  "comment",
  "extattrs",
] as const;

export function rangeReads(settings: IpamSettings, scope: Scope): Read[] {
  const { networkView, families } = scope;
  const linesOf = (row: Row, at: string) => rangeLines(settings, scope, row, at);
  return families.flatMap((family) =>
    wideSearchesOf(scope, family).map((narrowing) => {
      const where = { network_view: networkView, ...matching("network", narrowing) };
      return family === 4
        ? read("range", where, [...rangeFields, "failover_association"], linesOf)
        : read("ipv6range", where, rangeFields, linesOf);
    }),
  );
}

/** The prefix length of the largest subnet that a grid accepts. */
const largestSubnet = { 4: 8, 6: 32 } as const;

/** Searches that also find ranges of larger subnets around the blocks, since such a range may reach into a block. */
function wideSearchesOf({ blocks }: Scope, family: Family): readonly (Narrowing | undefined)[] {
  if (blocks === undefined) return [undefined];
  const own = blocks.filter((block) => block.family === family);
  return narrowings(
    own.map(({ first, prefixLength }) =>
      blockOf({ family, value: first }, Math.min(prefixLength, largestSubnet[family])),
    ),
  );
}

/** The line of a range. A range of IPv6 prefixes has no addresses, so it has no line. */
function rangeLines(settings: IpamSettings, scope: Scope, row: Row, at: string): string[] {
  const [first, last] = [canonicalAddress(row["start_addr"]), canonicalAddress(row["end_addr"])];
  if (first === undefined || last === undefined) return [];
  const span = parseSpan(`${first}-${last}`);
  const { blocks } = scope;
  if (span === undefined || (blocks && !blocks.some((block) => overlaps(block, span)))) return [];
  const own = {
    kind: "range",
    networkView: scope.networkView,
    first,
    last,
    family: span.family,
    subnet: row["network"],
    name: row["name"] || undefined,
    member: row["member"]?.name ?? row["ms_server"]?.ipv4addr,
    failoverAssociation: row["failover_association"],
    ...(row["exclude"]?.length > 0 && { exclusions: row["exclude"].map(exclusionText).sort() }),
  };
  return [entryLine(own, row, at, settings.ownership)];
}

function exclusionText({ start_address, end_address }: Row): string {
  return `${canonicalAddress(start_address)}-${canonicalAddress(end_address)}`;
}
