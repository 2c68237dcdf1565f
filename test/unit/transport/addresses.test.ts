import { describe, expect, it } from "vitest";
import { type Address, Addresses } from "../../../src/transport/addresses.js";
import { Session } from "../../../src/transport/session.js";
import { FakeClock } from "./fake-clock.js";
import { identityOf } from "./identity-of.js";

function start(...bases: [string, ...string[]]): {
  readonly addresses: Addresses;
  readonly clock: FakeClock;
  readonly at: readonly [Address, ...Address[]];
} {
  const clock = new FakeClock();
  const address = (base: string): Address => ({
    base,
    session: new Session("cookie", identityOf(undefined), clock),
  });
  const [first, ...others] = bases;
  const at = [address(first), ...others.map(address)] as const;
  return { addresses: new Addresses([...at], clock), clock, at };
}

describe("Addresses", () => {
  it("stays with an address until it fails, then goes round in order", () => {
    const { addresses } = start("a", "b", "c");
    const seen = [];
    for (let time = 0; time < 4; time++) {
      seen.push(addresses.choose({ writes: false }).base);
      addresses.leave(addresses.choose({ writes: false }));
    }
    expect(seen).toEqual(["a", "b", "c", "a"]);
  });

  it("moves on once when several requests find the same address failed", () => {
    const { addresses } = start("a", "b", "c");
    const failed = addresses.choose({ writes: false });
    addresses.leave(failed);
    addresses.leave(failed);
    expect(addresses.choose({ writes: false }).base).toBe("b");
  });

  it("has nowhere to go from a single address", () => {
    const { addresses } = start("a");
    addresses.leave(addresses.choose({ writes: false }));
    expect(addresses.choose({ writes: false }).base).toBe("a");
  });

  it("stays with the one that took a write, wherever it stands in the order", () => {
    const { addresses, clock, at } = start("a", "b");
    addresses.leave(at[0]);
    addresses.served(at[1] ?? at[0], true);
    clock.time = 3_600_000;
    expect(addresses.choose({ writes: false }).base).toBe("b");
  });

  it("sends one request a minute back home while only a candidate serves, and all of them once home serves", () => {
    const { addresses, clock, at } = start("master", "candidate");
    addresses.leave(at[0]);
    addresses.served(at[1] ?? at[0], false);
    const chosen = (time: number) => {
      clock.time = time;
      return [addresses.choose({ writes: false }).base, addresses.choose({ writes: false }).base];
    };
    expect(chosen(59_000)).toEqual(["candidate", "candidate"]);
    expect(chosen(60_000)).toEqual(["master", "candidate"]);
    expect(chosen(119_000)).toEqual(["candidate", "candidate"]);
    expect(chosen(120_000)).toEqual(["master", "candidate"]);
    addresses.served(at[0], false);
    expect(chosen(120_001)).toEqual(["master", "master"]);
  });

  it("remembers what an address has served, until it turns out to be the master no longer", () => {
    const { addresses, at } = start("a");
    addresses.served(at[0], false);
    expect([addresses.hasServed(at[0], false), addresses.hasServed(at[0], true)]).toEqual([true, false]);
    addresses.served(at[0], true);
    expect([addresses.hasServed(at[0], false), addresses.hasServed(at[0], true)]).toEqual([true, true]);
    addresses.retire(at[0]);
    expect([addresses.hasServed(at[0], false), addresses.hasServed(at[0], true)]).toEqual([false, false]);
  });
});
