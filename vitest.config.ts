import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

/** Tests that start programs, compilers and a browser: `npm run test:programs`. */
export const programs = ["test/{examples,demo}.test.ts", "test/{types,browser}/**/*.test.ts"];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^infoblox-ipam\/testing$/, replacement: src("grid/index.ts") },
      { find: /^infoblox-ipam\/docker$/, replacement: src("docker/index.ts") },
      { find: /^infoblox-ipam\/opentelemetry$/, replacement: src("opentelemetry/index.ts") },
      { find: /^infoblox-ipam$/, replacement: src("index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/docker/**", "test/package/**", ...programs, "**/node_modules/**"],
    // They end what hangs. How long a test takes on a busy machine is no claim.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // No test puts something in place of a module, so that the files of a worker share what they import.
    isolate: false,
    setupFiles: ["test/setup.ts"],
    // Much of it waits, for programs and for pauses: no processor is kept back.
    maxWorkers: "100%",
  },
});
