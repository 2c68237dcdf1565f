/** An experiment is data: what is asked, how, and what the answer means for whoever uses the grid. */

import type { Fact, Laboratory } from "./laboratory.js";

export { type Fact, Unanswered } from "./laboratory.js";

export interface Experiment {
  /** The property's name in the profile: that of FakeGrid's switch where there is one. */
  readonly id: string;
  readonly question: string;
  /** Asked only where the probe has it. */
  readonly needs?: "zone";
  /** @throws {Unanswered} where the grid doesn't let it be asked */
  run(lab: Laboratory): Promise<Fact>;
  /** What the answer means, for people. */
  meaning(fact: Fact): string;
}

/** The meaning of a yes and of a no. */
export function either(yes: string, no: string): (fact: Fact) => string {
  return (fact) => (fact === true ? yes : no);
}
