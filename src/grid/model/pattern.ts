/**
 * Regular expressions of searches: Python's, unanchored. An engine with linear time runs them, so that no search can
 * hang the process. Patterns with lookaround or backreferences, which that engine does not support, run under a time
 * limit.
 */

import { createContext, Script } from "node:vm";
import { RE2JS } from "re2js";
import { protocolError } from "./answers.js";

/** Guess pattern-limit (open; asks longPatternIsRefused): a grid has a limit, too. */
const longestPattern = 16_384;

/** Milliseconds that a pattern with lookaround or backreferences may take for all values of one search. */
const timeLimit = 300;

/** `(?=`, `(?!`, `(?<=`, `(?<!`, `(?P=name)`, `\1` */
const looksAround = /\(\?(?:<?[=!]|P=)|\\[1-9]/;

export function compilePattern(source: string, ignoreCase: boolean): (text: string) => boolean {
  if (source.length > longestPattern) throw invalidPattern(source, "too long");
  return looksAround.test(source) ? limited(source, ignoreCase) : linear(source, ignoreCase);
}

function linear(source: string, ignoreCase: boolean): (text: string) => boolean {
  try {
    const pattern = RE2JS.compile(source.replaceAll("\\Z", "\\z"), ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return (text) => pattern.test(text);
  } catch (error) {
    throw invalidPattern(source, (error as Error).message);
  }
}

function limited(source: string, ignoreCase: boolean): (text: string) => boolean {
  for (const [, name = ""] of source.matchAll(/\(\?P=(\w+)\)/g)) {
    if (!source.includes(`(?P<${name}>`)) throw invalidPattern(source, `unknown group name: ${name}`);
  }
  const inline = source.startsWith("(?i)");
  const translated = source
    .slice(inline ? 4 : 0)
    .replaceAll("(?P<", "(?<")
    .replace(/\(\?P=(\w+)\)/g, "\\k<$1>")
    .replaceAll("\\A", "^")
    .replaceAll("\\Z", "$");
  const context = createContext({ source: translated, flags: ignoreCase || inline ? "i" : "", text: "" });
  let left = timeLimit;
  const run = (script: Script): unknown => {
    const startedAt = performance.now();
    try {
      return script.runInContext(context, { timeout: Math.max(1, Math.floor(left)) });
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw invalidPattern(source, code === "ERR_SCRIPT_EXECUTION_TIMEOUT" ? "too complex" : message);
    } finally {
      left -= performance.now() - startedAt;
    }
  };
  run(new Script("pattern = new RegExp(source, flags); undefined"));
  const test = new Script("pattern.test(text)");
  return (text) => {
    context["text"] = text;
    return run(test) === true;
  };
}

/** Guess pattern-sentence (open; asks badPatternIsRefused): the sentence. */
function invalidPattern(source: string, problem: string): Error {
  const shown = source.length > 200 ? `${source.slice(0, 199)}…` : source;
  return protocolError(`Invalid regular expression: ${shown}: ${problem.slice(0, 400)}`);
}
