import { checkObject, invalid } from "../errors.js";
import { type FieldSchema, isObjectType } from "../schema/schema.js";
import { extattrsToCreate, extattrsToUpdate } from "./extattrs.js";
import { listEdits } from "./list-change.js";
import { inlineCallOf, wireCall } from "./next-available.js";
import { refuseIncomplete } from "./required.js";
import { fieldFacts, type TypeFacts, typeFacts } from "./type-facts.js";

/**
 * The body of a create.
 *
 * @throws {InvalidRequestError} for a field that the type does not have or that can't be set on create, and if a field
 * is missing that other fields require
 */
export function createBody(facts: TypeFacts, values: unknown): Record<string, unknown> {
  const wire = body(facts, values, "w", "create", extattrsToCreate);
  refuseIncomplete(facts, wire);
  return wire;
}

/** The body of an update. Fields that it does not name stay as they are. */
export function updateBody(facts: TypeFacts, changes: unknown): Record<string, unknown> {
  return body(facts, changes, "u", "update", extattrsToUpdate);
}

/** What a delete takes beside the reference: for a URL as text, for the body of a `request` as it is. */
export function deleteArguments(facts: TypeFacts, args: object): readonly (readonly [string, unknown])[] {
  checkObject("args", args, {});
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  for (const [name] of given) {
    const field = fieldFacts(facts, name, "args");
    if (field === undefined || field.supports.includes("d")) continue;
    throw invalid(`args.${name}`, name, `a delete of ${facts.type} doesn't take it`, {});
  }
  return given;
}

function body(
  facts: TypeFacts,
  values: unknown,
  letter: "w" | "u",
  act: "create" | "update",
  extattrs: (attributes: unknown) => Record<string, unknown>,
): Record<string, unknown> {
  checkObject(act, values, { comment: "blue" }, "an object of fields by name");
  const wire: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || (name === "_ref" && act === "update")) continue;
    const field = writableField(facts, name, letter, act);
    if (name === "extattrs") Object.assign(wire, extattrs(value));
    else Object.assign(wire, wireField(facts, field, name, value, act));
  }
  return wire;
}

function writableField(facts: TypeFacts, name: string, letter: string, act: string): FieldSchema | undefined {
  const field = fieldFacts(facts, name, act);
  if (field === undefined || field.supports === "" || field.supports.includes(letter)) return field;
  const possible = [...(facts.schema?.fields.values() ?? [])].find((one) => one.supports.includes(letter));
  throw invalid(`${act}.${name}`, name, `${facts.type} doesn't take this field in ${act}`, possible?.name);
}

function wireField(
  facts: TypeFacts,
  field: FieldSchema | undefined,
  name: string,
  value: unknown,
  act: string,
): Record<string, unknown> {
  const at = `${act}.${name}`;
  const edits = listEdits(value);
  if (edits === undefined) return { [name]: wireValue(facts, field, value, at) };
  if (act !== "update" || field?.isArray === false) {
    throw invalid(at, "listChange", "only a list that exists can be added to or removed from", []);
  }
  return {
    ...(edits.add && { [`${name}+`]: wireValue(facts, field, edits.add, at) }),
    ...(edits.remove && { [`${name}-`]: wireValue(facts, field, edits.remove, at) }),
  };
}

/** The facts of the place that a value is for; `undefined` if only the grid knows it. */
type Slot = Pick<FieldSchema, "inlineFunction" | "types"> | undefined;

/** A member of a struct: it takes no function, and has no object type. */
const member: Slot = { inlineFunction: false, types: [] };

/** A value as JSON. Writes in-body functions in the grid's form where they are allowed, and refuses them elsewhere. */
function wireValue(facts: TypeFacts, place: Slot, value: unknown, at: string): unknown {
  const inline = inlineCallOf(value);
  if (inline !== undefined) {
    if (place === undefined || place.inlineFunction) return wireCall(inline, facts.version);
    throw invalid(at, inline.function, "this field takes a value, not the next available one", "…");
  }
  if (place?.inlineFunction) return plainValue(value, at);
  // In a type that the facts do not know, any field might take a function.
  if (place === undefined && isFunction(value)) return plainValue(value, at);
  if (Array.isArray(value))
    return value.map((item, index) => wireValue(facts, place, item, `${at}[${index}]`));
  return typeof value === "object" && value !== null ? wireObject(facts, place, value, at) : value;
}

/** An object inside the body: a sub-object with its own fields, or a struct. */
function wireObject(facts: TypeFacts, place: Slot, value: object, at: string): unknown {
  const [type = ""] = place?.types ?? [];
  const inner = isObjectType(type) ? typeFacts(type, facts.version) : undefined;
  const placeOf = (name: string): Slot => {
    if (inner && !name.startsWith("_")) return fieldFacts(inner, name, at);
    return place && member;
  };
  const parts = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    parts.map(([name, part]) => [name, wireValue(facts, placeOf(name), part, `${at}.${name}`)]),
  );
}

/**
 * Refuses plain values that a grid would take for a function, such as `func:…` text or an object that names one.
 * Otherwise whoever chose the value could choose what the grid does.
 */
function plainValue(value: unknown, at: string): unknown {
  if (typeof value === "string" && !isFunction(value)) return value;
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  throw invalid(at, value, "must be a plain value, or one made by nextAvailableIp and its like", "10.0.0.5");
}

/** Whether a grid would take the value for a function. */
function isFunction(value: unknown): boolean {
  if (typeof value === "string") return /^\s*func:/i.test(value);
  return typeof value === "object" && value !== null && "_object_function" in value;
}
