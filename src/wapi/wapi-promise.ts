import type { TransportAnswer } from "../transport/transport.js";

/** An answer with what surrounded it. Where it took several requests (pages), status and headers of the last. */
export interface WithResponse<Data> {
  readonly data: Data;
  readonly status: number;
  /** Names in lower case; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** HTTP requests that it took. */
  readonly attempts: number;
  /** From the call to its answer, waiting and retries included. */
  readonly durationMs: number;
}

/** A promise of the data, which also gives the answer's status and headers. */
export interface WapiPromise<Data> extends Promise<Data> {
  /**
   * The data together with status, headers, attempts and duration. Sends nothing of its own.
   *
   * @example
   * const { data, status, durationMs } = await wapi.find("network").withResponse();
   */
  withResponse(): Promise<WithResponse<Data>>;
}

export function wapiPromise<Data>(work: Promise<WithResponse<Data>>): WapiPromise<Data> {
  const data = work.then((response) => response.data);
  const withResponse = () => {
    data.catch(() => {}); // whoever takes the response learns of the failure there
    return work;
  };
  return Object.assign(data, { withResponse });
}

/** The data of an answer, with what surrounded it. */
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
