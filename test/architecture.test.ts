import { readdirSync, readFileSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");
const source = resolve(root, "src");

/** What each part of src may import of the others. `*`: anything. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  redaction: [],
  phrase: [],
  errors: ["phrase", "redaction"],
  cidr: [],
  schema: [],
  "common-js": [],
  transport: ["errors", "phrase", "redaction", "common-js"],
  wapi: ["transport", "schema", "errors", "redaction"],
  ipam: ["wapi", "cidr", "errors", "phrase", "redaction"],
  grid: ["schema", "cidr", "common-js"],
  map: ["ipam", "cidr", "errors", "redaction"],
  docker: ["ipam", "cidr", "errors", "phrase", "redaction"],
  opentelemetry: ["transport"],
  cassette: ["transport", "errors", "redaction", "common-js"],
  cli: ["*"],
  index: ["cassette", "transport", "wapi", "ipam", "map", "cidr", "schema", "errors"],
};

/**
 * Folders that are layers, from the top down: each imports only itself and those below. `loose` names files above the
 * layers.
 */
const layers: Readonly<
  Record<string, { readonly loose: readonly string[]; readonly folders: readonly string[] }>
> = {
  grid: {
    loose: ["fake-grid.ts", "index.ts"],
    folders: ["listeners", "controls", "objects", "protocol", "model", "store"],
  },
  ipam: {
    loose: ["ipam.ts", "setup.ts"],
    folders: [
      ...["ensure", "plan", "bulk", "map", "capacity", "inventory", "upkeep", "probe"],
      ...["hosts", "ranges", "services", "lookup", "subnets", "dns", "addresses", "zones"],
      ...["sources", "engine"],
      ...["settings", "objects", "marks", "requests", "profile"],
    ],
  },
};

interface Import {
  readonly specifier: string;
  /** `import type` vanishes in the output; a dynamic `import()` is loaded on first use. */
  readonly kind: "static" | "dynamic" | "type";
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => resolve(entry.parentPath, entry.name))
    .sort();
}

function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const add = (specifier: ts.Node | undefined, kind: Import["kind"]) => {
      if (specifier && ts.isStringLiteral(specifier)) found.push({ specifier: specifier.text, kind });
    };
    if (ts.isImportDeclaration(node)) {
      const erased = node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
      add(node.moduleSpecifier, erased ? "type" : "static");
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly ? "type" : "static");
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], "dynamic");
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, "type");
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const files = filesUnder(source);
const imports = new Map(files.map((file) => [file, importsOf(file)]));
const isRelative = ({ specifier }: Import) => specifier.startsWith(".");
const target = (file: string, { specifier }: Import) =>
  resolve(dirname(file), specifier.replace(/\.js$/, ".ts"));
const partOf = (file: string) => relative(source, file).replace(/\.ts$/, "").split("/")[0] ?? "";

/** Files and packages that are loaded when `entry` is, following the given kinds of import. */
function reachable(entry: string, kinds: readonly Import["kind"][]): { files: string[]; packages: string[] } {
  const seen = new Set<string>();
  const packages = new Set<string>();
  const queue = [entry];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const found of imports.get(file) ?? []) {
      if (!kinds.includes(found.kind)) continue;
      if (isRelative(found)) queue.push(target(file, found));
      else packages.add(found.specifier);
    }
  }
  return { files: [...seen].map((file) => relative(source, file)), packages: [...packages] };
}

