import { expect, it } from "vitest";
import { Places } from "../../../../src/ipam/bulk/places.js";
import { systemClock } from "../../../../src/wapi/clock.js";

it("gives each place once as long as all are filled", () => {
  const places = new Places(5, systemClock);
  expect(places.upcoming(3)).toEqual([0, 1, 2]);
  places.filled([0, 1, 2], new Set([0, 1, 2]));
  expect(places.upcoming(3)).toEqual([3, 4]);
  expect(places).toMatchObject({ done: 3, left: 2 });
  places.filled([3, 4], new Set([3, 4]));
  expect(places.upcoming(3)).toEqual([]);
  expect(places.progress).toMatchObject({ done: 5, total: 5, timeLeft: 0 });
});

it("gives again what was not filled, before what is new", () => {
  const places = new Places(10, systemClock);
  places.filled([0, 1, 2, 3], new Set([1, 3]));
  expect(places.upcoming(4)).toEqual([0, 2, 4, 5]);
  expect(places.upcoming(1)).toEqual([0]);
  places.filled([0], new Set());
  places.filled([0], new Set([0]));
  expect(places.upcoming(10)).toEqual([2, 4, 5, 6, 7, 8, 9]);
  expect(places).toMatchObject({ done: 3, left: 7 });
});
