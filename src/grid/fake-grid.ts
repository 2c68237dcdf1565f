/**
 * The public face of the emulator: a grid in memory, behind a port or behind nock.
 */

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
  /** What leads to a grid that has no listener: see {@link FakeGrid.inMemory}. */
  readonly transport?: MemoryTransport;
}

/** Everything a grid held at one moment; cheap to take, since the objects themselves are shared. */
export interface GridSnapshot {
  /** @internal */
  readonly store: StoreSnapshot;
}

/**
 * An Infoblox grid in memory, with state and rules: what the real one refuses, it refuses in the same words.
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
   * Starts a grid on a port of this machine. HTTPS unless `tls` is false; user `admin`, password `infoblox` unless set.
   *
   * @throws Error where the port is taken, the seed has a mistake (named), or the data file is something else
   */
  static async listen(options: ListenOptions = {}): Promise<FakeGrid> {
    const { host = "127.0.0.1", port = 0, tls = true } = options;
    const certificate = tls ? await makeCertificate(host) : undefined;
    // The grid learns its address from the open listener, and must exist before the first request comes in.
    const entry: { grid?: FakeGrid } = {};
    const listener = await openListener({
      host,
      port,
      certificate,
      exchange: (request) => {
        if (!entry.grid) throw new Error("the grid isn't there yet");
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
   * The same grid behind nock: requests of this process to `origin` are answered without a socket, until
   * {@link close}. nock is an optional peer: `npm install --save-dev nock@14`.
   *
   * @param origin - e.g. `https://grid.example.com`
   * @throws Error where nock isn't installed
   */
  static intercept(origin: string, options: FakeGridOptions = {}): FakeGrid {
    const grid = new FakeGrid(options, originOf(origin), undefined);
    grid.#leave = intercept(grid.url, grid.#traffic);
    return grid;
  }

  /**
   * The same grid without a port and without nock: only clients with its {@link clientOptions} reach it, by a function
   * call. The quickest one, and many can stand side by side.
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

  /** What a `WapiClient` needs to reach this grid: address, name and password, version, certificate. */
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

  /** The port that it listens on; the scheme's own where it is behind nock. */
  get port(): number {
    const { port, protocol } = new URL(this.url);
    return Number(port) || (protocol === "https:" ? 443 : 80);
  }

  /** What arrived, oldest first: method, path, query, body, status. The last 50,000 at least. */
  get requests(): readonly RecordedRequest[] {
    return this.#traffic.requests;
  }

  /** Forgets {@link requests}. */
  clearRequests(): void {
    this.#traffic.forget();
  }

  /** Adds objects: see {@link GridSeed}, or the entries of an inventory. All of them, or none where one is refused. */
  seed(seed: GridSeed | readonly object[]): void {
    this.#grid.transaction(() => {
      if (isEntries(seed)) seedEntries(this.#grid, seed);
      else seedGrid(this.#grid, seed as GridSeed);
    });
  }

  /** Everything that the grid holds now, to go back to. */
  snapshot(): GridSnapshot {
    return { store: this.#grid.store.snapshot() };
  }

  /** Back to an earlier moment. Sessions, faults and recorded requests stay. */
  restore(snapshot: GridSnapshot): void {
    this.#grid.asSeed(() => this.#grid.store.restore(snapshot.store));
    this.#journal?.rewrite();
  }

  /** Ends every session, as a failover does: the next request with a cookie is answered 401. */
  endSessions(): void {
    this.#login.logoutAll();
  }

  /** Stops answering. Twice is once. */
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

  /** The objects of a fresh grid, then those of the data file in place of them, or the seed beside them. */
  #fill(): Journal | undefined {
    const { seed, data, setup = false } = this.#options;
    this.#grid.transaction(() => seedFreshGrid(this.#grid));
    if (setup) this.seed({ attributes: ["Request ID", "Request Attempt", "Expires At", "Last Change"] });
    // Before the data file is made: a seed with a mistake must not leave one behind that passes for seeded.
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
    // Over plain HTTP the cookie isn't marked `secure`: a client would never send it back.
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
    `wapiVersion: no WAPI version "${version}"; known are ${knownVersions.slice(-12).join(", ")} and older`,
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
