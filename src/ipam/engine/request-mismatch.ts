import { type RequestDifference, RequestMismatchError } from "../../errors.js";

export type Compared = readonly [field: string, requested: unknown, existing: unknown];

/** The error of a request whose id stands for an object that differs; `undefined` if there are no differences. */
export function mismatch(
  noun: string,
  requestId: string,
  ref: string,
  differences: readonly RequestDifference[],
): RequestMismatchError | undefined {
  if (differences.length === 0) return undefined;
  const told = differences.map(
    ({ field, requested, existing }) => `${field} is ${shown(existing)}, requested is ${shown(requested)}`,
  );
  const message = `The request id "${requestId}" stands for another ${noun}, ${ref}: ${told.join("; ")}.`;
  return new RequestMismatchError(message, {
    ...{ requestId, differences },
    hint: "An id is for one request and its repetitions. Use a new id, or release the object of the old one.",
  });
}

/** The fields whose values differ. */
export function differing(all: readonly Compared[]): RequestDifference[] {
  return all
    .filter(([, requested, existing]) => requested !== existing)
    .map(([field, requested, existing]) => ({ field, requested, existing }));
}

function shown(value: unknown): string {
  return value === undefined ? "none" : String(value);
}
