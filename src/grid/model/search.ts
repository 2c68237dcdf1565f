/**
 * Searches: parses arguments into conditions, and finds the rows for them. Exact searches use an index. The other
 * conditions are checked row by row, lazily, so that a limited search stops early.
 */

import type { FieldSchema, ObjectSchema } from "../../schema/schema.js";
import type { Entity, Json } from "../store/entity.js";
import { fieldKeys, indexKey, linkKeys } from "../store/index-keys.js";
import {
  badArgument,
  invalidEnum,
  modifierNotAllowed,
  notSearchable,
  unknownField,
  unknownObjectType,
} from "./answers.js";
import { conditionTest } from "./condition.js";
import { defaultOf } from "./defaults.js";
import { isIdentity } from "./identity.js";
import type { Condition, Grid, NameLink, Row, Rules } from "./rules.js";
import { valueFromText } from "./values.js";
import { schemaAt } from "./versions.js";

/** With fewer objects, a scan is as fast as an index. */
const worthAnIndex = 32;

// --- arguments -------------------------------------------------------------------------------------------------

/** Parses GET arguments. Values are text from the URI or JSON from a body. @throws Refusal for an invalid argument */
export function parseConditions(
  type: string,
  args: Iterable<readonly [string, Json]>,
  grid: Grid,
  version: string,
): Condition[] {
  const schema = schemaAt(type, version);
  if (!schema) throw unknownObjectType(type);
  const conditions: Condition[] = [];
  for (const [key, value] of args) {
    const condition = parseCondition(schema, key, value, grid);
    if (condition) conditions.push(condition);
  }
  return conditions;
}

function parseCondition(schema: ObjectSchema, key: string, value: Json, grid: Grid): Condition | undefined {
  const [, name = "", modifiers = ""] = /^(.+?)([:~<>!]*)$/s.exec(key) ?? [];
  const operator = operatorOf(modifiers, name);
  const ignoreCase = modifiers.includes(":");
  if (name.startsWith("*"))
    return attributeCondition(schema, name.slice(1), operator, ignoreCase, value, grid);

  const field = schema.fields.get(name);
  if (!field) throw unknownField(name);
  if (!field.supports.includes("s")) throw notSearchable(name);
  for (const modifier of modifiers) {
    if (!field.searchableBy.includes(modifier)) throw modifierNotAllowed(modifier, name);
  }
  const rules = grid.rules(schema.type);
  if (!rules.comparesEmpty?.includes(name) && isLeftEmpty(value, rules.names?.[name], grid)) return undefined;
  const one = (each: Json) => (operator === "~" ? String(each) : searchValue(field, each, rules, grid));
  // A repeated list argument: either value may match.
  const canonical = Array.isArray(value) ? value.map(one) : one(value);
  const condition: Condition = { field: name, operator, ignoreCase, value: canonical, attribute: false };
  // A name that does not exist is an error, not an empty list.
  linkedObject(condition, rules.names?.[name], grid);
  return condition;
}

/** `~:` and `:~` are the same. A key may have at most one of `~ < > !`. */
function operatorOf(modifiers: string, name: string): Condition["operator"] {
  const operators = modifiers.replaceAll(":", "");
  if (operators.length > 1) throw modifierNotAllowed(operators[1] ?? "", name);
  return operators === "" ? "=" : (operators as Condition["operator"]);
}

function attributeCondition(
  schema: ObjectSchema,
  name: string,
  operator: Condition["operator"],
  ignoreCase: boolean,
  value: Json,
  grid: Grid,
): Condition {
  if (!schema.fields.has("extattrs")) throw unknownField(`*${name}`);
  const canonical = grid.attributes.searchValue(name, value, grid);
  return {
    field: name,
    operator,
    ignoreCase,
    value: operator === "~" ? String(value) : canonical,
    attribute: true,
  };
}

/**
 * Infoblox's Go client sends `ipv4addr=` for arguments that its caller left empty. The empty name of a DNS view is
 * known to be refused like any unknown name.
 */
function isLeftEmpty(value: Json, link: NameLink | undefined, grid: Grid): boolean {
  return value === "" && grid.assumptions.emptySearchValue === "ignored" && link?.type !== "view";
}

/** Normalizes a value as objects store it. */
function searchValue(field: FieldSchema, value: Json, rules: Rules, grid: Grid): Json {
  const own = rules.searchValue?.[field.name];
  if (own) return own(value, grid);
  const typed = typeof value === "string" ? (valueFromText(field, value) ?? value) : value;
  switch (field.types[0]) {
    case "uint":
    case "int":
    case "timestamp":
      if (typeof typed === "number") return typed;
      throw badArgument(field.name, "Invalid value, must be an integer between 0 and 4294967295");
    case "bool":
      if (typeof typed === "boolean") return typed;
      // Guess search-boolean-sentence (analogy; asks badSwitchIsRefused): the sentence follows the one for integers.
      throw badArgument(field.name, "Invalid value, must be true or false");
    case "enum":
      if (!field.enumValues || field.enumValues.some((valid) => valid === typed)) return typed;
      throw invalidEnum(field.name, typed, field.enumValues);
    default:
      return field.link && typeof typed === "string" ? grid.link(grid.resolve(typed)) : typed;
  }
}

// --- rows ------------------------------------------------------------------------------------------------------

/**
 * Yields the rows that match all conditions. `stable` rows are those of this moment, whatever is created and deleted
 * meanwhile: for reads that span several requests.
 */
