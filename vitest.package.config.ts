import { defineConfig } from "vitest/config";

/** Tests of the packed tarball: they need `npm run build`, install packages, and are therefore not part of `npm test`. */
export default defineConfig({
  test: {
    include: ["test/package/**/*.test.ts"],
    globalSetup: ["test/package/tarball.ts"],
    maxConcurrency: 2,
    testTimeout: 120_000,
    hookTimeout: 240_000,
  },
});
