import { describe, expect, it } from "vitest";
import { Addresses } from "../../../src/transport/addresses.js";
import { Session } from "../../../src/transport/session.js";
import { FakeClock } from "./fake-clock.js";

const at = (base: string) => ({ base, session: new Session("cookie", undefined, new FakeClock()) });

describe("Addresses", () => {
  it("stays with an address until it fails, then goes round in order", () => {
    const addresses = new Addresses([at("a"), at("b"), at("c")]);
    const seen = [];
    for (let time = 0; time < 4; time++) {
      seen.push(addresses.current.base);
      addresses.leave(addresses.current);
    }
    expect(seen).toEqual(["a", "b", "c", "a"]);
  });

  it("moves on once when several requests find the same address failed", () => {
    const addresses = new Addresses([at("a"), at("b"), at("c")]);
    const failed = addresses.current;
    addresses.leave(failed);
    addresses.leave(failed);
    expect(addresses.current.base).toBe("b");
  });

  it("has nowhere to go from a single address", () => {
    const addresses = new Addresses([at("a")]);
    addresses.leave(addresses.current);
    expect(addresses.current.base).toBe("a");
  });
});
