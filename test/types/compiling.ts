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
  const { config } = ts.readConfigFile(resolve(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
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
  const errors = program
    .getSourceFiles()
    .filter(({ fileName }) => texts.has(fileName))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(describeDiagnostic);
  return { errors, instantiations: program.getInstantiationCount() };
}

function describeDiagnostic({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName.split("/").at(-1)}(${line}): ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
