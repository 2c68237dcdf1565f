import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { describe, it } from "vitest";
import { compile, makeFolder, type Project } from "./projects.js";

const root = resolve(import.meta.dirname, "../..");

/** All that the type tests use of vitest; its own declarations need a newer compiler than the oldest here. */
const vitest = `
declare module "vitest" {
  export { expectTypeOf } from "expect-type";
  export function describe(name: string, tests: () => void): void;
  export function it(name: string, test: () => unknown): void;
}`;

const projects: Project[] = [
  { version: "5.4", format: "module", resolution: "node16" },
  { version: "5.4", format: "commonjs", resolution: "node16" },
  { version: "5.4", format: "module", resolution: "bundler" },
  { version: "5.9", format: "module", resolution: "nodenext" },
  { version: "5.9", format: "commonjs", resolution: "nodenext" },
  { version: "5.9", format: "module", resolution: "bundler" },
  { version: "6.0", format: "module", resolution: "nodenext" },
  { version: "6.0", format: "commonjs", resolution: "node16" },
  { version: "6.0", format: "module", resolution: "bundler" },
];

describe("the type tests hold for the packed declarations", () => {
  it.each(projects)("TypeScript $version, $format, $resolution", async (project) => {
    const { version, format, resolution } = project;
    const folder = await makeFolder(`types-${version}-${format}-${resolution}`, format);
    for (const name of await typeTests()) await cp(join(root, "test/types", name), join(folder, name));
    await writeFile(join(folder, "vitest.d.ts"), vitest);
    await cp(join(root, "node_modules/expect-type"), join(folder, "node_modules/expect-type"), {
      recursive: true,
    });
    await compile(folder, project, { noEmit: true, skipLibCheck: true, noUncheckedIndexedAccess: true });
  });
});

/** Those that know the package by its public names alone. */
async function typeTests(): Promise<string[]> {
  const names = (await readdir(join(root, "test/types"))).filter((name) => name.endsWith(".test-d.ts"));
  const texts = await Promise.all(names.map((name) => readFile(join(root, "test/types", name), "utf8")));
  return names.filter((_, index) => !texts[index]?.includes("/src/"));
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

  it.each(projects.filter(({ resolution }) => resolution !== "node16"))(
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
