import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
const consumer = inject("consumer");
const installed = join(consumer, "node_modules/infoblox-ipam");

async function evaluate(format: "module" | "commonjs", code: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [`--input-type=${format}`, "-e", code], { cwd: consumer });
  return JSON.parse(stdout);
}

/** Every module that Node loads when `specifier` is imported, as its loader sees them. */
async function modulesLoadedBy(specifier: string): Promise<string[]> {
  const log = join(consumer, "loaded.txt");
  const loader = `
    import { appendFileSync } from "node:fs";
    export async function load(url, context, next) {
      appendFileSync(${JSON.stringify(log)}, url + "\\n");
      return next(url, context);
    }`;
  await writeFile(join(consumer, "loader.mjs"), loader);
  await writeFile(log, "");
  const register = `import { register } from "node:module"; register(${JSON.stringify(pathToFileURL(join(consumer, "loader.mjs")).href)});`;
  const preload = `data:text/javascript,${encodeURIComponent(register)}`;
  await run(
    process.execPath,
    ["--import", preload, "--input-type=module", "-e", `await import("${specifier}")`],
    {
      cwd: consumer,
    },
  );
  const loaded = (await readFile(log, "utf8")).split("\n").filter((url) => url.startsWith("file:"));
  await rm(log);
  return loaded;
}

describe("importing the root", () => {
  it("loads neither emulator, command line, axios, zod nor nock (ESM)", async () => {
    const loaded = await modulesLoadedBy("infoblox-ipam");
    // Each file says by comments which files of the source it was made of.
    const own = loaded.filter((url) => url.includes("/dist/esm/"));
    const texts = await Promise.all(own.map((url) => readFile(fileURLToPath(url), "utf8")));
    const sources = texts.flatMap((text) => [...text.matchAll(/^\/\/ src\/(.+)$/gm)].map(([, file]) => file));
    expect(sources).toContain("wapi/client.ts");
    expect(sources.filter((file) => /^(grid|cli|docker|opentelemetry)\//.test(file ?? ""))).toEqual([]);
    expect(loaded.filter((url) => /dist\/\w+\/(grid|cli|docker|opentelemetry)\//.test(url))).toEqual([]);
    expect(loaded.filter((url) => /node_modules\/(axios|zod|nock|commander)\//.test(url))).toEqual([]);
  });

  it("loads neither emulator, command line, axios, zod nor nock (CommonJS tree)", async () => {
    const loaded = (await evaluate(
      "commonjs",
      `require(${JSON.stringify(join(installed, "dist/cjs/index.js"))}); console.log(JSON.stringify(Object.keys(require.cache)))`,
    )) as string[];
    expect(loaded.some((file) => file.endsWith("dist/cjs/index.js"))).toBe(true);
    expect(loaded.filter((file) => /dist\/\w+\/(grid|cli|docker|opentelemetry)\//.test(file))).toEqual([]);
    expect(loaded.filter((file) => /node_modules\/(axios|zod|nock|commander)\//.test(file))).toEqual([]);
  });
});

describe("both module formats", () => {
  it("load the very same classes by import and by require", async () => {
    const same = await evaluate(
      "module",
      `import { createRequire } from "node:module";
       import * as root from "infoblox-ipam";
       const required = createRequire(process.cwd() + "/x.js")("infoblox-ipam");
       console.log(JSON.stringify(Object.keys(root).filter((name) => root[name] !== required[name])));`,
    );
    expect(same).toEqual([]);
  });

  it("export the same names from the CommonJS tree, which bundlers and older loaders take", async () => {
    for (const entry of ["index", "grid/index", "docker/index"]) {
      const names = (tree: string) =>
        evaluate(
          "commonjs",
          `console.log(JSON.stringify(Object.keys(require(${JSON.stringify(join(installed, `dist/${tree}/${entry}.js`))})).filter((name) => name !== "__esModule").sort()))`,
        );
      expect(await names("cjs")).toEqual(await names("esm"));
    }
  });

  it("call the classes by their names", async () => {
    const names = await evaluate(
      "module",
      `import * as root from "infoblox-ipam";
       import * as testing from "infoblox-ipam/testing";
       const classes = Object.entries({ ...root, ...testing }).filter(([, value]) => /^class\\b/.test(String(value)));
       console.log(JSON.stringify(classes.map(([name, value]) => [name, value.name])));`,
    );
    expect((names as string[][]).length).toBeGreaterThan(15);
    expect((names as string[][]).filter(([name, called]) => name !== called)).toEqual([]);
  });

  it("throws errors of the root's classes from the docker entry", async () => {
    const known = await evaluate(
      "module",
      `import { InvalidRequestError, Ipam } from "infoblox-ipam";
       import { createIpamDriver } from "infoblox-ipam/docker";
       const ipam = new Ipam({ url: "https://grid.example.com", username: "admin", password: "infoblox" });
       let error;
       try { createIpamDriver({ ipam, engineId: "a b" }); } catch (thrown) { error = thrown; }
       console.log(JSON.stringify([error instanceof InvalidRequestError, error.field]));`,
    );
    expect(known).toEqual([true, "engineId"]);
  });

  it("loads the testing entry without nock, and says what intercept needs", async () => {
    const message = await evaluate(
      "module",
      `import { FakeGrid } from "infoblox-ipam/testing";
       const problem = await Promise.resolve().then(() => FakeGrid.intercept("https://grid.example.com", { setup: true })).then(() => "none", (error) => error.message);
       console.log(JSON.stringify(problem));`,
    );
    expect(message).toMatch(/nock/);
  });
});
