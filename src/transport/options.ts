import { readFileSync } from "node:fs";
import type { AxiosProxyConfig, AxiosRequestConfig, AxiosResponse } from "axios";
import { checkObject, invalid } from "../errors.js";
import { phrase } from "../phrase.js";
import { publicAddress, redacted, redactValue } from "../redaction.js";
import {
  type Environment,
  readAddresses,
  readBooleanVariable,
  readSecretVariable,
  readVariable,
  readVerification,
} from "./environment.js";
import { environmentLogger } from "./environment-log.js";
import type { Logger, RequestEvent, ResponseEvent } from "./events.js";
import { Sealed } from "./sealed.js";
import { type ClientCertificate, type TlsOptions, type TlsSettings, tlsSettings } from "./tls.js";

/** When a client stops sending requests to a grid that does not answer, and for how long. */
export interface CircuitBreakerOptions {
  /** How many calls in a row must fail, each after all its retries and waiting. Default 10. */
  readonly failures?: number | undefined;
  /** Milliseconds after which a single call tries whether the grid is back. Default 10,000. */
  readonly resetAfter?: number | undefined;
}

/** {@link CircuitBreakerOptions} with defaults. */
export interface CircuitSettings {
  readonly failures: number;
  readonly resetAfter: number;
}

/** A value, or a function that returns it or a promise of it, such as a secret store's. */
export type Provided<T> = T | (() => T | Promise<T>);

/** The user's options, if a part of them is a function. */
export interface ProvidedIdentity {
  readonly username: Provided<string> | undefined;
  readonly password: Provided<string> | undefined;
  readonly clientCertificate: Provided<ClientCertificate> | undefined;
  readonly tls: TlsOptions;
}

/** How to reach a grid, with time limits and retries. Missing options are read from the environment, else have a default. */
export interface TransportOptions {
  /**
   * `https://grid.example.com`, or several addresses of one grid, which are tried in order until one serves the
   * request. Environment: `INFOBLOX_URL` (several: with commas between), else `INFOBLOX_SERVER` or `INFOBLOX_HOST` with
   * `INFOBLOX_PORT`.
   */
  readonly url?: string | readonly string[] | undefined;
  /**
   * A text, or a function that returns it or a promise of it. Environment: `INFOBLOX_USERNAME`, unless a client
   * certificate is given.
   */
  readonly username?: Provided<string> | undefined;
  /**
   * A text, or a function that returns it or a promise of it, e.g. from a secret store. A function is called before the
   * first request, and again after the grid answered 401. Environment: `INFOBLOX_PASSWORD`, unless a client certificate
   * is given.
   */
  readonly password?: Provided<string> | undefined;
  /**
   * Instead of a password, or in addition to it, on grids that accept certificates. It may be a function, as a password
   * may.
   */
  readonly clientCertificate?: Provided<ClientCertificate> | undefined;
  /**
   * How the grid's certificate is verified. Default: against the system's authorities. Environment:
   * `INFOBLOX_SSL_VERIFY`.
   */
  readonly tls?: TlsOptions | undefined;
  /** Milliseconds for one attempt, from the connection to the last byte of the answer. Default 30,000. */
  readonly timeout?: number | undefined;
  /** Milliseconds for a whole call, with waiting, retries and pauses. Default: no limit. */
  readonly deadline?: number | undefined;
  /** How often a failed attempt is repeated if that is safe. Default 3. 0 means never, not even in a failover. */
  readonly maxRetries?: number | undefined;
  /**
   * Milliseconds for which a call without a `deadline` waits for a grid that restarts or fails over (refused
   * connections, 503, not the master at the moment), also beyond `maxRetries`. A call with a `deadline` waits until
   * then. Default 10,000.
   */
  readonly failoverTimeout?: number | undefined;
  /**
   * After 10 calls in a row without an answer, each after all its retries and waiting, further calls fail at once with
   * `CircuitOpenError`. After 10 s a single call tries whether the grid is back. `false` turns this off. Children share
   * it.
   */
  readonly circuitBreaker?: CircuitBreakerOptions | false | undefined;
  /** How many requests are under way at once. Others wait in order. Default 10. */
  readonly maxConcurrency?: number | undefined;
  /** How many requests may start in a second, evenly spaced and with repetitions. Default: no limit. */
  readonly requestsPerSecond?: number | undefined;
  /**
   * `true` sends fewer requests at once while the grid answers 429 or 503, does not answer in time or is much slower
   * than usual. When it recovers, the number rises again, up to `maxConcurrency`. Default `false`.
   */
  readonly adaptive?: boolean | undefined;
  /**
   * `"candidates"` sends GET requests to the second and further addresses of `url`, which are grid master candidates
   * with a read-only API. Their answers may be slightly outdated. Writes go to the master, and so do reads in the 30
   * seconds after a write of this client. Default `"master"`.
   */
  readonly readFrom?: "master" | "candidates" | undefined;
  /**
   * The maximum length of a decompressed answer in bytes. A longer one fails with `ResponseTooLargeError`, for a write
   * with `UncertainWriteError`. Default 268,435,456 (256 MiB), at most 536,870,888.
   */
  readonly maxResponseBytes?: number | undefined;
  /**
   * `"cookie"` (default) logs in once and then uses the grid's session. `"basic"` sends user name and password with
   * every request.
   */
  readonly session?: "cookie" | "basic" | undefined;
  /** A proxy, in axios' form. Default: the usual proxy variables of the environment. `false` ignores them. */
  readonly proxy?: AxiosProxyConfig | false | undefined;
  /** Permits `http://`, which anybody on the network path can read. Environment: `INFOBLOX_ALLOW_INSECURE_HTTP`. */
  readonly allowInsecureHttp?: boolean | undefined;
  /** The `User-Agent` header. Default `infoblox-ipam`. */
  readonly userAgent?: string | undefined;
  /**
   * `console`, a pino or winston logger, or an object with `debug`, `info`, `warn` and `error`. Environment:
   * `INFOBLOX_LOG` (`debug`, `info`, `warn` or `error`), which logs to stderr if no logger is given.
   */
  readonly logger?: Logger | undefined;
  /** Called before each HTTP request. Its errors are logged and have no other effect. */
  readonly onRequest?: ((event: RequestEvent) => void) | undefined;
  /** Called after each HTTP request, answered or not. Its errors are logged and have no other effect. */
  readonly onResponse?: ((event: ResponseEvent) => void) | undefined;
  /** Sends the requests instead of axios' default: your own axios instance, or a function of its shape. */
  readonly transport?: HttpFunction | undefined;
}

