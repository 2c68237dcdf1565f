/**
 * Faults on the way to a grid and back, for tests of code that must survive them.
 *
 * A fault is chosen before the request is handled. It tells the listener (HTTPS, nock or memory) whether the grid
 * carries the request out, how often, and what happens to the answer. Nothing here knows sockets.
 */

import { Random } from "../model/random.js";
import type { Clock } from "./clock.js";

/**
 * How a request fails.
 *
 * - `refuse`: the connection is closed before anything is read from it
 * - `reset-before-commit`, `reset-after-commit`: the connection breaks, before or after the grid did the work
 * - `timeout-before-commit`, `timeout-after-commit`: no answer ever arrives, before or after the grid did the work
 * - `truncate`: the grid did the work, but the answer ends in the middle
 * - `not-json`: the grid did the work, but a proxy's HTML page arrives instead of the answer
 * - `wrong-json`: the grid did the work, but other JSON arrives instead of the answer: see {@link Fault.body}
 * - `twice`: the network delivers the request twice; {@link Fault.answer} says which answer arrives, the first unless
 *   set. With {@link Fault.lateBy} the second delivery comes that much later
 * - `duplicate`: `twice` with the second answer
 * - `late`: the client sees the connection break (or, with {@link Fault.clientSees}, nothing) at once; the grid carries
 *   the request out {@link Fault.lateBy} milliseconds later or, without it, when {@link Faults.deliverLate} is called
 * - `half-open`: the other end of the connection has gone without closing it. Neither this request nor any later one on
 *   the same connection is carried out or answered
 * - `reset-at-reuse`: strikes only a request on a connection that has carried one before. The connection breaks before
 *   anything is done, as when a proxy closes an idle connection while the client writes to it
 * - `redirect`: the node redirects to the grid master in an HTML page with status 200, as a grid master candidate
 *   without an API does
 * - `read-only`: the node answers reads and refuses writes, as a grid master candidate does
 */
export type Failure =
  | "refuse"
  | "reset-before-commit"
  | "reset-after-commit"
  | "timeout-before-commit"
  | "timeout-after-commit"
  | "truncate"
  | "not-json"
  | "wrong-json"
  | "twice"
  | "duplicate"
  | "late"
  | "half-open"
  | "reset-at-reuse"
  | "redirect"
  | "read-only";

/**
 * Statuses that a fault can answer with, in HTML, in the words of a grid or of a proxy. The grid does not carry the
 * request out, unless `afterCommit` is set.
 */
export type FaultStatus = 401 | 403 | 408 | 429 | 500 | 502 | 503 | 504;

/** Which requests a fault meets. A missing condition matches every request. */
export interface FaultMatch {
  /** HTTP method, or several. */
  readonly on?: string | readonly string[] | undefined;
  /** Part of the path and query, or a pattern: `"/wapi/v2.12/network"`, `/_function/`. */
  readonly path?: string | RegExp | undefined;
  /** Object type, e.g. `record:host`; also matches requests by reference. */
  readonly object?: string | undefined;
  /** How many matching requests pass unharmed before the first fault. Default 0. */
  readonly after?: number | undefined;
  /** Probability for each matching request, 0 to 1, drawn from the seed. Default 1. */
  readonly probability?: number | undefined;
}

/** One fault: the requests that it meets, and what happens to them. */
export interface Fault extends FaultMatch {
  readonly fail?: Failure | undefined;
  readonly status?: FaultStatus | undefined;
  /** With `status` or `fail: "half-open"`: the grid carries the request out first. Default false. */
  readonly afterCommit?: boolean | undefined;
  /** With `status` 429 and 503: seconds, for the `Retry-After` header. */
  readonly retryAfter?: number | undefined;
  /**
   * With `late` and `twice`: milliseconds of the grid's clock until the late delivery. Without it, `late` waits for
   * {@link Faults.deliverLate}.
   */
  readonly lateBy?: number | undefined;
  /** With `late`: what the client sees at once. Default `reset`. */
  readonly clientSees?: "reset" | "timeout" | undefined;
  /** With `twice`: the answer that arrives. Default `first`. */
  readonly answer?: "first" | "second" | undefined;
  /** With `truncate`, or alone: bytes of the body that arrive before the connection breaks. Default half of them. */
  readonly cutAt?: number | undefined;
  /** With `wrong-json`: the JSON that arrives. Default `{ "result": "accepted" }`. */
  readonly body?: unknown;
  /** Milliseconds before the answer, with or without another fault. */
  readonly delay?: number | undefined;
}

