import { inspect } from "node:util";
import { judge, type RawAnswer } from "./answer.js";
import { nextStep, type Outcome } from "./attempts.js";
import { Call } from "./call.js";
import { type Clock, systemClock } from "./clock.js";
import { Connection } from "./connection.js";
import type { Exchanged, HttpExchange } from "./exchange.js";
import { type ConnectionFailure, judgeFailure } from "./failure.js";
import { Observer } from "./observer.js";
import { overrideSettings, type TransportOverrides, type TransportSettings } from "./options.js";
import type { TransportAnswer, TransportRequest } from "./request.js";
import type { Pass } from "./session.js";

export type { TransportAnswer, TransportRequest } from "./request.js";

/** After this many refused cookies the password goes again, whatever cookie there is by then. */
const cookieTries = 2;

/** Sends requests to a grid, each done well: in its turn, in a session, in time, repeated only where that is safe. */
export class Transport {
  readonly settings: TransportSettings;
  readonly #connection: Connection;
  readonly #observer: Observer;
  readonly #isChild: boolean;

  /**
   * @param settings - see `settleTransport`
   * @param clock - time and chance, for tests
   * @param parent - whose session, queue and sockets to share; see {@link Transport.with}
   */
  constructor(settings: TransportSettings, clock: Clock = systemClock, parent?: Transport) {
    this.settings = settings;
    this.#connection = parent ? parent.#connection : new Connection(settings, clock);
    this.#observer = new Observer(settings, this.#connection.redactor);
    this.#isChild = parent !== undefined;
    if (!parent && !settings.tls.rejectUnauthorized) this.#observer.warnOfUnverifiedTls();
  }

  /**
   * Sends a request until it is answered, refused, out of patience, or, for a write, of unknown fate.
   *
   * @throws WapiError and its kinds where the grid refused; ConnectionError, TimeoutError or AbortedError where
   * nothing was written; UncertainWriteError where a write may have happened; InvalidRequestError, before anything is
   * sent, where the request is none
   */
  async send(request: TransportRequest): Promise<TransportAnswer> {
    const { addresses, clock } = this.#connection;
    const call = this.#begin(request);
    try {
      for (;;) {
        const outcome = await this.#attempt(call);
        if (outcome.kind === "answered") return call.answered(outcome);
        const step = nextStep(outcome, call.progress(addresses.count));
        switch (step.kind) {
          case "throw":
            throw step.error;
          case "move":
            addresses.leave(call.address);
            call.unable += 1;
            break;
          case "retry":
            this.#observer.retrying(call, outcome, step.after);
            if (step.move) addresses.leave(call.address);
            call.unable = 0;
            call.retries += 1;
            await clock.sleep(step.after, call.signal);
        }
      }
    } finally {
      call.end();
      this.#connection.end();
    }
  }

  /** A transport with time limits, retries, logger or hooks of its own that shares session, queue and sockets. */
  with(overrides: TransportOverrides): Transport {
    const settings = overrideSettings(this.settings, overrides);
    return new Transport(settings, this.#connection.clock, this);
  }

  /**
   * Takes no more requests, waits for those under way, logs the session out, and closes the connections. Only the
   * transport that opened them does: what `with` gave has nothing of its own to close. May be called more than once.
   *
   * @param logoutPath - e.g. `/wapi/v2.12/logout`; left out, no log-out is sent
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
    const id = this.#connection.begin();
    try {
      const { clock, addresses } = this.#connection;
      return new Call(id, request, this.settings, clock, addresses.current);
    } catch (error) {
      this.#connection.end();
      throw error;
    }
  }

  /** One attempt, in its turn: the turn is given up between attempts, so that a pause holds up nobody else. */
  async #attempt(call: Call): Promise<Outcome> {
    const { addresses, queue } = this.#connection;
    const leave = await queue.enter(call.signal);
    if (!leave) return call.stopped(false);
    try {
      call.address = addresses.current;
      return await this.#attemptInSession(call);
    } finally {
      leave();
    }
  }

  /** Sends with cookie or password, and again with the password where the cookie had ended: the grid did nothing then. */
  async #attemptInSession(call: Call): Promise<Outcome> {
    const { session } = call.address;
    const exchange = await this.#connection.exchange();
    for (let tries = 0; ; tries++) {
      const pass = await session.enter(call.signal, tries >= cookieTries);
      if ("refused" in pass) return this.#judge(call, pass.refused);
      if (call.signal?.aborted) {
        session.lose(pass);
        return call.stopped(false);
      }
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
      session.refuse(pass, answer);
      if (pass.cookie === undefined) return this.#judge(call, answer);
    }
  }

  async #exchange(exchange: HttpExchange, call: Call, pass: Pass): Promise<Exchanged> {
    call.attempts += 1;
    const report = this.#observer.watch(call);
    const exchanged = await exchange.send({
      method: call.request.method,
      url: call.address.base + call.target,
      headers: { ...call.headers, ...pass.headers },
      body: call.body,
      timeout: call.timeout,
      signal: call.signal,
    });
    report?.(exchanged);
    return exchanged;
  }

  #judge(call: Call, answer: RawAnswer): Outcome {
    const { clock, redactor } = this.#connection;
    return judge(answer, { ...call.place, address: call.address.base, redactor, clock });
  }

  #judgeFailure(call: Call, failure: ConnectionFailure): Outcome {
    if (failure.reason === "signal") return call.stopped(failure.arrived);
    const { attempts, timeout, address } = call;
    const { redactor } = this.#connection;
    return judgeFailure(failure, { ...call.place, address: address.base, attempts, timeout, redactor });
  }
}
