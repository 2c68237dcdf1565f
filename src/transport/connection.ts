import { loadCommonJs } from "../common-js.js";
import { InfobloxError } from "../errors.js";
import { type Address, Addresses } from "./addresses.js";
import { Circuit } from "./circuit.js";
import type { Clock } from "./clock.js";
import type { HttpExchange } from "./exchange.js";
import { type Answers, basicAuthorization, Identity } from "./identity.js";
import type { TransportSettings } from "./options.js";
import { Pacer } from "./pacer.js";
import { RequestQueue } from "./queue.js";
import { Redactor } from "./redactor.js";
import { Session } from "./session.js";
import type { TlsSettings } from "./tls.js";

/** The logout is optional: a grid that does not answer must not keep a process from ending. */
const logoutMs = 5_000;

/** The parts that a client and its children share: addresses, sessions, circuit breaker, queue and sockets. */
export class Connection {
  readonly addresses: Addresses;
  readonly circuit: Circuit;
  readonly queue: RequestQueue;
  readonly pacer: Pacer;
  readonly identity: Identity;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly #settings: TransportSettings;
  #exchange: { readonly tls: TlsSettings; readonly made: Promise<HttpExchange> } | undefined;
  #calls = 0;
  #open = 0;
  #closed: Promise<void> | undefined;
  #onIdle: (() => void) | undefined;

  constructor(settings: TransportSettings, clock: Clock) {
    const { session, credentials, addresses } = settings;
    const [first, ...others] = addresses;
    this.redactor = new Redactor(secretsOf(settings), credentials?.username);
    this.identity = new Identity(settings, this.redactor);
    const address = (base: string): Address => ({
      base,
      session: new Session(session, this.identity, clock),
    });
    this.addresses = new Addresses([address(first), ...others.map(address)], clock);
    this.circuit = new Circuit(settings.circuitBreaker, clock);
    this.pacer = new Pacer(settings, clock);
    this.queue = new RequestQueue(this.pacer);
    this.clock = clock;
    this.#settings = settings;
  }

  /** Loads the HTTP client with the first request, and creates it once; again for another client certificate. */
  async exchange(): Promise<HttpExchange> {
    const { tls } = await this.identity.answers();
    if (this.#exchange === undefined || this.#exchange.tls !== tls) {
      // The previous one finishes its requests. Its connections end when they are idle.
      const made = loadCommonJs(() => import("./exchange.js")).then(
        ({ HttpExchange }) => new HttpExchange({ ...this.#settings, tls }),
      );
      this.#exchange = { tls, made };
    }
    return this.#exchange.made;
  }

  /** Renews the identity after the grid refused it: see {@link Identity.renew}. */
  renew(refused: Answers): Promise<boolean> {
    return this.identity.renew(refused);
  }

  /** Counts a call and returns its number. Refuses it if the client is closed. */
  begin(): number {
    if (this.#closed !== undefined) {
      throw new InfobloxError("The client has been closed.", "ERR_INFOBLOX_CLOSED", {
        hint: "Create a new client, or close it later.",
      });
    }
    this.#open += 1;
    this.#calls += 1;
    return this.#calls;
  }

  end(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#onIdle?.();
  }

  /** Refuses new calls, waits for those under way, logs out, and closes the sockets. */
  close(logoutPath: string | undefined): Promise<void> {
    this.#closed ??= this.#finish(logoutPath);
    return this.#closed;
  }

  async #finish(logoutPath: string | undefined): Promise<void> {
    if (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    if (this.#exchange === undefined) return;
    const exchange = await this.#exchange.made;
    if (logoutPath !== undefined) {
      await Promise.all(this.addresses.all.map((address) => this.#logout(exchange, address, logoutPath)));
    }
    exchange.close();
  }

  async #logout(exchange: HttpExchange, { base, session }: Address, path: string): Promise<void> {
    const { cookie } = session;
    if (cookie === undefined) return;
    session.forget();
    await exchange.send({
      method: "POST",
      url: base + path,
      headers: { cookie: `ibapauth=${cookie}`, "user-agent": this.#settings.userAgent },
      body: undefined,
      timeout: Math.min(this.#settings.timeout, logoutMs),
      signal: undefined,
    });
  }
}

function secretsOf({ credentials, tls, proxy }: TransportSettings): string[] {
  const secrets: (string | undefined)[] = [
    credentials?.password.open(),
    credentials && basicAuthorization(credentials).slice("Basic ".length),
    tls.passphrase?.open(),
    proxy ? proxy.open().auth?.password : undefined,
  ];
  return secrets.filter((secret) => secret !== undefined);
}
