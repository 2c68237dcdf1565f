import type { AxiosRequestConfig, AxiosResponse } from "axios";
import { describeFailure } from "../transport/failure.js";
import type { HttpFunction } from "../transport/options.js";
import { Redactor } from "../transport/redactor.js";
import { type Exchange, saveCassette } from "./cassette.js";
import { type Names, recordedAnswer, recordedRequest, secretsOf } from "./normal-form.js";
import { OneTimeNumbers } from "./one-time.js";

/** Sends requests, and records them with their answers in a file, which is complete after each answer. */
export class Recorder {
  readonly #file: string;
  readonly #send: HttpFunction;
  readonly #exchanges: Exchange[] = [];
  readonly #oneTime = new OneTimeNumbers();
  #login: { readonly username: string; readonly password: string } | undefined;
  #saving: Promise<void> | undefined;
  #saved = Promise.resolve();

  /** @throws InfobloxError if the file can't be written, before anything is sent */
  static async start(file: string, send: HttpFunction): Promise<Recorder> {
    await saveCassette(file, []);
    return new Recorder(file, send);
  }

  private constructor(file: string, send: HttpFunction) {
    this.#file = file;
    this.#send = send;
  }

  async send(request: AxiosRequestConfig): Promise<AxiosResponse> {
    this.#login = loginIn(request) ?? this.#login;
    const asked = this.#numbered(recordedRequest(request, this.#names(request)));
    // The grid's text may repeat a value of the request: "Invalid value …".
    const names = this.#names(request, secretsOf(request));
    try {
      const response = await this.#send(request);
      if (!isOfSession(request, response)) {
        await this.#keep({ request: asked, answer: this.#answered(recordedAnswer(response, names)) });
      }
      return response;
    } catch (error) {
      const { code, message } = describeFailure(error, undefined, undefined);
      const failure = { ...(code !== undefined && { code }), message: names.redactor.clean(message) };
      await this.#keep({ request: asked, failure });
      throw error;
    }
  }

  #names(request: AxiosRequestConfig, secrets: readonly string[] = []): Names {
    const { username, password } = this.#login ?? {};
    const redactor = new Redactor(password === undefined ? secrets : [password, ...secrets], username);
    return { redactor, origin: new URL(request.url ?? "").origin, username };
  }

  #numbered<T>(value: T): T {
    return JSON.parse(this.#oneTime.inRequest(JSON.stringify(value)));
  }

  #answered<T>(value: T): T {
    return JSON.parse(this.#oneTime.inAnswer(JSON.stringify(value)));
  }

  /** Adds an exchange. Answers that arrive while the file is being written are written together afterwards. */
  #keep(exchange: Exchange): Promise<void> {
    this.#exchanges.push(exchange);
    this.#saving ??= this.#saved.then(() => {
      this.#saving = undefined;
      // The request was answered, so its answer is returned even if the record can't be saved.
      this.#saved = saveCassette(this.#file, this.#exchanges).catch((error: Error) =>
        process.emitWarning(error),
      );
      return this.#saved;
    });
    return this.#saving;
  }
}

/** Whether it is a logout or a refused cookie. These are not recorded: a replay has no session. */
function isOfSession(request: AxiosRequestConfig, response: AxiosResponse): boolean {
  return isLogout(request) || (response.status === 401 && headerOf(request, "cookie") !== undefined);
}

export function isLogout(request: AxiosRequestConfig): boolean {
  return /\/logout$/.test(request.url ?? "");
}

function loginIn(request: AxiosRequestConfig): { username: string; password: string } | undefined {
  const [, encoded] = /^Basic (.+)$/.exec(headerOf(request, "authorization") ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const [username = "", ...password] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return { username, password: password.join(":") };
}

function headerOf(request: AxiosRequestConfig, name: string): string | undefined {
  const value: unknown = (request.headers as Record<string, unknown> | undefined)?.[name];
  return typeof value === "string" ? value : undefined;
}
