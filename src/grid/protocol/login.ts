/** Authenticates callers: by user name and password on any request, or by the `ibapauth` cookie of an earlier one. */

import { createHmac, randomBytes } from "node:crypto";
import type { GridRequest } from "./pages.js";

export interface LoginOptions {
  /** Passwords by user name. */
  readonly users: Readonly<Record<string, string>>;
  /** Seconds until an unused session ends that is opened now. */
  readonly sessionTimeout: () => number;
  /** After how many wrong passwords in a row an address is blocked for a minute; 0: never. */
  readonly lockoutAfter: number;
  readonly clock: { seconds(): number };
}

/** An accepted user, with a `cookie` for a new session; or the refusal. */
export type Caller =
  | { readonly user: string; readonly cookie?: string }
  | { readonly refused: "unauthorized" | "locked out" };

interface Session {
  readonly user: string;
  /** The timeout when the session was opened. A change of the setting affects only later sessions. */
  readonly timeout: number;
  lastUsed: number;
}

const lockoutSeconds = 60;
const mostSessions = 10_000;

export class Login {
  readonly #options: LoginOptions;
  /** How many sessions were opened. It makes the cookies of one second differ. */
  #opened = 0;
  /** By the cookie's value. */
  readonly #sessions = new Map<string, Session>();
  readonly #failures = new Map<string, { count: number; last: number }>();
  /** Signs cookies, so that nobody can forge one. */
  readonly #key = randomBytes(16);

  constructor(options: LoginOptions) {
    this.#options = options;
  }

  /** Authenticates a request. A valid cookie takes precedence, even over another user's name and password. */
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

  /** Ends all sessions, as a failover does: the next cookie gets 401. */
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

  /** Opens a session and writes its cookie as a grid does: quoted, with commas between its parts. */
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

  /** Removes old sessions: a client that logs in with each request would fill the memory. */
  #forgetOldSessions(): void {
    if (this.#sessions.size < mostSessions) return;
    // Removes half of them at once, so that the search for old sessions runs rarely.
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
