import { describe, expect, it, vi } from "vitest";
import { progressText, type Show, showing } from "../../../src/cli/progress.js";

const addresses = ["address", "addresses"] as const;

describe("the line of progress", () => {
  it.each([
    [0, 300, 0, undefined, "[░░░░░░░░░░░░░░░░░░░░░░░░]  0 of 300 addresses"],
    [100, 300, 50, 4000, "[████████░░░░░░░░░░░░░░░░]  100 of 300 addresses, 50/s, 4 s left"],
    [100, 300, 1.25, 160_000, "[████████░░░░░░░░░░░░░░░░]  100 of 300 addresses, 1.3/s, 2 min 40 s left"],
    [300, 300, 50, 0, "[████████████████████████]  300 of 300 addresses, 50/s"],
    [1, 1, 50, 0, "[████████████████████████]  1 of 1 address, 50/s"],
  ])("tells items, rate and time left at %i of %i", (done, total, rate, timeLeft, text) => {
    expect(progressText(addresses, { done, total, elapsed: 2000, rate, timeLeft })).toBe(text);
  });

  it("has no bar where nobody knows how many there are", () => {
    expect(progressText(addresses, { done: 2000, elapsed: 1000, rate: 2000 })).toBe("2000 addresses, 2000/s");
  });

  it("is never wider than the terminal", () => {
    const progress = { done: 100, total: 300, elapsed: 2000, rate: 50, timeLeft: 4000 };
    expect(progressText(addresses, progress, 50)).toBe("100 of 300 addresses, 50/s, 4 s left");
    expect(progressText(addresses, progress, 20)).toBe("100 of 300 addresse");
  });

  it("is whole on a terminal that doesn't know its width", () => {
    expect(progressText(addresses, { done: 2000, elapsed: 1000, rate: 2000 }, 0)).toBe(
      "2000 addresses, 2000/s",
    );
  });
});

describe("long work", () => {
  const half = { done: 1, total: 2, elapsed: 10, rate: 100, timeLeft: 10 };
  const whole = { ...half, done: 2, timeLeft: 0 };
  const working = async (show: Show) => {
    show(addresses)(half);
    show(addresses)(whole);
    return "result";
  };
  const broken = async (show: Show): Promise<string> => {
    show(addresses)(half);
    throw new Error("broken");
  };

  async function written(
    work: (show: Show) => Promise<string>,
    { isTTY, json, ...env }: { isTTY?: boolean; json?: true; TERM?: string; CI?: string } = {},
  ): Promise<string> {
    let text = "";
    const stderr = { isTTY, write: (some: string) => (text += some) };
    await showing({ stderr, env }, json ? { json } : {}, work).catch(() => {});
    return text;
  }

  it("is written over on a terminal, and ends in a summary", async () => {
    expect(await written(working, { isTTY: true })).toMatch(
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal takes
      /^(\r\u001b\[K\[█+░+\] {2}1 of 2 addresses, 100\/s, 1 s left)\r\u001b\[K2 addresses in \d+\.\d s, \d+\/s\n$/,
    );
  });

  it.each([{}, { isTTY: true, TERM: "dumb" }, { isTTY: true, CI: "true" }])(
    "is only summed up with %o",
    async (options) => {
      expect(await written(working, options)).toMatch(/^2 addresses in \d+\.\d s, \d+\/s\n$/);
    },
  );

  it.each(["", "false", "0"])("is written over where CI is %j, which says no", async (CI) => {
    expect(await written(working, { isTTY: true, CI })).toContain("1 of 2 addresses");
  });

  it("is summed up at the rate that it had from beginning to end", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const slow = async (show: Show) => {
      show(addresses)(whole);
      vi.advanceTimersByTime(400);
      return "result";
    };
    expect(await written(slow)).toBe("2 addresses in 0.4 s, 5.0/s\n");
    vi.useRealTimers();
  });

  it("says nothing to programs", async () => {
    expect(await written(working, { isTTY: true, json: true })).toBe("");
  });

  it("that fails leaves on a terminal how far it came, and elsewhere nothing", async () => {
    expect(await written(broken, { isTTY: true })).toMatch(/1 of 2 addresses, 100\/s, 1 s left\n$/);
    expect(await written(broken)).toBe("");
  });
});
