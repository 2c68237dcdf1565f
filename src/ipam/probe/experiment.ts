/** An experiment: its question, how to find the answer, and what the answer means for users of the grid. */

import type { Fact, Laboratory } from "./laboratory.js";

export { type Fact, Unanswered } from "./laboratory.js";

export interface Experiment {
  /** The name of the fact in the profile. If FakeGrid has a switch for it, the switch has the same name. */
  readonly id: string;
  readonly question: string;
  /** The experiment runs only if the probe has a zone. */
  readonly needs?: "zone";
  /** @throws {Unanswered} if the grid does not permit the experiment */
  run(lab: Laboratory): Promise<Fact>;
  /** What the answer means, for people to read. */
  meaning(fact: Fact): string;
}

/** Chooses between the meaning of `true` and the meaning of `false`. */
export function either(yes: string, no: string): (fact: Fact) => string {
  return (fact) => (fact === true ? yes : no);
}
