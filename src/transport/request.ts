/** One request to the grid. */
export interface TransportRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Absolute and encoded, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Names and values, not encoded: the transport encodes them. */
  readonly query?: readonly (readonly [string, string])[] | undefined;
  /** Sent as JSON. Without it there is no body. */
  readonly body?: unknown;
  /** `false` if it is safe to repeat: a GET, a POST with `_method=GET`, a function that only reads. */
  readonly writes: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds for each attempt. Default: the client's. */
  readonly timeout?: number | undefined;
  /** Milliseconds for the whole call. Default: the client's. */
  readonly deadline?: number | undefined;
  readonly maxRetries?: number | undefined;
}

/** The grid's successful answer. */
export interface TransportAnswer {
  readonly status: number;
  /** Names in lower case; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body's JSON. */
  readonly data: unknown;
  /** How many HTTP requests it took. */
  readonly attempts: number;
  /** Milliseconds from the call to its answer, with waiting and retries. */
  readonly durationMs: number;
}
