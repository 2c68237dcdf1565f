/** Connects a listener to the grid: applies faults on the way in and out, and records what arrived. */

import { emulatorFailed, protocolError } from "../model/answers.js";
import type { Moment } from "../model/past-states.js";
import { decodeFully } from "../model/refs.js";
import {
  candidatePage,
  failurePage,
  forbiddenPage,
  type GridAnswer,
  type GridRequest,
  strangersPage,
  unauthorizedPage,
} from "../protocol/pages.js";
import { answerJson, answerRefusal, isDeep } from "../protocol/wire.js";
import type { Json } from "../store/entity.js";
import type { FaultPlan, Faults } from "./faults.js";
import type { ArrivedRequest, RecordedRequest } from "./recorded-request.js";
import type { Transactions } from "./transactions.js";

/** What a listener does with one request. */
export type Delivery =
  | { readonly kind: "answer"; readonly answer: GridAnswer }
  /** The answer's head and this many bytes of its body; then the connection breaks. */
  | { readonly kind: "truncated"; readonly answer: GridAnswer; readonly bytes: number }
  /** No answer; with `half-open`, none to any later request on the same connection either. */
  | { readonly kind: "refuse" | "reset" | "hang" | "half-open" };

interface Handled {
  readonly answer: GridAnswer;
  readonly user: string | undefined;
}

export interface TrafficOptions {
  readonly faults: Faults;
  /** The grid's own answer. */
  readonly handle: (request: GridRequest, begun: Moment | undefined) => Handled;
  /** How long writes take, and whether they wait for each other. */
  readonly transactions: Pick<Transactions, "run">;
  /** Called for every answered request. */
  readonly onRequest?: ((request: RecordedRequest, milliseconds: number) => void) | undefined;
}

/** How many records are kept. Older ones are dropped, so that a grid that runs for days stays small. */
const mostRecords = 100_000;
/** How many bytes of their bodies are kept. */
const mostBytes = 64 * 1024 * 1024;

export class Traffic {
  readonly #options: TrafficOptions;
  #records: RecordedRequest[] = [];
  #bytes = 0;

  constructor(options: TrafficOptions) {
    this.#options = options;
  }

  /** The recorded requests, oldest first. */
  get requests(): readonly RecordedRequest[] {
    return this.#records;
  }

  forget(): void {
    this.#records = [];
    this.#bytes = 0;
  }

  /** Handles one request: delays it, carries it out as often as the fault says, and records it. */
  async exchange(request: GridRequest): Promise<Delivery> {
    const plan = this.#options.faults.plan({
      method: request.method,
      url: request.url,
      object: objectOf(request.url),
      reused: request.reused,
    });
    const started = performance.now();
    if (plan.delay > 0) await new Promise((done) => setTimeout(done, plan.delay));
    const { delivery, status, user } = await this.#deliver(request, plan);
    const record = { ...describe(request), status, user };
    this.#record(record, request.body.length, performance.now() - started);
    return delivery;
  }

  async #deliver(
    request: GridRequest,
    plan: FaultPlan,
  ): Promise<{ delivery: Delivery; status: number; user: string | undefined }> {
    const refused = plan.outcome === "read-only" && !isRead(request);
    const commits = plan.outcome === "read-only" && !refused ? 1 : plan.commits;
    const { answer: own, user } = refused ? nothing : await this.#carriedOut(request, { ...plan, commits });
    const answer = refused ? readOnlyAnswer() : arriving(own, plan, request);
    switch (plan.outcome) {
      case "refuse":
      case "reset":
      case "hang":
      case "half-open":
        return { delivery: { kind: plan.outcome }, status: 0, user };
      case "truncate": {
        const length = Buffer.byteLength(answer.body);
        const bytes = Math.min(plan.cutAt ?? Math.floor(length / 2), length);
        return { delivery: { kind: "truncated", answer, bytes }, status: answer.status, user };
      }
      default:
        return { delivery: { kind: "answer", answer }, status: answer.status, user };
    }
  }

  /**
   * Carries the request out as often as the plan says, the last time perhaps later. Returns the answer that arrives.
   */
  async #carriedOut(request: GridRequest, { commits, late, answer }: FaultPlan): Promise<Handled> {
    const carryOut = () => this.#carryOut(request);
    const now = late === undefined ? commits : commits - 1;
    const answers = now === 0 ? [nothing] : now === 1 ? [carryOut()] : [carryOut(), carryOut()];
    if (late !== undefined) this.#options.faults.hold(carryOut, late);
    const [first = nothing, second] = await Promise.all(answers);
    return answer === "second" && second !== undefined ? second : first;
  }

  #carryOut(request: GridRequest): Handled | Promise<Handled> {
    const { transactions, handle } = this.#options;
    const carryOut = (begun?: Moment): Handled => {
      try {
        return handle(request, begun);
      } catch (error) {
        // A bug in the emulator must neither end the process nor look like a broken connection.
        return { answer: answerRefusal(emulatorFailed(error)), user: undefined };
      }
    };
    return isRead(request) ? carryOut() : transactions.run(() => describe(request), carryOut);
  }

  #record(request: RecordedRequest, bytes: number, milliseconds: number): void {
    this.#records.push(request);
    this.#bytes += bytes;
    if (this.#records.length > mostRecords || this.#bytes > mostBytes) {
      this.#records = this.#records.slice(-Math.min(this.#records.length, mostRecords) / 2);
      this.#bytes /= 2;
    }
    this.#options.onRequest?.(request, milliseconds);
  }
}

/** The master's address in a candidate's answers. */
const masterUrl = "https://infoblox.localdomain/";

const nothing = { answer: { status: 0, headers: {}, body: "" }, user: undefined };

/** The answer that arrives instead of the grid's. */
function arriving(answer: GridAnswer, plan: FaultPlan, request: GridRequest): GridAnswer {
  switch (plan.outcome) {
    case "status":
      return faultAnswer(plan, request);
    case "redirect":
      return candidatePage(masterUrl);
    case "not-json":
      return strangersPage();
    case "wrong-json":
      return answerJson(answer.status, plan.body as Json);
    default:
      return answer;
  }
}

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

/** The object type of a path, e.g. `record:host` of `/wapi/v2.12/record:host/ZG5z…:a/b`. */
function objectOf(url: string): string | undefined {
  const [, , , rest = ""] = decodeFully(pathOf(url)).split("/");
  return rest === "" ? undefined : decodeFully(rest).split("/")[0];
}

function pathOf(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

function describe({ method, url, body }: GridRequest): ArrivedRequest {
  const query = new Map<string, string | string[]>();
  for (const [name, value] of new URLSearchParams(url.slice(pathOf(url).length))) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : [before, value].flat());
  }
  return { method, path: pathOf(url), query: Object.fromEntries(query), body: readBody(body) };
}

function readBody(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = body.toString("utf8");
  if (isDeep(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
