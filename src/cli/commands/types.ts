/** `infoblox-ipam types`: writes TypeScript types for the extensible attributes and newer fields of a grid. */

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { WapiClient } from "../../wapi/client.js";
import { addConnectionOptions, type ConnectionOptions, connect, connectionHelp } from "../connection.js";
import { mustBeWritable, reasonOf, writeNamed } from "../files.js";
import { exitCodesHelp, print, type Terminal, UsageError } from "../output.js";

interface TypesOptions extends ConnectionOptions {
  readonly out: string;
  readonly from?: string;
  readonly save?: string;
  readonly json?: true;
}

/** A grid's own schema, as `--save` writes and `--from` reads it. */
interface SchemaBundle {
  /** `GET /?_schema` */
  readonly root: unknown;
  /** `GET /<type>?_schema`, by object type. */
  readonly objects: Readonly<Record<string, unknown>>;
  /** The grid's `extensibleattributedef` objects. */
  readonly extattrs: unknown;
}

const examples = `
Put the file where your tsconfig.json includes it. The compiler then checks attributes in results, searches and requests,
and knows fields and object types that are newer than this package.

Examples:
  $ infoblox-ipam types --out src/infoblox.d.ts
  $ infoblox-ipam types --url https://grid.example.com --user automation --password-file secret.txt
  $ infoblox-ipam types --save schema.json --out -       keep what the grid said
  $ infoblox-ipam types --from schema.json               and use it without the grid
  $ infoblox-ipam types --json
`;

export function typesCommand(terminal: Terminal): Command {
  const command = new Command("types")
    .description("Write TypeScript types for the attributes and newer fields of a grid.")
    .option("--out <file>", "declaration file to write; - for stdout", "infoblox.d.ts")
    .addOption(
      new Option("--from <file>", "read the grid's schema from a file, not from a grid").conflicts("save"),
    )
    .option("--save <file>", "keep the grid's schema in a file, for --from")
    .option("--json", "print JSON, for programs: what was written to which file")
    .addHelpText("after", connectionHelp + examples + exitCodesHelp);
  return addConnectionOptions(command).action((options: TypesOptions) => writeTypes(options, terminal));
}

async function writeTypes(options: TypesOptions, terminal: Terminal): Promise<void> {
  const { out, from, save, json } = options;
  if (json && out === "-")
    throw new UsageError("--json and --out - both write to stdout: leave one of them out");
  if (save !== undefined) await mustBeWritable("--save", save, terminal);
  if (out !== "-") await mustBeWritable("--out", out, terminal);
  const bundle = from === undefined ? await askGrid(options, terminal) : await readBundle(from, terminal);
  if (save !== undefined) await writeNamed("--save", save, `${JSON.stringify(bundle, null, 1)}\n`, terminal);
  const { attributes, text } = await declarations(bundle, from ?? "the grid's schema");
  if (out === "-") {
    terminal.stdout.write(text);
    return;
  }
  await writeNamed("--out", out, text, terminal);
  print(terminal, options, { out, save, attributes }, `${out}: ${attributes} extensible attributes`);
}

async function askGrid(options: TypesOptions, terminal: Terminal): Promise<SchemaBundle> {
  const { wapi, signal } = await connect(options, terminal);
  try {
    return await readSchema(wapi, signal);
  } finally {
    await wapi.close();
  }
}

async function readSchema(wapi: WapiClient, signal: AbortSignal): Promise<SchemaBundle> {
  const query = { _schema: 1, _schema_version: 2, _schema_searchable: 1 };
  const root = await wapi.request<{ supported_objects?: readonly string[] }>({ path: "/", query, signal });
  const answers = await Promise.all(
    (root.supported_objects ?? []).map(
      async (type) => [type, await wapi.request({ path: type, query, signal })] as const,
    ),
  );
  const extattrs = await wapi.find("extensibleattributedef", {
    fields: ["name", "type", "flags", "list_values", "comment"],
    signal,
  });
  return { root, objects: Object.fromEntries(answers), extattrs };
}

async function readBundle(file: string, { cwd }: Pick<Terminal, "cwd">): Promise<SchemaBundle> {
  try {
    return JSON.parse(await readFile(resolve(cwd, file), "utf8")) as SchemaBundle;
  } catch (error) {
    throw new UsageError(`--from: can't read ${file}: ${reasonOf(error)}`);
  }
}

async function declarations(
  bundle: SchemaBundle,
  source: string,
): Promise<{ readonly attributes: number; readonly text: string }> {
  // Loaded here: no other command uses the generator.
  const [{ readLiveSchema }, { generateAugmentation }] = await Promise.all([
    import("../../schema/live.js"),
    import("../../schema/generate/augmentation.js"),
  ]);
  try {
    const live = readLiveSchema(bundle);
    return { attributes: live.attributes.length, text: generateAugmentation(live) };
  } catch (error) {
    if (error instanceof TypeError)
      throw new UsageError(`${source} has an unknown structure: ${error.message}`);
    throw error;
  }
}
