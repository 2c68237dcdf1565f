import type { RawAnswer } from "./answer.js";
import type { Clock } from "./clock.js";
import type { Answers, Identity } from "./identity.js";

/** The credentials of a request. Return it to the session with the outcome. */
export interface Pass {
  readonly headers: Readonly<Record<string, string>>;
  /** The cookie in `headers`, if they hold no password. */
  readonly cookie: string | undefined;
  /** With a password: the results of the functions that it came from. */
  readonly answers?: Answers;
  /** Whether other requests wait for this one's answer. */
  readonly leads: boolean;
}

/** The grid refused the password shortly before. Another try with the same password would lock the user out sooner. */
export interface Refusal {
  readonly refused: RawAnswer;
}

interface Cookie {
  readonly value: string;
  /** By the local monotonic clock, since the grid's clock may be wrong. */
  readonly expiresAt: number;
}

/** After how many refused passwords in a row the client sends none, and for how long: grids lock users out. */
const refusalsBeforeRest = 3;
const restMs = 30_000;

/** A cookie is dropped before it expires, so that it can't expire on the way: by this part of its lifetime, or this long. */
const marginPart = 0.1;
const marginMs = 5_000;

/**
 * One login at one address. Only the first request sends the password, while the others wait. From then on, requests
 * send the `ibapauth` cookie, until it expires or is refused; then again a single request logs in for all. That keeps
 * the grid's audit log short, in which each request with a password is a login.
 */
export class Session {
  readonly #mode: "cookie" | "basic";
  readonly #identity: Pick<Identity, "answers">;
  readonly #clock: Clock;
  #cookie: Cookie | undefined;
  /** Resolves when the login request is answered. */
  #login: { readonly back: Promise<void>; readonly done: () => void } | undefined;
  /** `false` after a login without a cookie: then requests do not wait for one, which would run them one by one. */
  #expectsCookie = true;
  #refusals = 0;
  #refusal: { readonly answer: RawAnswer; readonly at: number } | undefined;

  constructor(mode: "cookie" | "basic", identity: Pick<Identity, "answers">, clock: Clock) {
    this.#mode = mode;
    this.#identity = identity;
    this.#clock = clock;
  }

  /** The cookie's value while it is valid, for the logout and for redaction. */
  get cookie(): string | undefined {
    if (this.#cookie && this.#clock.now() >= this.#cookie.expiresAt) this.#cookie = undefined;
    return this.#cookie?.value;
  }

  /**
   * The credentials of the next request. Waits while another request logs in. Returns the grid's refusal instead if
   * that login, or the latest three, were refused.
   *
   * @param signal - ends the wait; the returned pass must not be used then
   * @param relogin - whether to send the password despite a cookie: cookies were refused twice
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

  /** Notes an answer other than 401, with or without a new cookie. */
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

  /** Notes a 401. Drops the cookie unless there is a newer one; a password stays refused. */
  refuse(pass: Pass, answer: RawAnswer): void {
    if (pass.cookie === undefined) {
      this.#refusals += 1;
      this.#refusal = { answer, at: this.#clock.now() };
    } else if (pass.cookie === this.#cookie?.value) {
      this.#cookie = undefined;
    }
    this.#end(pass);
  }

  /** Notes a lost answer: waiting requests then do not wait for each other. */
  lose(pass: Pass): void {
    this.#end(pass);
  }

  /** Forgets the cookie, e.g. after the logout. */
  forget(): void {
    this.#cookie = undefined;
  }

  /** The same pass with the identity's new credentials, after the old ones were refused. */
  async again(pass: Pass, signal: AbortSignal | undefined): Promise<Pass> {
    const answers = this.#identity.answers();
    // A secret store may take longer than the caller waits.
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

/** The cookie's value with its quotes, since it is sent back as it came: `ibapauth="group=…,timeout=600,…"; Path=/`. */
function findCookie(setCookies: readonly string[]): string | undefined {
  for (const line of setCookies) {
    const value = /^\s*ibapauth=("[^"]*"|[^;\s]*)/i.exec(line)?.[1];
    if (value && value !== '""') return value;
  }
  return undefined;
}

/** Resolves with the promise or on abort, whichever is first. */
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
