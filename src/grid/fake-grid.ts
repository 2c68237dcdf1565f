/** The public class of the emulator: a grid in memory, behind a port, behind nock or as a function. */

import { existsSync, readFileSync } from "node:fs";
import { knownVersions } from "../schema/schema.js";
import { Clock } from "./controls/clock.js";
import { Faults } from "./controls/faults.js";
import { withLikeness } from "./controls/likeness.js";
import { checkOptions, type FakeGridOptions, type ListenOptions, originOf } from "./controls/options.js";
import { Journal } from "./controls/persistence.js";
import type { RecordedRequest } from "./controls/recorded-request.js";
import { seedFreshGrid, seedGrid } from "./controls/seed.js";
import type { GridSeed } from "./controls/seed-form.js";
import { hasLines, seedEntries, seedLines } from "./controls/seed-lines.js";
import { Traffic } from "./controls/traffic.js";
import { Transactions } from "./controls/transactions.js";
import { wordingOf } from "./controls/wording.js";
import { makeCertificate } from "./listeners/certificate.js";
import { openListener } from "./listeners/https.js";
import { type MemoryTransport, memoryTransport } from "./listeners/memory.js";
import { intercept } from "./listeners/nock.js";
import { attributeRules } from "./model/extattrs.js";
import { GridModel } from "./model/grid.js";
import type { Moment } from "./model/past-states.js";
import { sessionTimeoutOf } from "./objects/grid-level.js";
import { objectRules } from "./objects/registry.js";
import { handle } from "./protocol/handle.js";
import { Login } from "./protocol/login.js";
import {
  forbiddenPage,
  type GridAnswer,
  type GridRequest,
  unauthorizedPage,
  uncached,
} from "./protocol/pages.js";
import type { StoreSnapshot } from "./store/store.js";

/** What `WapiClient` needs to reach the grid. */
export interface GridClientOptions {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  readonly wapiVersion: string;
  readonly tls?: { readonly ca: string };
  readonly allowInsecureHttp?: true;
  /** The transport to a grid without a listener: see {@link FakeGrid.inMemory}. */
  readonly transport?: MemoryTransport;
}

/** Everything that a grid held at one moment. Cheap to take, since the objects themselves are shared. */
export interface GridSnapshot {
  /** @internal */
  readonly store: StoreSnapshot;
}

/**
 * An Infoblox grid in memory, with state and rules. It refuses what a real grid refuses, in the same words.
 *
 * @example
 * const grid = await FakeGrid.listen();
 * const wapi = new WapiClient(grid.clientOptions);
 * await wapi.create("networkcontainer", { network: "10.0.0.0/16" });
 * await grid.close();
 *
 * @example In a unit test, with no socket (needs nock):
 * const grid = FakeGrid.intercept("https://grid.example.com");
 */
export class FakeGrid {
  /** Makes requests fail: see {@link Faults}. */
  readonly faults: Faults;
  /** The grid's time, for leases, sessions and schedules. */
  readonly clock = new Clock();
  /** `https://127.0.0.1:49152`, without a path. */
  readonly url: string;
  /** The certificate to trust, as PEM; `undefined` if there is none. */
  readonly ca: string | undefined;
  readonly #grid: GridModel;
  readonly #login: Login;
  readonly #traffic: Traffic;
  readonly #journal: Journal | undefined;
  readonly #options: FakeGridOptions;
  #leave: () => void | Promise<void> = () => undefined;
  #transport: MemoryTransport | undefined;

