import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allCommands, program } from "../../../../src/cli/program.js";
import { ended } from "../grid-session.js";
import { session } from "../session.js";

const run = promisify(execFile);

async function completionOf(shell: string): Promise<string> {
  return (await ended(session(["completion", shell]))).stdout;
}

async function isInstalled(shell: string): Promise<boolean> {
  return run(shell, ["--version"]).then(
    () => true,
    () => false,
  );
}

type Shell = "bash" | "zsh" | "fish";

/** How each shell is asked without a terminal. */
const scripts: Readonly<
  Record<Shell, { begin(file: string): string; ask(words: readonly string[]): string }>
> = {
  bash: {
    begin: (file) => `source ${file}`,
    ask: (words) =>
      `COMP_WORDS=(${quoted(["infoblox-ipam", ...words])}); COMP_CWORD=${words.length}; _infoblox_ipam; printf '==\\n'; printf '%s\\n' "\${COMPREPLY[@]}"`,
  },
  zsh: {
    begin: (file) =>
      `compdef() { }; compset() { PREFIX=; }; compadd() { shift; print -l -- "$@"; }; _files() { print site.yaml; }; _describe() { print -l -- \${(P)2}; }; source ${file}`,
    ask: (words) =>
      `words=(${quoted(["infoblox-ipam", ...words])}); CURRENT=${words.length + 1}; PREFIX=${quoted(words.slice(-1))}; print '=='; _infoblox_ipam`,
  },
  fish: {
    begin: (file) => `source ${file}`,
    ask: (words) =>
      `echo ==; complete -C ${quoted([["infoblox-ipam", ...words].join(" ")])} | string replace -r '\\t.*' ''`,
  },
};

function quoted(words: readonly string[]): string {
  return words.map((word) => `'${word}'`).join(" ");
}

/** Every option and first argument that takes one of a few words, as what is typed before it. */
function closedSets(): { readonly line: string[]; readonly words: readonly string[] }[] {
  const { stdin, stdout, stderr } = process;
  const root = program({ stdin, stdout, stderr, env: {}, cwd: "/", stop: new AbortController().signal });
  return allCommands(root).flatMap((command) => {
    const path: string[] = [];
    for (let one = command; one.parent !== null; one = one.parent) path.unshift(one.name());
    const options = command.options.flatMap(({ long, argChoices }) =>
      long && argChoices ? [{ line: [...path, long, ""], words: argChoices }] : [],
    );
    const choices = command.registeredArguments[0]?.argChoices;
    return choices ? [...options, { line: [...path, ""], words: choices }] : options;
  });
}

