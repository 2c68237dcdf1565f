/** Checks values of extensible attributes by their definition: type, bounds, choices, one or several. */

import type { Entity, Json, JsonObject } from "../store/entity.js";
import { protocolError, type Refusal } from "./answers.js";
import type { Grid } from "./rules.js";

/** One attribute as it is stored. */
export type StoredAttribute = JsonObject & { readonly value: Json };
export type StoredAttributes = Readonly<Record<string, StoredAttribute>>;

type AttributeType = "STRING" | "INTEGER" | "EMAIL" | "URL" | "DATE" | "ENUM";

/** Attributes of a stored object; `{}` if it has none. */
export function attributesOf(entity: Entity | undefined): StoredAttributes {
  return (entity?.values["extattrs"] ?? {}) as StoredAttributes;
}

/** The definition of an attribute, or the grid's refusal of a name that has none. */
export function definitionOf(name: string, grid: Grid): Entity {
  const definition = grid.byKey("extensibleattributedef", definitionKey(name));
  if (!definition) throw protocolError(`Unknown extensible attribute: ${name}`);
  return definition;
}

export function definitionKey(name: string): string {
  return `one.extensible_attributes_def$.${name}`;
}

/** Whether the definition has a flag, e.g. `I` inheritable, `M` mandatory, `V` several values. */
export function hasFlag(definition: Entity, flag: string): boolean {
  const { flags } = definition.values;
  return typeof flags === "string" && flags.includes(flag);
}

/** Normalizes a value: numeric text becomes a number; a list stays a list. @throws Refusal for an invalid value */
export function canonicalAttribute(definition: Entity, value: Json | undefined): Json {
  if (!Array.isArray(value)) return canonicalElement(definition, value);
  // Guess attribute-list-value (analogy; asks attributeListIsRefused): a list for a single-valued attribute is a bad
  // value like any other.
  if (!hasFlag(definition, "V") || value.length === 0) throw badValue(definition);
  return value.map((element) => canonicalElement(definition, element));
}

function canonicalElement(definition: Entity, value: Json | undefined): Json {
  const type = String(definition.values["type"]) as AttributeType;
  const canonical = type === "INTEGER" ? wholeNumber(value) : value;
  if (canonical === undefined || !fits[type](canonical, definition.values)) throw badValue(definition);
  return canonical;
}

/** A whole number, also from text: Infoblox's Python client sends every value as text. */
export function wholeNumber(value: Json | undefined): number | undefined {
  if (typeof value === "number") return Number.isSafeInteger(value) ? value : undefined;
  return typeof value === "string" && /^\s*-?\d{1,15}\s*$/.test(value) ? Number(value) : undefined;
}

const fits: Record<AttributeType, (value: Json, definition: JsonObject) => boolean> = {
  STRING: (value, definition) => isText(value) && within(value.length, definition),
  INTEGER: (value, definition) => typeof value === "number" && within(value, definition),
  DATE: (value) => isText(value) && isTime(value),
  EMAIL: (value) => isText(value) && /^[^\s@]+@[^\s@]+$/.test(value),
  URL: (value) => isText(value) && /^\S+$/.test(value),
  ENUM: (value, definition) => isText(value) && choicesOf(definition).includes(value),
};

/**
 * `2011-11-23T11:01:00Z`: the form of recorded answers. Guess date-form (recorded; asks dateForm): that no other one
 * is taken.
 */
function isTime(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text)) return false;
  const time = new Date(text);
  return !Number.isNaN(time.getTime()) && time.toISOString() === text.replace("Z", ".000Z");
}

function isText(value: Json): value is string {
  return typeof value === "string";
}

/** `min` and `max` bound the value of a number and the length of a text. */
function within(size: number, { min, max }: JsonObject): boolean {
  return (typeof min !== "number" || size >= min) && (typeof max !== "number" || size <= max);
}

/** The members of an ENUM attribute. */
export function choicesOf({ list_values }: JsonObject): readonly string[] {
  if (!Array.isArray(list_values)) return [];
  return list_values.map(({ value }: JsonObject) => String(value));
}

function badValue(definition: Entity): Refusal {
  return protocolError(`Bad value for extensible attribute "${String(definition.values["name"])}"`);
}
