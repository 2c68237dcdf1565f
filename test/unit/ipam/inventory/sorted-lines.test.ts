import { rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import fc from "fast-check";
import { InvalidRequestError } from "infoblox-ipam";
import { describe, expect, it, vi } from "vitest";
import { SortedLines, SpillFolder } from "../../../../src/ipam/inventory/sorted-lines.js";

const text = fc.string({ unit: "grapheme" }).map((one) => one.replaceAll("\n", " "));

async function sorted(lines: SortedLines): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of lines.sorted()) found.push(...batch);
  return found;
}

describe("SortedLines", () => {
  it("gives all lines in order, whether they fit into memory or not", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(text)),
        fc.integer({ min: 1, max: 200 }),
        async (batches, memory) => {
          const folder = new SpillFolder();
          try {
            const lines = new SortedLines(folder, memory);
            await Promise.all(batches.map((batch) => lines.add(batch)));
            expect(await sorted(lines)).toEqual(batches.flat().sort());
          } finally {
            await folder.remove();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it("merges more runs than it reads at once", async () => {
    const folder = new SpillFolder();
    const lines = new SortedLines(folder, 1);
    const all = Array.from({ length: 200 }, (_, index) => `${(index * 7919) % 200}`.padStart(4, "0"));
    for (const line of all) await lines.add([line]);
    expect(await sorted(lines)).toEqual(all.toSorted());
    await folder.remove();
  });

  it("makes no folder for what fits into memory", async () => {
    class NoFolder extends SpillFolder {
      override file(): Promise<string> {
        throw new Error("a file was asked for");
      }
    }
    const lines = new SortedLines(new NoFolder());
    await lines.add(["b", "a"]);
    expect(await sorted(lines)).toEqual(["a", "b"]);
  });

  it("keeps its files from other users", async () => {
    const folder = new SpillFolder();
    const file = dirname(await folder.file());
    expect((await stat(file)).mode & 0o777).toBe(0o700);
    await folder.remove();
    await expect(stat(file)).rejects.toThrow("ENOENT");
  });

  it("leaves nothing behind where the process ends in the middle", async () => {
    const before = process.listeners("exit");
    const folder = new SpillFolder();
    const path = dirname(await folder.file());
    const added = process.listeners("exit").filter((listener) => !before.includes(listener));
    for (const listener of added) listener(0);
    await expect(stat(path)).rejects.toThrow("ENOENT");
    await folder.remove();
    expect(process.listeners("exit")).toEqual(before);
  });

  it("says which folder can't be written, and why", async () => {
    vi.stubEnv("TMPDIR", "/nowhere/at-all");
    const expected =
      "temporary folder: /nowhere/at-all cannot be written (set the environment variable TMPDIR to use another";
    await expect(new SortedLines(new SpillFolder(), 1).add(["b", "a"])).rejects.toThrow(expected);
    vi.unstubAllEnvs();
    const folder = new SpillFolder();
    await rm(dirname(await folder.file()), { recursive: true });
    const writing = new SortedLines(folder, 1).add(["b", "a"]);
    await expect(writing).rejects.toThrow(/^temporary folder: .* no such file or folder$/);
    await expect(writing).rejects.toBeInstanceOf(InvalidRequestError);
    await folder.remove();
  });
});
