/**
 * Questions that one answer of the grid decides: whether it takes something, or what it shows. As data, so that a new one is
 * a few lines.
 */

import { type Experiment, either, type Fact, Unanswered } from "./experiment.js";
import type { Laboratory, Reply } from "./laboratory.js";

export interface Question {
  readonly id: string;
  readonly question: string;
  readonly needs?: "zone";
  /** @throws {Unanswered} where the grid refuses what must be there first */
  ask(lab: Laboratory): Promise<Reply>;
}

export interface Showing extends Question {
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
  shows(data: any): Fact;
  meaning(fact: Fact): string;
}

/** What a grid should refuse: true where it does. */
export function refused(questions: readonly Question[]): Experiment[] {
  const meaning = either("Refused, in words that the profile keeps", "The grid takes it");
  return questions.map((question) => noting(question, refusedFor, meaning));
}

/** An older version may refuse a question for another reason. */
function refusedFor({ ok, text }: Reply): boolean {
  if (/Unknown argument\/field/i.test(text)) throw new Unanswered("this version has no such field");
  return !ok;
}

/** What a grid may take: true where it does. */
export function accepted(questions: readonly Question[]): Experiment[] {
  const meaning = either("The grid takes it", "Refused, in words that the profile keeps");
  return questions.map((question) => noting(question, ({ ok }) => ok, meaning));
}

/** What a grid shows where nothing is refused. */
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