/** An axios instance, or a function of its shape. */
export type HttpFunction = (request: AxiosRequestConfig) => Promise<AxiosResponse>;

/** Options that a child may set itself. */
export type TransportOverrides = Pick<
  TransportOptions,
  | "timeout"
  | "deadline"
  | "maxRetries"
  | "failoverTimeout"
  | "readFrom"
  | "logger"
  | "onRequest"
  | "onResponse"
>;

export interface Credentials {
  readonly username: string;
  readonly password: Sealed<string>;
}

/** {@link TransportOptions} with defaults and the environment filled in: checked, and safe to print. */
export interface TransportSettings {
  /** `https://host[:port][/prefix]`, without a slash at the end; at least one. */
  readonly addresses: readonly [string, ...string[]];
  /** `undefined` if there is only a client certificate, or if a part of them is a function. */
  readonly credentials: Credentials | undefined;
  /** The user's options, if a part of them is a function. */
  readonly provided: Sealed<ProvidedIdentity> | undefined;
  readonly tls: TlsSettings;
  readonly timeout: number;
  readonly deadline: number | undefined;
  readonly maxRetries: number;
  readonly failoverTimeout: number;
  readonly circuitBreaker: CircuitSettings | false;
  readonly maxConcurrency: number;
  readonly requestsPerSecond: number | undefined;
  readonly adaptive: boolean;
  readonly readFrom: "master" | "candidates";
  readonly maxResponseBytes: number;
  readonly session: "cookie" | "basic";
  /** Sealed, since it may hold the proxy's password. */
  readonly proxy: Sealed<AxiosProxyConfig> | false | undefined;
  readonly userAgent: string;
  readonly logger: Logger | undefined;
  readonly onRequest: ((event: RequestEvent) => void) | undefined;
  readonly onResponse: ((event: ResponseEvent) => void) | undefined;
  /** Sealed, since an axios instance shows its defaults when printed. */
  readonly transport: Sealed<HttpFunction> | undefined;
}

