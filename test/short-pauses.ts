import { afterAll, beforeAll } from "vitest";
import { shortPauses } from "./campaign/short-pauses.js";

/** Shortens the library's pauses in this file's tests. By its clock they last as long as they should. */
export function shortenPauses(): void {
  let restore = () => {};
  beforeAll(() => {
    restore = shortPauses();
  });
  afterAll(() => restore());
}
