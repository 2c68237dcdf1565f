/** Requests as tests see them. */

/** A request that has arrived. Never holds the caller's credentials. */
export interface ArrivedRequest {
  readonly method: string;
  /** Without the query, e.g. `/wapi/v2.12/network`. */
  readonly path: string;
  /** Decoded arguments; a list where one was repeated. */
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Decoded JSON; the text where it is none; `undefined` if the body is empty. */
  readonly body: unknown;
}

/** One request as {@link FakeGrid.requests} shows it. */
export interface RecordedRequest extends ArrivedRequest {
  /** What was answered; 0 where nothing was, because of a fault. */
  readonly status: number;
  /** Who called, where that was found out. */
  readonly user: string | undefined;
}
