import { inspect } from "node:util";
import type { InfobloxError } from "../errors.js";
import type { Errand } from "./addresses.js";
import { judge, type RawAnswer } from "./answer.js";
import { type Answered, type AttemptOutcome, type Decision, decide, type Unanswered } from "./attempts.js";
import { Call } from "./call.js";
import { isCallTraced, traceCall } from "./channels.js";
import { type Clock, systemClock } from "./clock.js";
import { Connection } from "./connection.js";
import type { Exchanged, HttpExchange } from "./exchange.js";
import { type ConnectionFailure, judgeFailure } from "./failure.js";
import { Observer } from "./observer.js";
import { overrideSettings, type TransportOverrides, type TransportSettings } from "./options.js";
import type { Ending } from "./pacer.js";
import type { TransportAnswer, TransportRequest } from "./request.js";
import type { Pass, Refusal } from "./session.js";

export type { TransportAnswer, TransportRequest } from "./request.js";

/** After this many refused cookies the password is sent again, whatever cookie there is. */
const cookieTries = 2;

/** Sends requests to a grid: in turn, in a session, within time limits, and repeated only if that is safe. */
export class Transport {
  readonly settings: TransportSettings;
  readonly #connection: Connection;
  readonly #observer: Observer;
  readonly #isChild: boolean;

  /**
   * @param settings - see `transportSettings`
   * @param clock - time and randomness, for tests
   * @param parent - the transport whose session, queue and sockets to share: see {@link Transport.with}
   */
  constructor(settings: TransportSettings, clock: Clock = systemClock, parent?: Transport) {
    this.settings = settings;
    this.#connection = parent ? parent.#connection : new Connection(settings, clock);
    this.#observer = new Observer(settings, this.#connection.redactor, this.#connection.queue);
    this.#isChild = parent !== undefined;
    if (!parent && !settings.tls.rejectUnauthorized) this.#observer.warnOfUnverifiedTls();
  }

  /**
   * Sends a request until it is answered or refused, its time is over, or the outcome of a write is unknown.
   *
   * @throws WapiError and its kinds if the grid refused; ConnectionError, TimeoutError or AbortedError if nothing was
   * written; UncertainWriteError if a write may have happened; InvalidRequestError, before anything is sent, if the
   * request is invalid
   */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const call = this.#begin(request);
    try {
      return await (isCallTraced()
        ? traceCall(call.traced(), () => this.#persist(call))
        : this.#persist(call));
    } finally {
      this.#end(call);
    }
  }

  /** Creates a transport with other time limits, retries, logger or hooks that shares session, queue and sockets. */
  with(overrides: TransportOverrides): Transport {
    const settings = overrideSettings(this.settings, overrides);
    return new Transport(settings, this.#connection.clock, this);
  }

  /**
   * Refuses new requests, waits for those under way, logs the session out, and closes the connections. A transport from
   * `with` closes nothing. May be called more than once.
   *
   * @param logoutPath - e.g. `/wapi/v2.12/logout`; without it, no logout is sent
   */
  async close(logoutPath?: string | undefined): Promise<void> {
    if (!this.#isChild) await this.#connection.close(logoutPath);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  toJSON(): Record<string, unknown> {
    const { addresses, credentials, session } = this.settings;
    return { addresses, username: credentials?.username, session };
  }

  [inspect.custom](): string {
    return `Transport ${inspect(this.toJSON())}`;
  }

  #begin(request: TransportRequest): Call {
    const { addresses, circuit, clock } = this.#connection;
    const id = this.#connection.begin();
    try {
      const call = new Call(id, request, this.settings, clock, addresses.all[0]);
      const refusal = circuit.enter(call);
      if (refusal === undefined) return call;
      call.end();
      throw refusal;
    } catch (error) {
      this.#connection.end();
      throw error;
    }
  }

  #end(call: Call): void {
    call.end();
    this.#connection.circuit.leave(call);
    this.#connection.end();
  }

  #served(call: Call, outcome: Answered): TransportAnswer {
    this.#record(outcome);
    this.#connection.addresses.served(call.address, call.request.writes);
    const next = nextPageOf(outcome.data);
    if (next !== undefined) this.#connection.addresses.pageAt(next, call.address);
    return call.answered(outcome);
  }

