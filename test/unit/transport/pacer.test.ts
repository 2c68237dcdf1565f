import { describe, expect, it } from "vitest";
import { Pacer } from "../../../src/transport/pacer.js";
import { FakeClock } from "./fake-clock.js";

const kind = "GET /wapi/v2.12/network 8";
const good = { durationMs: 100, kind, overloaded: false };
const refused = { durationMs: 5, kind, overloaded: true };

function start(settings: { maxConcurrency?: number; requestsPerSecond?: number; adaptive?: boolean } = {}) {
  const clock = new FakeClock();
  const pacer = new Pacer(
    { maxConcurrency: 10, requestsPerSecond: undefined, adaptive: false, ...settings },
    clock,
  );
  /** Ends of requests, one second apart. */
  const ends = (count: number, ending: { durationMs: number; kind: string; overloaded: boolean }) => {
    for (let index = 0; index < count; index += 1) {
      clock.time += 1_000;
      pacer.ended(ending);
    }
  };
  return { clock, pacer, ends };
}

describe("a rate", () => {
  it.each([
    [20, 50],
    [0.5, 2_000],
  ])("of %s a second starts requests %s ms apart", async (requestsPerSecond, apart) => {
    const { clock, pacer } = start({ requestsPerSecond });
    for (let index = 0; index < 4; index += 1) await pacer.start(undefined);
    expect(clock.pauses).toEqual([apart, apart, apart]);
  });

  it("holds nobody back who comes later than that", async () => {
    const { clock, pacer } = start({ requestsPerSecond: 20 });
    await pacer.start(undefined);
    clock.time = 1_000;
    await pacer.start(undefined);
    expect(clock.pauses).toEqual([]);
  });

  it("is none unless asked for", async () => {
    const { clock, pacer, ends } = start();
    ends(20, refused);
    for (let index = 0; index < 100; index += 1) await pacer.start(undefined);
    expect([clock.pauses, pacer.limit]).toEqual([[], 10]);
  });
});

describe("adaptive", () => {
  it("widens from two to all, and no further", () => {
    const { pacer, ends } = start({ adaptive: true });
    expect(pacer.limit).toBe(2);
    ends(100, good);
    expect(pacer.limit).toBe(10);
  });

  it("halves for a refusal, once for all that meet the same moment", () => {
    const { clock, pacer, ends } = start({ adaptive: true });
    ends(100, good);
    clock.time += 1_000;
    for (let index = 0; index < 8; index += 1) pacer.ended(refused);
    expect(pacer.limit).toBe(5);
  });

  it("pauses where one at a time is too much, and comes back", async () => {
    const { clock, pacer, ends } = start({ adaptive: true });
    ends(20, good);
    ends(8, refused);
    await pacer.start(undefined);
    await pacer.start(undefined);
    expect(pacer.limit).toBe(1);
    expect(clock.pauses[0]).toBeGreaterThan(500);
    ends(100, good);
    expect(pacer.limit).toBe(10);
  });

  it("narrows where answers become much slower than usual, but never below one", () => {
    const { pacer, ends } = start({ adaptive: true });
    ends(100, good);
    ends(10, { ...good, durationMs: 2_000 });
    expect(pacer.limit).toBeLessThan(6);
    ends(40, { ...good, durationMs: 100_000 });
    expect(pacer.limit).toBeGreaterThanOrEqual(1);
  });

  it("takes a large answer for no slow one", () => {
    const { pacer, ends } = start({ adaptive: true });
    ends(100, good);
    ends(20, { durationMs: 8_000, kind: "GET /wapi/v2.12/network 20", overloaded: false });
    expect(pacer.limit).toBe(10);
  });
});
