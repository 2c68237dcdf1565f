/**
 * Functions of the grid and its members that act on services. FakeGrid has no services that could be running or not:
 * a restart is done at once, and its status is that nothing is waiting.
 */

import type { Rules } from "../rules.js";

const done = () => ({});

export const restartFunctions: NonNullable<Rules["functions"]> = {
  restartservices: done,
  requestrestartservicestatus: done,
  publish_changes: done,
  empty_recycle_bin: done,
};
