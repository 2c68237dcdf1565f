/** `infoblox-ipam completion`: prints a shell's completion script, generated from the commands. */

import { Argument, Command } from "commander";
import { exitCodesHelp, print, type Terminal } from "../output.js";

const examples = `
Examples:
  $ infoblox-ipam completion bash > /etc/bash_completion.d/infoblox-ipam
  $ infoblox-ipam completion zsh > "\${fpath[1]}/_infoblox-ipam"
  $ infoblox-ipam completion fish > ~/.config/fish/completions/infoblox-ipam.fish
`;

const shells = { bash: forBash, zsh: forZsh, fish: forFish } as const;

export function completionCommand(terminal: Terminal): Command {
  return new Command("completion")
    .description("Print a script that completes commands and options in a shell.")
    .addArgument(new Argument("<shell>", "the shell that loads the script").choices(Object.keys(shells)))
    .option("--json", "print JSON, for programs: the shell, and the script")
    .addHelpText("after", examples + exitCodesHelp)
    .action((shell: keyof typeof shells, options: { readonly json?: true }, command: Command) => {
      const script = shells[shell](levelsOf(command.parent ?? command));
      print(terminal, options, { shell, script }, script);
    });
}

/** The possible values of an option or argument: a few words, a file, both, or anything. */
interface Value {
  readonly words: readonly string[];
  readonly isFile: boolean;
}

/** A command, and the words and options that may follow it. */
interface Level {
  /** `"infoblox-ipam subnet"` */
  readonly path: readonly string[];
  /** Its subcommands, or the possible words of its argument. */
  readonly words: readonly Word[];
  readonly options: readonly (Word & { readonly value: Value | undefined })[];
  readonly takesFile: boolean;
}

interface Word {
  readonly text: string;
  readonly about: string;
}

function levelsOf(command: Command, path: readonly string[] = [command.name()]): Level[] {
  const below = command.commands.map((child) => ({ text: child.name(), about: child.description() }));
  const [argument] = command.registeredArguments;
  const choices = (argument?.argChoices ?? []).map((text) => ({ text, about: argument?.description ?? "" }));
  const help = { text: "help", about: "show the help of a command" };
  const options = command.options.flatMap(({ long, description, required, flags, argChoices }) =>
    long ? { text: long, about: description, value: required ? valueIn(flags, argChoices) : undefined } : [],
  );
  return [
    {
      path,
      words: [...below, ...(below.length > 0 ? [help] : []), ...choices],
      options: [...options, { text: "--help", about: "show the help", value: undefined }],
      takesFile: argument?.name() === "file",
    },
    ...command.commands.flatMap((child) => levelsOf(child, [...path, child.name()])),
  ];
}

/** Placeholders that stand for a file. Other words between bars are values themselves. */
const files: ReadonlySet<string> = new Set(["file", "path", "folder"]);
const kinds: ReadonlySet<string> = new Set([...files, "address", "mac", "duid"]);

/** The value of an option, from its choices or its placeholder: `--out <file>`, `--gateway <first|last|address>`. */
function valueIn(flags: string, choices: readonly string[] | undefined): Value {
  const [, placeholder = ""] = /<(.*)>/.exec(flags) ?? [];
  const parts = placeholder.split("|");
  const isFile = parts.some((part) => files.has(part));
  if (choices !== undefined) return { words: choices, isFile };
  const named = parts.length > 1 ? parts.filter((part) => !kinds.has(part)) : [];
  return { words: placeholder === "boolean" ? ["true", "false"] : named, isFile };
}

/**
 * Options with the same possible values share one case, as `"infoblox-ipam map --out"|"infoblox-ipam map --config"`.
 */
function valuesOf(levels: readonly Level[]): { readonly pattern: string; readonly value: Value }[] {
  const found = new Map<string, { pattern: string; value: Value }>();
  for (const { path, options } of levels) {
    for (const { text, value } of options) {
      if (value === undefined) continue;
      const key = JSON.stringify(value);
      const option = `"${[...path, text].join(" ")}"`;
      const before = found.get(key)?.pattern;
      found.set(key, { pattern: before === undefined ? option : `${before}|${option}`, value });
    }
  }
  return [...found.values()];
}

