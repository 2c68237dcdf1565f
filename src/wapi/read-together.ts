import { type ReadProgress, Stopwatch } from "./progress.js";

/** Reports the progress of one of several reads. */
export type OneOfThem = (progress: Pick<ReadProgress, "done">) => void;

/** Sums the totals of several reads, parallel or one after the other. Each gets its own `onProgress`. */
export function readTogether(
  clock: ConstructorParameters<typeof Stopwatch>[0],
  onRead: ((progress: ReadProgress) => void) | undefined,
): () => OneOfThem | undefined {
  const stopwatch = new Stopwatch(clock);
  let done = 0;
  return () => {
    if (onRead === undefined) return undefined;
    let before = 0;
    return (progress) => {
      done += progress.done - before;
      before = progress.done;
      onRead(stopwatch.soFar(done));
    };
  };
}
