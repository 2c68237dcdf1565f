import { dirname, resolve } from "node:path";
import ts from "typescript";

const root = resolve(import.meta.dirname, "../..");

/** What the compiler says about a program that exists only here, and how much work it had. */
export interface Compiled {
  /** `file(line): message`, of the given files only. */
  readonly errors: readonly string[];
  readonly instantiations: number;
}

/** Type-checks files that are given as text, as if they stood in this folder: each a program of its own. */
export function compile(files: Readonly<Record<string, string>>): Compiled {
  const { program, own } = programOf(files);
  const errors = own
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(describeDiagnostic);
  return { errors, instantiations: program.getInstantiationCount() };
}

/** What an editor shows beside the type when the mouse is over a name: by name, of a program that is given as text. */
export function hovers(text: string): ReadonlyMap<string, string> {
  const { program, own } = programOf({ "hover.ts": text });
  const checker = program.getTypeChecker();
  const found = new Map<string, string>();
  const visit = (node: ts.Node): void => {
    const symbol = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined;
    const comment = ts.displayPartsToString(symbol?.getDocumentationComment(checker));
    if (symbol && comment !== "") found.set(symbol.name, comment);
    ts.forEachChild(node, visit);
  };
  for (const file of own) visit(file);
  return found;
}

function programOf(files: Readonly<Record<string, string>>): { program: ts.Program; own: ts.SourceFile[] } {
  const { config } = ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [] }, ts.sys, root);
  const texts = new Map(
    Object.entries(files).map(([name, text]) => [resolve(import.meta.dirname, name), text]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (name) => texts.has(name) || fileExists(name);
  host.readFile = (name) => texts.get(name) ?? readFile(name);
  host.getSourceFile = (name, language, ...rest) => {
    const text = texts.get(name);
    return text === undefined
      ? getSourceFile(name, language, ...rest)
      : ts.createSourceFile(name, text, language);
  };
  host.getCurrentDirectory = () => dirname(import.meta.dirname);
  const program = ts.createProgram([...texts.keys()], options, host);
  return { program, own: program.getSourceFiles().filter(({ fileName }) => texts.has(fileName)) };
}

function describeDiagnostic({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName.split("/").at(-1)}(${line}): ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
