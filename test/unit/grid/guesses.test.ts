import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readGuesses } from "../../../scripts/guesses.js";

async function guessesOf(source: string) {
  const folder = await mkdtemp(join(tmpdir(), "guesses-"));
  try {
    await writeFile(join(folder, "one.ts"), source);
    return readGuesses(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

describe("the marks of guesses", () => {
  it("of FakeGrid have an id, evidence and what the probe does", () => {
    const guesses = readGuesses(resolve(import.meta.dirname, "../../../src/grid"));
    expect(guesses.length).toBeGreaterThan(100);
    expect(guesses.find(({ id }) => id === "range-overlap-sentence")).toEqual({
      id: "range-overlap-sentence",
      evidence: "documented",
      probe: { asks: "overlappingRangeIsRefused" },
      text: "The sentence. The refusal is known.",
      file: "objects/range.ts",
    });
  });

  it("are read over several lines, with what stands before them", async () => {
    const source =
      "  // One is refused. Guess one-sentence (open;\n  // unasked): the\n  // sentence.\nconst one = 1;\n";
    expect(await guessesOf(source)).toMatchObject([
      { id: "one-sentence", probe: "unasked", text: "One is refused. Guess: The sentence." },
    ]);
  });

  it.each([
    ["/** Guess: the sentence. */", /needs an id/],
    ["// A guess.", /needs an id/],
    ["// Guess a (rumour; cannot): the sentence.", /no evidence is called rumour/],
    ["// Guess a (open; asks whatever): the sentence.", /the probe asks no whatever/],
    ["// Guess a (open; cannot): x.\n\n// Guess a (open; cannot): y.", /two guesses are called a/],
  ])("are refused in another form: %s", async (source, message) => {
    await expect(guessesOf(`${source}\n`)).rejects.toThrow(message);
  });
});
