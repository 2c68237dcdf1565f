/**
 * Reads FakeGrid's guesses from the marks in its comments:
 *
 *     Guess range-overlap-sentence (documented; asks overlappingRangeIsRefused): the sentence.
 *
 * A mark has an id, the evidence (`open` if there is none), and what the probe does about it.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { experiments } from "../src/ipam/probe/probe.js";

export interface Guess {
  readonly id: string;
  readonly evidence: string;
  /** The probe's question about it; or `unasked`, if none asks though one could; or `cannot`, if none can. */
  readonly probe: { readonly asks: string } | "unasked" | "cannot";
  /** The comment up to the mark, and the text about the guess. */
  readonly text: string;
  /** Within src/grid. */
  readonly file: string;
}

/** The evidence of a guess. */
export const evidences: Readonly<Record<string, string>> = {
  open: "no source says anything about it",
  analogy: "grids are known to do so in a similar case",
  documented: "documentation describes the behaviour, but not the text",
  recorded: "a recording of a grid shows a part of it",
  clients: "clients send it, or rely on it",
};

const mark = /\bGuess ([a-z0-9-]+) \((\w+); (unasked|cannot|asks (\w+))\): /g;

/** @throws Error for a mark without a unique id, known evidence, or an existing question of the probe */
export function readGuesses(directory: string): Guess[] {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const guesses = files.flatMap((file) =>
    commentsOf(readFileSync(file, "utf8")).flatMap((text) => guessesIn(text, relative(directory, file))),
  );
  const ids = new Set<string>();
  for (const { id, file } of guesses) {
    if (ids.has(id)) throw new Error(`${file}: two guesses are called ${id}`);
    ids.add(id);
  }
  return guesses;
}

/** Block comments and consecutive comment lines, each as one line of text. */
function commentsOf(source: string): string[] {
  const comments = source.match(/\/\*\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n?)+/gm) ?? [];
  return comments.map((comment) =>
    comment
      .replace(/^[ \t]*(?:\/\*\*|\*\/|\*|\/\/)/gm, "")
      .replace(/\*\/$/, "")
      .replace(/\s+/g, " ")
      .trim(),
  );
}

function guessesIn(comment: string, file: string): Guess[] {
  const marks = [...comment.matchAll(mark)];
  const told = comment.match(/\bguess(es)?\b/gi)?.length ?? 0;
  if (told !== marks.length)
    throw new Error(`${file}: a guess needs an id, its evidence and what the probe does: "${comment}"`);
  const context = comment.slice(0, marks[0]?.index).trim();
  return marks.map((found, at) => {
    const [whole, id = "", evidence = "", , question] = found;
    if (evidences[evidence] === undefined)
      throw new Error(`${file}: ${id}: no evidence is called ${evidence}`);
    const own = comment.slice(found.index + whole.length, marks[at + 1]?.index).trim();
    const text = [context, own.charAt(0).toUpperCase() + own.slice(1)].filter(Boolean).join(" Guess: ");
    return { id, evidence, probe: probeOf(id, found[3], question), text, file };
  });
}

function probeOf(id: string, what: string | undefined, question: string | undefined): Guess["probe"] {
  if (question === undefined) return what === "cannot" ? "cannot" : "unasked";
  if (questionOf(question) === undefined) throw new Error(`${id}: the probe asks no ${question}`);
  return { asks: question };
}

/** The probe's question of this id. */
export function questionOf(id: string): string | undefined {
  return experiments.find((experiment) => experiment.id === id)?.question;
}
