/** Checks a row against one condition of a search: equal, ignoring case, by pattern, less or greater, not equal. */

import { type Address, parseAddress } from "../../cidr.js";
import type { Json } from "../store/entity.js";
import { isLink } from "../store/index-keys.js";
import { compilePattern } from "./pattern.js";
import type { Condition, Grid, Row } from "./rules.js";
import { isObject } from "./values.js";
import { readField } from "./view.js";

/** Creates a test for many rows, with everything prepared once. */
export function conditionTest(type: string, condition: Condition, grid: Grid): (row: Row) => boolean {
  const own = condition.attribute ? undefined : grid.rules(type).matches?.[condition.field];
  if (own) return (row) => own(row, condition, grid);
  const fits = valueTest(condition);
  const context = grid.readContext();
  return (row) => {
    const value = condition.attribute
      ? attributeValue(row, condition.field)
      : readField(row, condition.field, context);
    return testAny(value, fits, condition.operator);
  };
}

/** Creates the test of a single value. Rules may use it for values of their own. */
export function valueTest(condition: Condition): (value: Json) => boolean {
  const { operator, ignoreCase, value: wanted } = condition;
  if (Array.isArray(wanted)) {
    const tests = wanted.map((value: Json) => valueTest({ ...condition, value }));
    return (value) => tests.some((fits) => fits(value));
  }
  switch (operator) {
    case "~": {
      const pattern = compilePattern(String(wanted), ignoreCase);
      return (value) => pattern(String(value));
    }
    case "<":
      return (value) => compare(value, wanted) <= 0;
    case ">":
      return (value) => compare(value, wanted) >= 0;
    default: {
      const folded = ignoreCase ? String(wanted).toLowerCase() : undefined;
      return folded === undefined
        ? (value) => equal(value, wanted)
        : (value) => String(value).toLowerCase() === folded;
    }
  }
}

/** A list matches if one of its elements does. A missing value never matches, not even "not equal". */
function testAny(
  value: Json | undefined,
  fits: (value: Json) => boolean,
  operator: Condition["operator"],
): boolean {
  if (value === undefined) return false;
  const values: readonly Json[] = Array.isArray(value) ? value : [value];
  return operator === "!" ? !values.some(fits) : values.some(fits);
}

function attributeValue({ values: { extattrs } }: Row, name: string): Json | undefined {
  const attribute = isObject(extattrs) ? extattrs[name] : undefined;
  return isObject(attribute) ? attribute["value"] : undefined;
}

function equal(value: Json, wanted: Json): boolean {
  if (value === wanted) return true;
  if (isLink(value)) return isLink(wanted) && value._id === wanted._id;
  // Compares numbers and text as text: some clients send all attributes as text.
  if (typeof value === "number" || typeof wanted === "number") return String(value) === String(wanted);
  return isObject(value) && Object.values(value).includes(wanted);
}

/** Compares numbers by value, addresses by position, and text by spelling. */
function compare(value: Json, wanted: Json): number {
  if (typeof value === "number") return value - Number(wanted);
  const [left, right] = [address(value), address(wanted)];
  if (left && right && left.family === right.family) {
    return left.value < right.value ? -1 : left.value > right.value ? 1 : 0;
  }
  const [a, b] = [String(value), String(wanted)];
  return a < b ? -1 : a > b ? 1 : 0;
}

function address(value: Json): Address | undefined {
  return typeof value === "string" ? parseAddress(value) : undefined;
}
