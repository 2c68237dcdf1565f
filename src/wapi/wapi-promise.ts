import type { TransportAnswer } from "../transport/transport.js";

/** An answer with its status and headers. With several requests (pages), they are those of the last. */
export interface WithResponse<Data> {
  readonly data: Data;
  readonly status: number;
  /** Names in lower case; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** How many HTTP requests it took. */
  readonly attempts: number;
  /** Milliseconds from the call to its answer, with waiting and retries. */
  readonly durationMs: number;
}

/** A promise of the data, which also gives the answer's status and headers. */
export interface WapiPromise<Data> extends Promise<Data> {
  /**
   * The data with status, headers, attempts and duration. It sends no further request.
   *
   * @example
   * const { data, status, durationMs } = await wapi.find("network").withResponse();
   */
  withResponse(): Promise<WithResponse<Data>>;
}

export function wapiPromise<Data>(work: Promise<WithResponse<Data>>): WapiPromise<Data> {
  const data = work.then((response) => response.data);
  const withResponse = () => {
    data.catch(() => {}); // the promise of the response rejects as well
    return work;
  };
  return Object.assign(data, { withResponse });
}

/** The data of an answer, with its status and headers. */
export function responseOf<Data>(data: Data, answers: readonly TransportAnswer[]): WithResponse<Data> {
  const last = answers.at(-1);
  return {
    data,
    status: last?.status ?? 0,
    headers: last?.headers ?? {},
    attempts: answers.reduce((sum, answer) => sum + answer.attempts, 0),
    durationMs: answers.reduce((sum, answer) => sum + answer.durationMs, 0),
  };
}
