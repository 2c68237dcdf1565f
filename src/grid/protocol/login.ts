/**
 * Who is calling: name and password on any request, or the `ibapauth` cookie that an earlier one was given.
 */

import { createHmac, randomBytes } from "node:crypto";
import type { GridRequest } from "./pages.js";

export interface LoginOptions {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** Seconds that a session opened now lives without being used. */
  readonly sessionTimeout: () => number;
  /** Wrong passwords in a row after which an address is shut out for a minute; 0: never. */
  readonly lockoutAfter: number;
  readonly clock: { seconds(): number };
}

/** `user` may come in; `cookie` is set when the session is new. Or not, and why. */
export type Caller =
  | { readonly user: string; readonly cookie?: string }
  | { readonly refused: "unauthorized" | "locked out" };

interface Session {
  readonly user: string;
  /** As it was when the session was opened: a change is for those that come. */
  readonly timeout: number;
  lastUsed: number;
}

const lockoutSeconds = 60;
const mostSessions = 10_000;

export class Login {
  readonly #options: LoginOptions;
  /** Sessions so far: what tells the cookies of one second apart. */
  #opened = 0;
  /** By the cookie's value. */
  readonly #sessions = new Map<string, Session>();
  readonly #failures = new Map<string, { count: number; last: number }>();
  /** Signs cookies, so that nobody makes one up. */
  readonly #key = randomBytes(16);

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** A valid cookie wins, also over name and password of somebody else. */
  admit(request: GridRequest): Caller {
    const session = this.#sessionOf(request);
    if (session) {
      session.lastUsed = this.#now();
      return { user: session.user };
    }
    if (this.#lockedOut(request.address)) return { refused: "locked out" };
    const user = this.#userOf(request.headers["authorization"]);
    if (user === undefined) {
      if (request.headers["authorization"] !== undefined) this.#countFailure(request.address);
      return { refused: "unauthorized" };
    }
    this.#failures.delete(request.address);
    return { user, cookie: this.#open(user, request.address) };
  }

  /** Ends the session of the request's cookie. */
  logout(request: GridRequest): void {
    const value = cookieValue(request);
    if (value !== undefined) this.#sessions.delete(value);
  }

  /** Ends all sessions, as a failover does: the next cookie is answered 401. */
  logoutAll(): void {
    this.#sessions.clear();
  }

  #sessionOf(request: GridRequest): Session | undefined {
    const value = cookieValue(request);
    const session = value === undefined ? undefined : this.#sessions.get(value);
    if (value === undefined || !session) return undefined;
    if (this.#now() - session.lastUsed < session.timeout) return session;
    this.#sessions.delete(value);
    return undefined;
  }

  #userOf(authorization: string | undefined): string | undefined {
    const [, encoded] = /^basic\s+(\S+)$/i.exec(authorization ?? "") ?? [];
    if (encoded === undefined) return undefined;
    const credentials = Buffer.from(encoded, "base64").toString("utf8");
    const colon = credentials.indexOf(":");
    const user = credentials.slice(0, colon);
    const { users } = this.#options;
    return colon >= 0 && Object.hasOwn(users, user) && users[user] === credentials.slice(colon + 1)
      ? user
      : undefined;
  }

  /** Opens a session and writes its cookie as a grid does: quoted, with commas between what it says of itself. */
  #open(user: string, address: string): string {
    this.#forgetOldSessions();
    const now = this.#now();
    const timeout = this.#options.sessionTimeout();
    const says =
      `group=admin-group,ctime=${now},ip=${address},su=1,client=API,auth=LOCAL,` +
      `timeout=${timeout},mtime=${now},user=${encodeURIComponent(user)}`;
    const signature = createHmac("sha256", this.#key)
      .update(`${says}${this.#opened++}`)
      .digest("base64url");
    const value = `${says},${signature}`;
    this.#sessions.set(value, { user, timeout, lastUsed: now });
    return `ibapauth="${value}"; httponly; Path=/`;
  }

  /** A client that logs in with each request would otherwise fill the memory. */
  #forgetOldSessions(): void {
    if (this.#sessions.size < mostSessions) return;
    // Half of them at once: looking for the oldest among the gone takes longer with each that goes.
    for (const value of this.#sessions.keys()) {
      if (this.#sessions.size <= mostSessions / 2) return;
      this.#sessions.delete(value);
    }
  }

  #lockedOut(address: string): boolean {
    const { lockoutAfter } = this.#options;
    const failures = this.#failures.get(address);
    if (lockoutAfter === 0 || !failures || failures.count < lockoutAfter) return false;
    return this.#now() - failures.last < lockoutSeconds;
  }

  #countFailure(address: string): void {
    const count = (this.#failures.get(address)?.count ?? 0) + 1;
    this.#failures.set(address, { count, last: this.#now() });
  }

  #now(): number {
    return this.#options.clock.seconds();
  }
}

/** The value of the request's `ibapauth` cookie, with or without its quotes. */
function cookieValue(request: GridRequest): string | undefined {
  const [, value] = /(?:^|;)\s*ibapauth=("[^"]*"|[^;]*)/.exec(request.headers["cookie"] ?? "") ?? [];
  return value?.trim().replace(/^"|"$/g, "");
}
