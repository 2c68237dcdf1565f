import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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

describe("infoblox-ipam completion", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-completion-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What bash offers after these words. */
  async function offered(...words: readonly string[]): Promise<string[]> {
    await writeFile(join(folder, "site.yaml"), "");
    const file = join(folder, "completion.bash");
    await writeFile(file, await completionOf("bash"));
    const line = ["infoblox-ipam", ...words].map((word) => JSON.stringify(word)).join(" ");
    const script = `source ${file}; COMP_WORDS=(${line}); COMP_CWORD=${words.length}; _infoblox_ipam; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout } = await run("bash", ["-c", script], { cwd: folder });
    return stdout.trim().split("\n");
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
