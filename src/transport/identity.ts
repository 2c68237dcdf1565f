import { AuthenticationError, isInfobloxError } from "../errors.js";
import {
  type Credentials,
  checkCredentials,
  type Provided,
  type ProvidedIdentity,
  type TransportSettings,
} from "./options.js";
import type { Redactor } from "./redactor.js";
import { type TlsSettings, tlsSettings } from "./tls.js";

/** The results of the functions at one time. */
export interface Answers {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsSettings;
  /** Texts that show whether two results differ. */
  readonly texts: readonly string[];
}

/**
 * User name, password and certificate of a client. Functions are called before the first request, once for all waiting
 * requests, and again after the grid refused their results.
 */
export class Identity {
  readonly #provided: ProvidedIdentity | undefined;
  readonly #redactor: Redactor;
  #answers: Promise<Answers> | undefined;
  #latest: Answers | undefined;
  #renewal: { readonly of: Answers; readonly answers: Promise<Answers> } | undefined;

  constructor({ credentials, tls, provided }: TransportSettings, redactor: Redactor) {
    this.#provided = provided?.open();
    this.#redactor = redactor;
    if (this.#provided) return;
    const headers = credentials ? { authorization: basicAuthorization(credentials) } : {};
    this.#answers = Promise.resolve({ headers, tls, texts: [] });
  }

  /** @throws AuthenticationError if a function fails; InvalidRequestError if it returns an invalid value */
  answers(): Promise<Answers> {
    this.#answers ??= this.#ask();
    return this.#answers;
  }

  async headers(): Promise<Answers["headers"]> {
    return (await this.answers()).headers;
  }

  /**
   * Calls the functions again because the grid refused their results, unless another request has done so already.
   *
   * @returns whether the new ones differ: only then it makes sense to send them
   */
  async renew(refused: Answers): Promise<boolean> {
    if (!this.#provided) return false;
    if (this.#renewal?.of !== refused) {
      if (this.#latest !== refused) return true;
      this.#answers = this.#ask();
      this.#renewal = { of: refused, answers: this.#answers };
    }
    const { texts } = await this.#renewal.answers;
    return texts.some((text, index) => text !== refused.texts[index]);
  }

  #ask(): Promise<Answers> {
    const asked = this.#askAll(this.#provided as ProvidedIdentity);
    asked.then(
      (answers) => {
        this.#latest = answers;
      },
      () => {
        // A function that failed may work the next time.
        if (this.#answers === asked) this.#answers = undefined;
        if (this.#renewal?.answers === asked) this.#renewal = undefined;
      },
    );
    return asked;
  }

  async #askAll({ username, password, clientCertificate, tls }: ProvidedIdentity): Promise<Answers> {
    const [name, secret, certificate] = await Promise.all([
      ask("username", username),
      ask("password", password),
      ask("clientCertificate", clientCertificate),
    ]);
    const credentials = checkCredentials(name, secret, certificate !== undefined);
    const authorization = credentials && basicAuthorization(credentials);
    this.#keepSecret(credentials?.password.open());
    this.#keepSecret(authorization?.slice("Basic ".length));
    this.#keepSecret(certificate?.passphrase);
    return {
      headers: authorization === undefined ? {} : { authorization },
      tls: tlsSettings(tls, certificate),
      texts: [authorization ?? "", String(certificate?.cert ?? ""), String(certificate?.key ?? "")],
    };
  }

  /** Redacts the value in all logs and errors from now on. */
  #keepSecret(value: string | undefined): void {
    if (value) this.#redactor.addSecret(value);
  }
}

async function ask<T>(field: string, provided: Provided<T> | undefined): Promise<T | undefined> {
  if (typeof provided !== "function") return provided;
  try {
    return await (provided as () => T | Promise<T>)();
  } catch (error) {
    if (isInfobloxError(error)) throw error;
    const problem = error instanceof Error ? error.name : typeof error;
    throw new AuthenticationError(`The function for ${field} failed (${problem}), so nothing was sent.`, {
      status: 0,
      code: "ERR_INFOBLOX_CREDENTIALS",
      method: "",
      path: "",
      cause: error,
      hint: "See the error's cause; the next call asks the function again.",
    });
  }
}

export function basicAuthorization({ username, password }: Credentials): string {
  return `Basic ${Buffer.from(`${username}:${password.open()}`).toString("base64")}`;
}
