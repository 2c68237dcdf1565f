import { defineConfig } from "vitest/config";
import base, { programs } from "./vitest.config.js";

/**
 * The examples, the programs of the docs, the demo, what the compiler and an editor say of the types, and the map's page in a
 * browser. They take a third of the time of `npm test` and seldom find what it doesn't, so that they are no part of it.
 */
export default defineConfig({
  ...base,
  test: { ...base.test, include: programs, exclude: ["**/node_modules/**"] },
});
