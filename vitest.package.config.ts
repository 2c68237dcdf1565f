import { defineConfig } from "vitest/config";

/** Tests of the packed tarball: they need `npm run build`, install packages, and are therefore not part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/package/**/*.test.ts"],
    globalSetup: ["test/package/tarball.ts"],
    maxConcurrency: 2,
    // They end what hangs. How long a test takes on a busy machine is no claim.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // Much of it waits, for installations and for programs: no processor is kept back.
    maxWorkers: "100%",
  },
});
