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

/** What an editor shows when the mouse is over the word after each comment `?` of a program: type, and comment below. */
export function tooltips(text: string): readonly string[] {
  return atMarks(text, (service, file, position) => {
    const info = service.getQuickInfoAtPosition(file, position);
    return [info?.displayParts, info?.documentation].map(ts.displayPartsToString).join("\n").trim();
  });
}

/** What an editor offers in the quotes after each comment `?` of a program. */
export function completions(text: string): readonly (readonly string[])[] {
  return atMarks(text, (service, file, position) => {
    const offered = service.getCompletionsAtPosition(file, position + 1, {})?.entries ?? [];
    return offered.map(({ name }) => name).sort();
  });
}

function atMarks<T>(
  text: string,
  look: (service: ts.LanguageService, file: string, position: number) => T,
): readonly T[] {
  const file = resolve(import.meta.dirname, "editor.ts");
  const { host, options } = hostOf({ "editor.ts": text });
  const service = ts.createLanguageService(
    {
      getCompilationSettings: () => options,
      getScriptFileNames: () => [file],
      // The registry takes a text of the same version for the same.
      getScriptVersion: (name) => (name === file ? text : "1"),
      getScriptSnapshot: (name) => {
        const content = host.readFile(name);
        return content === undefined ? undefined : ts.ScriptSnapshot.fromString(content);
      },
      getCurrentDirectory: host.getCurrentDirectory,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: host.fileExists,
      readFile: host.readFile,
    },
    documents,
  );
  return [...text.matchAll(/\/\*\?\*\/\s*/g)].map((mark) => look(service, file, mark.index + mark[0].length));
}

/** A member of a type, as the compiler sees it. */
export interface Member {
  readonly optional: boolean;
  /** Names inside the objects that the member may be. */
  readonly names: readonly string[];
}

/** Members of a type alias whose own members are types, e.g. one per object type: by both names. */
export function members(text: string, alias: string): ReadonlyMap<string, ReadonlyMap<string, Member>> {
  const { program, own } = programOf({ "members.ts": text });
  const checker = program.getTypeChecker();
  const [file] = own;
  const declared = file?.statements.filter(ts.isTypeAliasDeclaration).find(({ name }) => name.text === alias);
  if (!declared) throw new Error(`the program has no type ${alias}`);
  const inside = (type: ts.Type): readonly string[] =>
    (type.isUnion() ? type.types : [type])
      .filter(({ flags }) => flags & ts.TypeFlags.Object)
      .flatMap((one) => one.getProperties().map(({ name }) => name));
  const membersOf = (type: ts.Type): ReadonlyMap<string, Member> =>
    new Map(
      type.getProperties().map((symbol) => {
        const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
        return [symbol.name, { optional, names: inside(checker.getTypeOfSymbol(symbol)) }];
      }),
    );
  const types = checker.getTypeAtLocation(declared.name).getProperties();
  return new Map(types.map((symbol) => [symbol.name, membersOf(checker.getTypeOfSymbol(symbol))]));
}

function programOf(files: Readonly<Record<string, string>>): { program: ts.Program; own: ts.SourceFile[] } {
  const { host, options, texts } = hostOf(files);
  const program = ts.createProgram([...texts.keys()], options, host);
  return { program, own: program.getSourceFiles().filter(({ fileName }) => texts.has(fileName)) };
}

/** The sources, the compiler's libraries and packages, read once for all programs. */
const sources = new Map<string, ts.SourceFile | undefined>();
const documents = ts.createDocumentRegistry();
/** Which file a name leads to, found once for all programs: none imports what another was given as text. */
const resolutions = ts.createModuleResolutionCache(root, (name) => name);

interface Host {
  readonly host: ts.CompilerHost;
  readonly options: ts.CompilerOptions;
  readonly texts: ReadonlyMap<string, string>;
}

/** Sees the given files beside those of the disk. */
function hostOf(files: Readonly<Record<string, string>>): Host {
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
    if (text !== undefined) return ts.createSourceFile(name, text, language);
    if (!sources.has(name)) sources.set(name, getSourceFile(name, language, ...rest));
    return sources.get(name);
  };
  host.getCurrentDirectory = () => dirname(import.meta.dirname);
  host.resolveModuleNameLiterals = (names, from, redirected, own, file) =>
    names.map((name) => {
      const mode = ts.getModeForUsageLocation(file, name, own);
      return ts.resolveModuleName(name.text, from, own, host, resolutions, redirected, mode);
    });
  return { host, options, texts };
}

function describeDiagnostic({ file, start = 0, messageText }: ts.Diagnostic): string {
  const line = file ? file.getLineAndCharacterOfPosition(start).line + 1 : 0;
  return `${file?.fileName.split("/").at(-1)}(${line}): ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}
