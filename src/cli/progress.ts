/** Long work shows itself: on a terminal as a line that is written over, elsewhere not at all. */

import type { Progress } from "../wapi/progress.js";
import type { Terminal } from "./output.js";

export interface ProgressLine {
  readonly show: (progress: Progress) => void;
  readonly end: () => void;
}

const width = 24;

/** @param now - milliseconds, for the rate */
export function progressOf(what: string, { stderr }: Terminal, now: () => number = Date.now): ProgressLine {
  if (stderr.isTTY !== true) return { show: () => {}, end: () => {} };
  const started = now();
  let isShown = false;
  return {
    show: ({ done, total }) => {
      isShown = true;
      stderr.write(`\r\u001b[K${progressText(what, done, total, now() - started)}`);
    },
    end: () => {
      if (isShown) stderr.write("\n");
    },
  };
}

/** `[████████░░░░]  100 of 300 addresses  50/s  4 s left` */
export function progressText(what: string, done: number, total: number, milliseconds: number): string {
  const filled = total === 0 ? width : Math.round((width * done) / total);
  const bar = `[${"█".repeat(filled)}${"░".repeat(width - filled)}]`;
  const rate = milliseconds > 0 ? (done * 1000) / milliseconds : 0;
  const left = rate > 0 && done < total ? `  ${Math.ceil((total - done) / rate)} s left` : "";
  return `${bar}  ${done} of ${total} ${what}${rate > 0 ? `  ${Math.round(rate)}/s` : ""}${left}`;
}
