import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { AxiosResponse } from "axios";
import axios, { AxiosHeaders, type AxiosRequestConfig, type InternalAxiosRequestConfig } from "axios";
import type { RawAnswer } from "./answer.js";
import { type ConnectionFailure, describeFailure, isTooLarge, tooLarge } from "./failure.js";
import type { HttpFunction, TransportSettings } from "./options.js";

// Loaded on the first request only: axios takes longer to load than everything else together.

/** One HTTP request, ready to be sent. */
export interface ExchangeRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  /** Milliseconds from now to the last byte of the answer. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

export type Exchanged =
  | { readonly answer: RawAnswer; readonly failure?: undefined }
  | { readonly failure: ConnectionFailure; readonly answer?: undefined };

/**
 * Milliseconds for which an idle connection is kept. It is less than the five seconds after which common web servers
 * close connections: a write on a connection that is being closed would be lost, and nobody would know whether it was
 * read. If a server announces a shorter time (`Keep-Alive: timeout=…`), Node respects that.
 */
const longestIdle = 4_000;

/** Sends requests over kept connections, and finds out for each failure whether the request may have arrived. */
export class HttpExchange {
  readonly #send: HttpFunction;
  readonly #httpAgent: http.Agent;
  readonly #httpsAgent: https.Agent;
  readonly #limit: number;

  /** @param idle - milliseconds for which an idle connection is kept */
  constructor(settings: TransportSettings, idle: number = longestIdle) {
    this.#limit = settings.maxResponseBytes;
    const pool = { keepAlive: true, timeout: idle, maxFreeSockets: settings.maxConcurrency };
    const { rejectUnauthorized, servername, context } = settings.tls;
    this.#httpAgent = new http.Agent(pool);
    this.#httpsAgent = new https.Agent({
      ...pool,
      rejectUnauthorized,
      ...(servername === undefined ? {} : { servername }),
      ...(context === undefined ? {} : { secureContext: context.open() }),
    });
    const { proxy } = settings;
    const constants: AxiosRequestConfig = {
      httpAgent: this.#httpAgent,
      httpsAgent: this.#httpsAgent,
      ...(proxy === undefined ? {} : { proxy: proxy === false ? false : proxy.open() }),
      responseType: "arraybuffer",
      maxRedirects: 0,
      maxBodyLength: Number.POSITIVE_INFINITY,
      // Counts decompressed bytes as they arrive, and stops reading at the limit.
      maxContentLength: settings.maxResponseBytes,
      validateStatus: null,
      transformRequest: [],
      transformResponse: [],
    };
    const own = settings.transport?.open();
    this.#send = own ? (request) => own({ ...constants, ...request }) : byAdapter(constants);
  }

  async send(request: ExchangeRequest): Promise<Exchanged> {
    const { method, url, headers, body, timeout, signal } = request;
    if (signal?.aborted) return { failure: describeFailure(signal.reason, "signal", false) };
    const journey = new Journey();
    const stop = new AbortController();
    let stopped: "timeout" | "signal" | undefined;
    const stopFor = (why: "timeout" | "signal") => {
      stopped ??= why;
      stop.abort();
    };
    const onAbort = () => stopFor("signal");
    const timer = setTimeout(stopFor, timeout, "timeout");
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      const response = await this.#send({
        method,
        url,
        headers,
        data: body,
        signal: stop.signal,
        transport: journey,
      } as AxiosRequestConfig);
      const answer = rawAnswer(response);
      // A user's transport may have no limit.
      if (answer.body.length > this.#limit) return { failure: tooLarge(this.#limit) };
      return { answer };
    } catch (error) {
      if (stopped === undefined && isTooLarge(error)) return { failure: tooLarge(this.#limit) };
      return { failure: describeFailure(error, stopped, journey.arrived) };
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Closes all connections. */
  close(): void {
    this.#httpAgent.destroy();
    this.#httpsAgent.destroy();
  }
}

/**
 * axios' adapter for Node without the layers above it. Their work for each request (merging defaults, running
 * interceptors and transforms) is done once here: it costs as much as the rest of a request.
 */
function byAdapter(constants: AxiosRequestConfig): HttpFunction {
  const adapter = axios.getAdapter("http");
  const settled = { ...axios.create(constants).defaults, ...constants };
  return (request) => {
    const headers = new AxiosHeaders(request.headers as Record<string, string>);
    return adapter({ ...settled, ...request, headers } as InternalAxiosRequestConfig);
  };
}

/**
 * Observes between axios and Node's HTTP client how far one request gets. A request can't have arrived before its own,
 * new connection is ready. On a reused connection, nothing is certain.
 */
class Journey {
  #started = false;
  #arrived = false;

  /** Whether the request may have reached the server; `undefined` if it was not sent this way. */
  get arrived(): boolean | undefined {
    return this.#started ? this.#arrived : undefined;
  }

  /** The shape of axios' `transport`. */
  readonly request = (
    options: RequestOptions,
    onAnswer: (answer: IncomingMessage) => void,
  ): ClientRequest => {
    this.#started = true;
    // Called on the module object, so that patches of it (nock's) take effect.
    const request = (options.protocol === "https:" ? https : http).request(options, onAnswer);
    const arrive = () => {
      this.#arrived = true;
    };
    request.once("socket", (socket) => {
      const ready = request.reusedSocket ? undefined : eventOfReadiness(socket);
      if (ready === undefined) arrive();
      else socket.once(ready, arrive);
    });
    return request;
  };
}

/**
 * The event of a new connection that becomes ready. `undefined` if it is ready already, or if that is unknown: a mocked
 * connection (such as nock's) has only part of a real one's state.
 */
function eventOfReadiness(socket: Socket): "connect" | "secureConnect" | undefined {
  if (socket.constructor === TLSSocket)
    return Reflect.get(socket, "secureConnecting") ? "secureConnect" : undefined;
  return socket.constructor === Socket && socket.connecting ? "connect" : undefined;
}

function rawAnswer(response: AxiosResponse): RawAnswer {
  const headers: Record<string, string> = {};
  let setCookies: readonly string[] = [];
  for (const [name, value] of Object.entries(response.headers)) {
    const key = name.toLowerCase();
    if (key === "set-cookie") setCookies = [value].flat().map(String);
    else if (value !== undefined && value !== null) headers[key] = String(value);
  }
  return { status: response.status, headers, setCookies, body: bytes(response.data) };
}

/** A user's transport may answer with text or with parsed JSON. */
function bytes(data: unknown): Buffer {
  if (Buffer.isBuffer(data)) return data;
  if (data instanceof ArrayBuffer) return Buffer.from(data);
  if (data === undefined || data === null) return Buffer.alloc(0);
  return Buffer.from(typeof data === "string" ? data : JSON.stringify(data));
}
