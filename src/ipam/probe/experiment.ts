/** An experiment: its question, how to find the answer, and what the answer means for users of the grid. */

import type { Cause } from "../profile/sentences.js";
import { type Fact, type Laboratory, type Reply, Unanswered } from "./laboratory.js";

/** What an experiment asks. */
interface Asked {
  /** The name of the fact in the profile. If FakeGrid has a switch for it, the switch has the same name. */
  readonly id: string;
  readonly question: string;
  /** The experiment runs only if the probe has a zone. */
  readonly needs?: "zone";
}

/** What `true` and `false` mean, or any other fact, for people to read. */
type Meaning = { readonly yes: string; readonly no: string } | { readonly meaning: (fact: Fact) => string };

export type Experiment = Asked &
  Meaning & {
    /** @throws {Unanswered} if the grid does not permit the experiment */
    run(lab: Laboratory): Promise<Fact>;
  };

/** An experiment that needs one answer of the grid: whether it accepts a request, or what it returns. */
interface Question extends Asked {
  /** @throws {Unanswered} if the grid refuses an object that the question needs */
  ask(lab: Laboratory): Promise<Reply>;
}

/** A question about a refusal that the library recognises by its text. */
type Recognised = Question & Meaning & { readonly cause: Cause };

interface Showing extends Question {
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
  shows(data: any): Fact;
}

/** A question whose fact is `true` if the grid refuses the request. The profile keeps the text by its cause. */
export function refusal({ cause, ...question }: Recognised): Experiment {
  return noting(question, refusedFor, cause);
}

/** Questions whose fact is `true` if the grid refuses the request. */
export function refused(questions: readonly Question[]): Experiment[] {
  const meaning = { yes: "The grid refuses it, and the profile keeps the text", no: "The grid accepts it" };
  return questions.map((question) => noting({ ...question, ...meaning }, refusedFor));
}

/** @throws {Unanswered} if an older version refuses the request for another reason */
function refusedFor({ ok, text }: Reply): boolean {
  if (/Unknown argument\/field/i.test(text)) throw new Unanswered("this version has no such field");
  return !ok;
}

/** Questions whose fact is `true` if the grid accepts the request. */
export function accepted(questions: readonly Question[]): Experiment[] {
  const meaning = { yes: "The grid accepts it", no: "The grid refuses it, and the profile keeps the text" };
  return questions.map((question) => noting({ ...question, ...meaning }, ({ ok }) => ok));
}

/** Questions whose fact is in the answer of the grid. */
export function shown(questions: readonly Showing[]): Experiment[] {
  const meaning = () => "The library does not depend on it";
  return questions.map(({ shows, ...question }) =>
    noting({ ...question, meaning }, ({ ok, data }) => {
      if (!ok) throw new Unanswered("the grid refuses the question");
      return shows(data);
    }),
  );
}

function noting(
  { ask, ...asked }: Question & Meaning,
  factOf: (reply: Reply) => Fact,
  cause: Cause | string = asked.id,
): Experiment {
  return {
    ...asked,
    async run(lab) {
      const reply = await ask(lab);
      if (/Unknown object type/i.test(reply.text)) throw new Unanswered("this version has no such type");
      const fact = factOf(reply);
      lab.note(cause, reply);
      return fact;
    },
  };
}
