import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, formatBlock, parseBlock, parseSpan, type Span } from "../../../../src/cidr.js";
import type { Grid } from "../../../../src/grid/model/rules.js";
import type { Entity } from "../../../../src/grid/store/entity.js";
import { Space, spaceOf } from "../../../../src/grid/store/space.js";
import { Asked } from "../../../fidelity/asking.js";

const view = (grid: Grid) => grid.first("networkview").id;

/** Everything that a space knows of a /22, spelled out so that two of them compare. */
function contents(space: Space, networkView: number): unknown {
  const { networks, ranges, addresses } = space.of(networkView, 4);
  const within = parseBlock("10.0.0.0/22") as Span;
  return {
    networks: [...networks.all()].map(({ block, id, parent, taken }) => [
      formatBlock(block),
      id,
      parent?.id,
      taken.size,
    ]),
    ranges: [...ranges.overlapping(within)],
    addresses: [...addresses.addresses(within)].map((value) => [value, [...addresses.holders(value)].sort()]),
  };
}

const octet = fc.integer({ min: 0, max: 255 });
const third = fc.integer({ min: 0, max: 3 });
const mac = fc
  .integer({ min: 1, max: 40 })
  .map((last) => `02:00:00:00:00:${last.toString(16).padStart(2, "0")}`);
const address = fc.tuple(third, octet).map(([c, d]) => `10.0.${c}.${d}`);
const block = fc.tuple(third, octet, fc.integer({ min: 22, max: 30 })).map(([c, d, length]) => {
  const size = 2 ** (32 - length);
  const value = Math.floor((c * 256 + d) / size) * size;
  return `10.0.${value >> 8}.${value & 255}/${length}`;
});

