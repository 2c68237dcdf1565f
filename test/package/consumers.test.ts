import { execFile } from "node:child_process";
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { beforeAll, describe, expect, inject, it } from "vitest";

const run = promisify(execFile);
const root = resolve(import.meta.dirname, "../..");
const programs = resolve(import.meta.dirname, "consumers");
const consumer = inject("consumer");

const expected = { subnet: "10.0.0.0/25", ip: "10.0.0.1", full: true };

async function output(file: string): Promise<unknown> {
  const { stdout } = await run(process.execPath, [file], { cwd: consumer });
  return JSON.parse(stdout);
}

async function projectOf(name: string, type: "module" | "commonjs"): Promise<string> {
  const folder = join(consumer, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ type }));
  return folder;
}

describe("plain JavaScript", () => {
  it.each(["module.mjs", "commonjs.cjs"])(
    "%s takes a subnet and an address from the package",
    async (name) => {
      const file = join(consumer, name);
      await copyFile(join(programs, name), file);
      expect(await output(file)).toEqual(expected);
    },
  );
});

describe("TypeScript", () => {
  const compilers = {
    "5.4": join(consumer, "node_modules/typescript-5.4/bin/tsc"),
    "5.9": join(consumer, "node_modules/typescript-5.9/bin/tsc"),
    "6.0": resolve(root, "node_modules/typescript/bin/tsc"),
  };

  /** Compiles the program into `folder`, the declarations of the package included (`skipLibCheck` off). */
  async function compile(
    tsc: string,
    folder: string,
    module: string,
    moduleResolution: string,
  ): Promise<string> {
    await copyFile(join(programs, "typescript.ts"), join(folder, "main.ts"));
    const compilerOptions = {
      module,
      moduleResolution,
      target: "es2022",
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      types: ["node"],
      typeRoots: [resolve(root, "node_modules/@types")],
      outDir: "out",
    };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts"] }));
    await run(process.execPath, [tsc, "-p", folder]).catch((error: { stdout: string }) => {
      throw new Error(error.stdout);
    });
    return join(folder, "out/main.js");
  }

  const matrix = Object.keys(compilers).flatMap((version) =>
    (["module", "commonjs"] as const).flatMap((type) =>
      ["node16", "nodenext"].map((resolution) => ({ version, type, resolution })),
    ),
  ) as { version: keyof typeof compilers; type: "module" | "commonjs"; resolution: string }[];

  it.each(matrix)("$version compiles a $type project under $resolution, and it runs", async (project) => {
    const { version, type, resolution } = project;
    const folder = await projectOf(`ts-${version}-${type}-${resolution}`, type);
    const file = await compile(compilers[version], folder, resolution, resolution);
    expect(await output(file)).toEqual(expected);
  });

  it.each(Object.keys(compilers) as (keyof typeof compilers)[])(
    "%s compiles under bundler, and the bundle runs",
    async (version) => {
      const folder = await projectOf(`ts-${version}-bundler`, "module");
      const file = await compile(compilers[version], folder, "esnext", "bundler");
      const bundle = join(folder, "bundle.mjs");
      await build({
        entryPoints: [file],
        outfile: bundle,
        bundle: true,
        platform: "node",
        format: "esm",
        banner,
      });
      expect(await output(bundle)).toEqual(expected);
    },
  );

  /** Dependencies in CommonJS call `require` for Node's own modules, which an ES module lacks. */
  const banner = {
    js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);`,
  };
});

describe("a bundle in CommonJS", () => {
  let bundle: string;
  beforeAll(async () => {
    const folder = await projectOf("bundle-commonjs", "commonjs");
    bundle = join(folder, "bundle.cjs");
    await copyFile(join(programs, "commonjs.cjs"), join(folder, "main.cjs"));
    await build({ entryPoints: [join(folder, "main.cjs")], outfile: bundle, bundle: true, platform: "node" });
  });

  it("runs", async () => {
    expect(await output(bundle)).toEqual(expected);
  });
});
