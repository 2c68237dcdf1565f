/** What a grid can be told when it is made. */

import { type Assumptions, defaultAssumptions } from "../model/assumptions.js";
import type { ArrivedRequest, RecordedRequest } from "./recorded-request.js";
import type { GridSeed } from "./seed-form.js";

/** What a grid is like, whichever listener leads to it. */
export interface FakeGridOptions {
  /** Default `admin`. */
  readonly user?: string | undefined;
  /** Default `infoblox`. */
  readonly password?: string | undefined;
  /** More users, passwords by name. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** Newest WAPI version that the grid offers, e.g. `"2.12"`; it offers all older ones too. Default `2.14`. */
  readonly wapiVersion?: string | undefined;
  /**
   * Whether the grid has the definitions of extensible attributes that `Ipam.setup()` makes (`Request ID`,
   * `Request Attempt`, `Expires At`, `Last Change`), so that a test can start with requests. Default false: as an appliance begins,
   * where code that uses request ids must call `setup()` first.
   */
  readonly setup?: boolean | undefined;
  /**
   * Behave as the grid of this profile: what `Ipam.probe` gives, or `infoblox-ipam doctor --probe --profile` has written.
   * {@link assumptions} and {@link wapiVersion} go before.
   */
  readonly like?: GridLikeness | undefined;
  /** What nobody outside knows about a grid, one switch per doubt. */
  readonly assumptions?: Partial<Assumptions> | undefined;
  /**
   * What the grid holds beside what a fresh one does; or the path of a JSON file that says so, or of an inventory in
   * JSON Lines; or the entries of an inventory (see `ipam.inventory`).
   */
  readonly seed?: GridSeed | readonly object[] | string | undefined;
  /** A file that keeps the grid's objects across restarts; made where there is none. The seed goes into a new one only. */
  readonly data?: string | undefined;
  /** Seconds that a session lives without being used. Default: the grid's `security_setting.session_timeout`, 600 on a new one. */
  readonly sessionTimeout?: number | undefined;
  /** Wrong passwords in a row after which an address is answered 403 for a minute. Default 0: never. */
  readonly lockoutAfter?: number | undefined;
  /** Seconds, by the grid's clock, that a restart of services is under way. Default 0: it is done at once. */
  readonly restartSeconds?: number | undefined;
  /**
   * How long a write takes: it begins when it arrives, and is carried out and answered that much later. Milliseconds of
   * the grid's clock, the same for all or for each, or a promise, so that a test decides itself which request ends when.
   * With `isolation: "serial"` the next one begins when the one before it has ended. Default 0, with
   * `isolation: "none"` a moment (2 ms, frozen clock or not), so that requests meet.
   *
   * @example
   * const grid = FakeGrid.inMemory({ assumptions: { isolation: "none" }, transactionTime: 50 });
   */
  readonly transactionTime?: number | ((request: ArrivedRequest) => number | Promise<void>) | undefined;
  /** Told of every request once it is answered, e.g. to print a line. */
  readonly onRequest?: ((request: RecordedRequest, milliseconds: number) => void) | undefined;
}

/** Of a grid profile what FakeGrid has switches for. */
export interface GridLikeness {
  readonly wapiVersion?: string | undefined;
  readonly facts: Readonly<Record<string, boolean | number | string | undefined>>;
  /** What the grid says of common refusals, by cause: FakeGrid says it in the same words. */
  readonly sentences?: Readonly<Record<string, string>> | undefined;
}

/** A grid on a port. */
export interface ListenOptions extends FakeGridOptions {
  /** Default 0: any free one; see `FakeGrid.port`. */
  readonly port?: number | undefined;
  /** Address to listen on. Default `127.0.0.1`: nobody but this machine gets in. */
  readonly host?: string | undefined;
  /** HTTPS with a certificate of the grid's own (default), or plain HTTP. */
  readonly tls?: boolean | undefined;
}

/** Every option, so that none can be missing here. */
const known: { readonly [Option in keyof Required<ListenOptions>]: true } = {
  user: true,
  password: true,
  users: true,
  wapiVersion: true,
  setup: true,
  like: true,
  assumptions: true,
  seed: true,
  data: true,
  sessionTimeout: true,
  lockoutAfter: true,
  restartSeconds: true,
  transactionTime: true,
  onRequest: true,
  port: true,
  host: true,
  tls: true,
};

/** @throws TypeError where an option or an assumption is misspelt: the grid would be another one than was meant */
export function checkOptions(options: ListenOptions): void {
  refuseUnknown("option", Object.keys(options), Object.keys(known));
  refuseUnknown("assumption", Object.keys(options.assumptions ?? {}), Object.keys(defaultAssumptions));
}

function refuseUnknown(what: string, given: readonly string[], all: readonly string[]): void {
  const unknown = given.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`FakeGrid has no ${what} "${unknown}"; it has ${all.join(", ")}`);
}

/** `https://grid.example.com` of an address. @throws TypeError where it is none */
export function originOf(address: string): string {
  if (URL.canParse(address)) return new URL(address).origin;
  throw new TypeError(`"${address}" is no address to intercept; a valid one: https://grid.example.com`);
}
