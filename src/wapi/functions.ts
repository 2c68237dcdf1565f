import { checkObject, invalid, invalidKind } from "../errors.js";
import type { ParameterSchema } from "../schema/schema.js";
import type { TransportRequest } from "../transport/transport.js";
import { type Exchange, resultIn, unexpected } from "./answers.js";
import { type CallOptions, limitsOf, refuseUnknownOptions } from "./call-options.js";
import type { Conversation } from "./conversation.js";
import { parseRef } from "./ref.js";
import { objectPath, typePath } from "./requests.js";
import { stateType } from "./state.js";
import { functionFacts, typeFacts, unknown } from "./type-facts.js";
import { responseOf, type WithResponse } from "./wapi-promise.js";

/** Functions that only read: safe to repeat. */
const reading: ReadonlySet<string> = new Set([
  ...["next_available_ip", "next_available_network", "next_available_vlan", "next_available_vlan_id"],
  ...["capture_traffic_status", "diagnostic_status", "get_all_template_vendor_id"],
  ...["get_ancestor_federated_realms", "get_device_support_info", "get_grid_revert_status"],
  ...["get_job_devices", "get_job_process_details", "get_rpz_threat_details", "get_template_schema_versions"],
  ...["query_fqdn_on_member", "validate_acl_items"],
]);

/** A call of a function of an object or of a type. */
export interface CalledFunction {
  readonly type: string;
  readonly name: string;
  readonly parameters: object;
}

/** Calls a function, and returns its result. */
export async function call<Result>(
  grid: Conversation,
  target: string,
  name: string,
  parameters: unknown,
  options: CallOptions = {},
): Promise<WithResponse<Result>> {
  refuseUnknownOptions(options);
  const version = await grid.version(options);
  const called = calledFunction(target, name, parameters, version);
  const exchange = await grid.send(functionRequest(target, called, version, options));
  return responseOf(functionResultIn(exchange, called) as Result, [exchange.answer]);
}

/**
 * A function call, checked against the facts.
 *
 * @throws {InvalidRequestError} for a function that the type does not have, or a parameter that the function does not
 * take
 */
export function calledFunction(
  target: string,
  name: string,
  parameters: unknown,
  version: string,
): CalledFunction {
  const type = targetType(target);
  const known = functionFacts(typeFacts(type, version), name);
  if (parameters !== undefined)
    checkObject("parameters", parameters, { num: 1 }, "an object of parameters by name");
  const given = Object.entries(parameters ?? {}).filter(([, value]) => value !== undefined);
  if (known?.parameters) checkParameters(name, known.parameters, new Map(given));
  return { type, name, parameters: Object.fromEntries(given) };
}

/** The object type that a function is called on: the type itself, or that of a reference, also of an earlier step's. */
export function targetType(target: string): string {
  if (typeof target !== "string") {
    throw invalidKind("target", target, "must be a reference or an object type", "network/ZG5z…");
  }
  return stateType(target) ?? parseRef(target)?.type ?? target;
}

/** Whether a call of this function may change something. */
export function functionWrites(name: string): boolean {
  return !reading.has(name);
}

function functionRequest(
  target: string,
  called: CalledFunction,
  version: string,
  options: CallOptions,
): TransportRequest {
  const path = target === called.type ? typePath(version, target) : objectPath(version, target).path;
  return {
    method: "POST",
    path,
    query: [["_function", called.name]],
    body: called.parameters,
    writes: functionWrites(called.name),
    ...limitsOf(options),
  };
}

const lists: Readonly<Record<string, string>> = {
  next_available_ip: "ips",
  next_available_network: "networks",
  next_available_vlan_id: "vlan_ids",
};

/** The result of a function. A list of addresses or networks must be there, since callers use it at once. */
function functionResultIn(exchange: Exchange, { name }: CalledFunction): unknown {
  const result = resultIn(exchange);
  const list = lists[name];
  if (list === undefined) return result;
  const found = (result as Record<string, unknown> | null)?.[list];
  if (Array.isArray(found) && found.length > 0) return result;
  throw unexpected(exchange, `${name} returned no ${list}`);
}

function checkParameters(
  name: string,
  known: readonly ParameterSchema[],
  given: ReadonlyMap<string, unknown>,
): void {
  const names = known.map((parameter) => parameter.name);
  const strange = [...given.keys()].find((parameter) => !names.includes(parameter));
  if (strange !== undefined) throw unknown("parameters", strange, `parameter of ${name}`, names);
  const missing = known.find((parameter) => parameter.required && !given.has(parameter.name));
  if (missing === undefined) return;
  throw invalid(`parameters.${missing.name}`, undefined, `${name} needs it`, { [missing.name]: "…" });
}
