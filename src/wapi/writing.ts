import { refIn, writtenIn } from "./answers.js";
import { createBody, deleteArguments, updateBody } from "./body.js";
import { type CallOptions, limitsOf, refuseUnknownOptions } from "./call-options.js";
import type { Conversation } from "./conversation.js";
import { type FieldSelection, writtenFieldArguments } from "./fields.js";
import { readOne } from "./reading.js";
import { objectPath, typePath, writeRequest } from "./requests.js";
import { typeFacts } from "./type-facts.js";
import { responseOf, type WithResponse } from "./wapi-promise.js";

type WriteOptions = FieldSelection & CallOptions;

const writeOptions = ["fields", "addFields"];

/** Creates an object, and reads it from the same answer. */
export async function create<Row>(
  grid: Conversation,
  type: string,
  values: unknown,
  options: WriteOptions,
): Promise<WithResponse<Row>> {
  refuseUnknownOptions(options, writeOptions);
  const version = await grid.version(options);
  const facts = typeFacts(type, version, "create");
  const body = createBody(facts, values);
  const fields = writtenFieldArguments(facts, options);
  const exchange = await grid.send(writeRequest("POST", typePath(version, type), fields, body, options));
  return readOne(grid, facts, options, exchange, writtenIn(exchange));
}

/** Changes an object, and reads it from the same answer. */
export async function update<Row>(
  grid: Conversation,
  ref: string,
  changes: unknown,
  options: WriteOptions,
): Promise<WithResponse<Row>> {
  refuseUnknownOptions(options, writeOptions);
  const version = await grid.version(options);
  const { type, path } = objectPath(version, ref);
  const facts = typeFacts(type, version, "update");
  const body = updateBody(facts, changes);
  const fields = writtenFieldArguments(facts, options);
  const exchange = await grid.send(writeRequest("PUT", path, fields, body, options));
  return readOne(grid, facts, options, exchange, writtenIn(exchange));
}

/** Deletes an object, and returns the reference that it had. */
export async function remove<Ref extends string>(
  grid: Conversation,
  ref: Ref,
  options: CallOptions & { readonly args?: object | undefined },
): Promise<WithResponse<Ref>> {
  refuseUnknownOptions(options, ["args"]);
  const version = await grid.version(options);
  const { type, path } = objectPath(version, ref);
  const facts = typeFacts(type, version, "delete");
  const query = deleteArguments(facts, options.args ?? {}).map(
    ([name, value]) => [name, String(value)] as const,
  );
  const exchange = await grid.send({ method: "DELETE", path, query, writes: true, ...limitsOf(options) });
  return responseOf(refIn(exchange) as Ref, [exchange.answer]);
}
