/**
 * How many objects go into one request. The grid does them one after the other before it answers; it does a hundred well
 * within the usual time-out.
 */
export const atOnce = 100;

/** Divides a list into parts for one request each, in order. */
export function* slices<T>(list: readonly T[], length = atOnce): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += length) yield list.slice(start, start + length);
}