/** V8's longest string: no more can be parsed. */
const longestString = 536_870_888;
const usualResponse = 256 * 1024 * 1024;

/** The maximum of Node's timers. */
const longestTimer = 2 ** 31 - 1;

/**
 * Fills in missing options from the environment or by default, and checks all of them.
 *
 * @throws InvalidRequestError that names the option or variable, its value and a valid one
 */
export function transportSettings(
  options: TransportOptions,
  env: Environment = process.env,
): TransportSettings {
  if (options.tls !== undefined) checkObject("tls", options.tls, { ca: "-----BEGIN CERTIFICATE-----…" });
  if (options.clientCertificate !== undefined && !isFunction(options.clientCertificate)) {
    checkObject("clientCertificate", options.clientCertificate, { cert: "…", key: "…" });
  }
  const tls = { ...verification(options, env), ...defined(options.tls) };
  const addresses = gridAddresses(options, env);
  const { readFrom } = options;
  return {
    addresses,
    ...identitySettings(options, tls, env),
    timeout: checkTimeout("timeout", options.timeout) ?? 30_000,
    deadline: checkTimeout("deadline", options.deadline),
    maxRetries: checkRetries(options.maxRetries) ?? 3,
    failoverTimeout: checkPatience(options.failoverTimeout) ?? 10_000,
    circuitBreaker: circuitSettings(options.circuitBreaker),
    maxConcurrency: wholeNumber("maxConcurrency", options.maxConcurrency, 1, 10_000, 10) ?? 10,
    requestsPerSecond: checkRate(options.requestsPerSecond),
    adaptive: checkBoolean("adaptive", options.adaptive) ?? false,
    readFrom: checkReadFrom(readFrom, addresses) ?? "master",
    maxResponseBytes:
      wholeNumber("maxResponseBytes", options.maxResponseBytes, 1, longestString, usualResponse) ??
      usualResponse,
    session: oneOf("session", options.session, ["cookie", "basic"]) ?? "cookie",
    proxy: proxySettings(options.proxy),
    userAgent: headerText("userAgent", options.userAgent) ?? "infoblox-ipam",
    logger: checkLogger(options.logger) ?? environmentLogger(env),
    onRequest: checkFunction("onRequest", options.onRequest),
    onResponse: checkFunction("onResponse", options.onResponse),
    transport: sealedFunction("transport", options.transport),
  };
}

/** The settings of a child: its parent's, except for its own overrides. */
export function overrideSettings(settings: TransportSettings, own: TransportOverrides): TransportSettings {
  return {
    ...settings,
    timeout: checkTimeout("timeout", own.timeout) ?? settings.timeout,
    deadline: checkTimeout("deadline", own.deadline) ?? settings.deadline,
    maxRetries: checkRetries(own.maxRetries) ?? settings.maxRetries,
    failoverTimeout: checkPatience(own.failoverTimeout) ?? settings.failoverTimeout,
    readFrom: checkReadFrom(own.readFrom, settings.addresses) ?? settings.readFrom,
    logger: checkLogger(own.logger) ?? settings.logger,
    onRequest: checkFunction("onRequest", own.onRequest) ?? settings.onRequest,
    onResponse: checkFunction("onResponse", own.onResponse) ?? settings.onResponse,
  };
}

/** Checks a time in milliseconds; `undefined` if it is not given. */
export function checkTimeout(field: "timeout" | "deadline", value: number | undefined): number | undefined {
  return wholeNumber(field, value, 1, longestTimer, 30_000);
}

export function checkRetries(value: number | undefined): number | undefined {
  return wholeNumber("maxRetries", value, 0, 1_000, 3);
}

function checkPatience(value: number | undefined): number | undefined {
  return wholeNumber("failoverTimeout", value, 0, longestTimer, 10_000);
}