/** The properties of a request that a fault looks at. */
export interface FaultSubject {
  readonly method: string;
  /** Path and query as they arrived. */
  readonly url: string;
  /** The object type of the path, if there is one. */
  readonly object: string | undefined;
  /** Whether its connection has carried a request before. */
  readonly reused?: boolean | undefined;
}

/** What the listener does with one request. */
export interface FaultPlan {
  readonly delay: number;
  /** How often the grid carries the request out before `outcome`. */
  readonly commits: 0 | 1 | 2;
  readonly outcome:
    | "answer"
    | "refuse"
    | "reset"
    | "hang"
    | "truncate"
    | "not-json"
    | "wrong-json"
    | "half-open"
    | "redirect"
    | "status"
    | "read-only";
  readonly status?: FaultStatus;
  readonly retryAfter?: number;
  /** The last of `commits` comes later: after so many milliseconds, or when the test delivers it. */
  readonly late?: number | "held";
  /** Of two commits, the one whose answer arrives. */
  readonly answer?: "first" | "second";
  readonly cutAt?: number;
  readonly body?: unknown;
}

type LateDelivery = () => unknown;

interface ActiveFault {
  readonly fault: Fault;
  /** How often the fault still strikes. */
  left: number;
  /** How many matching requests the fault still lets pass. */
  passing: number;
  /** Clock time at which the fault ends. */
  readonly until: number;
}

const statuses: readonly FaultStatus[] = [401, 403, 408, 429, 500, 502, 503, 504];

const methods: readonly string[] = ["GET", "POST", "PUT", "DELETE"];

const untouched: FaultPlan = { delay: 0, commits: 1, outcome: "answer" };

const plans: Readonly<Record<Failure, Pick<FaultPlan, "commits" | "outcome">>> = {
  refuse: { commits: 0, outcome: "refuse" },
  "reset-before-commit": { commits: 0, outcome: "reset" },
  "reset-after-commit": { commits: 1, outcome: "reset" },
  "timeout-before-commit": { commits: 0, outcome: "hang" },
  "timeout-after-commit": { commits: 1, outcome: "hang" },
  truncate: { commits: 1, outcome: "truncate" },
  "not-json": { commits: 1, outcome: "not-json" },
  "wrong-json": { commits: 1, outcome: "wrong-json" },
  twice: { commits: 2, outcome: "answer" },
  duplicate: { commits: 2, outcome: "answer" },
  late: { commits: 1, outcome: "reset" },
  "half-open": { commits: 0, outcome: "half-open" },
  "reset-at-reuse": { commits: 0, outcome: "reset" },
  redirect: { commits: 0, outcome: "redirect" },
  "read-only": { commits: 0, outcome: "read-only" },
};

/**
 * The faults of one grid.
 *
 * @example
 * grid.faults.next({ on: "POST", fail: "reset-after-commit" });      // the next POST, once
 * grid.faults.next({ status: 503, retryAfter: 2 }, 3);               // the next three requests
 * grid.faults.always({ probability: 0.05, fail: "timeout-after-commit" });
 * grid.faults.during(5_000, { fail: "read-only" });                  // a failover that takes five seconds
 * grid.faults.next({ on: "POST", status: 504, afterCommit: true });  // done, but a proxy says otherwise
 * grid.faults.next({ on: "POST", fail: "late", lateBy: 400 });       // reset now, done 400 ms later
 * grid.faults.next({ on: "POST", fail: "late" });                    // reset now, done when the test says so:
 * await grid.faults.deliverLate();
 * grid.faults.next({ on: "POST", fail: "twice", answer: "second" });
 * grid.faults.seed(42);                                              // the same draws each run
 * grid.faults.clear();
 */
