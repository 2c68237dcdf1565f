/** An experiment: its question, how to find the answer, and what the answer means for users of the grid. */

import type { Fact, Laboratory } from "./laboratory.js";

export { type Fact, Unanswered } from "./laboratory.js";

/** What an experiment asks. */
export interface Asked {
  /** The name of the fact in the profile. If FakeGrid has a switch for it, the switch has the same name. */
  readonly id: string;
  readonly question: string;
  /** The experiment runs only if the probe has a zone. */
  readonly needs?: "zone";
}

/** What `true` and `false` mean, or any other fact, for people to read. */
export type Meaning =
  | { readonly yes: string; readonly no: string }
  | { readonly meaning: (fact: Fact) => string };

export type Experiment = Asked &
  Meaning & {
    /** @throws {Unanswered} if the grid does not permit the experiment */
    run(lab: Laboratory): Promise<Fact>;
  };
