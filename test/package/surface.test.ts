import { join } from "node:path";
import ts from "typescript";
import { describe, expect, inject, it } from "vitest";

const installed = join(inject("consumer"), "node_modules/infoblox-ipam");
const printer = ts.createPrinter({ removeComments: true });

/** What an entry exports, as a TypeScript user sees it: each name with its declaration, in the order of the alphabet. */
function publicDeclarations(entry: string): string {
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
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(declarationsOf)
    .join("\n\n");
}

function declarationsOf(symbol: ts.Symbol): string {
  return (symbol.declarations ?? [])
    .map((declaration) => {
      const node = ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration;
      return printer.printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile());
    })
    .join("\n");
}

describe("the public surface (a change here is a change of the contract, to be reviewed)", () => {
  it.each([
    ["infoblox-ipam", "index", "surface/root.txt"],
    ["infoblox-ipam/testing", "grid/index", "surface/testing.txt"],
    ["infoblox-ipam/docker", "docker/index", "surface/docker.txt"],
    ["infoblox-ipam/opentelemetry", "opentelemetry/index", "surface/opentelemetry.txt"],
  ])("%s exports exactly what is on record", async (_name, entry, record) => {
    await expect(`${publicDeclarations(entry)}\n`).toMatchFileSnapshot(record);
  });
});
