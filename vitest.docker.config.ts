import { defineConfig, mergeConfig } from "vitest/config";
import base from "./vitest.config.js";

/**
 * Tests with real Docker Engines: they need root and Debian's packages, and are therefore not part of `npm test`. Those of the
 * managed plugin, and of drivers, engines and grids that go away, take ten minutes more, and not each check waits for them:
 * `DOCKER_TESTS=short`.
 */
const isShort = process.env["DOCKER_TESTS"] === "short";

export default mergeConfig(
  { resolve: base.resolve },
  defineConfig({
    test: {
      include: [isShort ? "test/docker/engines.test.ts" : "test/docker/**/*.test.ts"],
      testTimeout: 90_000,
      hookTimeout: 240_000,
    },
  }),
);
