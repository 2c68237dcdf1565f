import type { RawAnswer } from "./answer.js";
import type { Clock } from "./clock.js";
import type { Answers, Identity } from "./identity.js";

/** What to send with a request so that the grid knows who asks; hand it back to the session with what came of it. */
export interface Pass {
  readonly headers: Readonly<Record<string, string>>;
  /** The cookie in `headers`, where it is that and no password. */
  readonly cookie: string | undefined;
  /** Of a pass with a password: the answers that it came from. */
  readonly answers?: Answers;
  /** Whether others wait until this one is back. */
  readonly leads: boolean;
}

/** The grid refused the password a moment ago; asking again with the same would only bring a lock-out nearer. */
export interface Refusal {
  readonly refused: RawAnswer;
}

interface Cookie {
  readonly value: string;
  /** By the local clock that only goes forward, so that the grid's clock may be wrong. */
  readonly expiresAt: number;
}

/** Password refusals in a row after which the client holds its breath, and for how long: grids lock users out. */
const refusalsBeforeRest = 3;
const restMs = 30_000;

/** A cookie is given up before it ends, so that it can't end on the way: this part of its life before, or this long. */
const marginPart = 0.1;
const marginMs = 5_000;

/**
 * One login at one address. The password goes with the first request alone, while the others wait; from then on the
 * `ibapauth` cookie does, until it ends or is refused, and again a single request logs in for all. That keeps the
 * grid's audit log short: each request with a password is a login there.
 */
export class Session {
  readonly #mode: "cookie" | "basic";
  readonly #identity: Pick<Identity, "answers">;
  readonly #clock: Clock;
  #cookie: Cookie | undefined;
  /** Settles when the request that logs in is back. */
  #login: { readonly back: Promise<void>; readonly done: () => void } | undefined;
  /** False once a login brought no cookie: then waiting for one would only put requests in single file. */
  #expectsCookie = true;
  #refusals = 0;
  #refusal: { readonly answer: RawAnswer; readonly at: number } | undefined;

  constructor(mode: "cookie" | "basic", identity: Pick<Identity, "answers">, clock: Clock) {
    this.#mode = mode;
    this.#identity = identity;
    this.#clock = clock;
  }

  /** The cookie's value while it is good, for the log-out and for redaction. */
  get cookie(): string | undefined {
    if (this.#cookie && this.#clock.now() >= this.#cookie.expiresAt) this.#cookie = undefined;
    return this.#cookie?.value;
  }

  /**
   * What the next request shall send; waits while another one logs in. Gives the grid's refusal instead where that
   * login, or the latest three, were refused.
   *
   * @param signal - ends the waiting; the pass then given is not to be used
   * @param relogin - send the password whatever cookie there is: cookies were refused twice
   */
  async enter(signal: AbortSignal | undefined, relogin = false): Promise<Pass | Refusal> {
    if (this.#mode === "basic") return this.#resting() ?? this.#passwordPass(false, signal);
    if (!relogin && this.#login) {
      const refusals = this.#refusals;
      await firstOf(this.#login.back, signal);
      if (this.#refusal && this.#refusals > refusals) return { refused: this.#refusal.answer };
    }
    const { cookie } = this;
    if (cookie !== undefined && !relogin) return cookiePass(cookie);
    return this.#resting() ?? this.#passwordPass(!this.#login && this.#expectsCookie, signal);
  }

  /** The request came back with an answer that is no 401, and with or without a new cookie. */
  accept(pass: Pass, answer: RawAnswer): void {
    if (pass.cookie === undefined) this.#refusals = 0;
    if (this.#mode === "cookie") {
      const fresh = findCookie(answer.setCookies);
      if (fresh !== undefined && fresh !== this.#cookie?.value) this.#keep(fresh);
      if (this.#cookie) this.#expectsCookie = true;
      else if (pass.cookie === undefined && answer.status < 300) this.#expectsCookie = false;
    }
    this.#end(pass);
  }

  /** The request came back with 401. A cookie is dropped, unless a newer one is there; a password stays refused. */
  refuse(pass: Pass, answer: RawAnswer): void {
    if (pass.cookie === undefined) {
      this.#refusals += 1;
      this.#refusal = { answer, at: this.#clock.now() };
    } else if (pass.cookie === this.#cookie?.value) {
      this.#cookie = undefined;
    }
    this.#end(pass);
  }

  /** No answer came: those who wait had better not wait in line behind each other. */
  lose(pass: Pass): void {
    this.#end(pass);
  }

  /** Forgets the cookie, e.g. after the log-out. */
  forget(): void {
    this.#cookie = undefined;
  }

  /** The same pass with what the identity gives now: what it gave before was refused. */
  async again(pass: Pass, signal: AbortSignal | undefined): Promise<Pass> {
    const answers = this.#identity.answers();
    // A secret store may take its time; the caller's patience is shorter.
    await firstOf(
      answers.then(() => undefined),
      signal,
    );
    if (signal?.aborted) return pass;
    return { ...pass, headers: (await answers).headers, answers: await answers };
  }

  async #passwordPass(leads: boolean, signal: AbortSignal | undefined): Promise<Pass> {
    if (leads) {
      let done = () => {};
      const back = new Promise<void>((resolve) => {
        done = resolve;
      });
      this.#login = { back, done };
    }
    const pass: Pass = { headers: {}, cookie: undefined, leads };
    try {
      return await this.again(pass, signal);
    } catch (error) {
      this.lose(pass);
      throw error;
    }
  }

  #resting(): Refusal | undefined {
    if (!this.#refusal || this.#refusals < refusalsBeforeRest) return undefined;
    if (this.#clock.now() - this.#refusal.at >= restMs) return undefined;
    return { refused: this.#refusal.answer };
  }

  #keep(value: string): void {
    const seconds = /\btimeout=(\d+)/.exec(value)?.[1];
    const lifetime = seconds === undefined ? Number.POSITIVE_INFINITY : Number(seconds) * 1000;
    const margin = Math.min(marginMs, lifetime * marginPart);
    this.#cookie = { value, expiresAt: this.#clock.now() + lifetime - margin };
  }

  #end(pass: Pass): void {
    if (!pass.leads) return;
    this.#login?.done();
    this.#login = undefined;
  }
}

function cookiePass(cookie: string): Pass {
  return { headers: { cookie: `ibapauth=${cookie}` }, cookie, leads: false };
}

/** The value as it stands, quotes included, for it is sent back as it came: `ibapauth="group=…,timeout=600,…"; Path=/`. */
function findCookie(setCookies: readonly string[]): string | undefined {
  for (const line of setCookies) {
    const value = /^\s*ibapauth=("[^"]*"|[^;\s]*)/i.exec(line)?.[1];
    if (value && value !== '""') return value;
  }
  return undefined;
}

/** Resolves with the promise or with the signal, whichever is first. */
async function firstOf(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  if (signal.aborted) return;
  let stop = () => {};
  const aborted = new Promise<void>((resolve) => {
    stop = resolve;
    signal.addEventListener("abort", stop, { once: true });
  });
  await Promise.race([promise, aborted]);
  signal.removeEventListener("abort", stop);
}