/** The first chain of imports of these kinds, from one of these files to another, that comes back to where it began. */
function findCycle(files: readonly string[], kinds: readonly Import["kind"][]): string[] | undefined {
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].map((f) => relative(source, f));
    if (done.has(file)) return undefined;
    for (const found of imports.get(file) ?? []) {
      if (!kinds.includes(found.kind) || !isRelative(found) || !files.includes(target(file, found))) continue;
      const cycle = walk(target(file, found), [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

describe("the arrows between the layers", () => {
  it.each(Object.entries(arrows))("%s imports only: %s", (part, allowed) => {
    const wrong = files
      .filter((file) => partOf(file) === part && !allowed.includes("*"))
      .flatMap((file) => (imports.get(file) ?? []).filter(isRelative).map((found) => target(file, found)))
      .map(partOf)
      .filter((other) => other !== part && !allowed.includes(other));
    expect([...new Set(wrong)]).toEqual([]);
  });

  it("gives every part of src its arrows", () => {
    expect([...new Set(files.map(partOf))].filter((part) => !(part in arrows))).toEqual([]);
  });

  it("imports only files that exist, by their .js name", () => {
    const missing = files.flatMap((file) =>
      (imports.get(file) ?? [])
        .filter(isRelative)
        .filter((found) => !found.specifier.endsWith(".js") || !files.includes(target(file, found)))
        .map((found) => `${relative(source, file)} → ${found.specifier}`),
    );
    expect(missing).toEqual([]);
  });

  it("has no cycle of imports", () => {
    expect(findCycle(files, ["static"])).toBeUndefined();
  });
});

describe.each(Object.entries(layers))("the folders of src/%s", (part, { loose, folders }) => {
  const folderOf = (file: string) => relative(source, file).split("/")[1] ?? "";
  const inPart = files.filter((file) => partOf(file) === part);
  const foldered = inPart.filter((file) => folders.includes(folderOf(file)));

  it("hold every file but those on top", () => {
    const others = inPart.filter((file) => !foldered.includes(file)).map((file) => relative(source, file));
    expect(others).toEqual(loose.map((file) => `${part}/${file}`));
  });

  it.each(folders)("%s imports only itself and what is below", (folder) => {
    const allowed = folders.slice(folders.indexOf(folder));
    const wrong = foldered
      .filter((file) => folderOf(file) === folder)
      .flatMap((file) =>
        (imports.get(file) ?? []).filter(isRelative).map((found) => [file, target(file, found)]),
      )
      .filter(([, other = ""]) => partOf(other) === part && !allowed.includes(folderOf(other)))
      .map(([file = "", other = ""]) => `${relative(source, file)} → ${relative(source, other)}`);
    expect(wrong).toEqual([]);
  });

  it("have no circle of imports, types included", () => {
    expect(findCycle(inPart, ["static", "dynamic", "type"])).toBeUndefined();
  });
});

describe.each(Object.keys(arrows).filter((part) => !(part in layers)))("the files of src/%s", (part) => {
  it("have no circle of imports, types included", () => {
    const inPart = files.filter((file) => partOf(file) === part);
    expect(findCycle(inPart, ["static", "dynamic", "type"])).toBeUndefined();
  });
});

describe("the root entry", () => {
  const entry = resolve(source, "index.ts");

  it("loads neither axios nor zod before they are needed", () => {
    const { packages } = reachable(entry, ["static"]);
    expect(packages).not.toContain("axios");
    expect(packages).not.toContain("zod");
  });

  it("never loads the emulator, the command line, nock or the argument parser", () => {
    const { files: loaded, packages } = reachable(entry, ["static", "dynamic"]);
    expect(loaded.filter((file) => /^(grid|cli|docker|opentelemetry)\//.test(file))).toEqual([]);
    expect(packages).not.toContain("nock");
    expect(packages).not.toContain("commander");
  });
});

describe("the names of files", () => {
  it("has no drawers", () => {
    const drawer = /^(utils?|helpers?|common|shared|misc)$/;
    const named = files.map((file) => relative(source, file));
    expect(named.filter((file) => file.split(/[/.]/).some((word) => drawer.test(word)))).toEqual([]);
  });

  it("has an index.ts only where package.json exports one", () => {
    const { exports } = JSON.parse(readFileSync(resolve(root, "package.json"), "utf8"));
    const exported = Object.values(exports as Record<string, { import?: { default: string } }>)
      .flatMap((conditions) => conditions.import?.default ?? [])
      .map((path) => path.replace("./dist/esm/", "").replace(/\.js$/, ".ts"));
    const entries = files
      .filter((file) => basename(file) === "index.ts")
      .map((file) => relative(source, file));
    expect(entries.sort()).toEqual(exported.sort());
  });
});

describe("examples and journeys", () => {
  it("import the package by its name", () => {
    const users = ["examples", "test/journeys"].flatMap((folder) => filesUnder(resolve(root, folder)));
    const inside = users.filter((file) =>
      importsOf(file).some((found) => isRelative(found) && target(file, found).startsWith(`${source}/`)),
    );
    expect(inside.map((file) => relative(root, file))).toEqual([]);
  });
});
