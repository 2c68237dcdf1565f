import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Block, blockOf, formatBlock, parseBlock, subnets } from "../../../src/cidr.js";
import { areasOf, type SheetRow, sheetOf } from "../../../src/map/sheet.js";

const block = (cidr: string) => parseBlock(cidr) as Block;
const shape = { rows: 64 };
const labels = (rows: readonly SheetRow[]) =>
  rows.map((row) => (row.kind === "row" ? formatBlock(row) : "…"));

describe("a sheet", () => {
  it("is as wide as it is high in subnets of the usual size", () => {
    const rows = sheetOf([block("10.0.0.0/16")], [...subnets(block("10.0.0.0/16"), 24)], shape);
    expect(labels(rows)).toHaveLength(16);
    expect(labels(rows)[1]).toBe("10.0.16.0/20");
  });

  it("has as many columns as are asked for", () => {
    const rows = sheetOf([block("10.0.0.0/24")], [...subnets(block("10.0.0.0/24"), 32)], {
      rows: 32,
      columns: 64,
    });
    expect(labels(rows)).toEqual(["10.0.0.0/26", "10.0.0.64/26", "10.0.0.128/26", "10.0.0.192/26"]);
  });

  it("gives each of many blocks one row", () => {
    const many = [...subnets(block("10.0.0.0/21"), 24)];
    expect(labels(sheetOf(many, many, shape))).toEqual(many.map(formatBlock));
  });

  it("shows of IPv6 only the rows in which something lies", () => {
    const inside = [block("2001:db8:a::/64"), block("2001:db8:a:1::/64"), block("2001:db8:b::/64")];
    expect(labels(sheetOf([block("2001:db8::/32")], inside, shape))).toEqual([
      "…",
      "2001:db8:a::/60",
      "…",
      "2001:db8:b::/60",
      "…",
    ]);
  });

  it("shows all of an IPv6 block that has no more subnets than a picture holds", () => {
    const inside = [...subnets(block("2001:db8::/56"), 64)];
    expect(sheetOf([block("2001:db8::/56")], inside, shape)).toHaveLength(16);
  });

  it("never has more rows than were asked for, but for what it skips", () => {
    const offsets = fc.uniqueArray(fc.bigInt({ min: 0n, max: (1n << 32n) - 1n }), {
      minLength: 1,
      maxLength: 300,
    });
    fc.assert(
      fc.property(offsets, (slots) => {
        const outer = block("2001:db8::/32");
        const inside = slots
          .sort((a, b) => (a < b ? -1 : 1))
          .map((slot) => blockOf({ family: 6, value: outer.first + (slot << 64n) }, 64));
        const rows = sheetOf([outer], inside, shape);
        expect(rows.filter(({ kind }) => kind === "row").length).toBeLessThanOrEqual(64);
        for (const one of inside) expect(areasOf(rows, one)).toHaveLength(1);
      }),
    );
  });
});

describe("a block on a sheet", () => {
  it("is one rectangle, as large as its share", () => {
    const outer = block("10.0.0.0/16");
    const rows = sheetOf([outer], [...subnets(outer, 24)], shape);
    fc.assert(
      fc.property(fc.nat(0xffff), fc.integer({ min: 16, max: 32 }), (offset, bits) => {
        const one = blockOf({ family: 4, value: outer.first + BigInt(offset) }, bits);
        const [area, ...others] = areasOf(rows, one);
        expect(others).toEqual([]);
        expect((area?.rows ?? 0) * (area?.width ?? 0)).toBeCloseTo(16 * 2 ** (16 - bits), 10);
      }),
    );
  });

  it("of a range makes up to three", () => {
    const outer = block("10.0.0.0/24");
    const rows = sheetOf([outer], [...subnets(outer, 32)], shape);
    const range = { family: 4, first: outer.first + 10n, last: outer.first + 70n } as const;
    expect(areasOf(rows, range)).toEqual([
      { row: 0, rows: 1, x: 10 / 16, width: 6 / 16 },
      { row: 1, rows: 3, x: 0, width: 1 },
      { row: 4, rows: 1, x: 0, width: 7 / 16 },
    ]);
  });

  it("has no place where nothing is shown", () => {
    expect(areasOf(sheetOf([block("10.0.0.0/24")], [], shape), block("10.0.1.0/24"))).toEqual([]);
  });
});