function forBash(levels: readonly Level[]): string {
  const list = (words: readonly Word[]) => words.map(({ text }) => text).join(" ");
  const cases = levels.map(
    ({ path, words, options, takesFile }) =>
      `    "${path.join(" ")}") words="${list(words)}" options="${list(options)}"${takesFile ? " files=yes" : ""} ;;`,
  );
  return `# bash completion of infoblox-ipam
_infoblox_ipam() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local path="infoblox-ipam" words="" options="" files="" word
  # --out=file comes as three words.
  [[ "$current" == "=" ]] && { before="= $before"; current=""; }
  [[ "$before" == "=" ]] && before="\${COMP_WORDS[COMP_CWORD-2]}"
  before="\${before#= }"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${levels
  .slice(1)
  .map(({ path }) => `      "${path.join(" ")}") path="$path $word" ;;`)
  .join("\n")}
    esac
  done
  case "$path $before" in
${valuesOf(levels)
  .map(
    ({ pattern, value: { words, isFile } }) =>
      `    ${pattern}) words="${words.join(" ")}"${isFile ? " files=yes" : ""} ;;`,
  )
  .join("\n")}
    *)
  case "$path" in
${cases.join("\n")}
  esac ;;
  esac
  [[ "$current" == -* ]] && words="$options"
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [[ -n "$files" && \${#COMPREPLY[@]} -eq 0 && "$current" != -* ]]; then
    COMPREPLY=($(compgen -f -- "$current"))
    compopt -o filenames 2>/dev/null
  fi
  return 0
}
complete -F _infoblox_ipam infoblox-ipam
`;
}

function forZsh(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const list = (words: readonly Word[]) =>
    words.map(({ text, about }) => quoted(`${text}:${about}`)).join(" ");
  const cases = levels.map(
    ({ path, words, options, takesFile }) =>
      `    "${path.join(" ")}") words_here=(${list(words)}) options_here=(${list(options)})${takesFile ? " files=yes" : ""} ;;`,
  );
  return `#compdef infoblox-ipam
_infoblox_ipam() {
  local here="infoblox-ipam" files="" word
  local -a words_here options_here
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "$here $word" in
${levels
  .slice(1)
  .map(({ path }) => `      "${path.join(" ")}") here="$here $word" ;;`)
  .join("\n")}
    esac
  done
  local option="\${words[CURRENT-1]}"
  if [[ "$PREFIX" == --*=* ]]; then
    option="\${PREFIX%%=*}"
    compset -P '*='
  fi
  case "$here $option" in
${valuesOf(levels)
  .map(({ pattern, value }) => `    ${pattern}) ${zshValue(value)}; return ;;`)
  .join("\n")}
  esac
  case "$here" in
${cases.join("\n")}
  esac
  if [[ "$PREFIX" == -* ]]; then _describe 'option' options_here
  elif (( $#words_here )); then _describe 'infoblox-ipam' words_here
  elif [[ -n "$files" ]]; then _files
  else _describe 'option' options_here
  fi
}
if [ "$funcstack[1]" = "_infoblox_ipam" ]; then _infoblox_ipam "$@"; else compdef _infoblox_ipam infoblox-ipam; fi
`;
}

function zshValue({ words, isFile }: Value): string {
  const offered = [
    ...(words.length > 0 ? [`compadd -- ${words.join(" ")}`] : []),
    ...(isFile ? ["_files"] : []),
  ];
  return offered.length > 0 ? offered.join("; ") : ":";
}

/** `"exact"` if only subcommands may follow, `"begins"` if arguments may follow as well. */
function hasBelow(levels: readonly Level[], path: readonly string[]): "exact" | "begins" {
  const isAbove = levels.some(
    (level) => level.path.length > path.length && path.every((word, at) => level.path[at] === word),
  );
  return isAbove ? "exact" : "begins";
}

function forFish(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const taking = (value: Value | undefined) =>
    value === undefined
      ? ""
      : (value.isFile ? " -r -F" : " -x") +
        (value.words.length > 0 ? ` -a ${quoted(value.words.join(" "))}` : "");
  const lines = levels.flatMap(({ path, words, options, takesFile }) => {
    const condition = quoted(
      `__infoblox_ipam_at ${hasBelow(levels, path)} ${path.slice(1).join(" ")}`.trim(),
    );
    const here = `complete -c infoblox-ipam -n ${condition}`;
    return [
      ...(takesFile ? [`${here} -F`] : []),
      ...words.map(({ text, about }) => `${here} -a ${quoted(text)} -d ${quoted(about)}`),
      ...options.map(
        ({ text, about, value }) => `${here} -l ${text.slice(2)}${taking(value)} -d ${quoted(about)}`,
      ),
    ];
  });
  return `# fish completion of infoblox-ipam
function __infoblox_ipam_at
  set -l words (string match -v -- '-*' (commandline -opc)[2..])
  set -l path $argv[2..]
  if test $argv[1] = exact
    test "$words" = "$path"
  else
    test "$words[1..$(count $path)]" = "$path"
  end
end
complete -c infoblox-ipam -f
${lines.join("\n")}
`;
}
