/**
 * The grid's refusals: one function for each cause, in the grid's own words.
 *
 * Status, `code` and `text` follow what real grids were seen to send. A text that nobody has published is marked (see
 * docs/fakegrid.md). The functions create a {@link Refusal}. The code that finds the cause throws it, and the
 * transaction is undone.
 */

import type { Json } from "../store/entity.js";

/** A refused request: status and the three members of the grid's error envelope. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly code: string;
  /** The sentence, which clients read. */
  readonly text: string;
  /** The `Error` member: class and sentence, as the grid wraps them. */
  readonly explanation: string;

  constructor(status: number, code: string, text: string, explanation: string) {
    super(text);
    this.status = status;
    this.code = code;
    this.text = text;
    this.explanation = explanation;
  }
}

/** A request that is wrong in itself: syntax, names, types, values. */
export function protocolError(text: string, code = "Client.Ibap.Proto"): Refusal {
  return new Refusal(400, code, text, `AdmConProtoError: ${text}`);
}

/** A request that existing data do not allow. `bare` if the grid leaves out the inner wrapping. */
export function dataError(text: string, bare = false): Refusal {
  const explanation = bare
    ? `AdmConDataError: ${text}`
    : `AdmConDataError: None (IBDataError: IB.Data:${text})`;
  return new Refusal(400, "Client.Ibap.Data", text, explanation);
}

/** A clash with what exists. 400, not 409: captured answers agree on it. */
export function conflict(text: string): Refusal {
  return new Refusal(
    400,
    "Client.Ibap.Data.Conflict",
    text,
    `AdmConDataError: None (IBDataConflictError: IB.Data.Conflict:${text})`,
  );
}

/** An object that the request names does not exist. */
export function notFound(text: string): Refusal {
  return new Refusal(404, "Client.Ibap.Data.NotFound", text, `AdmConDataNotFoundError: ${text}`);
}

/**
 * Something that FakeGrid does not model. A grid never sends this status. It shows that the emulator lacks something,
 * so that a test fails loudly instead of passing on an empty answer.
 */
export function notModelled(what: string): Refusal {
  const text = `not modelled by FakeGrid: ${what}`;
  return new Refusal(501, "FakeGrid.NotModelled", text, `FakeGridError: ${text}`);
}

/** A failure of FakeGrid itself: a bug, or a data file that can't be written. Nothing was changed. */
export function emulatorFailed(error: unknown): Refusal {
  const text = `FakeGrid failed: ${error instanceof Error ? error.message : String(error)}`;
  return new Refusal(500, "FakeGrid.Failed", text, `FakeGridError: ${text}`);
}

// --- requests, types, references -------------------------------------------------------------------------------

export const unknownObjectType = (type: string): Refusal => protocolError(`Unknown object type (${type})`);
export const invalidReference = (ref: string): Refusal => protocolError(`Invalid reference: ${ref}`);
/** Guess stale-write-sentence (open; asks refusesStaleWrites): the sentence. */
export const changedMeanwhile = (ref: string): Refusal =>
  conflict(`The object ${ref} has been changed by another request`);

export const referenceNotFound = (ref: string): Refusal => notFound(`Reference ${ref} not found`);

export const operationNotAllowed = (operation: string, type: string): Refusal =>
  protocolError(`Operation ${operation} not allowed for ${type}`);

export const notAnObject = (): Refusal => protocolError("Input is not an object");

export const undecodableJson = (problem: string): Refusal =>
  protocolError(`JSON Decoding: ${problem}`, "Client.Ibap.Proto.JSONDecoding");

// --- fields ----------------------------------------------------------------------------------------------------

export const unknownField = (name: string): Refusal => protocolError(`Unknown argument/field: '${name}'`);
export const notSearchable = (name: string): Refusal => protocolError(`Field is not searchable: ${name}`);
export const notReadable = (name: string): Refusal => protocolError(`Field is not readable: ${name}`);
export const notWritable = (name: string): Refusal => protocolError(`Field is not writable: ${name}`);
export const notForUpdate = (name: string): Refusal =>
  protocolError(`Field is not allowed for update: ${name}`);
