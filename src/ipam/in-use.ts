import type { Family } from "../cidr.js";
import { type Step, step } from "../wapi/step.js";

/** A row of `ipv4address` or `ipv6address`. */
export interface UsedRow {
  readonly ip_address?: string;
  readonly types?: readonly string[];
  readonly names?: readonly string[];
}

/** Every IPv4 network uses its first and its last address itself. */
const ownAddresses: ReadonlySet<string> = new Set(["NETWORK", "BROADCAST"]);

/** Whether this is the network's or the broadcast address. */
export function isOwnAddress({ types = [] }: UsedRow): boolean {
  return types.some((type) => ownAddresses.has(type));
}

/** How many addresses are looked at: enough to tell, and to name some. */
const looked = 20;

export function addressType(family: Family): "ipv4address" | "ipv6address" {
  return family === 4 ? "ipv4address" : "ipv6address";
}

/** Asks for addresses of a subnet that something uses. */
export function findUsed(family: Family, network: string, networkView: string): Step<readonly UsedRow[]> {
  return step.find(addressType(family), {
    where: { network, network_view: networkView, status: "USED" },
    fields: ["ip_address", "types", "names"],
    limit: looked,
  });
}

/** Those that stand in the way, for people: `10.0.7.5 (HOST web-1.example.com)`. */
export function inTheWay(rows: readonly UsedRow[], gateway: string | undefined): string[] {
  return rows
    .filter((row) => !isOwnAddress(row) && row.ip_address !== gateway)
    .map(
      ({ ip_address, types = [], names = [] }) =>
        `${ip_address} (${[...types, ...names].join(" ") || "USED"})`,
    );
}
