/** Reads files that users write by hand, and finds the line of a value in them. */

import { readFile } from "node:fs/promises";
import { extname, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { reasonOf } from "./files.js";
import { type Terminal, UsageError } from "./output.js";

/** The content of a JSON, TOML or YAML file. */
export interface DataFile {
  /** As the user named it. */
  readonly name: string;
  readonly content: unknown;
  /**
   * `site.yaml:12`: the line of the value at this path, else of what would contain it.
   *
   * @param path - as errors write it: `subnets[1].prefixLength`
   */
  placeOf(path: string): Promise<string>;
}

/**
 * Reads a file in the language of its name's ending; JSON if the ending is unknown.
 *
 * @throws {UsageError} if it can't be read, with the file's name and the line of a syntax error
 */
export async function readDataFile(name: string, terminal: Pick<Terminal, "cwd">): Promise<DataFile> {
  const { source, extension } = await readSource(name, terminal);
  return dataFile(name, source, extension);
}

/**
 * Reads a file that may hold a secret: its errors do not quote the file.
 *
 * @param usual - the ending whose language a file with an unknown ending has
 */
export async function readPrivateFile(
  name: string,
  terminal: Pick<Terminal, "cwd">,
  usual?: ".toml",
): Promise<DataFile> {
  const { source, extension } = await readSource(name, terminal);
  const isKnown = extension === ".json" || languageOf(extension) !== "JSON";
  return dataFile(name, source, isKnown ? extension : (usual ?? extension), { isPrivate: true });
}

async function readSource(name: string, { cwd }: Pick<Terminal, "cwd">) {
  const file = resolve(cwd, name);
  const source = await readFile(file, "utf8").catch((error: unknown) => {
    throw new UsageError(`can't read ${name}: ${reasonOf(error)}`);
  });
  return { source, extension: extname(file) };
}

/** Reads stdin as YAML, which includes JSON. */
export async function readDataFromStdin({ stdin }: Pick<Terminal, "stdin">): Promise<DataFile> {
  return dataFile("stdin", await text(stdin), ".yaml");
}

/** How many characters of a line an error shows. A file may be one long line. */
const widest = 200;

async function dataFile(
  name: string,
  source: string,
  extension: string,
  { isPrivate = false } = {},
): Promise<DataFile> {
  if (isDeep(source)) throw new UsageError(`can't read ${name}: ${tooDeep}`);
  const content = await parsed(source, extension).catch((error: Error) => {
    if (/call stack/.test(error.message)) throw new UsageError(`can't read ${name}: ${tooDeep}`);
    // The parser quotes the file's lines below the first line of its message.
    const [first = "", ...excerpt] = error.message.trimEnd().split("\n");
    const problem = isPrivate ? `it is not ${languageOf(extension)}${placeIn(error)}` : first;
    const lines = excerpt.map((line) => line.slice(0, widest).trimEnd());
    throw new UsageError(`can't read ${name}: ${problem}`, isPrivate ? [] : lines);
  });
  return {
    name,
    content,
    placeOf: async (path) => `${name}:${await lineOf(source, extension, partsOf(path))}`,
  };
}

const tooDeep = "it nests too deeply";
const deepest = 1_000;

/** Counts brackets before parsing: parsers recurse into nested values, and the stack is limited. */
function isDeep(source: string): boolean {
  let depth = 0;
  for (const [bracket] of source.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === "[" || bracket === "{" ? 1 : -1));
    if (depth > deepest) return true;
  }
  return false;
}

function languageOf(extension: string): string {
  return { ".toml": "TOML", ".yaml": "YAML", ".yml": "YAML" }[extension] ?? "JSON";
}

/** ` (line 3)`, from a parser's fields: its message may quote the file. */
function placeIn({ line, linePos }: ParserError): string {
  const found = line ?? linePos?.[0]?.line;
  return found === undefined ? "" : ` (line ${found})`;
}

/** The common fields of the errors of TOML, YAML and, by {@link parsedJson}, JSON. */
interface ParserError extends Error {
  readonly line?: number;
  readonly linePos?: readonly { readonly line: number }[];
}

async function parsed(source: string, extension: string): Promise<unknown> {
  switch (extension) {
    case ".toml":
      return (await import("smol-toml")).parse(source);
    case ".yaml":
    case ".yml":
      // The parser's warnings quote the file.
      return (await import("yaml")).parse(source, { logLevel: "error" });
    default:
      return parsedJson(source);
  }
}

/** Adds the line to JSON's error: some versions of Node name only the position, some nothing. */
function parsedJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const { message } = error as Error;
    const [, position] = /position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message) ?? [];
    if (position === undefined) throw error;
    const line = source.slice(0, Number(position)).split("\n").length;
    throw Object.assign(new Error(message.includes("(line") ? message : `${message} (line ${line})`), {
      line,
    });
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

/** The line of a path in YAML or JSON, which is YAML, too. */
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
