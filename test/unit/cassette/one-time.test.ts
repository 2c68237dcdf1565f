import { describe, expect, it } from "vitest";
import { OneTimeNumbers, OneTimeValues } from "../../../src/cassette/one-time.js";

const [first, second, other] = [
  "0b0a6a4e-8d0b-4b7e-9d3c-000000000001",
  "0b0a6a4e-8d0b-4b7e-9d3c-000000000002",
  "0b0a6a4e-8d0b-4b7e-9d3c-000000000003",
];

describe("OneTimeNumbers", () => {
  it("numbers the values of requests in order, the same one alike", () => {
    const numbers = new OneTimeNumbers();
    expect(numbers.inRequest(`["${first}","${second}","${first}"]`)).toBe(
      '["«one-time 1»","«one-time 2»","«one-time 1»"]',
    );
    expect(numbers.inRequest(`["${second}"]`)).toBe('["«one-time 2»"]');
  });

  it("leaves alone in answers what no request brought: it is the grid's", () => {
    const numbers = new OneTimeNumbers();
    numbers.inRequest(`["${first}"]`);
    expect(numbers.inAnswer(`["${first}","${other}"]`)).toBe(`["«one-time 1»","${other}"]`);
  });

  it("knows names of steps, and marks of reservations", () => {
    const numbers = new OneTimeNumbers();
    const duid = "00:04:69:70:61:6d:01:02:83:04:95:06:07:08:09:0a:0b:0c";
    expect(numbers.inRequest(`["##STATE:s0123456789ab_7_network:##","${duid}","s0123456789"]`)).toBe(
      '["##STATE:«one-time 1»_network:##","«one-time 2»","s0123456789"]',
    );
  });
});

describe("OneTimeValues", () => {
  it("stand for what this run made in the same place", () => {
    const values = new OneTimeValues();
    expect(values.bind('["a","«one-time 1»","«one-time 2»"]', `["a","${first}","${second}"]`)).toBe(true);
    expect(values.filledIn('{"2":"«one-time 2»","1":"«one-time 1»"}')).toBe(
      `{"2":"${second}","1":"${first}"}`,
    );
  });

  it("tell requests apart that differ in anything else, or in which of them they hold", () => {
    const values = new OneTimeValues();
    expect(values.bind('["a","«one-time 1»"]', `["b","${first}"]`)).toBe(false);
    expect(values.bind('["a","«one-time 1»"]', `["a","${first}"]`)).toBe(true);
    expect(values.bind('["a","«one-time 1»"]', `["a","${other}"]`)).toBe(false);
    expect(values.bind('["a","«one-time 9»"]', `["a","${other}"]`)).toBe(true);
  });
});
