/** Stops on Ctrl-C without leaving a write uncertain. */

import type { RequestEvent } from "../transport/events.js";
import type { Terminal } from "./output.js";
import { erase } from "./progress.js";

/** A signal for the calls of a command, and the client's hooks. */
export interface Stopping {
  readonly signal: AbortSignal;
  readonly onRequest: (event: Pick<RequestEvent, "id" | "method">) => void;
  readonly onResponse: (event: Pick<RequestEvent, "id">) => void;
}

/**
 * Stops when the user asks to, but first waits for the answer to a write that is under way. Then the outcome is known,
 * and can be rolled back. A second Ctrl-C ends the process at once.
 */
export function stopAfterWrites({ stop, stderr }: Pick<Terminal, "stop" | "stderr">): Stopping {
  const controller = new AbortController();
  const writing = new Set<number>();
  const stopIfIdle = () => {
    if (stop.aborted && writing.size === 0) controller.abort(stop.reason);
  };
  const onStop = () => {
    if (writing.size === 0) return stopIfIdle();
    const beginning = stderr.isTTY ? erase : "";
    stderr.write(`${beginning}stopping once the grid has answered; Ctrl-C again ends at once\n`);
  };
  if (stop.aborted) onStop();
  else stop.addEventListener("abort", onStop, { once: true });
  return {
    signal: controller.signal,
    onRequest: ({ id, method }) => {
      if (method !== "GET") writing.add(id);
    },
    onResponse: ({ id }) => {
      writing.delete(id);
      stopIfIdle();
    },
  };
}
