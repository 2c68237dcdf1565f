/** Before and after each file of tests: files of one worker share its modules, and nothing else. */

import { createRequire } from "node:module";
import { afterAll } from "vitest";

const require = createRequire(import.meta.url);

// While nock is active, it intercepts every socket of the process.
afterAll(() => {
  const nock = require.cache[require.resolve("nock")]?.exports as typeof import("nock") | undefined;
  nock?.restore();
});
