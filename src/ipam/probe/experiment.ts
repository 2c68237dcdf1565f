/** An experiment is data: what is asked, how, and what the answer means for whoever uses the grid. */

import type { Laboratory } from "./laboratory.js";

/** What a property of a grid is recorded as. */
export type Fact = boolean | number | string;

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

/** The grid doesn't let a question be asked. The message says why, in words that hold nothing of the user's. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

/** The meaning of a yes and of a no. */
export function either(yes: string, no: string): (fact: Fact) => string {
  return (fact) => (fact === true ? yes : no);
}
