import type { Family } from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import type { Ref } from "../../wapi/types.js";

/** A row of `ipv4address` or `ipv6address`. */
export interface UsedRow {
  readonly ip_address?: string;
  readonly types?: readonly string[];
  readonly names?: readonly string[];
  readonly objects?: readonly Ref[];
  readonly mac_address?: string;
  readonly duid?: string;
  readonly is_conflict?: boolean;
}

export const usedFields = ["ip_address", "types", "names", "objects"] as const;

/** Whether this is an IPv4 network's first or last address. */
export function isOwnAddress({ types = [] }: UsedRow): boolean {
  return types.includes("NETWORK") || types.includes("BROADCAST");
}

/** Enough to know that a subnet is in use, and to name some addresses in the error. */
const fewFound = 20;
/** The most rows that a grid returns without paging. A batch has no paging. */
export const mostFound = 1000;

export function addressType(family: Family): "ipv4address" | "ipv6address" {
  return family === 4 ? "ipv4address" : "ipv6address";
}

/** The search for used addresses of a subnet: for a few, or for as many as a batch can return. */
export function findUsed(
  family: Family,
  network: string,
  networkView: string,
  everything = false,
): Step<readonly UsedRow[]> {
  return step.find(addressType(family), {
    where: { network, network_view: networkView, status: "USED" },
    fields: usedFields,
    limit: everything ? mostFound : fewFound,
  });
}

/** The addresses that prevent a release, for messages: `10.0.7.5 (HOST web-1.example.com)`. */
export function inTheWay(rows: readonly UsedRow[], gateway: string | undefined): string[] {
  return rows
    .filter((row) => !isOwnAddress(row) && row.ip_address !== gateway)
    .map(
      ({ ip_address, types = [], names = [] }) =>
        `${ip_address} (${[...types, ...names].join(" ") || "USED"})`,
    );
}
