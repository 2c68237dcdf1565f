/**
 * Values that a function provides: `"func:nextavailableip:10.0.0.0/24"`, or an object that names the function, its
 * target and a part of its result. The written object takes the value in the same transaction, so that two callers
 * never get the same one.
 */

import { type ObjectSchema, objectSchema } from "../../schema/schema.js";
import {
  conflict,
  noSearchResult,
  notModelled,
  protocolError,
  Refusal,
  structureExpected,
} from "../model/answers.js";
import { parseRef } from "../model/refs.js";
import type { Grid, Row } from "../model/rules.js";
import { isObject } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { checkParameters, refuseLacking } from "./functions.js";

/** The calls in one body. Values that one call took are excluded from the next. */
interface Expansion {
  readonly schema: ObjectSchema;
  readonly grid: Grid;
  readonly version: string;
  readonly taken: Json[];
}

/** The fields with every in-body function replaced by its result. */
export function expandFunctions(
  schema: ObjectSchema,
  fields: JsonObject,
  grid: Grid,
  version: string,
): JsonObject {
  const expansion = { schema, grid, version, taken: [] };
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, expandField(name, value, expansion)]),
  );
}

function expandField(name: string, value: Json, expansion: Expansion): Json {
  if (isCall(value)) return callObject(name, value, expansion);
  if (isCallText(value) && expansion.schema.fields.get(name)?.inlineFunction)
    return callText(name, value, expansion);
  const field = expansion.schema.fields.get(name.replace(/[+-]$/, ""));
  if (field?.link !== "embedded" || !Array.isArray(value)) return value;
  const inner = schemaAt(field.types[0] ?? "", expansion.version);
  if (!inner) return value;
  return value.map((entry: Json) =>
    isObject(entry) ? expandEntry(entry, { ...expansion, schema: inner }) : entry,
  );
}

/**
 * Expands an entry of a host's addresses. Infoblox's Go client writes fields of the entry (`mac`, `configure_for_dhcp`)
 * inside the call.
 */
function expandEntry(entry: JsonObject, expansion: Expansion): JsonObject {
  const expanded: Record<string, Json> = {};
  for (const [name, value] of Object.entries(entry)) {
    if (isCall(value)) {
      for (const [member, meant] of Object.entries(value)) {
        const field = expansion.schema.fields.get(member);
        if (!member.startsWith("_") && field?.supports.includes("w") && !(member in entry))
          expanded[member] = meant;
      }
    }
    expanded[name] = expandField(name, value, expansion);
  }
  return expanded;
}

function isCall(value: Json): value is JsonObject {
  return isObject(value) && "_object_function" in value;
}

function isCallText(value: Json): value is string {
  return typeof value === "string" && value.startsWith("func:");
}

// --- the text form ---------------------------------------------------------------------------------------------

function callText(name: string, text: string, expansion: Expansion): Json {
  const [, kind = "", rest = ""] = /^func:([a-z]+):(.*)$/s.exec(text) ?? [];
  const [what = "", view = "default", prefix = ""] = rest.split(",").map((part) => part.trim());
  switch (kind) {
    case "nextavailableip": {
      const target = addressSource(what, view, expansion.grid);
      if (!target) throw noMatch(what, view, "networks/ranges", name);
      return callOn(target, "next_available_ip", "ips", {}, expansion);
    }
    case "nextavailablenetwork": {
      const target = networkSource(what, view, expansion.grid);
      if (!target) throw noMatch(what, view, "networks", name);
      return callOn(target, "next_available_network", "networks", { cidr: Number(prefix) }, expansion);
    }
    default:
      throw protocolError(`Invalid value for ${name}: ${JSON.stringify(text)}: Unknown function`);
  }
}

function noMatch(what: string, view: string, kinds: string, name: string): Refusal {
  return protocolError(`${what},${view} does not match any unique ${kinds} (${name})`);
}

/** A network, a range as `start-end`, or a reference to either. */
function addressSource(what: string, view: string, grid: Grid): Row | undefined {
  const byRef = referenced(what, grid);
  if (byRef) return byRef;
  const [start = "", end] = what.split("-");
  if (end === undefined) return firstFound(["network", "ipv6network"], "network", what, view, grid);
  const ranges = start.includes(":") ? "ipv6range" : "range";
  const [range] = grid.search(ranges, { start_addr: start.trim(), end_addr: end.trim(), network_view: view });
  return range;
}

