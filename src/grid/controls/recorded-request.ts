/** Requests as tests see them. */

/** A request that has arrived. It never holds the caller's credentials. */
export interface ArrivedRequest {
  readonly method: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Decoded arguments. A repeated argument is a list. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Decoded JSON, the text if it is not JSON, or `undefined` if the body is empty. */
  readonly body: unknown;
}

/** One request as {@link FakeGrid.requests} shows it. */
export interface RecordedRequest extends ArrivedRequest {
  /** The status of the answer; 0 if a fault withheld it. */
  readonly status: number;
  /** The caller's user name, if it logged in. */
  readonly user: string | undefined;
}
