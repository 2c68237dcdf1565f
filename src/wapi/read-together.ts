import { type ReadProgress, Stopwatch } from "./progress.js";

/** Tells one read how far it has come; what isn't told of is told of by the others. */
export type OneOfThem = (progress: Pick<ReadProgress, "done">) => void;

/** One count of what several reads have read, at once or in turn: each takes an `onProgress` of its own. */
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
