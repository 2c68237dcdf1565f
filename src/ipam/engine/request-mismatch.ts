import { type RequestDifference, RequestMismatchError } from "../../errors.js";

export type Compared = readonly [field: string, requested: unknown, existing: unknown];

/** The error of a request whose id stands for something else; `undefined` where it stands for just that. */
export function mismatch(
  noun: string,
  requestId: string,
  ref: string,
  differences: readonly RequestDifference[],
): RequestMismatchError | undefined {
  if (differences.length === 0) return undefined;
  const told = differences.map(
    ({ field, requested, existing }) => `${field} ${shown(existing)}, where ${shown(requested)} is asked for`,
  );
  return new RequestMismatchError(
    `The request id "${requestId}" stands for another ${noun}, ${ref}: ${told.join("; ")}.`,
    {
      requestId,
      differences,
      hint: "An id is for one request and its repetitions. Take a new one, or release what the old one stands for.",
    },
  );
}

/** Those fields whose values differ. */
export function differing(all: readonly Compared[]): RequestDifference[] {
  return all
    .filter(([, requested, existing]) => requested !== existing)
    .map(([field, requested, existing]) => ({ field, requested, existing }));
}

function shown(value: unknown): string {
  return value === undefined ? "none" : String(value);
}
