import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
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
});