  private constructor(given: FakeGridOptions, url: string, ca: string | undefined) {
    checkOptions(given);
    const options = withLikeness(given);
    const version = checkVersion(options.wapiVersion);
    this.#options = options;
    this.#grid = new GridModel({
      clock: this.clock,
      rules: objectRules,
      attributes: attributeRules,
      assumptions: options.assumptions,
      version,
      restartSeconds: options.restartSeconds,
      reword: wordingOf(options.like?.sentences),
    });
    this.faults = new Faults(this.clock);
    this.#login = new Login({
      users: { [this.user]: this.#password, ...options.users },
      sessionTimeout: () => options.sessionTimeout ?? sessionTimeoutOf(this.#grid),
      lockoutAfter: options.lockoutAfter ?? 0,
      clock: this.clock,
    });
    this.#traffic = new Traffic({
      faults: this.faults,
      transactions: new Transactions(this.#grid, this.clock, options.transactionTime),
      handle: (request, begun) => {
        const { answer, user } = this.#answer(request, begun);
        return { answer: uncached(answer), user };
      },
      onRequest: options.onRequest,
    });
    this.url = url;
    this.ca = ca;
    this.#grid.origin = url;
    this.#journal = this.#fill();
  }

  /**
   * Starts a grid on a port of this machine. It speaks HTTPS unless `tls` is `false`. The user is `admin` with the
   * password `infoblox` unless set.
   *
   * @throws Error if the port is taken, the seed has an error (which the message names), or the data file is something
   * else
   */
  static async listen(options: ListenOptions = {}): Promise<FakeGrid> {
    const { host = "127.0.0.1", port = 0, tls = true } = options;
    const certificate = tls ? await makeCertificate(host) : undefined;
    // The grid gets its address from the open listener, and must exist before the first request arrives.
    const entry: { grid?: FakeGrid } = {};
    const listener = await openListener({
      host,
      port,
      certificate,
      exchange: (request) => {
        if (!entry.grid) throw new Error("the grid does not exist yet");
        return entry.grid.#traffic.exchange(request);
      },
    });
    try {
      const authority = `${host.includes(":") ? `[${host}]` : host}:${listener.port}`;
      entry.grid = new FakeGrid(options, `${tls ? "https" : "http"}://${authority}`, certificate?.ca);
    } catch (error) {
      await listener.close();
      throw error;
    }
    entry.grid.#leave = () => listener.close();
    return entry.grid;
  }

  /**
   * Creates a grid behind nock: it answers requests of this process to `origin` without a socket, until {@link close}.
   * nock is an optional peer: `npm install --save-dev nock@14`.
   *
   * @param origin - e.g. `https://grid.example.com`
   * @throws Error if nock is not installed
   */
  static intercept(origin: string, options: FakeGridOptions = {}): FakeGrid {
    const grid = new FakeGrid(options, originOf(origin), undefined);
    grid.#leave = intercept(grid.url, grid.#traffic);
    return grid;
  }

  /**
   * Creates a grid without a port and without nock: only clients with its {@link clientOptions} reach it, by a function
   * call. It is the fastest kind, and many can exist side by side.
   *
   * @example
   * const grid = FakeGrid.inMemory({ seed: { networks: ["10.0.7.0/24"] } });
   * const ipam = new Ipam(grid.clientOptions);
   */
  static inMemory(options: FakeGridOptions = {}): FakeGrid {
    const grid = new FakeGrid(options, "https://grid.example.com", undefined);
    grid.#transport = memoryTransport(grid.#traffic);
    return grid;
  }

  /** What a `WapiClient` needs to reach this grid: address, user name and password, version, certificate. */
  get clientOptions(): GridClientOptions {
    return {
      url: this.url,
      username: this.user,
      password: this.#password,
      wapiVersion: this.#grid.version,
      ...(this.ca === undefined ? {} : { tls: { ca: this.ca } }),
      ...(this.url.startsWith("http:") ? { allowInsecureHttp: true } : {}),
      ...(this.#transport === undefined ? {} : { transport: this.#transport }),
    };
  }

  get user(): string {
    return this.#options.user ?? "admin";
  }

  /** The port of the listener; behind nock, the scheme's default port. */
  get port(): number {
    const { port, protocol } = new URL(this.url);
    return Number(port) || (protocol === "https:" ? 443 : 80);
  }

  /** The recorded requests, oldest first: method, path, query, body, status. Keeps at least the last 50,000. */
  get requests(): readonly RecordedRequest[] {
    return this.#traffic.requests;
  }

  /** Forgets {@link requests}. */
  clearRequests(): void {
    this.#traffic.forget();
  }

  /** Adds the objects of a {@link GridSeed} or the entries of an inventory. Adds none if one is refused. */
  seed(seed: GridSeed | readonly object[]): void {
    this.#grid.transaction(() => {
      if (isEntries(seed)) seedEntries(this.#grid, seed);
      else seedGrid(this.#grid, seed as GridSeed);
    });
  }

  /** Everything that the grid holds now, for {@link restore}. */
  snapshot(): GridSnapshot {
    return { store: this.#grid.store.snapshot() };
  }

  /** Returns to an earlier snapshot. Sessions, faults and recorded requests stay. */
  restore(snapshot: GridSnapshot): void {
    this.#grid.asSeed(() => this.#grid.store.restore(snapshot.store));
    this.#journal?.rewrite();
  }

  /** Ends every session, as a failover does: the next request with a cookie gets 401. */
  endSessions(): void {
    this.#login.logoutAll();
  }

  /** Stops answering. A second call does nothing. */
  async close(): Promise<void> {
    const leave = this.#leave;
    this.#leave = () => undefined;
    this.faults.drop();
    await leave();
    this.#journal?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #password(): string {
    return this.#options.password ?? "infoblox";
  }

  /** Adds the objects of a fresh grid. Then replaces them by those of the data file, or adds the seed. */
  #fill(): Journal | undefined {
    const { seed, data, setup = false } = this.#options;
    this.#grid.transaction(() => seedFreshGrid(this.#grid));
    if (setup) this.seed({ attributes: ["Request ID", "Request Attempt", "Expires At", "Last Change"] });
    // Seeded before the data file is created: a seed with an error must not leave a data file that looks seeded.
    if (seed !== undefined && !(data !== undefined && existsSync(data))) {
      if (typeof seed === "string") this.#seedFile(seed);
      else this.seed(seed);
    }
    return data === undefined ? undefined : new Journal(this.#grid.store, data);
  }

  #seedFile(file: string): void {
    if (isLines(file)) this.#grid.transaction(() => seedLines(this.#grid, file));
    else this.seed(readSeed(file));
  }

  #answer(request: GridRequest, begun: Moment | undefined): { answer: GridAnswer; user: string | undefined } {
    const caller = this.#login.admit(request);
    if ("refused" in caller && !this.#grid.assumptions.schemaNeedsLogin && asksForSchema(request)) {
      return {
        answer: handle(request, this.#grid, { user: "", logout: () => undefined }, begun),
        user: undefined,
      };
    }
    if ("refused" in caller) {
      const path = request.url.split("?", 1)[0] ?? "/";
      const answer = caller.refused === "unauthorized" ? unauthorizedPage() : forbiddenPage(path);
      return { answer, user: undefined };
    }
    const logout = () => this.#login.logout(request);
    const answer = handle(request, this.#grid, { user: caller.user, logout }, begun);
    if (caller.cookie === undefined) return { answer, user: caller.user };
    // Over plain HTTP the cookie is not marked `secure`: a client would never send it.
    const cookie = this.url.startsWith("https:") ? `${caller.cookie}; secure` : caller.cookie;
    return { answer: { ...answer, headers: { ...answer.headers, "Set-Cookie": cookie } }, user: caller.user };
  }
}

function asksForSchema({ method, url }: GridRequest): boolean {
  return method === "GET" && /[?&]_schema(?:[=&]|$)/.test(url);
}

function checkVersion(version = knownVersions.at(-1) ?? ""): string {
  const known = version.replace(/^v/, "");
  if (knownVersions.includes(known)) return known;
  throw new Error(
    `wapiVersion: no WAPI version "${version}"; known versions are ${knownVersions.slice(-12).join(", ")} and older`,
  );
}

function isEntries(seed: GridSeed | readonly object[]): seed is readonly object[] {
  return Array.isArray(seed) && seed.every((entry) => typeof entry === "object" && entry !== null);
}

function isLines(file: string): boolean {
  try {
    return hasLines(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(file: string, error: unknown): Error {
  return new Error(`seed: can't read ${file}: ${(error as Error).message}`, { cause: error });
}

function readSeed(file: string): GridSeed {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as GridSeed;
  } catch (error) {
    throw unreadable(file, error);
  }
}
