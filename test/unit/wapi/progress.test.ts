import { expect, it } from "vitest";
import { Stopwatch } from "../../../src/wapi/progress.js";
import { ref, scriptedGrid } from "./scripted-grid.js";

function clockAt(start: number) {
  let time = start;
  return { now: () => time, pass: (ms: number) => (time += ms) };
}

it("tells how long it took, how fast it goes, and how long the rest will take", () => {
  const clock = clockAt(5_000);
  const stopwatch = new Stopwatch(clock);
  clock.pass(2_000);
  expect(stopwatch.of(100, 400)).toEqual({
    done: 100,
    total: 400,
    elapsed: 2_000,
    rate: 50,
    timeLeft: 6_000,
  });
  clock.pass(8_000);
  expect(stopwatch.of(400, 400)).toMatchObject({ elapsed: 10_000, rate: 40, timeLeft: 0 });
  expect(stopwatch.soFar(300)).toEqual({ done: 300, elapsed: 10_000, rate: 30 });
});

it("makes no guess before something is done, or time has passed", () => {
  const clock = clockAt(0);
  const stopwatch = new Stopwatch(clock);
  expect(stopwatch.of(10, 20)).toMatchObject({ elapsed: 0, rate: 0, timeLeft: undefined });
  clock.pass(100);
  expect(stopwatch.of(0, 20)).toMatchObject({ rate: 0, timeLeft: undefined });
  expect(stopwatch.of(0, 0)).toMatchObject({ rate: 0, timeLeft: 0 });
});

const row = { _ref: ref("network", "10.0.0.0/24/default") };
const page = (next: string | undefined) => ({ result: [row, row], next_page_id: next });

it("is told after each page that is read, by find and iterate alike", async () => {
  const { wapi } = scriptedGrid([page("78a1"), page(undefined), page("78a1"), page(undefined)]);
  const seen: number[] = [];
  const options = { pageSize: 2, onProgress: ({ done }: { done: number }) => seen.push(done) };
  await wapi.find("network", options);
  expect(seen).toEqual([2, 4]);
  for await (const _row of wapi.iterate("network", options)) break;
  expect(seen).toEqual([2, 4, 2]);
});

it("goes to a function, and nothing else", async () => {
  const { wapi, sent } = scriptedGrid([page(undefined)]);
  const wrong = { onProgress: "loudly" } as never;
  await expect(wapi.find("network", wrong)).rejects.toMatchObject({
    name: "InvalidRequestError",
    field: "onProgress",
  });
  expect(sent).toHaveLength(0);
});