  #givenUp(call: Call, outcome: Unanswered, error: InfobloxError): InfobloxError {
    this.#record(outcome);
    if (outcome.kind === "elsewhere") this.#connection.addresses.retire(call.address);
    return error;
  }

  /** Applies the outcome of a call to the circuit breaker. */
  #record(outcome: AttemptOutcome): void {
    const change = this.#connection.circuit.record(outcome);
    if (change) this.#observer.circuit(change);
  }

  #move(call: Call): void {
    this.#connection.addresses.leave(call.address);
    call.unable += 1;
  }

  async #pause(
    call: Call,
    outcome: Unanswered,
    { after, move }: Decision & { kind: "retry" },
  ): Promise<void> {
    this.#observer.retrying(call, outcome, after);
    if (move) this.#connection.addresses.leave(call.address);
    call.paused(outcome);
    await this.#connection.clock.sleep(after, call.signal);
  }

  /** Makes attempts until there is an answer or an error. */
  async #persist(call: Call): Promise<TransportAnswer> {
    for (;;) {
      const outcome = await this.#attempt(call);
      if (outcome.kind === "answered") return this.#served(call, outcome);
      const step = decide(outcome, call.progress(this.#connection.addresses));
      if (step.kind === "throw") throw this.#givenUp(call, outcome, step.error);
      if (step.kind === "move") this.#move(call);
      else await this.#pause(call, outcome, step);
    }
  }

  /** Makes one attempt in its turn. The turn ends with the attempt, so that a pause does not block other calls. */
  async #attempt(call: Call): Promise<AttemptOutcome> {
    const { addresses, queue, pacer } = this.#connection;
    const leave = await queue.enter(call.signal);
    if (!leave) return call.stopped(false);
    try {
      await pacer.start(call.signal);
      if (call.signal?.aborted) return call.stopped(false);
      call.address = addresses.choose(this.#errand(call));
      return await this.#attemptInSession(call);
    } finally {
      leave();
    }
  }

  #errand({ request }: Call): Errand {
    const { method, writes, query } = request;
    const fromCandidates = this.settings.readFrom === "candidates" && method === "GET" && !writes;
    const page = query?.find(([name]) => name === "_page_id")?.[1];
    return { writes, fromCandidates, page };
  }

  /**
   * Sends with cookie or password, and again with the password if the cookie had expired: the grid did nothing then.
   */
  async #attemptInSession(call: Call): Promise<AttemptOutcome> {
    const { session } = call.address;
    let renewed: Pass | undefined;
    for (let tries = 0; ; tries++) {
      const pass: Pass | Refusal = renewed ?? (await session.enter(call.signal, tries >= cookieTries));
      if ("refused" in pass) return this.#judge(call, pass.refused);
      if (call.signal?.aborted) {
        session.lose(pass);
        return call.stopped(false);
      }
      const exchange = await this.#connection.exchange();
      const { answer, failure } = await this.#exchange(exchange, call, pass);
      if (failure) {
        session.lose(pass);
        return this.#judgeFailure(call, failure);
      }
      if (answer.status !== 401) {
        session.accept(pass, answer);
        this.#connection.redactor.setCookie(session, session.cookie);
        return this.#judge(call, answer);
      }
      renewed = renewed ? undefined : await this.#renewed(call, pass);
      if (renewed) continue;
      session.refuse(pass, answer);
      if (pass.cookie === undefined) return this.#judge(call, answer);
    }
  }

  /** The pass with another password or certificate, if a function now returns one. */
  async #renewed({ address: { session }, signal }: Call, pass: Pass): Promise<Pass | undefined> {
    if (!pass.answers) return undefined;
    try {
      return (await this.#connection.renew(pass.answers)) ? await session.again(pass, signal) : undefined;
    } catch (error) {
      session.lose(pass);
      throw error;
    }
  }

  #exchange(exchange: HttpExchange, call: Call, pass: Pass): Promise<Exchanged> {
    call.sending();
    const { clock, pacer } = this.#connection;
    const started = clock.now();
    const sent = this.#observer.watch(call, () =>
      exchange.send({
        method: call.request.method,
        url: call.address.base + call.target,
        headers: { ...call.headers, ...pass.headers },
        body: call.body,
        timeout: call.timeout,
        signal: call.signal,
      }),
    );
    return sent.then((exchanged) => {
      pacer.ended({ durationMs: clock.now() - started, ...loadOf(call, exchanged) });
      return exchanged;
    });
  }

  #judge(call: Call, answer: RawAnswer): AttemptOutcome {
    const { clock, redactor } = this.#connection;
    return judge(answer, { ...call.place, address: call.address.base, redactor, clock });
  }

  #judgeFailure(call: Call, failure: ConnectionFailure): AttemptOutcome {
    if (failure.reason === "signal") return call.stopped(failure.arrived);
    const { attempts, timeout, address } = call;
    const { redactor } = this.#connection;
    return judgeFailure(failure, { ...call.place, address: address.base, attempts, timeout, redactor });
  }
}

/** The grid's load, from the end of a request. */
function loadOf({ request, body }: Call, { answer, failure }: Exchanged): Omit<Ending, "durationMs"> {
  const bytes = (answer?.body.length ?? 0) + (body?.length ?? 0);
  const type = request.path.split("/", 4).join("/");
  return {
    kind: `${request.method} ${type} ${Math.ceil(Math.log2(bytes + 1))}`,
    overloaded: failure ? failure.reason === "timeout" : [429, 503].includes(answer.status),
  };
}

function nextPageOf(data: unknown): string | undefined {
  const { next_page_id: next } = Object(data) as { next_page_id?: unknown };
  return typeof next === "string" ? next : undefined;
}
