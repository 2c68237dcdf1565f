import type { Family } from "../../../cidr.js";
import { isReserved } from "../../objects/reservations.js";
import { type AddressFact, described, factLine, ipOf, type Read, type Row, read } from "./read.js";
import { isWithin, matching, type Scope, searchesOf } from "./scope.js";

const fixedFields = ["name", "network", "disable", "comment", "extattrs"] as const;
const fixedFields4 = [
  ...fixedFields,
  "ipv4addr",
  "mac",
  "match_client",
  "dhcp_client_identifier",
  "agent_circuit_id",
  "agent_remote_id",
] as const;
const fixedFields6 = [...fixedFields, "ipv6addr", "duid", "match_client", "mac_address"] as const;

export function fixedReads(scope: Scope): Read[] {
  return scope.families.flatMap((family) =>
    searchesOf(scope, [family]).map((narrowing) =>
      fixedRead(scope, family, matching(`ipv${family}addr`, narrowing)),
    ),
  );
}

export function fixedRead(scope: Scope, family: Family, more: object): Read {
  const where = { network_view: scope.networkView, ...more };
  const linesOf = (row: Row, at: string) => fixedLines(scope, row, at);
  return family === 4
    ? read("fixedaddress", where, fixedFields4, linesOf)
    : read("ipv6fixedaddress", where, fixedFields6, linesOf);
}

/** The lines of a fixed address. A fixed IPv6 prefix has no address, so it has no line. */
function fixedLines(scope: Scope, row: Row, at: string): string[] {
  const ip = ipOf(row);
  if (ip === undefined || !isWithin(scope, ip)) return [];
  const isIpv6 = ip.includes(":");
  const reserved = isReserved(row);
  const matchClient = reserved ? "RESERVED" : row["match_client"];
  const identifiers: Record<string, unknown> = {
    CLIENT_ID: row["dhcp_client_identifier"],
    CIRCUIT_ID: row["agent_circuit_id"],
    REMOTE_ID: row["agent_remote_id"],
  };
  const object = {
    type: isIpv6 ? "ipv6fixedaddress" : "fixedaddress",
    ...(row["name"] && { name: row["name"] }),
    ...(!(reserved && !isIpv6) &&
      (row["mac"] || row["mac_address"]) && { mac: row["mac"] || row["mac_address"] }),
    ...(row["duid"] && { duid: row["duid"] }),
    matchClient,
    client: identifiers[matchClient],
    ...described(row),
  };
  return [factLine(scope.networkView, ip, { object, network: row["network"], at } as AddressFact)];
}
