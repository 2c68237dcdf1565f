import { describe, expect, it } from "vitest";
import { ConflictError } from "../../../../src/errors.js";
import { FakeGrid } from "../../../../src/grid/index.js";
import { isContended, isExhausted, isMissingSource } from "../../../../src/ipam/engine/refusals.js";
import { Ipam } from "../../../../src/ipam/ipam.js";
import { isSaid, namedIn, recognizeSentences } from "../../../../src/ipam/profile/sentences.js";

function refusal(text: string): ConflictError {
  const details = { status: 400, code: "Client.Ibap.Data.Conflict", text, method: "POST", path: "network" };
  return new ConflictError(text, details);
}

describe("sentences of a profile", () => {
  it("are recognized once they are known, with other names and numbers", () => {
    const exhausted = refusal("Only 0 of 3 addresses are left in 10.0.0.0/24.");
    const exists = refusal("Somebody has 10.0.0.0/24 in view x");
    expect([isExhausted(exhausted), isContended(exists)]).toEqual([false, false]);
    recognizeSentences({
      addressesExhausted: "Only 0 of 1 addresses are left in <network>.",
      networkExists: "Somebody  has <network> in view <view>",
    });
    expect([isExhausted(exhausted), isContended(exists)]).toEqual([true, true]);
    expect(isExhausted(exists)).toBe(false);
    expect(
      isSaid(refusal("Only 0 of 3 addresses are left in 10.0.0.0/24. Or not."), "addressesExhausted"),
    ).toBe(false);
  });

  it("name what a placeholder stands for", () => {
    recognizeSentences({ attributeUnknown: "Nobody has defined (<name>)." });
    expect(namedIn(refusal("Nobody has defined (Cost Center)."), "attributeUnknown")).toBe("Cost Center");
    expect(namedIn(refusal("Nobody has defined that."), "attributeUnknown")).toBeUndefined();
  });

  it.each(["<name>", "no <name>", "", 7, null])(
    "are left alone where they would fit anything: %j",
    (sentence) => {
      recognizeSentences({ networkMissing: sentence });
      expect(isMissingSource(refusal("no luck"))).toBe(false);
    },
  );
});

describe("an Ipam with the profile of a grid in other words", () => {
  const sentences = {
    addressesExhausted: "Every address of this block has an owner.",
    networksExhausted: "Every block of this size has an owner.",
    networkMissing: "Nothing is known of <network> over in <view>.",
    zoneMissing: "Names like that are at home nowhere.",
    addressOutsideNetworks: "Addresses like that are at home nowhere.",
    attributeUnknown: "Attributes like <name> are at home nowhere.",
  };
  const profile = { format: 1, wapiVersion: "2.14", probed: "2026-11-29", facts: {}, sentences } as const;
  const seed = { containers: ["10.0.0.0/29"], networks: ["10.1.0.0/30", "10.2.0.0/24"] };

  it("goes on to the next source, and names what is missing", async () => {
    const grid = FakeGrid.inMemory({ like: profile, seed });
    const ipam = new Ipam({ ...grid.clientOptions, profile });
    const { ip } = await ipam.requestAddress({ from: "10.1.0.0/30" });
    expect(ip).toBe("10.1.0.1");
    await ipam.requestAddress({ from: "10.1.0.0/30" });
    await expect(ipam.requestAddress({ from: "10.1.0.0/30" })).rejects.toMatchObject({
      name: "PoolExhaustedError",
    });
    const next = await ipam.requestAddress({ from: ["10.1.0.0/30", "10.2.0.0/24"] });
    expect(next.ip).toBe("10.2.0.1");
    await expect(ipam.requestSubnet({ from: "10.0.0.0/29", prefixLength: 28 })).rejects.toThrow();
    await expect(ipam.lookup("10.9.9.9")).resolves.toMatchObject({ subnet: undefined });
    await expect(ipam.requestAddress({ from: "10.2.0.0/24", name: "www.nowhere.example" })).rejects.toThrow(
      /There is no zone for www\.nowhere\.example/,
    );
    await ipam.close();
  });
});
