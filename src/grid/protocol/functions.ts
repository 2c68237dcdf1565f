/** `?_function=`: calls on an object, or on a type. */

import type { FieldSchema, ParameterSchema } from "../../schema/schema.js";
import {
  notModelled,
  protocolError,
  type Refusal,
  unknownField,
  unknownObjectType,
} from "../model/answers.js";
import type { Grid } from "../model/rules.js";
import { canonicalValue, valueFromText } from "../model/values.js";
import { schemaAt } from "../model/versions.js";
import type { Json, JsonObject } from "../store/entity.js";
import { bodyFields, type Call, textOf, textOption } from "./wire.js";

export function callFunction(call: Call, grid: Grid): { readonly status: 200; readonly result: Json } {
  const { method, target, version, options } = call;
  const name = textOf(options._function ?? "");
  if (target.kind === "root") throw unknownObjectType("");
  const schema = schemaAt(target.type, version)?.functions.get(name);
  if (!schema) throw protocolError(`Function ${name} is not valid for this object`);
  const { functions, typeFunctions } = grid.rules(target.type);
  const ofType = typeFunctions?.[name];
  const byType = target.kind === "type";
  if (method === "POST" && byType && typeFunctions && !ofType) throw missing(name, target.type);
  if (method !== "POST" || (byType && !ofType)) {
    throw protocolError(`Function ${name} illegal with this method`);
  }
  const parameters = canonicalParameters(call, schema.parameters, grid);
  if (byType && ofType) return { status: 200, result: ofType(parameters, grid) };
  const act = functions?.[name];
  if (target.kind !== "object" || !act) throw missing(name, target.type);
  return { status: 200, result: act(grid.resolve(target.ref), parameters, grid) };
}

function missing(name: string, type: string): Refusal {
  return notModelled(`function ${name} of ${type}`);
}

function canonicalParameters(
  call: Call,
  known: readonly ParameterSchema[] | undefined,
  grid: Grid,
): JsonObject {
  const given: Record<string, Json> = { ...bodyFields(call) };
  for (const [name, text] of call.uriArgs)
    given[name] = fromText(
      known?.find((one) => one.name === name),
      text,
      given[name],
    );
  if (!known) return given;
  refuseLacking(given, known);
  if (!takesSearchArguments(call, grid)) return checkParameters(given, known, call.version, grid);
  const isKnown = ([name]: [string, Json]) => known.some((parameter) => parameter.name === name);
  const own = Object.fromEntries(Object.entries(given).filter(isKnown));
  return { ...given, ...checkParameters(own, known, call.version, grid) };
}

function takesSearchArguments({ target, options }: Call, grid: Grid): boolean {
  if (target.kind === "root") return false;
  return (
    grid.rules(target.type).searchingFunctions?.includes(textOption(options, "_function") ?? "") ?? false
  );
}

/** @throws Refusal if a required parameter is missing */
export function refuseLacking(given: JsonObject, known: readonly ParameterSchema[]): void {
  const lacking = known.find(({ name, required }) => required && (given[name] ?? null) === null);
  if (lacking) throw protocolError(`required function parameter missing: ${lacking.name}`);
}

/** Normalizes parameters. `null` counts as missing. @throws Refusal as for fields */
export function checkParameters(
  given: JsonObject,
  known: readonly ParameterSchema[],
  version: string,
  grid: Grid,
): JsonObject {
  const checked: Record<string, Json> = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = known.find((one) => one.name === name);
    if (!parameter) throw unknownField(name);
    if (value === null) continue;
    // The facts do not distinguish every list from a single value.
    const field = fieldOf(parameter, Array.isArray(value));
    const canonical =
      parameter.types.length === 0
        ? value
        : canonicalValue(field, value, { grid, version, freeText: [name] });
    if (canonical !== undefined) checked[name] = canonical;
  }
  return checked;
}

function fromText(parameter: ParameterSchema | undefined, text: string, before: Json | undefined): Json {
  const value = parameter ? (valueFromText(fieldOf(parameter, false), text) ?? text) : text;
  if (before === undefined) return parameter?.isArray ? [value] : value;
  return [before, value].flat() as Json;
}

function fieldOf({ name, types, enumValues }: ParameterSchema, isArray: boolean): FieldSchema {
  return {
    name,
    types: types.length > 0 ? types : ["string"],
    isArray,
    supports: "",
    searchableBy: "",
    standard: false,
    searchOnly: false,
    required: false,
    always: false,
    inlineFunction: false,
    ...(enumValues ? { enumValues } : {}),
  };
}
