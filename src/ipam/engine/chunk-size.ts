/**
 * How many objects go into one request. The grid does them one after the other before it answers; a hundred are done
 * well within the usual time-out.
 */
export const atOnce = 100;

/** The list in parts of what goes into one request, in order. */
export function* slices<T>(list: readonly T[], length = atOnce): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += length) yield list.slice(start, start + length);
}
