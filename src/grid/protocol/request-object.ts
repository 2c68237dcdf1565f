/**
 * The `request` object: several calls in one, in order, which pass values to later calls.
 *
 * `assign_state` stores a value of a call's result; `##STATE:name:##` inserts it into a later call. The first failure
 * is the answer to the whole request, and undoes it (see `handle.ts`).
 */

import { invalidReference, notAnObject, protocolError, Refusal, unknownField } from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Json, JsonObject } from "../store/entity.js";
import { type Call, type CallResult, innerCall, type Method } from "./wire.js";

type Perform = (call: Call, grid: Grid) => CallResult;
type State = Record<string, Json>;

const members: ReadonlySet<string> = new Set([
  "method",
  "object",
  "data",
  "args",
  "assign_state",
  "enable_substitution",
  "discard",
]);

export function performRequest(call: Call, grid: Grid, perform: Perform): CallResult {
  if (call.method !== "POST" || call.target.kind !== "type") {
    throw protocolError(`Operation ${operations[call.method]} not allowed for request`);
  }
  const status = grid.assumptions.requestStatus;
  const state: State = {};
  const run = (step: Json) => performStep(step, state, call.version, grid, perform);
  if (isObject(call.body)) return { status, result: run(call.body) ?? {} };
  const results = call.body.map(run).filter((result) => result !== undefined);
  return { status, result: results };
}

const operations: Readonly<Record<Method, string>> = {
  GET: "read",
  POST: "create",
  PUT: "update",
  DELETE: "delete",
};

/** One step's result; `undefined` if the step discards it. */
function performStep(
  step: Json,
  state: State,
  version: string,
  grid: Grid,
  perform: Perform,
): Json | undefined {
  if (!isObject(step)) throw notAnObject();
  for (const name of Object.keys(step)) if (!members.has(name)) throw unknownField(name);
  const result = resultOf(step, state, version, grid, perform);
  if (isObject(step["assign_state"])) assignState(step["assign_state"], result, state, grid);
  return step["discard"] === true ? undefined : result;
}

function resultOf(
  step: JsonObject,
  state: State,
  version: string,
  grid: Grid,
  perform: Perform,
): Json | undefined {
  const { method, enable_substitution: substitutes } = step;
  const put = (value: Json | undefined) =>
    value === undefined ? undefined : substitutes === true ? substitute(value, state) : value;
  const data = put(step["data"]);
  switch (method) {
    case "STATE:ASSIGN":
      if (isObject(data)) Object.assign(state, data);
      return undefined;
    case "STATE:DISPLAY":
      return { ...state };
    case "GET":
    case "POST":
    case "PUT":
    case "DELETE": {
      const object = put(step["object"]);
      if (typeof object !== "string" || object === "request") throw invalidReference(String(object));
      const args = put(step["args"]);
      const call = innerCall(method, version, object, fieldsOf(data), fieldsOf(args));
      return grid.transaction(() => perform(call, grid)).result;
    }
    default:
      throw protocolError(
        `Invalid value for method (${JSON.stringify(method ?? null)}) valid values are: ${valid}`,
      );
  }
}

const valid = "GET, POST, PUT, DELETE, STATE:ASSIGN, STATE:DISPLAY";

function fieldsOf(value: Json | undefined): JsonObject {
  return isObject(value) ? value : {};
}

/** Inserts states into a value. A text that is only a placeholder becomes the value itself, whatever its type. */
function substitute(value: Json, state: State): Json {
  if (typeof value === "string") {
    const [, whole] = /^##STATE:(.+?):##$/.exec(value) ?? [];
    if (whole !== undefined) return stateValue(whole, state);
    return value.replace(/##STATE:(.+?):##/g, (_, name: string) => String(stateValue(name, state)));
  }
  if (Array.isArray(value)) return value.map((element: Json) => substitute(element, state));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, substitute(inner, state)]));
}

function stateValue(name: string, state: State): Json {
  const value = state[name];
  // Guess state-missing-sentence (open; asks emptyStateFails): the sentence.
  if (value === undefined) throw protocolError(`State variable ${name} is not assigned`);
  return value;
}

/**
 * Stores `_ref`, a field, a member of a list (`ipv4addrs[1]`), or `*Attribute` of the result, or of the first element
 * of a list. A missing value fails the request.
 */
function assignState(assignments: JsonObject, result: Json | undefined, state: State, grid: Grid): void {
  const [source] = [result].flat() as (Json | undefined)[];
  for (const [name, wanted] of Object.entries(assignments)) {
    const value = source === undefined ? undefined : assignedValue(source, String(wanted), grid);
    if (value !== undefined) state[name] = value;
    // Guess empty-assign (open; asks emptyAssignFails): the sentence. Clients with a lock rely on the failure of the
    // request.
    else if (grid.assumptions.emptyAssignFails)
      throw protocolError(`Cannot assign state ${name}: no value for ${String(wanted)}`);
    else delete state[name];
  }
}

function assignedValue(source: Json, wanted: string, grid: Grid): Json | undefined {
  const ref = isObject(source) ? source["_ref"] : source;
  if (wanted === "_ref") return ref;
  const [, list, position, member] = /^(\w+)\[(\d+)\](?:\.(\w+))?$/.exec(wanted) ?? [];
  if (list !== undefined) {
    const held = isObject(source) ? source[list] : undefined;
    const element = Array.isArray(held) ? (held[Number(position)] as Json | undefined) : undefined;
    return member === undefined || !isObject(element) ? element : element[member];
  }
  if (isObject(source) && !wanted.startsWith("*") && source[wanted] !== undefined) return source[wanted];
  const object = typeof ref === "string" ? resolved(ref, grid) : undefined;
  if (!object) return undefined;
  if (!wanted.startsWith("*")) return grid.read(object, wanted);
  const attributes = grid.read(object, "extattrs");
  const attribute = isObject(attributes) ? attributes[wanted.slice(1)] : undefined;
  return isObject(attribute) ? attribute["value"] : undefined;
}

/** The object of a result; `undefined` if it was deleted. */
function resolved(ref: string, grid: Grid) {
  try {
    return grid.resolve(ref);
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}
