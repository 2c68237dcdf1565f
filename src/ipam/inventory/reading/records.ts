import type { Family } from "../../../cidr.js";
import type { InventoryObject } from "../entries.js";
import { described, factLine, ipOf, type Read, type Row, read } from "./read.js";
import { isWithin, matching, type Narrowing, type Scope, searchesOf } from "./scope.js";

const recordFields = ["name", "view", "ttl", "disable", "comment", "extattrs"] as const;

/** The searches for A, AAAA and PTR records, one for each DNS view: without a view, a grid searches its default view only. */
export function recordReads(scope: Scope): Read[] {
  return scope.dnsViews.flatMap((view) => [
    ...scope.families.flatMap((family) =>
      searchesOf(scope, [family]).map((narrowing) => forwardRead(scope, view, family, narrowing)),
    ),
    ...searchesOf(scope, scope.families).map((narrowing) =>
      read(
        "record:ptr",
        { view, ...(narrowing && matching(`ipv${narrowing.family}addr`, narrowing)) },
        [...recordFields, "ptrdname", "ipv4addr", "ipv6addr"],
        (row, at) => recordLines(scope, "record:ptr", row["ptrdname"], row, at),
      ),
    ),
  ]);
}

function forwardRead(scope: Scope, view: string, family: Family, narrowing: Narrowing | undefined): Read {
  const where = { view, ...matching(`ipv${family}addr`, narrowing) };
  return family === 4
    ? read("record:a", where, [...recordFields, "ipv4addr"], (row, at) =>
        recordLines(scope, "record:a", row["name"], row, at),
      )
    : read("record:aaaa", where, [...recordFields, "ipv6addr"], (row, at) =>
        recordLines(scope, "record:aaaa", row["name"], row, at),
      );
}

function recordLines(
  scope: Scope,
  type: "record:a" | "record:aaaa" | "record:ptr",
  name: string,
  row: Row,
  at: string,
): string[] {
  const ip = ipOf(row);
  if (ip === undefined || !isWithin(scope, ip) || isLocalhost(name, ip)) return [];
  return [factLine(scope.networkView, ip, { object: recordObject(type, name, row), at })];
}

/** Whether it is a pointer of localhost, which every DNS view has. It is no part of the plan. */
function isLocalhost(name: string, ip: string): boolean {
  return name.toLowerCase() === "localhost" && (ip === "127.0.0.1" || ip === "::1");
}

export function recordObject(
  type: InventoryObject["type"],
  name: string,
  row: Row,
  canonical?: string,
): InventoryObject {
  return {
    type,
    name,
    dnsView: row["view"],
    canonical,
    ...described(row),
  };
}

export const aliasFields = [...recordFields, "canonical"] as const;