function circuitSettings(options: CircuitBreakerOptions | false = {}): CircuitSettings | false {
  if (options === false) return false;
  checkObject("circuitBreaker", options, { failures: 10 });
  const { failures, resetAfter } = options;
  return {
    failures: wholeNumber("circuitBreaker.failures", failures, 1, 1_000_000, 10) ?? 10,
    resetAfter: wholeNumber("circuitBreaker.resetAfter", resetAfter, 1, longestTimer, 10_000) ?? 10_000,
  };
}

function gridAddresses(options: TransportOptions, env: Environment): readonly [string, ...string[]] {
  const insecure =
    checkBoolean("allowInsecureHttp", options.allowInsecureHttp) ??
    readBooleanVariable(env, "INFOBLOX_ALLOW_INSECURE_HTTP") ??
    false;
  const given = options.url !== undefined;
  const urls = given ? [options.url].flat() : (readAddresses(env) ?? []);
  const field = given ? "url" : "INFOBLOX_URL";
  const [first, ...others] = urls.map((url, index) =>
    parseAddress(urls.length > 1 ? `${field}[${index}]` : field, url, insecure),
  );
  if (first === undefined) {
    throw invalid(
      "url",
      publicAddress(options.url),
      phrase("is missing: ", { term: "url" }),
      "https://grid.example.com",
    );
  }
  return [first, ...others.filter((other) => other !== first)];
}

function parseAddress(field: string, url: unknown, insecure: boolean): string {
  const example = "https://grid.example.com";
  const refuse = (problem: string) => invalid(field, publicAddress(url), problem, example);

  // The parser would drop blanks and line breaks, and so read another address.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the expression looks for them.
  if (typeof url !== "string" || /[\s\x00-\x1f\x7f]/.test(url) || !URL.canParse(url))
    throw refuse("must be the grid's https:// address");
  const { protocol, origin, username, password, pathname, search, hash } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") throw refuse("must begin with https://");
  if (username || password) throw refuse("must hold no credentials: they have options of their own");
  if (search || hash) throw refuse("must hold no query and no fragment");
  if (/\/wapi(\/|$)/i.test(pathname)) {
    throw refuse("must end before /wapi: the path is added, and the version is the option wapiVersion");
  }
  if (protocol === "http:" && !insecure) {
    throw refuse("would send the password in the clear: use https://, or set allowInsecureHttp");
  }
  return origin + pathname.replace(/\/+$/, "");
}

type IdentitySettings = Pick<TransportSettings, "credentials" | "provided" | "tls">;

function identitySettings(options: TransportOptions, tls: TlsOptions, env: Environment): IdentitySettings {
  const { clientCertificate } = options;
  // With a certificate, a password in the environment must not be sent as well: the user does not expect that.
  const fallback = clientCertificate === undefined ? env : {};
  const username = options.username ?? readVariable(fallback, "INFOBLOX_USERNAME");
  const password = options.password ?? readSecretVariable(fallback, "INFOBLOX_PASSWORD");
  if (isFunction(username) || isFunction(password) || isFunction(clientCertificate)) {
    checkCredentials(
      isFunction(username) ? "…" : username,
      isFunction(password) ? "…" : password,
      clientCertificate !== undefined,
    );
    // A given certificate is checked now; one from a function, when the function returns it.
    const settled = tlsSettings(tls, isFunction(clientCertificate) ? undefined : clientCertificate);
    const provided = new Sealed({ username, password, clientCertificate, tls });
    return { credentials: undefined, provided, tls: settled };
  }
  return {
    credentials: checkCredentials(username, password, clientCertificate !== undefined),
    provided: undefined,
    tls: tlsSettings(tls, clientCertificate),
  };
}

/** @throws InvalidRequestError that names what is missing or wrong, and shows no secret */
export function checkCredentials(
  username: string | undefined,
  password: string | undefined,
  hasCertificate: boolean,
): Credentials | undefined {
  if (username === undefined && password === undefined && hasCertificate) return undefined;

  const missing =
    "is missing: pass username and password or a clientCertificate, or set INFOBLOX_USERNAME and INFOBLOX_PASSWORD";
  // A wrong user name is never shown: it may be the password.
  const shown =
    typeof username === "string" && username !== "" ? redacted : redactValue("username", username);
  if (!isText(username)) throw invalid("username", shown, missing, "automation");
  if (!isText(password)) throw invalid("password", password, missing, "…");
  if (username.includes(":")) {
    throw invalid("username", shown, "can't hold a colon in HTTP Basic authentication", "automation");
  }
  return { username, password: new Sealed(password) };
}

