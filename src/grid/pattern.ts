/**
 * Regular expressions as searches take them: Python's, unanchored. A pattern that could take exponential time runs
 * under a time limit, so that no search can hang the process.
 */

import { createContext, Script } from "node:vm";
import { protocolError } from "./answers.js";

/** Milliseconds that a dangerous pattern may take on one value. */
const timeLimit = 100;

export function compilePattern(source: string, ignoreCase: boolean): (text: string) => boolean {
  const pattern = parsePattern(source, ignoreCase);
  return isDangerous(pattern.source) ? limited(pattern) : (text) => pattern.test(text);
}

function parsePattern(source: string, ignoreCase: boolean): RegExp {
  const inline = source.startsWith("(?i)");
  const translated = source
    .slice(inline ? 4 : 0)
    .replaceAll("(?P<", "(?<")
    .replaceAll("\\A", "^")
    .replaceAll("\\Z", "$");
  try {
    return new RegExp(translated, ignoreCase || inline ? "i" : "");
  } catch (error) {
    // Guess: the sentence.
    throw protocolError(`Invalid regular expression: ${source}: ${(error as Error).message}`);
  }
}

/** A repeated group with a repetition or a choice inside (`(a+)+`, `(a|aa)*`): the forms that backtrack exponentially. */
function isDangerous(source: string): boolean {
  return (
    /\((?:[^()\\]|\\.)*[*+|{](?:[^()\\]|\\.)*\)[*+{]/.test(source) || /\)[*+{][^()]*\)[*+{]/.test(source)
  );
}

function limited(pattern: RegExp): (text: string) => boolean {
  const context = createContext({ pattern, text: "" });
  const script = new Script("pattern.test(text)");
  return (text) => {
    context["text"] = text;
    try {
      return script.runInContext(context, { timeout: timeLimit }) === true;
    } catch {
      throw protocolError(`Invalid regular expression: ${pattern.source}: too complex`);
    }
  };
}
