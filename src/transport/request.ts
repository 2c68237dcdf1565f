/** One request to the grid. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute and encoded, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Names and values as they are; they are encoded here. */
  readonly query?: readonly (readonly [string, string])[] | undefined;
  /** Sent as JSON; absent: no body. */
  readonly body?: unknown;
  /** False where it is safe to repeat: a GET, a POST with `_method=GET`, a function that only reads. */
  readonly writes: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds per attempt, in place of the client's. */
  readonly timeout?: number | undefined;
  /** Milliseconds in total, in place of the client's. */
  readonly deadline?: number | undefined;
  readonly maxRetries?: number | undefined;
}

/** What the grid answered, once it answered well. */
export interface TransportAnswer {
  readonly status: number;
  /** Names in lower case; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's JSON. */
  readonly data: unknown;
  /** HTTP requests that it took. */
  readonly attempts: number;
  /** From the call to its answer, waiting and retries included. */
  readonly durationMs: number;
}
