/**
 * Request to answer: the emulator's main path. Pure but for the grid's own state; no sockets, no waiting.
 *
 * The caller has checked the user already. Each call is one transaction: a refused call has changed nothing.
 */

import {
  badArgument,
  invalidReference,
  protocolError,
  Refusal,
  unknownObjectType,
} from "../model/answers.js";
import type { Moment } from "../model/past-states.js";
import type { Grid } from "../model/rules.js";
import { schemaAt } from "../model/versions.js";
import type { Json } from "../store/entity.js";
import { downloadOrUpload } from "./file-transfers.js";
import { callFunction } from "./functions.js";
import { type GridAnswer, type GridRequest, strayPage } from "./pages.js";
import { read } from "./reading.js";
import { performRequest } from "./request-object.js";
import { isScheduled, runDueTasks, schedule } from "./scheduling.js";
import { rootSchema, type SchemaQuestion, typeSchema } from "./schema-answers.js";
import {
  answerJson,
  answerRefusal,
  answerUnknownVersion,
  answerXml,
  type Call,
  type CallResult,
  pathVersion,
  readCall,
  speaks,
  switchOption,
  textOption,
} from "./wire.js";
import { write } from "./writing.js";

/** The authenticated user, and how to end the session. */
export interface Caller {
  readonly user: string;
  logout(): void;
}

/** @param begun - when the request began, if the grid runs requests side by side */
export function handle(request: GridRequest, grid: Grid, caller: Caller, begun?: Moment): GridAnswer {
  return grid.past.since(begun, () => answered(request, grid, caller));
}

function answered(request: GridRequest, grid: Grid, caller: Caller): GridAnswer {
  grid.user = caller.user;
  try {
    const file = downloadOrUpload(request, grid);
    if (file) return file;
    const version = pathVersion(request.url);
    if (version === undefined) return strayPage(404, request.url);
    if (!speaks(version, grid.version)) return answerUnknownVersion(version);
    if (!["GET", "POST", "PUT", "DELETE"].includes(request.method)) return strayPage(405, request.url);
    return answerCall(readCall(request, version), grid, caller);
  } catch (error) {
    if (error instanceof Refusal) return answerRefusal(worded(error, grid));
    throw error;
  }
}

/**
 * Puts a refusal into the words of the grid's profile. Older grids were seen to name an unknown field without quotes.
 */
function worded(refusal: Refusal, { assumptions, reword }: Grid): Refusal {
  const { status, code, text, explanation } = refusal;
  const theirs = reword(text);
  if (theirs !== text)
    return new Refusal(
      status,
      code,
      theirs,
      explanation.replace(text, () => theirs),
    );
  const [, name] = /^Unknown argument\/field: '(.*)'$/.exec(text) ?? [];
  if (name === undefined || assumptions.quotesUnknownFields) return refusal;
  return protocolError(`Unknown argument/field: ${name}`);
}

function answerCall(call: Call, grid: Grid, caller: Caller): GridAnswer {
  const { target } = call;
  if (target.kind === "type" && target.type === "logout") {
    caller.logout();
    return {
      status: 200,
      headers: { "Content-Type": "application/json" },
      body: grid.assumptions.logoutBody,
    };
  }
  const type = textOption(call.options, "_return_type") ?? "json";
  checkReturnType(type);
  runDueTasks(grid, perform);
  grid.beforeRequest();
  const work = () => perform(call, grid);
  const { status, result } = isOneTransaction(call, grid) ? grid.transaction(work) : work();
  return type.startsWith("xml")
    ? answerXml(status, result, type === "xml-pretty")
    : answerJson(status, result);
}

function checkReturnType(type: string): void {
  if (["json", "json-pretty", "xml", "xml-pretty"].includes(type)) return;
  // Guess return-type-sentence (open; asks unknownReturnTypeIsRefused): the sentence.
  throw badArgument("_return_type", "Invalid value, must be one of json, json-pretty, xml, xml-pretty");
}

/**
 * Whether a call is one transaction. Every call is, except perhaps a `request` object with many calls, which an
 * assumption decides.
 */
function isOneTransaction({ target }: Call, grid: Grid): boolean {
  return grid.assumptions.requestIsTransactional || target.kind !== "type" || target.type !== "request";
}

/** Carries out one call: from a request, from inside a `request` object, or from a scheduled task. */
export function perform(call: Call, grid: Grid): CallResult {
  const { method, target, options } = call;
  if (target.kind !== "root" && !schemaAt(target.type, call.version)) throw unknownObjectType(target.type);
  if (method === "GET" && "_schema" in options) return { status: 200, result: describe(call, grid) };
  if (target.kind === "root") throw invalidReference("");
  if (target.type === "request") return performRequest(call, grid, perform);
  if (isScheduled(call)) return schedule(call, grid, perform);
  if ("_function" in options) return callFunction(call, grid);
  if (method !== "GET") return wrapped(call, write(call, grid));
  return wrapped(
    call,
    target.kind === "type" ? grid.past.searched(() => read(call, grid)) : read(call, grid),
  );
}

/**
 * `_return_as_object=1` wraps the result in an object. A page that is requested by its id alone is wrapped as well,
 * like the first page.
 */
function wrapped(call: Call, outcome: CallResult & { readonly nextPage?: string | undefined }): CallResult {
  const { status, result, nextPage } = outcome;
  if (!switchOption(call.options, "_return_as_object") && !("_page_id" in call.options))
    return { status, result };
  return { status, result: { ...(nextPage === undefined ? {} : { next_page_id: nextPage }), result } };
}

function describe({ target, version, options }: Call, grid: Grid): Json {
  const question: SchemaQuestion = {
    version,
    schemaVersion: textOption(options, "_schema_version") === "2" || target.kind === "root" ? 2 : 1,
    searchable: switchOption(options, "_schema_searchable"),
    doc: switchOption(options, "_get_doc"),
  };
  if (target.kind === "root") return rootSchema(question, grid);
  const schema = schemaAt(target.type, version);
  if (!schema) throw unknownObjectType(target.type);
  return typeSchema(schema, question);
}
