/** `infoblox-ipam completion`: what a shell offers after Tab, made from the commands as they are. */

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
    .description("Print what completes commands and options in a shell.")
    .addArgument(new Argument("<shell>").choices(Object.keys(shells)))
    .option("--json", "print JSON, for programs: the shell, and the script")
    .addHelpText("after", examples + exitCodesHelp)
    .action((shell: keyof typeof shells, options: { readonly json?: true }, command: Command) => {
      const script = shells[shell](levelsOf(command.parent ?? command));
      print(terminal, options, { shell, script }, script);
    });
}

/** A command, and what may follow it. */
interface Level {
  /** `"infoblox-ipam subnet"` */
  readonly path: readonly string[];
  readonly words: readonly { readonly text: string; readonly about: string }[];
}

function levelsOf(command: Command, path: readonly string[] = [command.name()]): Level[] {
  const below = command.commands.map((child) => ({ text: child.name(), about: child.description() }));
  const options = command.options.flatMap(({ long, description }) =>
    long ? { text: long, about: description } : [],
  );
  return [
    { path, words: [...below, ...options, { text: "--help", about: "show what there is" }] },
    ...command.commands.flatMap((child) => levelsOf(child, [...path, child.name()])),
  ];
}

function forBash(levels: readonly Level[]): string {
  const cases = levels.map(
    ({ path, words }) => `    "${path.join(" ")}") words="${words.map(({ text }) => text).join(" ")}" ;;`,
  );
  return `# bash completion of infoblox-ipam
_infoblox_ipam() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path="infoblox-ipam" words="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${levels
  .slice(1)
  .map(({ path }) => `      "${path.join(" ")}") path="$path $word" ;;`)
  .join("\n")}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && compopt -o default 2>/dev/null
  return 0
}
complete -F _infoblox_ipam infoblox-ipam
`;
}

function forZsh(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const cases = levels.map(({ path, words }) => {
    const list = words.map(({ text, about }) => quoted(`${text}:${about}`)).join(" ");
    return `    "${path.join(" ")}") words_here=(${list}) ;;`;
  });
  return `#compdef infoblox-ipam
_infoblox_ipam() {
  local here="infoblox-ipam" word
  local -a words_here
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "$here $word" in
${levels
  .slice(1)
  .map(({ path }) => `      "${path.join(" ")}") here="$here $word" ;;`)
  .join("\n")}
    esac
  done
  case "$here" in
${cases.join("\n")}
  esac
  _describe 'infoblox-ipam' words_here || _files
}
if [ "$funcstack[1]" = "_infoblox_ipam" ]; then _infoblox_ipam "$@"; else compdef _infoblox_ipam infoblox-ipam; fi
`;
}

/** Whether nothing but the commands below may follow, or arguments as well. */
function hasBelow(levels: readonly Level[], path: readonly string[]): "exact" | "begins" {
  const isAbove = levels.some(
    (level) => level.path.length > path.length && path.every((word, at) => level.path[at] === word),
  );
  return isAbove ? "exact" : "begins";
}

function forFish(levels: readonly Level[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = levels.flatMap(({ path, words }) => {
    const condition = quoted(
      `__infoblox_ipam_at ${hasBelow(levels, path)} ${path.slice(1).join(" ")}`.trim(),
    );
    return words.map(({ text, about }) => {
      const word = text.startsWith("--") ? `-l ${text.slice(2)}` : `-f -a ${quoted(text)}`;
      return `complete -c infoblox-ipam -n ${condition} ${word} -d ${quoted(about)}`;
    });
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
${lines.join("\n")}
`;
}
