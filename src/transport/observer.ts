import { explain } from "../errors.js";
import { isSecretName, oneLine, redacted } from "../redaction.js";
import type { AttemptOutcome } from "./attempts.js";
import type { Call } from "./call.js";
import { isRequestTraced, traceRequest } from "./channels.js";
import type { RequestEvent, ResponseEvent } from "./events.js";
import type { Exchanged } from "./exchange.js";
import { type LogLevel, lineWriter, type WriteLine } from "./log.js";
import type { TransportSettings } from "./options.js";
import type { RequestQueue } from "./queue.js";
import type { Redactor } from "./redactor.js";

/** Reports requests to hooks, log and diagnostics channels. Costs almost nothing without listeners. */
export class Observer {
  readonly #settings: TransportSettings;
  readonly #redactor: Redactor;
  readonly #queue: Pick<RequestQueue, "waiting">;
  readonly #write: WriteLine | undefined;

  constructor(settings: TransportSettings, redactor: Redactor, queue: Pick<RequestQueue, "waiting">) {
    this.#settings = settings;
    this.#redactor = redactor;
    this.#queue = queue;
    this.#write = settings.logger && lineWriter(settings.logger);
  }

  /** Sends a request. Reports it before and its outcome afterwards, if there are listeners. */
  async watch(call: Call, send: () => Promise<Exchanged>): Promise<Exchanged> {
    const isTraced = isRequestTraced();
    const { logger, onRequest, onResponse } = this.#settings;
    if (!(isTraced || logger || onRequest || onResponse)) return send();

    const event: RequestEvent = {
      id: call.id,
      ...call.place,
      address: call.address.base,
      query: this.#publicQuery(call.request.query ?? []),
      attempt: call.attempts,
      bodyBytes: Buffer.byteLength(call.body ?? ""),
    };
    const startedAt = performance.now();
    const outcomeOf = ({ answer, failure }: Exchanged) => ({
      status: answer?.status,
      durationMs: performance.now() - startedAt,
      bytes: answer?.body.length ?? 0,
      failure: failure && this.#redactor.clean(failure.message),
    });
    this.#call("onRequest", onRequest, event);
    const trace = { ...event, call: call.trace, queued: this.#queue.waiting };
    const exchanged = await (isTraced ? traceRequest(trace, send, outcomeOf) : send());
    this.#responded({ ...event, ...outcomeOf(exchanged) });
    return exchanged;
  }

  retrying(call: Call, outcome: AttemptOutcome, afterMs: number): void {
    const reason = "error" in outcome ? explain(outcome.error) : outcome.kind;
    const retryInMs = Math.round(afterMs);
    this.#log("warn", `Trying again in ${retryInMs} ms. ${reason}`, { id: call.id, retryInMs });
  }

  circuit(change: "opened" | "closed"): void {
    if (change === "closed") this.#log("info", "The grid answers again.");
    else
      this.#log("warn", "The grid has not answered for many calls: further ones fail at once for a while.");
  }

  /** Warns that verification is off, even without a logger. */
  warnOfUnverifiedTls(): void {
    const message = `The certificate of ${this.#settings.addresses.join(", ")} is not verified: anybody on the network path can read the password. Pass the grid's authority as tls.ca instead.`;
    if (this.#settings.logger) this.#log("warn", message);
    else process.emitWarning(message, { code: "INFOBLOX_UNVERIFIED_TLS" });
  }

  #responded(event: ResponseEvent): void {
    this.#call("onResponse", this.#settings.onResponse, event);
    const { method, path, status, failure, durationMs } = event;
    const fields = whatIsThere(event);
    this.#log("debug", `${method} ${path}: ${status ?? failure} after ${Math.round(durationMs)} ms`, fields);
  }

  #publicQuery(query: RequestEvent["query"]): RequestEvent["query"] {
    return query.map(([name, value]) => [name, isSecretName(name) ? redacted : this.#redactor.clean(value)]);
  }

  /** Calls a hook. Its error, also an asynchronous one, is logged, and the request continues. */
  #call<E>(name: string, hook: ((event: E) => unknown) | undefined, event: E): void {
    if (!hook) return;
    const failed = (error: unknown) =>
      this.#log("error", `${name} failed: ${this.#redactor.clean(String(error))}`);
    try {
      const result = hook(event);
      if (result instanceof Promise) result.catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #log(level: LogLevel, message: string, fields?: object): void {
    try {
      this.#write?.(level, oneLine(message), fields);
    } catch {
      // A failing logger must not break a request, and its error can't be logged.
    }
  }
}

/** Leaves out undefined values. */
function whatIsThere(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
}
