/**
 * `npm run torture -- [--minutes N] [--seed N] [--operations N]`: the fault campaign of the tests, round after round, with
 * this library and with a client that repeats blindly, side by side. A round is repeated by its seed alone.
 */

import { parseArgs } from "node:util";
import { blind } from "../test/campaign/blind.js";
import { type Outcome, run } from "../test/campaign/campaign.js";
import { careful } from "../test/campaign/customers.js";
import { doubts } from "../test/campaign/doubts.js";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
    operations: { type: "string", default: "2000" },
  },
});
const operations = Number(values.operations);
const until = Date.now() + Number(values.minutes) * 60_000;

const counts = ["operations", "requests", "given", "leaked", "givenTwice", "lost", "wrongGateways"] as const;
type Totals = Record<(typeof counts)[number] | "errors", number>;
const ours = emptyTotals();
const blindOnes = emptyTotals();

for (let round = 0; round === 0 || Date.now() < until; round += 1) {
  const seed = Number(values.seed) + round;
  const { options, grid: _, ...rest } = doubts[seed % doubts.length] ?? { grid: "", options: {} };
  const outcome = await run({ seed, operations, ...rest, customer: (wapi) => careful(wapi, options) });
  add(ours, outcome);
  report(seed, outcome);
  add(blindOnes, await run({ seed, operations, ...rest, customer: blind }));
}
console.table({ "this library": ours, "blind repetition": blindOnes });

function emptyTotals(): Totals {
  return { ...(Object.fromEntries(counts.map((name) => [name, 0])) as Totals), errors: 0 };
}

function add(totals: Totals, outcome: Outcome): void {
  for (const name of counts) {
    const value = outcome[name];
    totals[name] += typeof value === "number" ? value : value.length;
  }
  totals.errors += Object.values(outcome.errors).reduce((sum, count) => sum + count, 0);
}

/** What went wrong in a round of ours fails the run, with all that is known of it. */
function report(seed: number, { leaked, givenTwice, lost, wrongGateways }: Outcome): void {
  for (const [what, list] of Object.entries({ leaked, givenTwice, lost, wrongGateways })) {
    if (list.length === 0) continue;
    process.exitCode = 1;
    console.error(`Seed ${seed}: ${what}:\n  ${list.join("\n  ")}`);
  }
}
