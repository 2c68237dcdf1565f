/**
 * What lies between a door and the grid: faults on the way in and out, and the record of what arrived.
 */

import { emulatorFailed, protocolError } from "./answers.js";
import type { FaultPlan, Faults } from "./faults.js";
import {
  candidatePage,
  failurePage,
  forbiddenPage,
  type GridAnswer,
  type GridRequest,
  strangersPage,
  unauthorizedPage,
} from "./pages.js";
import { decodeFully } from "./refs.js";
import { answerRefusal } from "./wire.js";

/** One request as {@link FakeGrid.requests} shows it. Never holds the caller's credentials. */
export interface RecordedRequest {
  readonly method: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Decoded arguments; a list where one was repeated. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Decoded JSON; the text where it is none; `undefined` where the body is empty. */
  readonly body: unknown;
  /** What was answered; 0 where nothing was, because of a fault. */
  readonly status: number;
  /** Who called, where that was found out. */
  readonly user: string | undefined;
}

/** What a door does with one request. */
export type Delivery =
  | { readonly kind: "answer"; readonly answer: GridAnswer }
  /** The answer's head and half of its body, then the connection breaks. */
  | { readonly kind: "truncated"; readonly answer: GridAnswer }
  | { readonly kind: "refuse" | "reset" | "hang" };

export interface TrafficOptions {
  readonly faults: Faults;
  /** The grid's own answer. */
  readonly handle: (request: GridRequest) => {
    readonly answer: GridAnswer;
    readonly user: string | undefined;
  };
  /** Told of every request once it is answered. */
  readonly onRequest?: ((request: RecordedRequest, milliseconds: number) => void) | undefined;
}

/** Older records are dropped beyond this, so that a grid that runs for days keeps its size. */
const mostRecords = 100_000;

export class Traffic {
  readonly #options: TrafficOptions;
  #records: RecordedRequest[] = [];

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** What arrived, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.#records;
  }

  forget(): void {
    this.#records = [];
  }

  /** One request: delayed, carried out as often as the fault says, and recorded. */
  async exchange(request: GridRequest): Promise<Delivery> {
    const plan = this.#options.faults.plan({
      method: request.method,
      url: request.url,
      object: objectOf(request.url),
    });
    const started = performance.now();
    if (plan.delay > 0) await new Promise((done) => setTimeout(done, plan.delay));
    const { delivery, status, user } = this.#deliver(request, plan);
    this.#record({ ...describe(request), status, user }, performance.now() - started);
    return delivery;
  }

  #deliver(
    request: GridRequest,
    plan: FaultPlan,
  ): { delivery: Delivery; status: number; user: string | undefined } {
    if (plan.outcome === "status" || (plan.outcome === "read-only" && !isRead(request))) {
      const answer = plan.outcome === "status" ? faultAnswer(plan, request) : readOnlyAnswer();
      return { delivery: { kind: "answer", answer }, status: answer.status, user: undefined };
    }
    let { answer, user } = plan.commits > 0 || plan.outcome === "read-only" ? this.#handle(request) : nothing;
    if (plan.commits === 2) ({ answer, user } = this.#handle(request));
    if (plan.outcome === "redirect") answer = candidatePage(masterUrl);
    if (plan.outcome === "not-json") answer = strangersPage();
    if (plan.outcome === "refuse" || plan.outcome === "reset" || plan.outcome === "hang") {
      return { delivery: { kind: plan.outcome }, status: 0, user };
    }
    const kind = plan.outcome === "truncate" ? "truncated" : "answer";
    return { delivery: { kind, answer }, status: answer.status, user };
  }

  /** A bug of the emulator's must not take the process along, nor look like a broken connection. */
  #handle(request: GridRequest): ReturnType<TrafficOptions["handle"]> {
    try {
      return this.#options.handle(request);
    } catch (error) {
      return { answer: answerRefusal(emulatorFailed(error)), user: undefined };
    }
  }

  #record(request: RecordedRequest, milliseconds: number): void {
    this.#records.push(request);
    if (this.#records.length > mostRecords) this.#records = this.#records.slice(-mostRecords / 2);
    this.#options.onRequest?.(request, milliseconds);
  }
}

/** Where a candidate says that the master is. */
const masterUrl = "https://infoblox.localdomain/";

const nothing = { answer: { status: 0, headers: {}, body: "" }, user: undefined };

function faultAnswer({ status = 500, retryAfter }: FaultPlan, { url }: GridRequest): GridAnswer {
  if (status === 401) return unauthorizedPage();
  if (status === 403) return forbiddenPage(pathOf(url));
  return failurePage(status, retryAfter);
}

function readOnlyAnswer(): GridAnswer {
  return answerRefusal(protocolError("Only read-only API access supported"));
}

/** A POST with `_method=GET` only reads, and so does a login or logout. */
function isRead({ method, url }: GridRequest): boolean {
  return method === "GET" || /[?&]_method=GET\b/i.test(url) || pathOf(url).endsWith("/logout");
}

/** The object type that a path is about: of `/wapi/v2.12/record:host/ZG5z…:a/b` it is `record:host`. */
function objectOf(url: string): string | undefined {
  const [, , , rest = ""] = decodeFully(pathOf(url)).split("/");
  return rest === "" ? undefined : decodeFully(rest).split("/")[0];
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

function describe({
  method,
  url,
  body,
}: GridRequest): Pick<RecordedRequest, "method" | "path" | "query" | "body"> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(url.slice(pathOf(url).length))) {
    const before = query[name];
    query[name] = before === undefined ? value : [before, value].flat();
  }
  return { method, path: pathOf(url), query, body: readBody(body) };
}

function readBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString("utf8");
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
