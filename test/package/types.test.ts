import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, expect, inject, it } from "vitest";
import {
  compile,
  type Format,
  makeFolder,
  outermostVersions,
  type Project,
  type Resolution,
  resolveTypes,
  typeScriptVersions,
} from "./projects.js";
import { isWhole } from "./whole.js";

const root = resolve(import.meta.dirname, "../..");
const installed = join(inject("consumer"), "node_modules/infoblox-ipam");

/** All that the type tests use of vitest; its own declarations need a newer compiler than the oldest here. */
const vitest = `
declare module "vitest" {
  export { expectTypeOf } from "expect-type";
  export function describe(name: string, tests: () => void): void;
  export function it(name: string, test: () => unknown): void;
}`;

const formats: Readonly<Record<Resolution, readonly Format[]>> = {
  node16: ["module", "commonjs"],
  nodenext: ["module", "commonjs"],
  bundler: ["module"],
};
const projects: Project[] = typeScriptVersions.flatMap((version) =>
  Object.entries(formats).flatMap(([resolution, each]) =>
    each.map((format) => ({ version, format, resolution: resolution as Resolution })),
  ),
);

const newest = typeScriptVersions.at(-1);
/** All that can differ: which file a program gets depends on neither resolution, and both formats hold one text. */
const differing = projects.filter(
  ({ version, format, resolution }) =>
    resolution === "nodenext" && (format === "module" || version === newest),
);

describe("every program gets the same declarations", () => {
  const entries = {
    "": "index",
    "/testing": "grid/index",
    "/docker": "docker/index",
    "/opentelemetry": "opentelemetry/index",
  };

  // 7.0 can't be asked from JavaScript how it resolves names; what it gets is compiled below.
  it.each(projects.filter(({ version }) => version !== "7.0"))(
    "under TypeScript $version, $format, $resolution",
    async ({ version, format, resolution }) => {
      const resolved = resolveTypes(
        { version, format, resolution },
        Object.keys(entries).map((entry) => `infoblox-ipam${entry}`),
      );
      const tree = format === "module" ? "esm" : "cjs";
      expect(resolved).toEqual(
        Object.values(entries).map((file) => join(installed, `dist/${tree}/${file}.d.ts`)),
      );
    },
  );

  it("which are one text in both formats", async () => {
    const files = await readdir(join(installed, "dist/cjs"), { recursive: true });
    const declarations = files.filter((file) => file.endsWith(".d.ts"));
    expect(declarations.length).toBeGreaterThan(100);
    for (const file of declarations) {
      const [cjs, esm] = await Promise.all(
        ["cjs", "esm"].map((tree) => readFile(join(installed, "dist", tree, file), "utf8")),
      );
      if (cjs !== esm) expect.fail(`${file} differs`);
    }
  });
});

/** Older compilers compile a program in consumers.test.ts. */
const ofNewest = differing.filter(({ version, format }) => version === newest && format === "module");

// A compiler each: two at once, for a machine of two cores.
describe("the type tests hold for the packed declarations", () => {
  const outermost = differing.filter(({ version }) => outermostVersions.includes(version));
  // The oldest compiler takes most of a minute.
  it.concurrent.each(isWhole ? outermost : ofNewest)(
    "TypeScript $version, $format, $resolution",
    async (project) => {
      const { version, format, resolution } = project;
      const folder = await makeFolder(`types-${version}-${format}-${resolution}`, format);
      for (const name of await typeTests()) await cp(join(root, "test/types", name), join(folder, name));
      await writeFile(join(folder, "vitest.d.ts"), vitest);
      await cp(join(root, "node_modules/expect-type"), join(folder, "node_modules/expect-type"), {
        recursive: true,
      });
      await compile(folder, project, { noEmit: true, skipLibCheck: true, noUncheckedIndexedAccess: true });
    },
  );
});

/** Those that know the package by its public names alone, and nothing else but vitest. */
async function typeTests(): Promise<string[]> {
  const names = (await readdir(join(root, "test/types"))).filter((name) => name.endsWith(".test-d.ts"));
  const texts = await Promise.all(names.map((name) => readFile(join(root, "test/types", name), "utf8")));
  const others = /from "(?!infoblox-ipam|vitest")/;
  return names.filter((_, index) => !others.test(texts[index] ?? ""));
}

describe("the augmentation that `infoblox-ipam types` writes", () => {
  const program = `
    import { WapiClient } from "infoblox-ipam";
    export async function sites(wapi: WapiClient): Promise<("Paris" | "Rome" | undefined)[]> {
      const networks = await wapi.find("network", { where: { extattrs: { Site: "Paris" } }, fields: ["extattrs"] });
      // @ts-expect-error: no such site
      await wapi.create("network", { network: "10.0.0.0/24", extattrs: { Site: "Oslo" } });
      return networks.map(({ extattrs }) => extattrs.Site);
    }
    export async function carbon(wapi: WapiClient): Promise<number | undefined> {
      const network = await wapi.findOne("network", { fields: ["carbon"] });
      if (!network) return undefined;
      const { tons } = await wapi.call(network._ref, "offset_carbon", { by: 3 });
      return tons + (network.carbon ?? 0);
    }`;
  const augmentation = `
    import type { Field, FunctionCall } from "infoblox-ipam";
    declare module "infoblox-ipam" {
      interface KnownExtensibleAttributes {
        Site: "Paris" | "Rome";
      }
      interface AddedFields {
        network: { carbon: Field<number, "rs", "="> };
      }
      interface AddedFunctions {
        network: { offset_carbon: FunctionCall<{ by: number }, { tons: number }> };
      }
    }`;

  it.concurrent.each(isWhole ? differing : ofNewest)(
    "types attributes, fields and functions under TypeScript $version, $format, $resolution",
    async (project) => {
      const { version, format, resolution } = project;
      const folder = await makeFolder(`augmented-${version}-${format}-${resolution}`, format);
      await writeFile(join(folder, "main.ts"), program);
      await writeFile(join(folder, "infoblox.d.ts"), augmentation);
      await compile(folder, project, { noEmit: true, skipLibCheck: true });
    },
  );
});

describe("a program of both module formats", () => {
  const found = `
    import { type Ref, type Row, WapiClient } from "infoblox-ipam";
    export const find = (wapi: WapiClient): PromiseLike<Row<"network">[]> => wapi.find("network");
    export const asText = (network: Ref<"network">): string => network;`;
  const program = `
    import type { Ref, WapiClient } from "infoblox-ipam";
    import { asText } from "./found.cjs";
    export async function first(wapi: WapiClient): Promise<string> {
      const [network] = await wapi.find("network");
      return network ? asText(network._ref) : "";
    }
    // @ts-expect-error: a host is no network, in either format
    export const host = (ref: Ref<"record:host">) => asText(ref);`;

  it.each(typeScriptVersions.slice(isWhole ? 0 : -1))(
    "hands references from one to the other under TypeScript %s",
    async (version) => {
      const project: Project = { version, format: "module", resolution: "nodenext" };
      const folder = await makeFolder(`both-formats-${version}`, project.format);
      await writeFile(join(folder, "found.cts"), found);
      await writeFile(join(folder, "main.ts"), program);
      await compile(folder, project, { noEmit: true, skipLibCheck: true });
    },
  );
});
