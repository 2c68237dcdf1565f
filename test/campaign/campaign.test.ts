import type { WapiClient } from "infoblox-ipam";
import { describe, expect, it } from "vitest";
import { bundled, runProgram } from "../program.js";
import { blind } from "./blind.js";
import { run } from "./campaign.js";
import { careful } from "./customers.js";
import { doubts } from "./doubts.js";
import { Ledger } from "./ledger.js";
import { share } from "./length.js";

const nothing = { leaked: [], givenTwice: [], lost: [], wrongGateways: [] };

/** The errors that a fault may cause. Others must not occur. */
const excuses = [
  // If searches lag and refused requests keep parts, callers may still be removing extra objects.
  "AmbiguousTargetError",
  "AuthenticationError",
  "CircuitOpenError",
  "ConflictError",
  "ConnectionError",
  "NotGridMasterError",
  "PoolExhaustedError",
  "ServerError",
  "TimeoutError",
  "UncertainWriteError",
  "WapiError",
];

describe("a campaign of every fault at once", () => {
  it.each(doubts.map((doubt, index) => [doubt.grid, index + 1, doubt] as const))(
    "loses, leaks and gives twice nothing, %s",
    async (_, seed, { grid: _grid, options, ...settings }) => {
      const customer = (wapi: WapiClient) => careful(wapi, options);
      const outcome = await run({ seed, operations: share(400), ...settings, customer });
      expect(outcome).toMatchObject(nothing);
      expect(Object.keys(outcome.errors).filter((name) => !excuses.includes(name))).toEqual([]);
      expect(outcome.given).toBeGreaterThan(share(400));
    },
  );

  it("goes the same way again with the same seed", async () => {
    const once = () => run({ seed: 7, operations: 80, customer: (wapi) => careful(wapi, {}) });
    expect(await once()).toEqual(await once());
  });

  it("shows what a client does that repeats blindly", async () => {
    const outcome = await run({ seed: 1, operations: 150, customer: blind });
    expect(outcome.leaked.length).toBeGreaterThan(10);
    expect(outcome.givenTwice.length).toBeGreaterThan(0);
  });
});

it("goes on as long as it is told, beside a client that repeats blindly", async () => {
  const args = ["--operations", "20", "--seed", "5"];
  const { exitCode, stdout, stderr } = await runProgram(await bundled("scripts/torture.ts"), { args });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toMatch(/this library[^\n]*\n[^\n]*blind repetition/);
});

describe("the campaign's ledger", () => {
  const order = { kind: "address", comment: "order-1", from: "10.0.0.0/24" } as const;
  const thing = { ref: "fixedaddress/a:10.0.0.1/default", result: {} };
  const standing = { ref: thing.ref, comment: "order-1", attempt: "one-time" };
  const clean = { leaked: [], givenTwice: [], lost: [] };

  it("finds nothing wrong where what was given stands", () => {
    const ledger = new Ledger();
    ledger.given(order, [thing]);
    expect(ledger.compare([standing])).toEqual(clean);
  });

  it("calls lost what somebody holds and the grid doesn't, or holds for another", () => {
    const ledger = new Ledger();
    ledger.given(order, [thing]);
    expect(ledger.compare([]).lost).toHaveLength(1);
    expect(ledger.compare([{ ...standing, comment: "order-2" }]).lost).toHaveLength(1);
  });

  it("calls leaked what nobody was given, unless an error names it", () => {
    const ledger = new Ledger();
    expect(ledger.compare([standing]).leaked).toHaveLength(1);
    ledger.refused(order, new Error('look for {"Request Attempt":"one-time"}'));
    expect(ledger.compare([standing])).toEqual(clean);
  });

  it("calls leaked what was released and stands", () => {
    const ledger = new Ledger();
    ledger.released(ledger.given(order, [thing]));
    expect(ledger.compare([standing]).leaked).toHaveLength(1);
  });

  it("calls given twice what two orders have", () => {
    const ledger = new Ledger();
    ledger.given(order, [thing]);
    ledger.given({ ...order, comment: "order-2" }, [thing]);
    expect(ledger.compare([standing]).givenTwice).toHaveLength(1);
  });
});
