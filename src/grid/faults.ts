/**
 * What can go wrong on the way to a grid and back, on request: for tests of code that must survive it.
 *
 * A fault is chosen before the request is handled and tells the door (HTTPS or nock) three things: whether the grid
 * carries the request out, how often, and what becomes of the answer. Nothing here knows sockets.
 */

import type { Clock } from "./clock.js";

/**
 * How a request fails.
 *
 * - `refuse`: the connection is closed before anything is read from it
 * - `reset-before-commit`, `reset-after-commit`: the connection breaks, before or after the grid did the work
 * - `timeout-before-commit`, `timeout-after-commit`: no answer ever comes; the same two cases
 * - `truncate`: the grid did the work, the answer breaks off in the middle
 * - `not-json`: the grid did the work, a proxy's HTML page comes in place of the answer
 * - `duplicate`: the network delivers the request twice; the second answer is the one that arrives
 * - `redirect`: the node sends everybody on to the grid master, in an HTML page with status 200, as a grid master
 *   candidate without an API does
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
  | "duplicate"
  | "redirect"
  | "read-only";

/** Statuses that a fault can answer with, each as a grid or the proxy before it words them; nothing is carried out. */
export type FaultStatus = 401 | 403 | 429 | 500 | 502 | 503 | 504;

/** Which requests a fault meets. Everything left out matches everything. */
export interface FaultMatch {
  /** HTTP method, or several. */
  readonly on?: string | readonly string[] | undefined;
  /** Part of the path, or a pattern: `"/wapi/v2.12/network"`, `/_function/`. The query is part of what a pattern sees. */
  readonly path?: string | RegExp | undefined;
  /** Object type, e.g. `record:host`; also matches requests by reference. */
  readonly object?: string | undefined;
  /** Requests that match and pass unharmed before the first fault. Default 0. */
  readonly after?: number | undefined;
  /** Chance for each matching request, 0 to 1, drawn from the seed. Default 1. */
  readonly probability?: number | undefined;
}

/** One fault: which requests, and what happens to them. */
export interface Fault extends FaultMatch {
  readonly fail?: Failure | undefined;
  readonly status?: FaultStatus | undefined;
  /** Seconds, for the `Retry-After` header of `status` 429 and 503. */
  readonly retryAfter?: number | undefined;
  /** Milliseconds before the answer, with or without another fault. */
  readonly delay?: number | undefined;
}

/** What a request looks like to a fault. */
export interface FaultSubject {
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** Object type of the path, where there is one. */
  readonly object: string | undefined;
}

/** What the door does with one request. */
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
    | "redirect"
    | "status"
    | "read-only";
  readonly status?: FaultStatus;
  readonly retryAfter?: number;
}

interface ActiveFault {
  readonly fault: Fault;
  /** How often it still strikes. */
  left: number;
  /** Matching requests that it still lets pass. */
  passing: number;
  /** Clock time at which it ends. */
  readonly until: number;
}

const statuses: readonly FaultStatus[] = [401, 403, 429, 500, 502, 503, 504];

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
  duplicate: { commits: 2, outcome: "answer" },
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
 * grid.faults.seed(42);                                              // the same draws each run
 * grid.faults.clear();
 */
export class Faults {
  readonly #clock: Clock;
  #active: ActiveFault[] = [];
  #state = 1;

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
    this.#state = seed >>> 0 || 1;
  }

  /** No faults from here on. */
  clear(): void {
    this.#active = [];
  }

  /** What happens to this request; counts it. Faults are asked in the order in which they were set, the first one strikes. */
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
    if (fault.fail === undefined && fault.status === undefined && fault.delay === undefined) {
      throw new TypeError(
        'a fault needs fail, status or delay, e.g. { on: "POST", fail: "reset-after-commit" }',
      );
    }
    if (fault.fail !== undefined && !Object.hasOwn(plans, fault.fail)) {
      throw new TypeError(`fail: no such failure "${fault.fail}"; one of ${Object.keys(plans).join(", ")}`);
    }
    if (fault.status !== undefined && !statuses.includes(fault.status)) {
      throw new TypeError(`status: no fault answers ${fault.status}; one of ${statuses.join(", ")}`);
    }
    const strange = [fault.on ?? []].flat().find((method) => !methods.includes(method.toUpperCase()));
    if (strange !== undefined) {
      throw new TypeError(`on: no request has the method "${strange}"; one of ${methods.join(", ")}`);
    }
    this.#active.push({ fault, left, passing: fault.after ?? 0, until });
  }

  #strikes(active: ActiveFault, subject: FaultSubject): boolean {
    const { fault } = active;
    if (!matches(fault, subject)) return false;
    if (active.passing > 0) {
      active.passing -= 1;
      return false;
    }
    return fault.probability === undefined || this.#draw() < fault.probability;
  }

  /** A number in [0, 1) from a small generator (mulberry32) of our own: Math.random can't be seeded. */
  #draw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

function matches(fault: FaultMatch, { method, url, object }: FaultSubject): boolean {
  const wanted = typeof fault.on === "string" ? [fault.on] : fault.on;
  if (wanted && !wanted.some((name) => name.toUpperCase() === method.toUpperCase())) return false;
  if (fault.object !== undefined && fault.object !== object) return false;
  // `search` rather than `test`: a global pattern would remember where it left off.
  return typeof fault.path === "object" ? url.search(fault.path) >= 0 : url.includes(fault.path ?? "");
}

function planOf({ fail, status, retryAfter, delay = 0 }: Fault): FaultPlan {
  if (fail !== undefined) return { delay, ...plans[fail] };
  if (status === undefined) return { ...untouched, delay };
  return {
    delay,
    commits: 0,
    outcome: "status",
    status,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
