import { join } from "node:path";
import ts from "typescript";
import { describe, expect, inject, it } from "vitest";

const installed = join(inject("consumer"), "node_modules/infoblox-ipam");

/** Public names of an entry as a TypeScript user sees them, one a line, with what each is. */
function publicNames(entry: string): string {
  const file = join(installed, "dist/esm", `${entry}.d.ts`);
  const program = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (!module) throw new Error(`${file} is not a module`);
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol))
    .map((symbol) => `${kindOf(symbol)} ${symbol.name}`)
    .sort()
    .join("\n");
}

function kindOf({ flags }: ts.Symbol): string {
  if (flags & ts.SymbolFlags.Class) return "class";
  if (flags & ts.SymbolFlags.Function) return "function";
  if (flags & ts.SymbolFlags.Variable) return "const";
  if (flags & ts.SymbolFlags.Interface) return "interface";
  return "type";
}

describe("public names (a change here is a change of the contract)", () => {
  it.each([
    ["infoblox-ipam", "index", "names-of-root.txt"],
    ["infoblox-ipam/testing", "grid/index", "names-of-testing.txt"],
    ["infoblox-ipam/docker", "docker/index", "names-of-docker.txt"],
    ["infoblox-ipam/opentelemetry", "opentelemetry/index", "names-of-opentelemetry.txt"],
  ])("%s exports exactly the names on record", async (_name, entry, record) => {
    await expect(`${publicNames(entry)}\n`).toMatchFileSnapshot(record);
  });
});
