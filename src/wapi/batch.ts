import { invalid, invalidKind } from "../errors.js";
import type { TransportRequest } from "../transport/transport.js";
import { type Exchange, unexpected, type Validation } from "./answers.js";
import { type CallOptions, limitsOf, refuseUnknownOptions } from "./call-options.js";
import type { Conversation } from "./conversation.js";
import { wireExtattrsIn } from "./extattrs.js";
import { typePath } from "./requests.js";
import { statesIn } from "./state.js";
import { Step, type WireStep } from "./step.js";
import { responseOf, type WithResponse } from "./wapi-promise.js";

/**
 * A step in WAPI's own form, for what {@link Step} can't express: `STATE:ASSIGN`, `STATE:DISPLAY`, other arguments. It
 * is sent as it is, except that plain extensible attributes are converted to the grid's form.
 */
export interface RawStep {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "STATE:ASSIGN" | "STATE:DISPLAY";
  /** Object type or reference. */
  readonly object?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly assign_state?: Readonly<Record<string, string>>;
  /** Fills in `##STATE:name:##` in `object` and `data`. Never set it together with text from untrusted sources. */
  readonly enable_substitution?: boolean;
  readonly discard?: boolean;
}

/** The steps of a batch. */
export type BatchSteps = readonly (Step<unknown> | RawStep)[];

/** The results of a batch, by position; `undefined` for a discarded step. */
export type BatchResults<Steps extends BatchSteps> = {
  -readonly [Position in keyof Steps]: Steps[Position] extends Step<infer Result> ? Result : unknown;
};

/** A batch that is ready to send, with the readers of its results. */
interface Batch {
  readonly request: TransportRequest;
  readonly steps: readonly WireStep<unknown>[];
}

/** Sends all steps in one request, and reads the result of each. */
export async function batch<Results>(
  grid: Conversation,
  steps: BatchSteps,
  options: CallOptions,
): Promise<WithResponse<Results>> {
  refuseUnknownOptions(options);
  if (Array.isArray(steps) && steps.length === 0) return responseOf([] as Results, []);
  const prepared = prepare(steps, await grid.version(options), options);
  const exchange = await grid.send(prepared.request);
  const results = await readResults(prepared, exchange, grid.validation);
  return responseOf(results as Results, [exchange.answer]);
}

/**
 * Prepares the one request with all steps: WAPI's `request` object, which carries out all or none.
 *
 * @throws {InvalidRequestError} if a step is invalid, or uses a value that no earlier step provides
 */
function prepare(steps: BatchSteps, version: string, options: CallOptions): Batch {
  if (!Array.isArray(steps)) throw invalidKind("steps", steps, "must be a list of steps", []);
  const wire = steps.map((step) => (step instanceof Step ? step.toWire(version) : rawStep(step)));
  const request: TransportRequest = {
    method: "POST",
    path: typePath(version, "request"),
    body: withSubstitution(wire.map((step) => step.entry)),
    writes: wire.some((step) => step.writes),
    ...limitsOf(options),
  };
  return { request, steps: wire };
}

/** The result of each step, at its position. */
async function readResults(batch: Batch, exchange: Exchange, validation: Validation): Promise<unknown[]> {
  const { data } = exchange.answer;
  const isKept = ({ entry }: WireStep<unknown>) => entry["discard"] !== true;
  const kept = batch.steps.filter(isKept);
  const answering = kept.filter((step) => !isAssignment(step));
  // A grid has no result for `STATE:ASSIGN`; some grids answer `{}`.
  const given = Array.isArray(data) && data.length === kept.length ? kept : answering;
  if (!Array.isArray(data) || data.length !== given.length) {
    throw unexpected(exchange, `${answering.length} results were expected`);
  }
  const answers = data.values();
  const results: unknown[] = [];
  for (const step of batch.steps) {
    const answered = given.includes(step);
    results.push(answered ? await step.read(exchange, answers.next().value, validation) : undefined);
  }
  return results;
}

function isAssignment({ entry }: WireStep<unknown>): boolean {
  return entry["method"] === "STATE:ASSIGN";
}

function rawStep(raw: RawStep): WireStep<unknown> {
  if (typeof raw !== "object" || raw === null || typeof raw.method !== "string") {
    throw invalidKind("steps", raw, "must be made by step.create and its like, or have a method", {
      method: "GET",
    });
  }
  const { data } = raw;
  const entry = data?.["extattrs"] === undefined ? raw : { ...raw, data: wireExtattrsIn(data) };
  return { entry: { ...entry }, writes: raw.method !== "GET", read: async (_exchange, result) => result };
}

/** Enables substitution in steps that use an earlier one, and refuses other text that a grid would substitute. */
function withSubstitution(entries: readonly WireStep<unknown>["entry"][]): object[] {
  const given = new Set<string>();
  return entries.map((entry, position) => {
    const { object, data, args, assign_state } = entry;
    const { names, foreign } = statesIn([object, data, args]);
    const at = `steps[${position}]`;
    const missing = names.find((name) => !given.has(name));
    if (missing !== undefined) {
      throw invalid(
        at,
        missing,
        "uses a value that no earlier step of this batch provides",
        "[net, hostInNet]",
      );
    }
    for (const name of Object.keys(assign_state ?? {})) given.add(name);
    if (names.length === 0) return entry;
    if (foreign)
      throw invalid(at, "##STATE", "holds text that the grid would take for a state", "other text");
    return { ...entry, enable_substitution: true };
  });
}
