import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";
import { generateAugmentation } from "../../../src/schema/generate/augmentation.js";
import { readLiveSchema } from "../../../src/schema/live.js";

const schema = resolve(import.meta.dirname, "../../../src/schema");

/** A grid with attributes, and with a field, a function and a type that the package doesn't know. */
const newerGrid = {
  root: { requested_version: "2.15" },
  objects: {
    network: {
      fields: [
        { name: "comment", type: ["string"], supports: "rwus", searchable_by: ":=~", standard_field: true },
        { name: "carbon", type: ["uint"], supports: "rs", searchable_by: "=<>" },
        {
          name: "probes",
          type: ["probe:set"],
          is_array: true,
          supports: "rw",
          wapi_primitive: "struct",
          schema: { fields: [{ name: "url", type: ["string"] }] },
        },
        {
          name: "measure",
          type: ["measure"],
          wapi_primitive: "funccall",
          schema: { input_fields: [], output_fields: [{ name: "grams", type: ["uint"] }] },
        },
      ],
    },
    "probe:site": {
      fields: [
        { name: "members", type: ["dhcpmember"], is_array: true, supports: "r", wapi_primitive: "struct" },
      ],
    },
  },
  extattrs: [
    {
      name: "Site",
      type: "ENUM",
      list_values: [{ value: "Paris" }, { value: "Rome" }],
      comment: "Where */ it is",
    },
    { name: "Tenant ID", type: "STRING" },
    { name: "VLAN", type: "INTEGER" },
    { name: "Racks", type: "INTEGER", flags: "V" },
  ],
};

const entry = `
export type { AddedFields, AddedFunctions, ExtensibleAttributes, Field, FunctionCall, KnownExtensibleAttributes, ObjectLink, Ref, Struct, SubObject } from "${schema}/field.js";
export type { ObjectFunctions, ObjectTypes } from "${schema}/object-types.gen.js";
`;

/** What the compiler says about a user's file beside the augmentation, by line of the file. */
function complaints(augmentation: string, usage: string): readonly string[] {
  const files = new Map([
    ["/user/node_modules/infoblox-ipam/index.ts", entry],
    ["/user/infoblox.d.ts", augmentation],
    ["/user/usage.ts", usage],
  ]);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: [],
    paths: { "infoblox-ipam": ["/user/node_modules/infoblox-ipam/index.ts"] },
  };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists(file);
  host.readFile = (file) => files.get(file) ?? readFile(file);
  host.getSourceFile = (file, version) => {
    const text = files.get(file);
    return text === undefined ? getSourceFile(file, version) : ts.createSourceFile(file, text, version);
  };
  const program = ts.createProgram(["/user/infoblox.d.ts", "/user/usage.ts"], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
    return `${file?.fileName}:${line} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  });
}

describe("types from a user's grid", () => {
  const text = generateAugmentation(readLiveSchema(newerGrid));

  it("are the same in whatever order the grid lists things", () => {
    const { root, objects, extattrs } = newerGrid;
    const { network, ...others } = objects;
    const shuffled = {
      extattrs: [...extattrs].reverse(),
      objects: { ...others, network: { fields: [...network.fields].reverse() } },
      root,
    };
    expect(generateAugmentation(readLiveSchema(shuffled))).toBe(text);
  });

  it("are a module augmentation of what the grid has beyond the package", () => {
    expect(text).toMatchInlineSnapshot(`
      "// Made by \`npx infoblox-ipam types\` from the schema of your grid (WAPI 2.15). Don't edit.
      import type {
        Field,
        FunctionCall,
      } from "infoblox-ipam";

      export {};

      declare module "infoblox-ipam" {
        interface KnownExtensibleAttributes {
          Racks: number | readonly number[];
          /** Where * / it is */
          Site: "Paris" | "Rome";
          "Tenant ID": string;
          VLAN: number;
        }
        interface AddedFields {
          network: {
            carbon: Field<number, "rs", "=<>">;
            probes: Field<ProbeSet[], "rw", "", "always">;
          };
        }
        interface AddedFunctions {
          network: {
            measure: FunctionCall<Record<never, never>, { grams: number }>;
          };
        }
        interface ObjectTypes {
          "probe:site": ProbeSite;
        }
      }

      interface ProbeSite {
        members: Field<Dhcpmember[], "r", "", "always">;
      }

      /** WAPI struct \`probe:set\`. */
      interface ProbeSet {
        _struct?: "probe:set";
        url?: string;
      }

      /** WAPI struct \`dhcpmember\`. */
      interface Dhcpmember {
        _struct?: "dhcpmember";
        ipv4addr?: string;
        ipv6addr?: string;
        name?: string;
      }
      "
    `);
  });

  it("make attributes, fields, functions and types known to the compiler, and refuse others", () => {
    const usage = `
      import type { ExtensibleAttributes, ObjectFunctions, ObjectTypes } from "infoblox-ipam";
      export const attributes: ExtensibleAttributes = { Site: "Paris", VLAN: 7, "Tenant ID": "t", Racks: [1, 2] };
      export const grams = (carbon: ObjectTypes["network"]["carbon"]["value"]): number => carbon;
      export const probe: ObjectTypes["network"]["probes"]["value"] = [{ url: "https://a.example" }];
      export const comment: ObjectTypes["network"]["comment"]["supports"] = "rwus";
      export const measured: ObjectFunctions["network"]["measure"]["result"] = { grams: 3 };
      export const next: ObjectFunctions["network"]["next_available_ip"]["result"] = { ips: [] };
      export const members: ObjectTypes["probe:site"]["members"]["value"] = [{ name: "ns1" }];
      // @ts-expect-error a town that the definition doesn't list
      export const town: ExtensibleAttributes = { Site: "Oslo" };
      // @ts-expect-error an attribute that nobody defined
      export const undefinedOne: ExtensibleAttributes = { Rack: 7 };
      // @ts-expect-error a number where text stands
      export const number: ExtensibleAttributes = { VLAN: "7" };
      export type Missing = ObjectTypes["network"][
        // @ts-expect-error a field that neither grid nor package has
        "carbon_dioxide"
      ];
    `;
    expect(complaints(text, usage)).toEqual([]);
  });

  it("add nothing when the grid has nothing beyond the package", () => {
    const { objects: _, ...plain } = newerGrid;
    const same = generateAugmentation(readLiveSchema({ ...plain, objects: {}, extattrs: [] }));
    expect(same).not.toContain("declare module");
    expect(same).toContain("export {};");
  });

  it("don't depend on types that only the package's own files can import", () => {
    const imported = text.match(/import type \{([^}]*)\} from "infoblox-ipam"/)?.[1] ?? "";
    const field = readFileSync(resolve(schema, "field.ts"), "utf8");
    const names = imported.split(",").flatMap((name) => name.trim() || []);
    expect(names).not.toEqual([]);
    for (const name of names) expect(field).toMatch(new RegExp(`export (interface|type) ${name}\\b`));
  });
});