function isFunction(value: unknown): value is () => unknown {
  return typeof value === "function";
}

function checkRate(value: number | undefined): number | undefined {
  if (value !== undefined && !(typeof value === "number" && value >= 0.001 && value <= 1_000_000)) {
    throw invalid("requestsPerSecond", value, "must be a number from 0.001 to 1000000", 20);
  }
  return value;
}

function checkReadFrom(
  value: "master" | "candidates" | undefined,
  { length }: TransportSettings["addresses"],
): "master" | "candidates" | undefined {
  const checked = oneOf("readFrom", value, ["master", "candidates"]);
  if (checked === "candidates" && length < 2) {
    throw invalid(
      "readFrom",
      value,
      "needs several addresses in url: the master's, then the candidates'",
      "master",
    );
  }
  return checked;
}

/** The variable has one subject, whether and how to verify. So any option about that replaces it as a whole. */
function verification(options: TransportOptions, env: Environment): TlsOptions {
  if (options.tls?.ca !== undefined || options.tls?.rejectUnauthorized !== undefined) return {};
  return readVerification(env, (path) => readFileSync(path, "utf8"));
}

function proxySettings(
  proxy: AxiosProxyConfig | false | undefined,
): Sealed<AxiosProxyConfig> | false | undefined {
  if (proxy === undefined || proxy === false) return proxy;
  if (typeof proxy !== "object" || proxy === null || !isText(proxy.host)) {
    throw invalid("proxy", typeof proxy, "must be false or an object with host and port", exampleProxy);
  }
  if (!/^[\w.:[\]-]+$/.test(proxy.host)) {
    throw invalid(
      "proxy.host",
      redacted,
      "must be a host name, without scheme and credentials",
      exampleProxy.host,
    );
  }
  if (wholeNumber("proxy.port", proxy.port, 1, 65_535, exampleProxy.port) === undefined) {
    throw invalid("proxy.port", proxy.port, "is missing", exampleProxy.port);
  }
  return new Sealed(proxy);
}

const exampleProxy = { protocol: "http", host: "proxy.example.com", port: 3128 };

function checkLogger(logger: Logger | undefined): Logger | undefined {
  for (const level of ["debug", "info", "warn", "error"] as const) {
    if (logger !== undefined && typeof logger?.[level] !== "function") {
      throw invalid(
        `logger.${level}`,
        typeof logger?.[level],
        "must be a function (message, fields)",
        "console",
      );
    }
  }
  return logger;
}

function checkFunction<F>(field: string, value: F | undefined): F | undefined {
  if (value !== undefined && typeof value !== "function") {
    throw invalid(field, typeof value, "must be a function", "(event) => {}");
  }
  return value;
}

function sealedFunction<F>(field: string, value: F | undefined): Sealed<F> | undefined {
  const checked = checkFunction(field, value);
  return checked === undefined ? undefined : new Sealed(checked);
}

function checkBoolean(field: string, value: boolean | undefined): boolean | undefined {
  if (value !== undefined && typeof value !== "boolean") {
    throw invalid(field, value, "must be true or false", true);
  }
  return value;
}

function oneOf<T extends string>(field: string, value: T | undefined, allowed: readonly T[]): T | undefined {
  if (value !== undefined && !allowed.includes(value)) {
    throw invalid(field, value, `must be one of ${allowed.join(", ")}`, allowed[0]);
  }
  return value;
}

function wholeNumber(
  field: string,
  value: number | undefined,
  least: number,
  most: number,
  example: number,
): number | undefined {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most)) {
    throw invalid(field, value, `must be a whole number from ${least} to ${most}`, example);
  }
  return value;
}

function headerText(field: string, value: string | undefined): string | undefined {
  if (value !== undefined && !(isText(value) && /^[\x20-\x7e]+$/.test(value))) {
    throw invalid(field, value, "must be one line of printable ASCII", "my-tool/1.0");
  }
  return value;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** Removes keys with undefined values, so that they do not hide a default. */
function defined<T extends object>(value: T | undefined): Partial<T> {
  if (value === undefined) return {};
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}
