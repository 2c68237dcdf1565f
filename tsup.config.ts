import { defineConfig, type Options } from "tsup";

/** Source maps without the sources: a stack trace names file and line of `src`, and the package stays small. */
const common = {
  target: "node20",
  platform: "node",
  outExtension: () => ({ js: ".js" }),
  dts: false,
  sourcemap: true,
  silent: true,
} satisfies Options;

/** ES modules in a few files, CommonJS in one per source file: docs/decisions/few-files.md says why. */
export default defineConfig([
  {
    ...common,
    format: "esm",
    outDir: "dist/esm",
    entry: ["src/index.ts", "src/{grid,docker,opentelemetry}/index.ts", "src/cli/main.ts"],
    bundle: true,
    splitting: true,
    plugins: [
      {
        name: "names of classes",
        renderChunk: (code) => ({ code: withClassNames(withoutBareImports(code)) }),
      },
    ],
    esbuildOptions: (options) => {
      options.sourcesContent = false;
      options.chunkNames = "parts/[name]-[hash]";
    },
  },
  {
    ...common,
    // Node loads the ES modules by require, too.
    sourcemap: false,
    format: "cjs",
    outDir: "dist/cjs",
    bundle: false,
    esbuildOptions: (options) => {
      // Jest, which takes this tree, has no `import()`: what is loaded on first use is then required.
      options.supported = { ...options.supported, "dynamic-import": false };
    },
    // Else what newer syntax needs (`await using`) would go into a file of its own, which all others then load.
    splitting: false,
    // What runs in a browser is in page.gen.ts already. Type-level schema has no run time; its declarations come from
    // tsc. The command line is run by its path, never required.
    entry: [
      "src/**/*.ts",
      "!src/map/browser/**",
      "!src/schema/types/**",
      "!src/schema/object-types.gen.ts",
      "!src/cli/**",
    ],
  },
]);

/**
 * The bundler imports also parts that it takes no name from. None has a side effect, as package.json says, and bundlers
 * of users warn of each such import. An empty line stays, so that the source map stays right.
 */
function withoutBareImports(code: string): string {
  return code.replace(/^import "\.[^"]*\/?(?:chunk-)\w+\.js";$/gm, "");
}

/**
 * The bundler calls a class that mentions itself `_WapiClient`, which users would read in what they inspect. Its own means
 * against that, `keepNames`, would keep every class from being left out of a program that doesn't use it.
 */
function withClassNames(code: string): string {
  const renamed = [...code.matchAll(/^var (\w+) = class _\1\b/gm)].flatMap(([, name]) => name ?? []);
  return renamed.reduce((text, name) => text.replace(new RegExp(`\\b_${name}\\b`, "g"), name), code);
}
