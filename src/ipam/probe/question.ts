/**
 * Experiments that need one answer of the grid: whether it accepts a request, or what it returns.
 */

import { type Experiment, either, type Fact, Unanswered } from "./experiment.js";
import type { Laboratory, Reply } from "./laboratory.js";

export interface Question {
  readonly id: string;
  readonly question: string;
  readonly needs?: "zone";
  /** @throws {Unanswered} if the grid refuses an object that the question needs */
  ask(lab: Laboratory): Promise<Reply>;
}

export interface Showing extends Question {
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
  shows(data: any): Fact;
  meaning(fact: Fact): string;
}

/** Questions whose fact is `true` if the grid refuses the request. */
export function refused(questions: readonly Question[]): Experiment[] {
  const meaning = either("The grid refuses it, and the profile keeps the text", "The grid accepts it");
  return questions.map((question) => noting(question, refusedFor, meaning));
}

/** @throws {Unanswered} if an older version refuses the request for another reason */
function refusedFor({ ok, text }: Reply): boolean {
  if (/Unknown argument\/field/i.test(text)) throw new Unanswered("this version has no such field");
  return !ok;
}

/** Questions whose fact is `true` if the grid accepts the request. */
export function accepted(questions: readonly Question[]): Experiment[] {
  const meaning = either("The grid accepts it", "The grid refuses it, and the profile keeps the text");
  return questions.map((question) => noting(question, ({ ok }) => ok, meaning));
}

/** Questions whose fact is in the answer of the grid. */
export function shown(questions: readonly Showing[]): Experiment[] {
  return questions.map((question) =>
    noting(
      question,
      ({ ok, data }) => {
        if (!ok) throw new Unanswered("the grid refuses the question");
        return question.shows(data);
      },
      question.meaning,
    ),
  );
}

function noting(
  { id, question, needs, ask }: Question,
  factOf: (reply: Reply) => Fact,
  meaning: (fact: Fact) => string,
): Experiment {
  return {
    id,
    question,
    ...(needs && { needs }),
    async run(lab) {
      const reply = await ask(lab);
      if (/Unknown object type/i.test(reply.text)) throw new Unanswered("this version has no such type");
      const fact = factOf(reply);
      lab.note(id, reply);
      return fact;
    },
    meaning,
  };
}
