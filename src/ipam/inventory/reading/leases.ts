import { canonicalAddress } from "../../requests/syntax.js";
import type { InventoryObject } from "../entries.js";
import { factLine, type Read, type Row, read, timeText } from "./read.js";
import { isWithin, matching, type Scope, searchesOf } from "./scope.js";

const leaseFields = [
  "address",
  "binding_state",
  "starts",
  "ends",
  "client_hostname",
  "hardware",
  "ipv6_duid",
  "network",
] as const;

/** The searches for active leases of both families. A grid also keeps free and expired ones for a long time. */
export function leaseReads(scope: Scope): Read[] {
  const { networkView } = scope;
  return searchesOf(scope, scope.families).map((narrowing) =>
    read(
      "lease",
      { network_view: networkView, binding_state: "ACTIVE", ...matching("address", narrowing) },
      leaseFields,
      (row, at) => leaseLines(scope, row, at),
    ),
  );
}

function leaseLines(scope: Scope, row: Row, at: string): string[] {
  const ip = canonicalAddress(row["address"]);
  if (ip === undefined || !isWithin(scope, ip)) return [];
  const object: InventoryObject = {
    type: "lease",
    ...(row["hardware"] && { mac: row["hardware"] }),
    ...(row["ipv6_duid"] && { duid: row["ipv6_duid"] }),
    lease: {
      state: row["binding_state"],
      starts: timeText(row["starts"]),
      ends: timeText(row["ends"]),
      hostname: row["client_hostname"] || undefined,
    },
    extattrs: {},
    inherited: [],
    ref: row._ref,
  };
  return [factLine(scope.networkView, ip, { object, network: row["network"], at })];
}
