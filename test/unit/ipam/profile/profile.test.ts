import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeGrid } from "../../../../src/grid/index.js";
import {
  behaviorOf,
  checkProfile,
  type GridFacts,
  type GridProfile,
  profileIn,
  readBehavior,
  sameProfile,
  withProfile,
} from "../../../../src/ipam/profile/profile.js";
import { WapiClient } from "../../../../src/wapi/client.js";

function profile(facts: GridFacts): GridProfile {
  return { format: 1, wapiVersion: "2.12.3", probed: "2026-11-29", facts };
}

const facts = fc.record(
  {
    requestIsTransactional: fc.boolean(),
    requestSeesItsWrites: fc.boolean(),
    isolation: fc.constantFrom("serial" as const, "none" as const),
    choosesNextSideBySide: fc.boolean(),
    searchSeesWritesAfter: fc.nat({ max: 600_000 }),
    searchFindsGoneFor: fc.nat({ max: 600_000 }),
    networksAreUnique: fc.boolean(),
    takesHostNetworks: fc.boolean(),
    refusesStaleWrites: fc.boolean(),
    negativeLimitFails: fc.boolean(),
    emptyAssignFails: fc.boolean(),
    longestRequest: fc.nat({ max: 600_000 }),
    hasUuids: fc.boolean(),
  },
  { requiredKeys: [] },
);

describe("the short form of a profile", () => {
  it("fits into a comment and says everything that the engine asks", () => {
    fc.assert(
      fc.property(facts, fc.string({ maxLength: 256 }), (some, comment) => {
        const text = withProfile(comment, profile(some));
        expect(text.length).toBeLessThanOrEqual(256);
        expect(profileIn(text)).toEqual(profile(some));
        expect(behaviorOf(profileIn(text))).toEqual(behaviorOf(profile(some)));
      }),
    );
  });

  it("takes the place of an older one, and leaves what else the comment says", () => {
    const first = withProfile("Written by infoblox-ipam", "places");
    expect(first).toBe("Written by infoblox-ipam [grid profile 1: places]");
    expect(withProfile(first, "wait")).toBe("Written by infoblox-ipam [grid profile 1: wait]");
    expect(profileIn(first)).toBe("places");
  });

  it.each([[undefined], [""], ["Written by infoblox-ipam"], ["[grid profile 2: new]"]])(
    "isn't in %j",
    (comment) => {
      expect(profileIn(comment)).toBeUndefined();
    },
  );
});

describe("the way that holds", () => {
  it.each<[GridFacts, "serial" | "places" | "wait", boolean]>([
    [{}, "serial", false],
    [{ isolation: "serial", requestIsTransactional: true, searchSeesWritesAfter: 0 }, "serial", false],
    [{ isolation: "none" }, "places", true],
    [{ isolation: "none", refusesStaleWrites: true }, "places", false],
    [{ isolation: "none", networksAreUnique: false }, "wait", true],
    [{ isolation: "serial", requestIsTransactional: false }, "places", false],
    [{ requestIsTransactional: false }, "places", true],
    [{ isolation: "serial", requestSeesItsWrites: false }, "places", false],
    [{ isolation: "serial", negativeLimitFails: false }, "places", false],
    [{ isolation: "serial", searchSeesWritesAfter: 60 }, "places", false],
    [{ isolation: "serial", searchFindsGoneFor: 60 }, "places", true],
  ])("with %j is %s, fenced: %s", (some, path, fence) => {
    expect(behaviorOf(profile(some))).toMatchObject({ path, fence, known: true });
  });

  it("is that of a serial grid where nothing is known", () => {
    expect(behaviorOf(undefined)).toMatchObject({ path: "serial", fence: false, waitMs: 0, known: false });
  });

  it("waits ten times as long as the probe measured", () => {
    const measured = profile({
      isolation: "none",
      networksAreUnique: false,
      longestRequest: 300,
      searchSeesWritesAfter: 50,
    });
    expect(behaviorOf(measured)).toMatchObject({ path: "wait", waitMs: 3_500 });
  });
});

describe("reading the profile of a grid", () => {
  async function client(comment: string | undefined) {
    const grid = FakeGrid.inMemory({
      setup: false,
      seed: comment === undefined ? {} : { attributes: [{ name: "Request ID", comment }] },
    });
    return { grid, wapi: new WapiClient(grid.clientOptions) };
  }

  it("asks once per client, however many ask at once", async () => {
    const { grid, wapi } = await client(withProfile("", "places"));
    const read = () => readBehavior(wapi, undefined);
    const behaviors = await Promise.all([read(), read(), read()]);
    expect([...behaviors, await read()].map(({ path }) => path)).toEqual([
      "places",
      "places",
      "places",
      "places",
    ]);
    expect(grid.requests.map(({ path }) => path)).toEqual(["/wapi/v2.14/extensibleattributedef"]);
  });

  it("asks again where the answer was lost", async () => {
    const { grid, wapi } = await client(withProfile("", "places"));
    const impatient = wapi.with({ maxRetries: 0 });
    grid.faults.next({ status: 503 });
    await expect(readBehavior(impatient, undefined)).rejects.toThrow();
    await expect(readBehavior(impatient, undefined)).resolves.toMatchObject({ path: "places" });
  });

  it("takes the client's own where the grid keeps none", async () => {
    const { wapi } = await client("by hand");
    await expect(readBehavior(wapi, "wait")).resolves.toMatchObject({
      path: "wait",
      known: true,
    });
  });

  it("refuses a client that was given another one", async () => {
    const { wapi } = await client(withProfile("", "places"));
    await expect(readBehavior(wapi, "serial")).rejects.toThrow(
      'The option profile is "serial", but this grid keeps "places" with fenced deletes.',
    );
    await expect(readBehavior(wapi, "places")).resolves.toMatchObject({ path: "places" });
  });
});

it("tells profiles apart by what they ask of the engine", () => {
  expect(sameProfile("places", profile({ isolation: "none" }))).toBe(true);
  expect(sameProfile("serial", profile({ isolation: "none" }))).toBe(false);
  expect(sameProfile(profile({ hasUuids: true }), profile({}))).toBe(true);
  expect(
    sameProfile(profile({ isolation: "none" }), profile({ isolation: "none", refusesStaleWrites: true })),
  ).toBe(false);
});

it.each([
  ["fast"],
  [7],
  [null],
  [{}],
  [{ format: 2 }],
  [{ format: 1, wapiVersion: "2 12", probed: "x", facts: {} }],
])("refuses %j as a profile", (value) => {
  expect(() => checkProfile("profile", value)).toThrow(/^profile: must be "serial", "places", "wait"/);
});
