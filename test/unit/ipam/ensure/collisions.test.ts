import { describe, expect, it } from "vitest";
import { inOrder } from "../../../../src/ipam/ensure/collisions.js";
import type { DesiredKind } from "../../../../src/ipam/ensure/description.js";
import type { Judged } from "../../../../src/ipam/ensure/entry.js";
import type { Surplus } from "../../../../src/ipam/ensure/pruning.js";

const going = (kind: DesiredKind, key: string): Surplus => ({ kind, key, row: { _ref: `${kind}/${key}` } });

function coming(kind: DesiredKind, key: string): Judged {
  const entry = {
    kind,
    key,
    path: "",
    create: [] as never,
    finds: [],
    read: () => [] as never,
    compared: [],
  };
  const found = { entry, row: undefined, belongings: [], surplus: [] };
  return { found, differences: [], corrections: [], object: undefined };
}

function goesFirst(surplus: Surplus, ...judged: readonly Judged[]): boolean {
  return inOrder([surplus], judged).first.length === 1;
}

describe("the order of deletions", () => {
  it.each([
    ["host", "web.example.com"],
    ["reservation", "10.0.0.5"],
    ["record", "A web.example.com"],
    ["range", "10.0.0.5-10.0.0.9"],
  ] as const)("has a %s go first, which may be in the way", (kind, key) => {
    expect(goesFirst(going(kind, key))).toBe(true);
  });

  it.each([
    ["subnet", "10.0.0.0/24", "subnet", "10.0.0.0/25"],
    ["subnet", "10.0.0.0/24", "container", "10.0.0.0/24"],
    ["subnet", "10.0.0.0/16", "container", "10.0.0.0/24"],
    ["container", "10.0.0.0/24", "subnet", "10.0.0.0/24"],
    ["container", "10.0.0.0/25", "subnet", "10.0.0.0/24"],
    ["subnet", "2001:db8::/64", "subnet", "2001:db8::/65"],
  ] as const)("has the %s %s go before the %s %s comes", (kind, key, newKind, newKey) => {
    expect(goesFirst(going(kind, key), coming(newKind, newKey))).toBe(true);
  });

  it.each([
    ["subnet", "10.0.0.0/24", "subnet", "10.0.1.0/24"],
    ["subnet", "10.0.0.0/24", "container", "10.0.0.0/16"],
    ["container", "10.0.0.0/16", "subnet", "10.0.0.0/24"],
    ["subnet", "10.0.0.0/24", "host", "web.example.com"],
  ] as const)("lets the %s %s wait for the %s %s", (kind, key, newKind, newKey) => {
    expect(goesFirst(going(kind, key), coming(newKind, newKey))).toBe(false);
  });
});
