import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { blockOf, contains, parseAddress, parseBlock } from "../../../src/cidr.js";
import { takeFromPool } from "../../../src/docker/free-addresses.js";
import { ConflictError, PoolExhaustedError } from "../../../src/errors.js";

function pool(cidr: string, ipRange?: string) {
  const block = parseBlock(cidr) ?? blockOf({ family: 4, value: 0n }, 0);
  return { networkView: "default", block, engine: "host-a", id: "1", ipRange };
}

const inUse = () => {
  throw new ConflictError("in use", { status: 400, method: "POST", path: "/fixedaddress" });
};

describe("the next free address of a pool", () => {
  it("is left to the grid where there is no range, or little around it", async () => {
    const asked: unknown[] = [];
    const take = async (...place: unknown[]) => void asked.push(place);
    await takeFromPool(pool("10.1.0.0/24"), "id", take);
    await takeFromPool(pool("10.1.0.0/24", "10.1.0.64/26"), "id", take);
    await takeFromPool(pool("2001:db8::/124", "2001:db8::8/125"), "id", take);
    expect(asked).toEqual([
      [{ from: "10.1.0.0/24" }, "id"],
      [{ from: "10.1.0.0/24", exclude: ["10.1.0.0-10.1.0.63", "10.1.0.128-10.1.0.255"] }, "id"],
      [{ from: "2001:db8::/124", exclude: ["2001:db8::-2001:db8::7"] }, "id"],
    ]);
  });

  it("is looked for in a small range of a large subnet, each address once, the same way for the same request", async () => {
    const ranges = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 24, max: 30 }), fc.string());
    await fc.assert(
      fc.asyncProperty(ranges, async ([octet, prefixLength, id]) => {
        const value = parseAddress(`10.1.7.${octet}`)?.value ?? 0n;
        const range = blockOf({ family: 4, value }, prefixLength);
        const text = `10.1.7.${Number(range.first & 255n)}/${prefixLength}`;
        const tried = async () => {
          const asked: string[] = [];
          const take = async (place: object) => {
            asked.push("ip" in place ? String(place.ip) : "the grid's choice");
            return inUse();
          };
          await expect(takeFromPool(pool("10.1.0.0/16", text), id, take)).rejects.toThrow(PoolExhaustedError);
          return asked;
        };
        const first = await tried();
        expect(new Set(first).size).toBe(2 ** (32 - prefixLength));
        expect(first.every((ip) => contains(range, parseAddress(ip) ?? range))).toBe(true);
        expect(await tried()).toEqual(first);
      }),
      { numRuns: 20 },
    );
  });

  it("isn't looked for any more where something else goes wrong", async () => {
    let asked = 0;
    const take = async () => {
      asked += 1;
      throw new Error("the grid is down");
    };
    await expect(takeFromPool(pool("10.1.0.0/16", "10.1.7.0/24"), "id", take)).rejects.toThrow(
      "the grid is down",
    );
    expect(asked).toBe(1);
  });
});