export function* searchRows(
  type: string,
  conditions: readonly Condition[],
  grid: Grid,
  stable = false,
): Generator<Row> {
  const rules = grid.rules(type);
  const own = rules.rows?.(conditions, grid);
  const { rows: found, settled = [] } = own ?? candidates(type, conditions, grid, stable);
  // Virtual rows are created as they are read, and may be millions.
  const rows = stable && own && !rules.row ? [...found] : found;
  const tests = conditions
    .filter((condition) => !settled.includes(condition))
    .map((condition) => conditionTest(type, condition, grid));
  const fitting = (row: Row) => tests.every((fits) => fits(row));
  yield* inListOrder(type, conditions, filtered(rows, fitting), grid);
}

function* filtered(rows: Iterable<Row>, fits: (row: Row) => boolean): Generator<Row> {
  for (const row of rows) if (fits(row)) yield row;
}

interface Choice {
  readonly index: string;
  readonly keys: (row: Row) => ReturnType<typeof indexKey> | readonly (string | number)[];
  readonly value: string | number;
  readonly condition: Condition;
}

/** The objects of the condition that finds the fewest; all of the type if no condition has an index. */
function candidates(
  type: string,
  conditions: readonly Condition[],
  grid: Grid,
  stable: boolean,
): { rows: Iterable<Row>; settled?: readonly Condition[] } {
  const { store } = grid;
  const total = store.count(type);
  let best: { readonly choice: Choice; readonly count: number } | undefined;
  for (const condition of conditions) {
    const choice = total < worthAnIndex ? undefined : choiceFor(type, condition, grid);
    if (!choice) continue;
    const count = store.indexedCount(type, choice.index, choice.keys, choice.value);
    if (!best || count < best.count) best = { choice, count };
  }
  // If more than half of the objects match, reading all of them in order is faster than sorting ids.
  if (!best || best.count * 2 > total) {
    return { rows: stable ? store.walk(type) : store.all(type) };
  }
  const { index, keys, value, condition } = best.choice;
  return { rows: store.indexed(type, index, keys, value), settled: [condition] };
}

function choiceFor(type: string, condition: Condition, grid: Grid): Choice | undefined {
  if (condition.operator !== "=" || condition.ignoreCase || Array.isArray(condition.value)) return undefined;
  if (condition.attribute) return attributeChoice(condition);
  const rules = grid.rules(type);
  const { field, value } = condition;
  const link = rules.names?.[field];
  if (link) return nameChoice(condition, link, grid);
  if (rules.matches?.[field] || rules.read?.[field] || rules.embedded?.[field]) return undefined;
  if (isIdentity(schemaAt(type, grid.version)?.fields.get(field))) return undefined;
  const key = indexKey(value);
  // Objects do not store a default that they show, so the index does not have them.
  if (key === undefined || value === defaultOf(type, field, grid)) return undefined;
  return { index: `field ${field}`, keys: fieldKeys(field), value: key, condition };
}

function nameChoice(condition: Condition, link: NameLink, grid: Grid): Choice | undefined {
  const target = linkedObject(condition, link, grid);
  return target && { index: `link ${link.link}`, keys: linkKeys(link.link), value: target.id, condition };
}

/** The object that an exact search names in a linked field. @throws the link's own refusal if there is none */
function linkedObject(condition: Condition, link: NameLink | undefined, grid: Grid): Entity | undefined {
  const { operator, ignoreCase, value } = condition;
  if (!link || operator !== "=" || ignoreCase) return undefined;
  const [target] = grid.find(link.type, link.field ?? "name", String(value));
  if (!target) throw link.notFound(String(value));
  return target;
}

function attributeChoice(condition: Condition): Choice | undefined {
  const key = indexKey(condition.value);
  if (key === undefined) return undefined;
  return {
    index: `attribute ${condition.field}`,
    keys: attributeKeys(condition.field),
    value: key,
    condition,
  };
}

function attributeKeys(name: string): Choice["keys"] {
  return ({ values: { extattrs } }) => {
    const attribute = (extattrs as Readonly<Record<string, { readonly value: Json }>> | undefined)?.[name];
    const value = attribute?.value;
    if (!Array.isArray(value)) return indexKey(value);
    return value.map(indexKey).filter((key) => key !== undefined);
  };
}

// --- order -----------------------------------------------------------------------------------------------------

/** How many virtual rows are sorted at once: there are as many as addresses. */
const mostAtOnce = 1_000;

/** Sorts rows as the grid lists them: see `assumptions.listOrder`. */
function inListOrder(
  type: string,
  conditions: readonly Condition[],
  rows: Iterable<Row>,
  grid: Grid,
): Iterable<Row> {
  const { listOrder } = grid.assumptions;
  if (listOrder === "shuffled") return shuffled(rows, grid);
  if (grid.store.count(type) === 0) return rows;
  const isByKey = listOrder === "key" || (listOrder === "recorded" && isByName(type, conditions));
  return isByKey ? byKey(rows) : listOrder === "recorded" && type === "view" ? byName(rows) : rows;
}

function isByName(type: string, conditions: readonly Condition[]): boolean {
  return type !== "view" && conditions.some(({ field, attribute }) => field === "name" && !attribute);
}

function* byKey(rows: Iterable<Row>): Generator<Row> {
  yield* [...rows].sort((left, right) => (left.key < right.key ? -1 : 1));
}

function* byName(rows: Iterable<Row>): Generator<Row> {
  const name = ({ values }: Row) => String(values["name"]);
  yield* [...rows].sort((left, right) => (name(left) < name(right) ? -1 : 1));
}

function* shuffled(rows: Iterable<Row>, grid: Grid): Generator<Row> {
  let some: Row[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < mostAtOnce) continue;
    yield* grid.random.shuffled(some);
    some = [];
  }
  yield* grid.random.shuffled(some);
}
