import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ChangeSettings, changes } from "./change.js";
import { explore } from "./explore.js";
import { protocol, settingsOf } from "./protocol.js";
import type { Grid, Intent, WrongIdea } from "./settings.js";
import { type EngineStep, engineSteps } from "./steps.js";

const make: Intent = { does: "make", hasId: true, type: 0 };
const makeWithoutId: Intent = { ...make, hasId: false };
const makeOtherType: Intent = { ...make, type: 1 };
const makeAndRelease: Intent = { ...make, does: "make and release" };
const release: Intent = { ...make, does: "release" };

/** One lost or late answer, one write that is delivered twice, one process that dies and may start again. */
const faults = { late: 1, twice: 1, crashes: 1 };
/** The largest exploration of a change takes its faults one at a time; `MODEL=all` takes them together. */
const visitsAll = process.env["MODEL"] === "all";
const sideBySide: Partial<Grid> = { isolation: "none", overwrites: true };
const worst: Partial<Grid> = { ...sideBySide, isTransactional: false, lags: true };

/** The engine's steps that any of these runs took. */
const taken = new Set<EngineStep>();
const note = (step: EngineStep) => taken.add(step);

type Options = NonNullable<Parameters<typeof settingsOf>[1]>;

describe("the protocol of creates and releases", () => {
  it.each<[string, Parameters<typeof settingsOf>[0], Options]>([
    ["serial: two with one id", "serial", { faults }],
    ["serial: two without an id", "serial", { faults, callers: [makeWithoutId, makeWithoutId] }],
    [
      "serial: one releases what two may have made",
      "serial",
      { faults, callers: [makeAndRelease, makeWithoutId] },
    ],
    ["serial: a release by id", "serial", { faults, callers: [make, release] }],
    ["serial: two types of one kind", "serial", { faults: { late: 1 }, callers: [make, makeOtherType] }],
    [
      "serial: little room",
      "serial",
      { faults, callers: [makeAndRelease, makeWithoutId], grid: { capacity: 1 } },
    ],
    ["serial: in bulk", "serial", { faults: { ...faults, forAnother: 1 } }],
    ["places: two with one id, side by side", "places", { faults, grid: sideBySide }],
    ["places: two with one id, parts kept", "places", { faults, grid: { isTransactional: false } }],
    ["places: two with one id, all at once", "places", { faults, grid: worst }],
    ["places: two types of one kind", "places", { faults, callers: [make, makeOtherType], grid: sideBySide }],
    ["places: a release by id", "places", { faults, callers: [make, release], grid: sideBySide }],
    [
      "places: a release where searches find what is gone",
      "places",
      {
        faults: { late: 1, twice: 1 },
        callers: [makeAndRelease, makeWithoutId],
        grid: { lags: true, isStale: true },
      },
    ],
    ["places: deleted by hand", "places", { faults: { late: 1, twice: 1, byHand: 1 }, grid: worst }],
    ["places: in bulk", "places", { faults: { late: 1, twice: 1, forAnother: 1 }, grid: worst }],
    ["wait: two with one id, side by side", "wait", { faults, grid: sideBySide, tries: 2 }],
    [
      "wait: two with one id, and searches lag",
      "wait",
      { faults: { late: 1 }, grid: { ...sideBySide, lags: true } },
    ],
    ["wait: one without an id", "wait", { faults, grid: sideBySide, callers: [makeWithoutId] }],
    ["wait: a release by id", "wait", { faults: { late: 1 }, grid: sideBySide, callers: [make, release] }],
  ])("holds: %s", (_, profile, options) => {
    const { violation, trace, isCut } = explore(protocol(settingsOf(profile, options), note));
    expect({ violation, trace, isCut }).toEqual({ violation: undefined, trace: undefined, isCut: false });
  });
});

