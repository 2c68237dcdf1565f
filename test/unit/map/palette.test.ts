import { describe, expect, it } from "vitest";
import { dark, fillOf, light } from "../../../src/map/palette.js";

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ["light", light],
  ["dark", dark],
])("the %s scheme", (_name, scheme) => {
  it.each(Object.entries(scheme.tones))("writes on %s with a contrast of 4.5", (_tone, { fill, text }) => {
    expect(contrast(fill, text)).toBeGreaterThanOrEqual(4.5);
  });

  it("writes on paper with a contrast of 4.5, and draws lines with one of 3", () => {
    for (const text of [scheme.ink, scheme.faint, scheme.accent]) {
      expect(contrast(text, scheme.paper)).toBeGreaterThanOrEqual(4.5);
    }
    for (const line of [scheme.line, scheme.mark]) {
      expect(contrast(line, scheme.paper)).toBeGreaterThanOrEqual(3);
    }
  });
});

it("goes from empty to full in steps", () => {
  const steps = [undefined, 0, 0.1, 24.9, 25, 50, 74.9, 75, 90, 100].map(fillOf);
  expect(steps).toEqual([
    "unknown",
    "empty",
    "low",
    "low",
    "quarter",
    "half",
    "half",
    "high",
    "full",
    "full",
  ]);
});
