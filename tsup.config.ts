import { defineConfig, type Options } from "tsup";

/**
 * One output file per source file, in two trees: a bundle per entry would give each entry its own copy of the error
 * classes, and `instanceof` would fail between them (docs/decisions/unbundled-build.md).
 */
const unbundled = {
  bundle: false,
  // Else what newer syntax needs (`await using`) would go into a file of its own, which all others then load.
  splitting: false,
  // What runs in a browser is in page.gen.ts already. Type-level schema has no run time; its declarations come from tsc.
  entry: ["src/**/*.ts", "!src/map/browser/**", "!src/schema/types/**", "!src/schema/object-types.gen.ts"],
  target: "node20",
  platform: "node",
  outExtension: () => ({ js: ".js" }),
  dts: false,
  sourcemap: false,
  silent: true,
} satisfies Options;

export default defineConfig([
  { ...unbundled, format: "esm", outDir: "dist/esm" },
  // The command line is run by its path, never required.
  { ...unbundled, entry: [...unbundled.entry, "!src/cli/**"], format: "cjs", outDir: "dist/cjs" },
]);