export const notForInsert = (name: string): Refusal =>
  protocolError(`Field is not allowed for insert: ${name}`);

export const modifierNotAllowed = (modifier: string, name: string): Refusal =>
  protocolError(`Search modifier '${modifier}' not allowed for field: ${name}`);
export const searchParameterMissing = (name: string): Refusal =>
  protocolError(`Required search parameter '${name}' is missing`);
export const repeatedArgument = (name: string): Refusal =>
  protocolError(`Arguments can not be repeated (${name})`);
export const notFromQueryString = (name: string): Refusal =>
  protocolError(`Error converting argument ${name}: Type not supported in query string`);
export const badArgument = (name: string, problem: string): Refusal =>
  protocolError(`Error converting argument ${name}: ${problem}`);

export const missingForCreate = (name: string): Refusal => protocolError(`field for create missing: ${name}`);
export const requiredMemberMissing = (name: string): Refusal =>
  protocolError(`Required field missing: ${name}`);

/** `Invalid value for name: 10: Must be string type`: the value is printed as JSON. */
export const invalidValue = (name: string, value: Json, problem: string): Refusal =>
  protocolError(`Invalid value for ${name}: ${JSON.stringify(value)}: ${problem}`);
export const invalidEnum = (name: string, value: Json, valid: readonly string[]): Refusal =>
  protocolError(`Invalid value for ${name} (${JSON.stringify(value)}) valid values are: ${valid.join(", ")}`);
export const invalidListEnum = (name: string, value: Json, valid: readonly string[]): Refusal =>
  invalidValue(name, value, `Valid values are ${valid.join(", ")}`);
export const listExpected = (name: string): Refusal =>
  protocolError(`List value expected for field: ${name}`);
export const structureExpected = (name: string, value: Json): Refusal =>
  protocolError(`Structure expected in ${name} (${formatPython(value)})`);
export const referenceExpected = (name: string): Refusal =>
  protocolError(`Field "${name}" must be a string reference`);

// --- data ------------------------------------------------------------------------------------------------------

export const recordExists = (fqdn: string): Refusal => conflict(`The record '${fqdn}' already exists.`);
export const parentNotFound = (): Refusal => conflict("The action is not allowed. A parent was not found.");
export const viewNotFound = (name: string): Refusal => notFound(`View ${name} not found`);
export const networkViewNotFound = (name: string): Refusal => notFound(`Network View ${name} not found`);
/**
 * Of an address: recorded. Guess network-search-sentence (analogy; asks missingNetworkSearchIsRefused): that a search
 * by `network` is answered in the same words.
 */
export const networkNotFound = (): Refusal => dataError("A network was not found for this address.");
export const memberNotFound = (name: string): Refusal => notFound(`Grid Member ${name} not found`);

/** `type` is the grid's inner name of the type, e.g. `nat_group`. */
export const duplicateObject = (name: string, type: string): Refusal =>
  conflict(`Duplicate object '${name}' of type '${type}' already exists in the database.`);

export const noSearchResult = (type: string, parameters: Json): Refusal =>
  protocolError(
    `The search parameters ${formatPythonJson(parameters)} for object ${type} did not return any result`,
  );
export const noObjectsMatched = (type: string, parameters: Json): Refusal =>
  protocolError(`No ${type} objects were matched by ${formatPython(parameters)}`);

/** A value as Python's `json` prints it: with a blank after each comma and colon. */
function formatPythonJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(formatPythonJson).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, member]) => `${JSON.stringify(key)}: ${formatPythonJson(member)}`,
  );
  return `{${entries.join(", ")}}`;
}

/** A value as Python's `repr` prints it, which is how the grid quotes dicts in its texts. */
export function formatPython(value: Json): string {
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") return formatPythonText(value);
  if (Array.isArray(value)) return `[${value.map(formatPython).join(", ")}]`;
  const entries = Object.entries(value).map(
    ([key, member]) => `${formatPythonText(key)}: ${formatPython(member)}`,
  );
  return `{${entries.join(", ")}}`;
}

function formatPythonText(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
  return quote + (quote === "'" ? escaped.replaceAll("'", "\\'") : escaped) + quote;
}
