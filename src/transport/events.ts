/**
 * Where log lines go: `console`, a pino or winston logger, or an object with these four methods. pino is recognised and
 * gets the fields first.
 */
export interface Logger {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warn(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

/** An HTTP request that is about to be sent. Holds no header, no body and no secret. */
export interface RequestEvent {
  /** The number of the call, the same for all its attempts. It counts up within a client. */
  readonly id: number;
  readonly method: string;
  /** `https://grid.example.com` */
  readonly address: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Names and values, not encoded; values of arguments like `password` are replaced. */
  readonly query: readonly (readonly [string, string])[];
  /** 1 for the first. */
  readonly attempt: number;
  /** Length of the request's body. */
  readonly bodyBytes: number;
}

/** The outcome of an HTTP request. */
export interface ResponseEvent extends RequestEvent {
  /** `undefined` if no answer arrived. */
  readonly status: number | undefined;
  readonly durationMs: number;
  /** Length of the answer's body, decompressed. */
  readonly bytes: number;
  /** Why no answer arrived, e.g. `ECONNRESET: socket hang up`. */
  readonly failure: string | undefined;
}