const operation = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ post: fc.constantFrom("network", "networkcontainer"), network: block }),
  },
  { weight: 3, arbitrary: fc.record({ post: fc.constant("fixedaddress"), ipv4addr: address, mac }) },
  { weight: 2, arbitrary: fc.record({ post: fc.constant("range"), start_addr: address, length: octet }) },
  { weight: 2, arbitrary: fc.record({ post: fc.constant("record:host"), name: octet, ipv4addr: address }) },
  { weight: 1, arbitrary: fc.record({ post: fc.constant("record:a"), name: octet, ipv4addr: address }) },
  {
    weight: 3,
    arbitrary: fc.record({
      next: fc.constantFrom("ip", "network"),
      which: fc.nat(),
      cidr: fc.integer({ min: 24, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ delete: fc.nat(), keepSubnets: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({
      change: fc.constantFrom("split_network", "expand_network", "resize"),
      which: fc.nat(),
      prefix: fc.integer({ min: 21, max: 30 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ move: fc.nat(), ipv4addr: address }) },
);
type Operation = typeof operation extends fc.Arbitrary<infer Kind> ? Kind : never;

const kinds = ["network", "networkcontainer", "range", "fixedaddress", "record:host", "record:a"];

function existing(asked: Asked): Entity[] {
  return kinds.flatMap((type) => [...asked.grid.all(type)]);
}

function pick<Item>(items: readonly Item[], at: number): Item | undefined {
  return items[at % Math.max(1, items.length)];
}

/** One request; that many are refused is part of the matter. */
function perform(asked: Asked, each: Operation): void {
  if ("post" in each) {
    asked.post(each.post, bodyOf(each));
    return;
  }
  const networks = [...asked.grid.all("network"), ...asked.grid.all("networkcontainer")];
  if ("next" in each) {
    const network = pick(networks, each.which);
    if (!network) return;
    const cidr = String(network.values["network"]);
    if (each.next === "network")
      asked.post("network", { network: `func:nextavailablenetwork:${cidr},default,${each.cidr}` });
    else asked.post("fixedaddress", { ipv4addr: `func:nextavailableip:${cidr}`, mac: "00:00:00:00:00:00" });
  } else if ("delete" in each) {
    const object = pick(existing(asked), each.delete);
    const keeps = object?.type === "networkcontainer" && each.keepSubnets ? "?remove_subnets=false" : "";
    if (object) asked.delete(asked.grid.ref(object) + keeps);
  } else if ("change" in each) {
    const network = pick(networks, each.which);
    if (network) asked.post(`${asked.grid.ref(network)}?_function=${each.change}`, { prefix: each.prefix });
  } else {
    const fixed = pick([...asked.grid.all("fixedaddress")], each.move);
    if (fixed) asked.put(asked.grid.ref(fixed), { ipv4addr: each.ipv4addr });
  }
}

function bodyOf(each: Operation): object {
  if ("network" in each) return { network: each.network };
  if ("mac" in each) return { ipv4addr: each.ipv4addr, mac: each.mac };
  if ("start_addr" in each) {
    const [a, b, c, d] = each.start_addr.split(".").map(Number);
    return {
      start_addr: each.start_addr,
      end_addr: `${a}.${b}.${c}.${Math.min(255, (d ?? 0) + (each.length % 40))}`,
    };
  }
  const name = "name" in each ? `h${each.name}.acme.org` : "";
  const ipv4addr = "ipv4addr" in each ? each.ipv4addr : "";
  return "post" in each && each.post === "record:a"
    ? { name, ipv4addr }
    : { name, ipv4addrs: [{ ipv4addr }] };
}

const plans = fc.array(operation, { maxLength: 60, size: "max" });

describe("Space", () => {
  it("always says what one built anew from the objects says", () => {
    fc.assert(
      fc.property(plans, (operations) => {
        const asked = new Asked({ seed: { networks: ["10.0.0.0/23"], zones: ["acme.org"] } });
        const space = spaceOf(asked.grid);
        for (const each of operations) perform(asked, each);
        expect(contents(space, view(asked.grid))).toEqual(
          contents(new Space(asked.grid.store), view(asked.grid)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it("goes back with a transaction that fails, and with a snapshot that is restored", () => {
    fc.assert(
      fc.property(plans, plans, (before, after) => {
        const asked = new Asked({ seed: { networks: ["10.0.0.0/23"], zones: ["acme.org"] } });
        const space = spaceOf(asked.grid);
        for (const each of before) perform(asked, each);
        const then = contents(space, view(asked.grid));
        const snapshot = asked.grid.store.snapshot();
        const undone = () =>
          asked.grid.transaction(() => {
            for (const each of after) perform(asked, each);
            throw new Error("undo");
          });
        expect(undone).toThrow("undo");
        expect(contents(space, view(asked.grid))).toEqual(then);
        for (const each of after) perform(asked, each);
        asked.grid.store.restore(snapshot);
        expect(contents(space, view(asked.grid))).toEqual(then);
      }),
      { numRuns: 40 },
    );
  });

  it("holds what an address plan promises, after any requests", () => {
    fc.assert(
      fc.property(plans, (operations) => {
        const asked = new Asked({ seed: { networks: ["10.0.0.0/23"], zones: ["acme.org"] } });
        for (const each of operations) perform(asked, each);
        const blocksOf = (type: string) =>
          [...asked.grid.all(type)].map(({ values }) => parseBlock(String(values["network"])) as Span);
        const leaves = blocksOf("network");
        const blocks = [...leaves, ...blocksOf("networkcontainer")];
        // A leaf holds no network; no block exists twice.
        for (const leaf of leaves) expect(blocks.filter((other) => contains(leaf, other))).toHaveLength(1);
        expect(new Set(blocks.map((each) => `${each.first}-${each.last}`)).size).toBe(blocks.length);
        // Fixed addresses and ranges lie in a leaf, and no two ranges overlap.
        for (const { values } of asked.grid.all("fixedaddress")) {
          const fixed = parseSpan(String(values["ipv4addr"])) as Span;
          expect(leaves.some((leaf) => contains(leaf, fixed))).toBe(true);
        }
        const ranges = [...asked.grid.all("range")].map(
          ({ values }) => parseSpan(`${values["start_addr"]}-${values["end_addr"]}`) as Span,
        );
        for (const range of ranges) {
          expect(leaves.some((leaf) => contains(leaf, range))).toBe(true);
          expect(
            ranges.filter((other) => other.first <= range.last && range.first <= other.last),
          ).toHaveLength(1);
        }
      }),
      { numRuns: 60 },
    );
  });
});
