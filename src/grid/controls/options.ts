/** The options of a FakeGrid. */

import { type Assumptions, defaultAssumptions } from "../model/assumptions.js";
import type { ArrivedRequest, RecordedRequest } from "./recorded-request.js";
import type { GridSeed } from "./seed-form.js";

/** Options of a grid behind any listener. */
export interface FakeGridOptions {
  /** The user name. Default `admin`. */
  readonly user?: string | undefined;
  /** The password. Default `infoblox`. */
  readonly password?: string | undefined;
  /** More users: passwords by user name. */
  readonly users?: Readonly<Record<string, string>> | undefined;
  /** The newest WAPI version that the grid offers, e.g. `"2.12"`. It offers all older versions, too. Default `2.14`. */
  readonly wapiVersion?: string | undefined;
  /**
   * Whether the grid has the extensible attributes that `Ipam.setup()` defines (`Request ID`, `Request Attempt`,
   * `Expires At`, `Last Change`), so that a test can begin with requests. Default `false`: as on a new appliance, code
   * that uses request ids must call `setup()` first.
   */
  readonly setup?: boolean | undefined;
  /**
   * Behaves like the grid of this profile, which `Ipam.probe` returns or `infoblox-ipam doctor --probe --profile` has
   * written. {@link assumptions} and {@link wapiVersion} take precedence.
   */
  readonly like?: GridLikeness | undefined;
  /** One switch for each behaviour of a grid that no public source describes. */
  readonly assumptions?: Partial<Assumptions> | undefined;
  /**
   * Objects that the grid holds in addition to those of a fresh grid. Also the path of a JSON file with them, or of an
   * inventory in JSON Lines, or the entries of an inventory (see `ipam.inventory`).
   */
  readonly seed?: GridSeed | readonly object[] | string | undefined;
  /** A file that keeps the grid's objects across restarts. Created if it is missing; only a new file gets the seed. */
  readonly data?: string | undefined;
  /**
   * Seconds until an unused session ends. Default: the grid's `security_setting.session_timeout`, 600 on a new grid.
   */
  readonly sessionTimeout?: number | undefined;
  /** After how many wrong passwords in a row an address gets 403 for a minute. Default 0: never. */
  readonly lockoutAfter?: number | undefined;
  /** How long a restart of services takes, in seconds of the grid's clock. Default 0: it ends at once. */
  readonly restartSeconds?: number | undefined;
  /**
   * How long a write takes, in milliseconds of the grid's clock. A write begins when it arrives, and is carried out and
   * answered that much later. The function gives the time of each write, or a promise, with which a test decides which
   * request ends when. With `isolation: "serial"` a write begins when the one before it has ended. Default 0. With
   * `isolation: "none"` the default is 2 ms of real time, so that requests overlap.
   *
   * @example
   * const grid = FakeGrid.inMemory({ assumptions: { isolation: "none" }, transactionTime: 50 });
   */
  readonly transactionTime?: number | ((request: ArrivedRequest) => number | Promise<void>) | undefined;
  /** Called for every answered request, e.g. to print a line. */
  readonly onRequest?: ((request: RecordedRequest, milliseconds: number) => void) | undefined;
}

/** The parts of a grid profile that FakeGrid uses. */
export interface GridLikeness {
  readonly wapiVersion?: string | undefined;
  readonly facts: Readonly<Record<string, boolean | number | string | undefined>>;
  /** The grid's sentences for common refusals, by cause. FakeGrid answers with the same sentences. */
  readonly sentences?: Readonly<Record<string, string>> | undefined;
}

/** Options of a grid on a port. */
export interface ListenOptions extends FakeGridOptions {
  /** The port. Default 0: any free port, which `FakeGrid.port` tells. */
  readonly port?: number | undefined;
  /** The address to listen on. Default `127.0.0.1`: other machines can't reach it. */
  readonly host?: string | undefined;
  /** `true` (default) for HTTPS with the grid's own certificate, `false` for plain HTTP. */
  readonly tls?: boolean | undefined;
}

/** Every option. The type makes the compiler report a missing one. */
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

/** @throws TypeError if an option or an assumption is misspelt: it would have no effect */
export function checkOptions(options: ListenOptions): void {
  refuseUnknown("option", Object.keys(options), Object.keys(known));
  refuseUnknown("assumption", Object.keys(options.assumptions ?? {}), Object.keys(defaultAssumptions));
}

function refuseUnknown(what: string, given: readonly string[], all: readonly string[]): void {
  const unknown = given.find((name) => !all.includes(name));
  if (unknown === undefined) return;
  throw new TypeError(`FakeGrid has no ${what} "${unknown}"; it has ${all.join(", ")}`);
}

/** The origin of an address: `https://grid.example.com`. @throws TypeError if it is not a URL */
export function originOf(address: string): string {
  if (URL.canParse(address)) return new URL(address).origin;
  throw new TypeError(`"${address}" is not an address to intercept; valid: https://grid.example.com`);
}
