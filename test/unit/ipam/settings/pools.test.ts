import { describe, expect, it } from "vitest";
import { parseSpan } from "../../../../src/cidr.js";
import { parseTargets } from "../../../../src/ipam/requests/targets.js";
import { type Asked, Pools } from "../../../../src/ipam/settings/pools.js";

const asked: Asked = { wanted: "address", queried: "container", networkView: "default", exclude: [] };
const [target, other] = parseTargets(["10.0.0.0/24", "10.0.1.0/24"], ["network"]);
if (target === undefined || other === undefined) throw new Error("two sources are two targets");

function remembering(exhaustedFor?: number) {
  const clock = { time: 0, now: () => clock.time, wallTime: () => clock.time };
  return { clock, pools: new Pools({ exhaustedFor }, clock) };
}

describe("pools", () => {
  it("remember for half a minute that a source has nothing left", () => {
    const { clock, pools } = remembering();
    pools.ranOut(asked, target);
    expect(pools.hasRunOut(asked, target)).toBe(true);
    expect(pools.hasRunOut(asked, other)).toBe(false);
    clock.time = 29_999;
    expect(pools.hasRunOut(asked, target)).toBe(true);
    clock.time = 30_000;
    expect(pools.hasRunOut(asked, target)).toBe(false);
  });

  it("remember nothing where that is said", () => {
    const { pools } = remembering(0);
    pools.ranOut(asked, target);
    expect(pools.hasRunOut(asked, target)).toBe(false);
  });

  it("forget what something was released in, and everything where nobody knows where that was", () => {
    const { pools } = remembering();
    for (const one of [target, other]) pools.ranOut(asked, one);
    pools.released(["10.0.0.7"]);
    expect([target, other].map((one) => pools.hasRunOut(asked, one))).toEqual([false, true]);
    pools.released();
    expect(pools.hasRunOut(asked, other)).toBe(false);
  });

  it("tell requests apart by what they want, where, and what they leave out", () => {
    const { pools } = remembering();
    pools.ranOut(asked, target);
    const [span] = parseTargets("10.0.0.0-10.0.0.9", ["range"]).flatMap((one) =>
      "span" in one ? one.span : [],
    );
    expect(pools.hasRunOut({ ...asked, wanted: "/28" }, target)).toBe(false);
    expect(pools.hasRunOut({ ...asked, networkView: "lab" }, target)).toBe(false);
    expect(pools.hasRunOut({ ...asked, exclude: span ? [span] : [] }, target)).toBe(false);
  });

  it("take turns for each list of sources by itself", () => {
    const { pools } = remembering();
    expect([1, 2, 3, 4].map(() => pools.turn("a", 3))).toEqual([0, 1, 2, 0]);
    expect(pools.turn("b", 3)).toBe(0);
  });

  it.each([
    [{ pools: { web: [] } }, /^pools\["web"\]: names no source/],
    [{ pools: { web: ["10.0.0.0/24", "10.0.0.1/24"] } }, /^pools\["web"\]\[1\]: /],
    [{ pools: { web: { from: "10.0.0.0/24", strategy: "x" } } }, /^pools\["web"\]\.strategy: must be one of/],
    [{ exhaustedFor: -1 }, /^exhaustedFor: must be a number of milliseconds/],
  ])("refuse %j", (options, message) => {
    expect(() => new Pools(options as never, { now: () => 0, wallTime: () => 0 })).toThrow(message);
  });

  it("know what was taken of a block until the grid has counted it, or long enough", () => {
    const { clock, pools } = remembering();
    const [block, inside] = ["10.0.0.0/16", "10.0.7.0/24"].map((text) => parseSpan(text));
    if (block === undefined || inside === undefined) throw new Error("two blocks are two spans");
    clock.time = 1_000_000;
    pools.taking(inside, 3n);
    const forget = pools.taking(inside, 2n);
    expect(pools.uncounted(block, undefined)).toBe(5n);
    expect(pools.uncounted(inside, 1_010_000)).toBe(5n);
    expect(pools.uncounted(inside, 1_010_001)).toBe(0n);
    forget();
    expect(pools.with({}).uncounted(block, undefined)).toBe(3n);
    pools.taking(inside, 1n);
    pools.released(["10.0.7.5"]);
    expect(pools.uncounted(block, undefined)).toBe(3n);
    clock.time += 20 * 60_000 + 1;
    expect(pools.uncounted(block, undefined)).toBe(0n);
  });
});
