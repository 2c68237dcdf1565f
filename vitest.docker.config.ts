import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

/** Tests with real Docker Engines: they need root and Debian's packages, and are therefore not part of `npm test`. */
export default mergeConfig(
  { resolve: base.resolve },
  defineConfig({
    test: {
      include: ["test/docker/**/*.test.ts"],
      testTimeout: 90_000,
      hookTimeout: 240_000,
    },
  }),
);