describe("what is tempting and wrong has a counterexample", () => {
  const twoTypes = [make, makeOtherType];
  const bystander = [makeAndRelease, makeWithoutId];
  it.each<[WrongIdea, Parameters<typeof settingsOf>[0], Options, RegExp]>([
    ["looks first instead of guarding", "serial", {}, /two objects/],
    ["guards only after a loss", "serial", { callers: [makeWithoutId], faults: { twice: 1 } }, /leaks/],
    ["takes a status for a proof", "serial", { faults: { late: 1 } }, /nothing was done/],
    [
      "believes a refusal while a try is open",
      "serial",
      { callers: bystander, faults: { late: 1 }, grid: { capacity: 1 } },
      /nothing was done/,
    ],
    ["releases by reference", "serial", { callers: bystander, faults: { twice: 1 } }, /another's object/],
    ["changes the token to adopt", "serial", { callers: [makeAndRelease, make] }, /adopter's token/],
    ["rolls back under an id", "serial", { callers: [makeAndRelease, make] }, /rolls back/],
    [
      "one token for all tries",
      "wait",
      { faults: { late: 1, crashes: 1 }, grid: { isolation: "none" } },
      /rolls back/,
    ],
    ["believes a look at once", "wait", { grid: sideBySide }, /two objects|rolls back/],
    [
      "waits only after its own create",
      "wait",
      { callers: [make, make, make], grid: sideBySide },
      /rolls back/,
    ],
    [
      "deletes without a fence",
      "places",
      { callers: bystander, faults: { late: 1 }, grid: sideBySide },
      /another's object/,
    ],
    [
      "fences before it searches",
      "places",
      { callers: [makeAndRelease], grid: { ...worst } },
      /says gone, but it stands/,
    ],
    [
      "believes that nothing was found",
      "places",
      { callers: [makeAndRelease], grid: { lags: true } },
      /says gone, but it stands/,
    ],
    [
      "releases without a mark",
      "places",
      { callers: [make, release], faults: { late: 1 }, grid: sideBySide },
      /again/,
    ],
    ["sweeps a place at once", "places", { grid: { lags: true } }, /two objects/],
    ["searches its own type only", "serial", { callers: twoTypes }, /two objects/],
    ["reports what it finds as created", "serial", { faults: { late: 1 } }, /created: true/],
  ])("%s", (wrong, profile, options, reason) => {
    const { violation, trace } = explore(protocol(settingsOf(profile, { ...options, wrong })));
    expect({ violation, trace }).toEqual({
      violation: expect.stringMatching(reason),
      trace: expect.any(Array),
    });
  });

  it.each<[string, Parameters<typeof settingsOf>[0], Options]>([
    ["guards alone where requests run side by side", "serial", { grid: sideBySide }],
    ["guards alone where searches lag", "serial", { grid: { lags: true } }],
    [
      "guards alone where a refused request keeps its parts",
      "serial",
      { faults: { late: 1 }, grid: { isTransactional: false } },
    ],
    [
      "two profiles on one grid",
      "places",
      { callers: [make, { ...make, profile: "serial" }], grid: sideBySide },
    ],
    [
      "waiting where a search lags behind its own request's creates",
      "wait",
      { faults: { late: 1 }, grid: { ...sideBySide, lags: true, seesOwn: false } },
    ],
    [
      "a second delivery across types of a kind, a limit",
      "serial",
      { callers: twoTypes, faults: { twice: 1 } },
    ],
  ])("%s", (_, profile, options) => {
    expect(explore(protocol(settingsOf(profile, options))).violation).toMatch(
      /two objects|deletes another|rolls back/,
    );
  });
});

describe("the compare-and-set of changes", () => {
  const base = {
    callers: ["add", "add"],
    profile: "serial",
    isolation: "serial",
    isOfOthers: false,
    faults,
    tries: 2,
  } as const satisfies ChangeSettings;
  const fewer = { late: 1, twice: 1, crashes: 0 };

  it.each<[string, Partial<ChangeSettings>]>([
    ["serial: two add an address", {}],
    ["serial: one adds an address, one sets a name", { callers: ["add", "set"] }],
    ["serial: a host of others", { isOfOthers: true, faults: fewer }],
    ["places: side by side", { profile: "places", isolation: "none" }],
    ...(visitsAll
      ? [fewer]
      : [
          { ...fewer, twice: 0 },
          { ...fewer, late: 0 },
        ]
    ).map((few): [string, Partial<ChangeSettings>] => [
      `places: a host of others, ${JSON.stringify(few)}`,
      { profile: "places", isolation: "none", isOfOthers: true, faults: few },
    ]),
    ...(["serial", "none"] as const).map((isolation): [string, Partial<ChangeSettings>] => [
      `places: parts are kept, ${isolation}`,
      { profile: "places", isolation, isTransactional: false, faults: { ...faults, refused: 1 } },
    ]),
    ["wait: side by side", { profile: "wait", isolation: "none", faults: fewer }],
  ])("holds: %s", (_, options) => {
    const { violation, trace, isCut } = explore(changes({ ...base, ...options }, note));
    expect({ violation, trace, isCut }).toEqual({ violation: undefined, trace: undefined, isCut: false });
  });

  it.each<[NonNullable<ChangeSettings["wrong"]>, Partial<ChangeSettings>, RegExp]>([
    ["takes what is new for its own", {}, /another call added/],
    ["changes by reference", {}, /two addresses/],
    ["keeps the last value alone", { tries: 3 }, /two addresses/],
    ["compares the first value itself", { isOfOthers: true }, /two addresses/],
    ["changes without a place", { profile: "places", isolation: "none" }, /two addresses/],
    [
      "gives up a place at once",
      { profile: "places", isolation: "none", isTransactional: false },
      /two addresses|not seen/,
    ],
    ["believes a broken chain", { isOfOthers: true }, /nothing was done/],
  ])("fails: %s", (wrong, options, reason) => {
    const { violation, trace } = explore(changes({ ...base, ...options, wrong }));
    expect({ violation, trace }).toEqual({
      violation: expect.stringMatching(reason),
      trace: expect.any(Array),
    });
  });
});

it("takes every step that the engine has", () => {
  expect(engineSteps.filter((step) => !taken.has(step))).toEqual([]);
});

it("has the steps that the engine's functions name", () => {
  const folder = new URL("../../src/ipam/engine/", import.meta.url);
  const texts = readdirSync(folder).map((file) => readFileSync(new URL(file, folder), "utf8"));
  const named = texts.flatMap((text) =>
    [...text.matchAll(/^ *\/?\*+ Model: (.*)\./gm)].flatMap(([, list = ""]) => list.match(/\w+/g) ?? []),
  );
  expect(named.sort()).toEqual([...engineSteps].sort());
});
