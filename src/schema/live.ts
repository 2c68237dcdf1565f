/** Reads facts from a live grid's description of itself. */

import { isAlways } from "./always.js";
import type { FieldFacts, FunctionFacts, ObjectFacts, ParameterFacts, StructFacts } from "./facts.js";
import { primitives } from "./facts.js";

/** An extensible attribute that the grid defines. */
export interface AttributeDefinition {
  readonly name: string;
  /** `STRING INTEGER EMAIL URL DATE ENUM`. */
  readonly type: string;
  /** Letters; `V`: several values. */
  readonly flags: string;
  /** Values of an `ENUM`. */
  readonly values: readonly string[];
  readonly comment: string;
}

export interface LiveFacts {
  /** The WAPI version of the requests. */
  readonly version: string;
  readonly objects: readonly ObjectFacts[];
  /** The structs of the objects' fields. */
  readonly structs: readonly StructFacts[];
  readonly attributes: readonly AttributeDefinition[];
}

type JsonObject = Readonly<Record<string, unknown>>;

/**
 * Reads a grid's own description. Object types, fields, functions and attributes are sorted by name, so that the same
 * grid gives the same facts in whatever order it lists them.
 *
 * @param bundle - `{ root, objects, extattrs }`: the answer to `GET /?_schema`; by object type the answers to
 *   `GET /<type>?_schema=1&_schema_version=2&_schema_searchable=1`; and the list of `extensibleattributedef` objects
 *   with `name`, `type`, `flags`, `list_values` and `comment`
 * @throws TypeError if it has an unknown structure; the message names the place
 */
export function readLiveSchema(bundle: unknown): LiveFacts {
  const { root, objects = {}, extattrs = [] } = object(bundle, "the schema");
  const structs = new Map<string, StructFacts>();
  const types = sortedBy(Object.entries(object(objects, "objects")), ([type]) => type);
  return {
    version: text(object(root, "root")["requested_version"], "root.requested_version"),
    objects: types.map(([type, answer]) => readObject(type, object(answer, `objects.${type}`), structs)),
    structs: [...structs.values()],
    attributes: sortedBy(list(extattrs, "extattrs").map(readAttribute), ({ name }) => name),
  };
}

function readObject(type: string, answer: JsonObject, structs: Map<string, StructFacts>): ObjectFacts {
  const at = `objects.${type}.fields`;
  const described = list(answer["fields"], at).map((member) => object(member, at));
  const members = sortedBy(described, (member) => text(member["name"], `${at}.name`));
  const isCall = (member: JsonObject) => member["wapi_primitive"] === "funccall";
  const fields = members.filter((member) => !isCall(member)).map((member) => readField(member, at, structs));
  const functions = members.filter(isCall).map((member) => readFunction(member, at, structs));
  return {
    type,
    fields: fields.map((field) => (isAlways(type, field) ? { ...field, always: true } : field)),
    ...(functions.length > 0 ? { functions } : {}),
  };
}

function readField(member: JsonObject, at: string, structs: Map<string, StructFacts>): FieldFacts {
  const name = text(member["name"], `${at}.name`);
  const types = readTypes(member, `${at}.${name}`, structs);
  return {
    name,
    types,
    ...(member["is_array"] === true ? { isArray: true } : {}),
    ...(typeof member["supports"] === "string" ? { supports: member["supports"] } : {}),
    ...(typeof member["searchable_by"] === "string" ? { searchableBy: member["searchable_by"] } : {}),
    ...(member["standard_field"] === true ? { standard: true } : {}),
    ...(member["supports_inline_funccall"] === true ? { inlineFunction: true } : {}),
    ...readEnum(member),
    ...(member["wapi_primitive"] === "object" ? { link: "ref" as const } : {}),
  };
}

function readFunction(member: JsonObject, at: string, structs: Map<string, StructFacts>): FunctionFacts {
  const name = text(member["name"], `${at}.name`);
  const { input_fields = [], output_fields = [] } = object(member["schema"] ?? {}, `${at}.${name}.schema`);
  const parameters = (fields: unknown): ParameterFacts[] =>
    list(fields, `${at}.${name}.schema`).map((field) => {
      const read = object(field, `${at}.${name}.schema`);
      return {
        name: text(read["name"], `${at}.${name}.schema.name`),
        types: readTypes(read, `${at}.${name}.schema`, structs),
        ...(read["is_array"] === true ? { isArray: true } : {}),
        ...readEnum(read),
      };
    });
  const [type = name] = list(member["type"] ?? [], `${at}.${name}.type`);
  return {
    name,
    type: String(type),
    parameters: parameters(input_fields),
    results: parameters(output_fields),
  };
}

/** The types of a field. A grid describes a struct where it is used; this adds it to `structs`. */
function readTypes(member: JsonObject, at: string, structs: Map<string, StructFacts>): readonly string[] {
  const types = list(member["type"], `${at}.type`).map((type) => text(type, `${at}.type`));
  const { fields } = object(member["schema"] ?? {}, `${at}.schema`);
  const [type] = types;
  if (fields !== undefined && type !== undefined && !primitives.has(type) && !structs.has(type)) {
    // Added before its fields are read: a struct may contain itself.
    structs.set(type, { type, fields: [] });
    const inner = list(fields, `${at}.schema`).map((field) =>
      readField(object(field, `${at}.schema`), at, structs),
    );
    structs.set(type, { type, fields: inner });
  }
  return types;
}

function readEnum(member: JsonObject): { readonly enumValues?: readonly string[] } {
  const values = member["enum_values"];
  return Array.isArray(values) && values.length > 0 ? { enumValues: values.map(String) } : {};
}

function readAttribute(definition: unknown): AttributeDefinition {
  const { name, type, flags, list_values, comment } = object(definition, "extattrs");
  return {
    name: text(name, "extattrs.name"),
    type: text(type, "extattrs.type"),
    flags: typeof flags === "string" ? flags : "",
    values: list(list_values ?? [], "extattrs.list_values").map((value) =>
      text(object(value, "extattrs.list_values")["value"], "extattrs.list_values.value"),
    ),
    comment: typeof comment === "string" ? comment : "",
  };
}

function sortedBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): readonly Item[] {
  return [...items].sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}

function object(value: unknown, at: string): JsonObject {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw new TypeError(`${at}: an object was expected`);
}

function list(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new TypeError(`${at}: a list was expected`);
}

function text(value: unknown, at: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new TypeError(`${at}: text was expected`);
}
