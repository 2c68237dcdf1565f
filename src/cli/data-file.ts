/** Files that users write by hand, and where in them a thing stands. */

import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { type Terminal, UsageError } from "./output.js";

/** What a JSON, TOML or YAML file holds. */
export interface DataFile {
  /** As the user named it. */
  readonly name: string;
  readonly content: unknown;
  /**
   * `site.yaml:12`: where the thing at this path stands, or what it would stand in.
   *
   * @param path - as errors write it: `subnets[1].prefixLength`
   */
  placeOf(path: string): Promise<string>;
}

/**
 * Reads a file by the language that its name ends in; JSON where that says nothing.
 *
 * @throws {UsageError} where it can't be read, naming the file and, where its language was broken, the line
 */
export async function readDataFile(name: string, { cwd }: Pick<Terminal, "cwd">): Promise<DataFile> {
  const file = resolve(cwd, name);
  const source = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `can't read ${name}: ${error.code === "ENOENT" ? "there is no such file" : error.message}`,
    );
  });
  return dataFile(name, source, extname(file));
}

/** The same of stdin: YAML, which all JSON is too. */
export async function readDataFromStdin({ stdin }: Pick<Terminal, "stdin">): Promise<DataFile> {
  return dataFile("stdin", await text(stdin), ".yaml");
}

async function dataFile(name: string, source: string, extension: string): Promise<DataFile> {
  const content = await parsed(source, extension).catch((error: Error) => {
    throw new UsageError(`can't read ${name}: ${error.message.trimEnd()}`);
  });
  return {
    name,
    content,
    placeOf: async (path) => `${name}:${await lineOf(source, extension, partsOf(path))}`,
  };
}

async function parsed(source: string, extension: string): Promise<unknown> {
  switch (extension) {
    case ".toml":
      return (await import("smol-toml")).parse(source);
    case ".yaml":
    case ".yml":
      return (await import("yaml")).parse(source);
    default:
      return parsedJson(source);
  }
}

/** Some versions of Node tell the position alone. */
function parsedJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const { message } = error as Error;
    const [, position] = /position (\d+)/.exec(message) ?? [];
    if (position === undefined || message.includes("line")) throw error;
    throw new Error(`${message} (line ${source.slice(0, Number(position)).split("\n").length})`);
  }
}

async function lineOf(
  source: string,
  extension: string,
  path: readonly (string | number)[],
): Promise<number> {
  return extension === ".toml"
    ? (await import("./toml-places.js")).lineInToml(source, path)
    : lineInYaml(source, path);
}

/** JSON is YAML, too. */
async function lineInYaml(source: string, path: readonly (string | number)[]): Promise<number> {
  const { isNode, LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(source, { lineCounter });
  for (let parts = path; parts.length > 0; parts = parts.slice(0, -1)) {
    const node = document.getIn(parts, true);
    if (isNode(node) && node.range) return lineCounter.linePos(node.range[0]).line;
  }
  return 1;
}

/** `subnets[1].prefixLength` → `["subnets", 1, "prefixLength"]` */
function partsOf(path: string): (string | number)[] {
  return path
    .split(/[.[\]]+/)
    .flatMap((part) => (part === "" ? [] : /^\d+$/.test(part) ? Number(part) : part));
}
