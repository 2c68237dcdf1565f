import { expect, it } from "vitest";
import { formatBlock, parseBlock, parseSpan, type Span } from "../../../../src/cidr.js";
import { largestFree } from "../../../../src/ipam/sources/space.js";

const spans = (...texts: string[]) => texts.map((text) => parseSpan(text) as Span);

it.each([
  ["10.0.0.0/16", [], "10.0.0.0/16"],
  ["10.0.0.0/16", ["10.0.0.0/24"], "10.0.128.0/17"],
  ["10.0.0.0/24", ["10.0.0.0/26", "10.0.0.192/26"], "10.0.0.64/26"],
  ["10.0.0.0/24", ["10.0.0.77"], "10.0.0.128/25"],
  ["10.0.0.0/24", ["10.0.0.0/25", "10.0.0.128/25"], undefined],
  ["2001:db8::/32", ["2001:db8::/64"], "2001:db8:8000::/33"],
])("of %s without %j the largest block is %s", (container, taken, expected) => {
  const free = largestFree(parseBlock(container) as Span, spans(...taken));
  expect(free && formatBlock(free)).toBe(expected);
});
