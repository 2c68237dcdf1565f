import { expect, it } from "vitest";
import { isReservationDuid, newReservationDuid } from "../../../../src/ipam/objects/reservations.js";
import { duidProblem } from "../../../../src/ipam/requests/syntax.js";

it("a reservation's DUID is a valid one, unlike any other, and known again however it is written", () => {
  const duids = Array.from({ length: 100 }, newReservationDuid);
  expect(new Set(duids).size).toBe(100);
  for (const duid of duids) {
    expect(duidProblem(duid)).toBeUndefined();
    expect(isReservationDuid(duid)).toBe(true);
    expect(isReservationDuid(duid.toUpperCase().replaceAll(":", "-"))).toBe(true);
  }
});

it.each([
  "00:03:00:01:02:42:ac:11:00:02",
  "00:04:69:70:61:6d:00:00:40:00:80:00:00:00:00:00:00:00",
  "00:04:f8:1d:4f:ae:7d:ec:11:d0:a7:65:00:a0:c9:1e:6b:f6",
])("a client's DUID %s is not taken for one", (duid) => {
  expect(isReservationDuid(duid)).toBe(false);
});