describe("infoblox-ipam completion", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-completion-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What a shell offers after each of these lines. */
  async function offeredIn(shell: Shell, lines: readonly (readonly string[])[]): Promise<string[][]> {
    await writeFile(join(folder, "site.yaml"), "");
    const file = join(folder, `completion.${shell}`);
    await writeFile(file, await completionOf(shell));
    const script = [scripts[shell].begin(file), ...lines.map(scripts[shell].ask)].join("\n");
    const { stdout } = await run(shell, ["-c", script], { cwd: folder });
    const answers = stdout.split("==\n").slice(1);
    return answers.map((answer) => answer.trim().split("\n"));
  }

  async function offered(...words: readonly string[]): Promise<string[]> {
    return (await offeredIn("bash", [words]))[0] ?? [];
  }

  it("offers in bash the commands, those below, and options", async () => {
    expect(await offered("sub")).toEqual(["subnet"]);
    expect(await offered("subnet", "")).toEqual(
      expect.arrayContaining(["request", "release", "find", "show"]),
    );
    expect(await offered("subnet", "request", "--pre")).toEqual(["--prefix-length"]);
    expect(await offered("map", "10.0.0.0/8", "--o")).toEqual(expect.arrayContaining(["--out"]));
  });

  it("offers in bash files where a file is wanted, the words where there are few, and else nothing", async () => {
    expect(await offered("apply", "si")).toEqual(["site.yaml"]);
    expect(await offered("map", "--out", "si")).toEqual(["site.yaml"]);
    expect(await offered("map", "--out", "=", "si")).toEqual(["site.yaml"]);
    expect(await offered("types", "--from", "si")).toEqual(["site.yaml"]);
    expect(await offered("subnet", "request", "--from", "")).toEqual([""]);
    expect(await offered("subnet", "show", "")).toEqual([""]);
    expect(await offered("completion", "")).toEqual(["bash", "zsh", "fish"]);
    expect(await offered("subnet", "request", "--from", "subnet", "--cou")).toEqual(["--count"]);
  });

  it.each(["bash", "zsh", "fish"] as const)(
    "offers in %s, where it is installed, the words of every closed set",
    async (shell) => {
      if (!(await isInstalled(shell))) return;
      const sets = closedSets();
      expect(sets.map(({ line }) => line.join(" "))).toEqual(
        expect.arrayContaining(["subnet request --strategy ", "inventory --include ", "dns add "]),
      );
      const answers = await offeredIn(
        shell,
        sets.map(({ line }) => line),
      );
      for (const [index, { line, words }] of sets.entries()) {
        const offered = answers[index]?.map((word) => word.replace(/:.*/, ""));
        expect([line, offered]).toEqual([line, expect.arrayContaining([...words])]);
        if (line.at(-2)?.startsWith("--")) expect([line, offered?.length]).toEqual([line, words.length]);
      }
      expect(
        await offeredIn(shell, [
          ["address", "request", "--profile", "pl"],
          ["address", "request", "--profile", "si"],
          ["subnet", "request", "--gateway", "fi"],
          ["docker", "--mac-addresses", "t"],
          ["docker", "--log-level", "w"],
        ]),
      ).toMatchObject(
        shell === "zsh"
          ? [
              ["serial", "places", "wait", "site.yaml"],
              expect.anything(),
              ["first", "last"],
              ["true", "false"],
              expect.anything(),
            ]
          : [["places"], ["site.yaml"], ["first"], ["true"], ["warn"]],
      );
    },
  );

  it("offers the same in fish, where it is installed", async () => {
    if (!(await isInstalled("fish"))) return;
    const file = join(folder, "completion.fish");
    await writeFile(file, await completionOf("fish"));
    await writeFile(join(folder, "site.yaml"), "");
    const inFish = async (line: string) => {
      const { stdout } = await run("fish", ["-c", `source ${file}; complete -C '${line}'`], { cwd: folder });
      return stdout.split("\n").flatMap((word) => word.split("\t")[0] || []);
    };
    expect(await inFish("infoblox-ipam sub")).toEqual(["subnet"]);
    expect(await inFish("infoblox-ipam subnet request --pre")).toEqual(["--prefix-length"]);
    expect(await inFish("infoblox-ipam apply si")).toEqual(["site.yaml"]);
    expect(await inFish("infoblox-ipam map --out si")).toEqual(["site.yaml"]);
    expect(await inFish("infoblox-ipam subnet request --from ")).toEqual([]);
    expect(await inFish("infoblox-ipam completion ")).toEqual(["bash", "fish", "zsh"]);
  });

  it.each(["zsh", "fish"])("is taken by %s, where it is installed", async (shell) => {
    const text = await completionOf(shell);
    expect(text).toContain("subnet");
    expect(text).toContain("prefix-length");
    if (!(await isInstalled(shell))) return;
    const file = join(folder, `completion.${shell}`);
    await writeFile(file, text);
    await run(shell, ["-n", file]);
  });

  it("gives programs the script as JSON", async () => {
    const { stdout } = await ended(session(["completion", "fish", "--json"]));
    expect(JSON.parse(stdout)).toEqual({ shell: "fish", script: await completionOf("fish") });
  });

  it("knows these shells and no other", async () => {
    const { exitCode, stderr } = await ended(session(["completion", "cmd"]));
    expect(exitCode).toBe(2);
    expect(stderr).toContain("bash, zsh, fish");
  });
});
