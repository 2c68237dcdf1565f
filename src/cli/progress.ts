/**
 * Shows the progress of long work on stderr: on a terminal as a line that is written over, and everywhere as a summary
 * at the end. Programs that ask for JSON get neither. The log of a pipeline (`CI`) gets no line.
 */

import type { Progress, ReadProgress } from "../wapi/progress.js";
import type { Output, Terminal } from "./output.js";

/** The name of what is counted: `["address", "addresses"]`. */
export type Counted = readonly [one: string, many: string];

/** Returns an `onProgress` for a call. */
export type Show = (counted: Counted) => (progress: Progress | ReadProgress) => void;

/** Runs the work and shows its progress. Prints no summary if it fails. */
export async function showing<T>(
  { stderr, env }: Pick<Terminal, "stderr" | "env">,
  { json }: { readonly json?: true },
  work: (show: Show) => Promise<T>,
): Promise<T> {
  if (json) return work(() => () => {});
  const line = new ProgressLine(stderr, env);
  try {
    const result = await work((counted) => (progress) => line.show(counted, progress));
    line.summarize();
    return result;
  } catch (error) {
    line.leave();
    throw error;
  }
}

/** How often the line changes in a second: people see no more. */
const mostWritten = 10;

class ProgressLine {
  readonly #output: Output;
  readonly #isTerminal: boolean;
  /** The progress of each kind. */
  readonly #last = new Map<string, { counted: Counted; progress: Progress | ReadProgress }>();
  readonly #started = performance.now();
  #written = Number.NEGATIVE_INFINITY;
  #current = "";

  constructor(output: Output, env: Terminal["env"]) {
    this.#output = output;
    this.#isTerminal = output.isTTY === true && env["TERM"] !== "dumb" && !isSet(env["CI"]);
  }

  show(counted: Counted, progress: Progress | ReadProgress): void {
    this.#last.set(counted[1], { counted, progress });
    if (!this.#isTerminal) return;
    this.#current = progressText(counted, progress, this.#output.columns);
    if (performance.now() - this.#written >= 1000 / mostWritten) this.#write();
  }

  /** Replaces the line with the summary. */
  summarize(): void {
    if (this.#last.size === 0) return;
    const done = [...this.#last.values()].map(({ counted, progress }) => countText(counted, progress.done));
    const [only, ...others] = this.#last.values();
    const took = Math.max(performance.now() - this.#started, 1) / 1000;
    // The rate of the whole time, with the login, so that it matches the count and the time.
    const rate = only && others.length === 0 ? rateText(only.progress.done / took) : "";
    this.#output.write(`${this.#isTerminal ? erase : ""}${done.join(", ")} in ${took.toFixed(1)} s${rate}\n`);
  }

  /** Leaves the last progress on the screen. */
  leave(): void {
    if (!this.#isTerminal || this.#last.size === 0) return;
    this.#write();
    this.#output.write("\n");
  }

  #write(): void {
    this.#written = performance.now();
    this.#output.write(erase + this.#current);
  }
}

/** Whether a pipeline has set a variable: `CI=false` does not count. */
function isSet(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.toLowerCase());
}

/** Erases the line and returns to its beginning. */
export const erase = "\r\u001b[K";

const width = 24;

/**
 * `[████████░░░░]  100 of 300 addresses, 50/s, 4 s left`; without a known total, there is no bar and no time. Never
 * wider than the terminal: a wrapped line can't be written over.
 */
export function progressText(counted: Counted, progress: Progress | ReadProgress, columns?: number): string {
  // Some terminals report a width of 0.
  const wide = columns || Number.POSITIVE_INFINITY;
  const text = `${amountText(counted, progress)}${rateText(progress.rate)}${leftText(progress)}`;
  const bar = "total" in progress ? `${barOf(progress)}  ` : "";
  return (bar.length + text.length < wide ? bar + text : text).slice(0, wide - 1);
}

function barOf({ done, total }: Progress): string {
  const filled = total === 0 ? width : Math.round((width * done) / total);
  return `[${"█".repeat(filled)}${"░".repeat(width - filled)}]`;
}

function amountText(counted: Counted, progress: Progress | ReadProgress): string {
  if (!("total" in progress)) return countText(counted, progress.done);
  return `${progress.done} of ${countText(counted, progress.total)}`;
}

function countText([one, many]: Counted, count: number): string {
  return `${count} ${count === 1 ? one : many}`;
}

function rateText(rate: number): string {
  return rate > 0 ? `, ${rate < 10 ? rate.toFixed(1) : Math.round(rate)}/s` : "";
}

function leftText(progress: Progress | ReadProgress): string {
  if (!("total" in progress) || !progress.timeLeft) return "";
  const seconds = Math.ceil(progress.timeLeft / 1000);
  const minutes = Math.floor(seconds / 60);
  return `, ${minutes > 0 ? `${minutes} min ${seconds % 60}` : seconds} s left`;
}
