/**
 * `npm run model -- [--profile serial|places|wait] [--callers N] [--late N] [--twice N] [--crashes N] [--tries N] …`:
 * explores the model of the engine's protocol within other bounds than the tests, and prints the shortest way to a
 * violation.
 */

import { parseArgs } from "node:util";
import { changes } from "../test/model/change.js";
import { type Exploration, explore } from "../test/model/explore.js";
import { protocol, settingsOf } from "../test/model/protocol.js";
import type { Intent, Profile } from "../test/model/settings.js";

const { values } = parseArgs({
  options: {
    profile: { type: "string", default: "serial" },
    callers: { type: "string", default: "2" },
    /** How many of the callers release what they created. */
    releasing: { type: "string", default: "0" },
    /** How many further callers only release by id. */
    releasers: { type: "string", default: "0" },
    "without-id": { type: "boolean", default: false },
    late: { type: "string", default: "1" },
    twice: { type: "string", default: "1" },
    crashes: { type: "string", default: "1" },
    tries: { type: "string", default: "3" },
    /** Whether requests run side by side without seeing each other. */
    "side-by-side": { type: "boolean", default: false },
    /** Whether a refused request keeps its first parts. */
    "keeps-parts": { type: "boolean", default: false },
    lag: { type: "boolean", default: false },
    /** Whether callers add addresses to one host instead of creating objects. */
    changes: { type: "boolean", default: false },
    /** Whether others created the host. */
    "of-others": { type: "boolean", default: false },
    "most-states": { type: "string", default: "5000000" },
  },
});

const profile = values.profile as Profile;
const callers = Number(values.callers);
const faults = { late: Number(values.late), twice: Number(values.twice), crashes: Number(values.crashes) };
const tries = Number(values.tries);
const isolation = values["side-by-side"] ? "none" : "serial";
const begin = performance.now();
report(values.changes ? ofChanges() : ofObjects());

function ofObjects(): Exploration {
  const intent = (index: number): Intent => ({
    does: index < Number(values.releasing) ? "make and release" : "make",
    hasId: !values["without-id"],
    type: 0,
  });
  const releasers = Array.from({ length: Number(values.releasers) }, (): Intent => {
    return { does: "release", hasId: true, type: 0 };
  });
  const settings = settingsOf(profile, {
    callers: [...Array.from({ length: callers }, (_, index) => intent(index)), ...releasers],
    faults,
    tries,
    grid: {
      isolation,
      overwrites: values["side-by-side"],
      isTransactional: !values["keeps-parts"],
      lags: values.lag,
    },
  });
  return explore(protocol(settings), Number(values["most-states"]));
}

function ofChanges(): Exploration {
  const settings = {
    callers: Array.from({ length: callers }, () => "add" as const),
    profile,
    isolation,
    isOfOthers: values["of-others"],
    faults,
    tries,
  } as const;
  return explore(changes(settings), Number(values["most-states"]));
}

function report({ states, violation, trace = [], isCut }: Exploration): void {
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  const outcome = violation ?? (isCut ? "nothing wrong so far; the rest was not seen" : "nothing wrong");
  console.log(`${outcome} (${states} states, ${seconds} s)`);
  for (const [index, step] of trace.entries()) console.log(`${String(index + 1).padStart(4)}. ${step}`);
  if (violation !== undefined) process.exitCode = 1;
}