export class Faults {
  readonly #clock: Clock;
  #active: ActiveFault[] = [];
  /** Late deliveries that are pending, in the order in which their requests arrived. */
  readonly #late = new Set<LateDelivery>();
  readonly #random = new Random();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The fault strikes the next matching request, or the next `times` of them. */
  next(fault: Fault, times = 1): void {
    this.#add(fault, times, Number.POSITIVE_INFINITY);
  }

  /** The fault strikes every matching request until {@link clear}. */
  always(fault: Fault): void {
    this.#add(fault, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  }

  /** The fault strikes every matching request for some milliseconds of the grid's clock, e.g. a failover. */
  during(milliseconds: number, fault: Fault): void {
    this.#add(fault, Number.POSITIVE_INFINITY, this.#clock.now() + milliseconds);
  }

  /** Fixes the draws of `probability`: the same seed gives the same faults for the same requests. */
  seed(seed: number): void {
    this.#random.seed(seed);
  }

  /** Removes all faults. Pending late deliveries still arrive. */
  clear(): void {
    this.#active = [];
  }

  /**
   * Delivers every request that a `late` or `twice` fault holds back, in the order in which they arrived, whatever
   * their `lateBy`.
   *
   * @returns how many requests were carried out
   */
  async deliverLate(): Promise<number> {
    const held = [...this.#late];
    for (const delivery of held) await this.#deliver(delivery);
    return held.length;
  }

  /** How many late deliveries are pending. */
  get late(): number {
    return this.#late.size;
  }

  /** @internal Keeps a delivery back for some milliseconds of the grid's clock, or until {@link deliverLate}. */
  hold(deliver: LateDelivery, wait: number | "held"): void {
    this.#late.add(deliver);
    if (wait !== "held") void this.#clock.wait(wait, { unref: true }).then(() => this.#deliver(deliver));
  }

  /** @internal Drops all late deliveries: the grid is closed. */
  drop(): void {
    this.#late.clear();
  }

  async #deliver(delivery: LateDelivery): Promise<void> {
    if (this.#late.delete(delivery)) await delivery();
  }

  /**
   * Decides what happens to this request, and counts it. Faults are checked in the order in which they were set; the
   * first match strikes.
   */
  plan(subject: FaultSubject): FaultPlan {
    if (this.#active.length === 0) return untouched;
    const now = this.#clock.now();
    this.#active = this.#active.filter(({ left, until }) => left > 0 && now < until);
    const struck = this.#active.find((active) => this.#strikes(active, subject));
    if (!struck) return untouched;
    struck.left -= 1;
    return planOf(struck.fault);
  }

  #add(fault: Fault, left: number, until: number): void {
    checkFault(fault);
    this.#active.push({ fault, left, passing: fault.after ?? 0, until });
  }

  #strikes(active: ActiveFault, subject: FaultSubject): boolean {
    const { fault } = active;
    if (!matches(fault, subject)) return false;
    if (fault.fail === "reset-at-reuse" && !subject.reused) return false;
    if (active.passing > 0) {
      active.passing -= 1;
      return false;
    }
    return fault.probability === undefined || this.#random.next() < fault.probability;
  }
}

function matches(fault: FaultMatch, { method, url, object }: FaultSubject): boolean {
  const wanted = typeof fault.on === "string" ? [fault.on] : fault.on;
  if (wanted && !wanted.some((name) => name.toUpperCase() === method.toUpperCase())) return false;
  if (fault.object !== undefined && fault.object !== object) return false;
  // `search` rather than `test`: a global pattern would remember where it left off.
  return typeof fault.path === "object" ? url.search(fault.path) >= 0 : url.includes(fault.path ?? "");
}

function planOf(fault: Fault): FaultPlan {
  const { fail, status, retryAfter, afterCommit, cutAt, delay = 0 } = fault;
  if (fail !== undefined) return { delay, ...plans[fail], ...details(fault, fail) };
  if (cutAt !== undefined) return { delay, ...plans.truncate, cutAt };
  if (status === undefined) return { ...untouched, delay };
  return {
    delay,
    commits: afterCommit ? 1 : 0,
    outcome: "status",
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}

/** The parts of a plan that a failure's own options decide. */
function details(fault: Fault, fail: Failure): Partial<FaultPlan> {
  const { lateBy, clientSees, answer = "first", cutAt, afterCommit, body } = fault;
  switch (fail) {
    case "late":
      return { late: lateBy ?? "held", ...(clientSees === "timeout" ? { outcome: "hang" } : {}) };
    case "twice":
      return { answer, ...(lateBy === undefined ? {} : { late: lateBy }) };
    case "duplicate":
      return { answer: "second" };
    case "truncate":
      return cutAt === undefined ? {} : { cutAt };
    case "half-open":
      return afterCommit ? { commits: 1 } : {};
    case "wrong-json":
      return { body: body ?? { result: "accepted" } };
    default:
      return {};
  }
}

/** @throws TypeError if the fault does nothing, or has an unknown option or value */
function checkFault(fault: Fault): void {
  const { fail, status, delay, cutAt } = fault;
  if (fail === undefined && status === undefined && delay === undefined && cutAt === undefined) {
    throw new TypeError(
      'a fault needs fail, status or delay, or cutAt, e.g. { on: "POST", fail: "reset-after-commit" }',
    );
  }
  if (fail !== undefined && !Object.hasOwn(plans, fail)) {
    throw new TypeError(`fail: no such failure "${fail}"; one of ${Object.keys(plans).join(", ")}`);
  }
  if (status !== undefined && !statuses.includes(status)) {
    throw new TypeError(`status: no fault answers ${status}; one of ${statuses.join(", ")}`);
  }
  const strange = [fault.on ?? []].flat().find((method) => !methods.includes(method.toUpperCase()));
  if (strange !== undefined) {
    throw new TypeError(`on: no such method "${strange}"; one of ${methods.join(", ")}`);
  }
  for (const { option, goesWith, isValid, example } of faultOptions) {
    const value = fault[option];
    if (value === undefined) continue;
    if (!isValid(value))
      throw new TypeError(`${option}: ${JSON.stringify(value)} is not valid; e.g. ${example}`);
    if (!goesWith(fault)) throw new TypeError(`${option}: this fault does not use it; e.g. ${example}`);
  }
  if (fail === "twice" && fault.answer === "second" && fault.lateBy !== undefined) {
    throw new TypeError("answer: a late second delivery can't answer; leave out answer or lateBy");
  }
}

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isOneOf =
  (...values: readonly unknown[]) =>
  (value: unknown) =>
    values.includes(value);

/** Options that only some faults use. */
const faultOptions: readonly {
  readonly option: "afterCommit" | "lateBy" | "clientSees" | "answer" | "cutAt" | "body";
  readonly goesWith: (fault: Fault) => boolean;
  readonly isValid: (value: unknown) => boolean;
  readonly example: string;
}[] = [
  {
    option: "afterCommit",
    goesWith: ({ fail, status }) => fail === "half-open" || (fail === undefined && status !== undefined),
    isValid: isOneOf(true, false),
    example: '{ on: "POST", status: 504, afterCommit: true }',
  },
  {
    option: "lateBy",
    goesWith: ({ fail }) => fail === "late" || fail === "twice",
    isValid: isCount,
    example: '{ on: "POST", fail: "late", lateBy: 400 }',
  },
  {
    option: "clientSees",
    goesWith: ({ fail }) => fail === "late",
    isValid: isOneOf("reset", "timeout"),
    example: '{ on: "POST", fail: "late", clientSees: "timeout" }',
  },
  {
    option: "answer",
    goesWith: ({ fail }) => fail === "twice",
    isValid: isOneOf("first", "second"),
    example: '{ on: "POST", fail: "twice", answer: "second" }',
  },
  {
    option: "cutAt",
    goesWith: ({ fail, status }) => fail === "truncate" || (fail === undefined && status === undefined),
    isValid: isCount,
    example: '{ on: "POST", cutAt: 20 }',
  },
  {
    option: "body",
    goesWith: ({ fail }) => fail === "wrong-json",
    isValid: () => true,
    example: '{ on: "POST", fail: "wrong-json", body: { result: [] } }',
  },
];
