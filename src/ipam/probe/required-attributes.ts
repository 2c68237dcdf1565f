/**
 * Required attributes. The probe gives them values that their definitions permit, so that all experiments are possible on
 * a grid with required attributes.
 */

import { hasField, isKnownIn, typeFacts } from "../../wapi/type-facts.js";

/** A definition of an extensible attribute. */
export interface Definition {
  readonly name: string;
  readonly type?: string;
  readonly flags?: string;
  readonly allowed_object_types?: readonly string[];
  readonly list_values?: readonly { readonly value?: string }[];
  readonly default_value?: string | number;
  readonly min?: number;
  readonly max?: number;
}

export const definitionFields =
  "name,type,flags,allowed_object_types,list_values,default_value,min,max" as const;

export function isRequired({ flags = "" }: Definition): boolean {
  return flags.includes("M");
}

/** Whether objects of a type can have the attribute. Definitions contain names such as `HostRecord` or `Network`. */
export function appliesTo({ allowed_object_types: types = [] }: Definition, type: string): boolean {
  const [kind, ...rest] = type.split(":");
  const spellings = [type, [...rest, kind].join("")].map(lettersOf);
  return types.length === 0 || types.some((allowed) => spellings.includes(lettersOf(allowed)));
}

function lettersOf(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** A value that the definition permits. */
export function valueFor({
  type,
  list_values: [choice] = [],
  default_value,
  max = 64,
  min = Math.min(1, max),
}: Definition): string | number {
  if (default_value !== undefined && default_value !== "") return default_value;
  switch (type) {
    case "ENUM":
      return choice?.value ?? "";
    case "INTEGER":
      return min;
    case "DATE":
      return "2011-11-23T11:01:00Z";
    case "EMAIL":
      return "probe@example.com";
    case "URL":
      return "http://example.com";
    default:
      return "probe".padEnd(min, "-").slice(0, Math.max(max, 1));
  }
}

type Body = Readonly<Record<string, unknown>>;

/** Adds values of the required attributes to the body of a create, except those that the body has. */
export function withRequired(
  type: string,
  body: Body,
  definitions: readonly Definition[],
  version: string,
): Body {
  if (!hasAttributes(type, version)) return body;
  const required = definitions.filter((definition) => isRequired(definition) && appliesTo(definition, type));
  if (required.length === 0) return body;
  const values = required.map((definition) => [definition.name, { value: valueFor(definition) }]);
  return { ...body, extattrs: { ...Object.fromEntries(values), ...(body["extattrs"] ?? {}) } };
}

/** NS records are left out: only some versions of 2.13 give them attributes. */
function hasAttributes(type: string, version: string): boolean {
  return type !== "record:ns" && isKnownIn(type, version) && hasField(typeFacts(type, version), "extattrs");
}

/** The names and values of the attributes in the body of a create, an update or a `request`. */
export function attributesIn(body: unknown): string[] {
  if (Array.isArray(body)) return body.flatMap((step) => attributesIn(step?.data));
  const given = ["extattrs", "extattrs+", "extattrs-"].flatMap((field) =>
    Object.entries(((body ?? {}) as Record<string, object | undefined>)[field] ?? {}),
  );
  return given.flatMap(([name, attribute]) => [name, String(attribute?.value ?? "")]);
}