function networkSource(what: string, view: string, grid: Grid): Row | undefined {
  const types = ["networkcontainer", "network", "ipv6networkcontainer", "ipv6network"];
  return referenced(what, grid) ?? firstFound(types, "network", what, view, grid);
}

function referenced(what: string, grid: Grid): Row | undefined {
  const parsed = parseRef(what);
  return parsed && objectSchema(parsed.type) ? grid.resolve(what) : undefined;
}

function firstFound(
  types: readonly string[],
  field: string,
  value: string,
  view: string,
  grid: Grid,
): Row | undefined {
  const six = value.includes(":");
  for (const type of types.filter((one) => one.startsWith("ipv6") === six)) {
    const [found] = grid.search(type, { [field]: value, network_view: view });
    if (found) return found;
  }
  return undefined;
}

// --- the object form -------------------------------------------------------------------------------------------

function callObject(name: string, call: JsonObject, expansion: Expansion): Json {
  const { _object_function: called, _result_field: member, _parameters: parameters } = call;
  if (typeof called !== "string" || typeof member !== "string") {
    throw protocolError(`Invalid value for ${name}: _object_function and _result_field must be string type`);
  }
  const given = structure("_parameters", parameters);
  let failure: unknown;
  for (const target of targetsOf(call, expansion)) {
    try {
      return callOn(target, called, member, given, expansion);
    } catch (error) {
      // Several objects match: if this one is full, the next one may have room.
      if (!(error instanceof Refusal) || error.code !== "Client.Ibap.Data") throw error;
      failure ??= error;
    }
  }
  throw failure;
}

function targetsOf(call: JsonObject, { grid }: Expansion): readonly Entity[] {
  const { _object_ref: ref, _object: type, _object_parameters: parameters } = call;
  if (typeof ref === "string") return [grid.resolve(ref)];
  if (typeof type !== "string")
    throw protocolError("_object or _object_ref is required for _object_function");
  const wanted = structure("_object_parameters", parameters);
  const found = grid.search(type, wanted);
  if (found.length === 0) throw noSearchResult(type, wanted);
  return found;
}

/**
 * An optional structure, which must not be a text or a list. Guess function-structure-sentence (open; asks
 * badParametersAreRefused): the sentence.
 */
function structure(name: string, value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  if (isObject(value)) return value;
  throw structureExpected(name, value);
}

function callOn(target: Row, name: string, member: string, given: JsonObject, expansion: Expansion): Json {
  const { grid, taken } = expansion;
  refuseLeafParent(target, name, grid);
  const call = schemaAt(target.type, grid.version)?.functions.get(name);
  if (!call) throw protocolError(`Function ${name} is not valid for this object`);
  const act = grid.rules(target.type).functions?.[name];
  if (!act) throw notModelled(`function ${name} of ${target.type}`);
  if (call.parameters) refuseLacking(given, call.parameters);
  const parameters = call.parameters ? checkParameters(given, call.parameters, grid.version, grid) : given;
  const alike = taken.filter((value) => String(value).includes(":") === target.type.startsWith("ipv6"));
  const exclude = [...listOf(parameters["exclude"]), ...alike];
  const result = grid.past.chosen(() =>
    act(target, { ...parameters, num: 1, ...(exclude.length > 0 ? { exclude } : {}) }, grid),
  );
  const values = isObject(result) ? result[member] : undefined;
  const value = Array.isArray(values) ? values[0] : values;
  if (value === undefined) throw protocolError(`Invalid value for _result_field: ${JSON.stringify(member)}`);
  taken.push(value);
  return value;
}

/** Refuses a leaf network as the parent, if an assumption says so. Otherwise the leaf turns into a container. */
function refuseLeafParent(target: Row, name: string, grid: Grid): void {
  const isLeaf = target.type === "network" || target.type === "ipv6network";
  if (name !== "next_available_network" || !isLeaf || grid.assumptions.leafParentIsConverted) return;
  throw conflict(`The network will overlap an existing network ${String(target.values["network"])}`);
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : value === undefined ? [] : [value];
}
