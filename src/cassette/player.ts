import type { AxiosRequestConfig, AxiosResponse } from "axios";
import { InfobloxError } from "../errors.js";
import { Redactor } from "../transport/redactor.js";
import { type Exchange, loadCassette, type RecordedAnswer, type RecordedRequest } from "./cassette.js";
import { loginName, recordedRequest } from "./normal-form.js";
import { OneTimeValues } from "./one-time.js";
import { isLogout } from "./recorder.js";

/** Answers requests from a cassette: each recorded exchange once, and equal requests in the recorded order. */
export class Player {
  readonly #file: string;
  readonly #unused: { readonly request: string; readonly exchange: Exchange }[];
  readonly #known: readonly RecordedRequest[];
  readonly #oneTime = new OneTimeValues();

  readonly #username: string;

  static async load(file: string, username: string): Promise<Player> {
    return new Player(file, username, await loadCassette(file));
  }

  private constructor(file: string, username: string, exchanges: readonly Exchange[]) {
    this.#file = file;
    this.#username = username;
    this.#known = exchanges.map(({ request }) => request);
    this.#unused = exchanges.map((exchange) => ({ request: JSON.stringify(exchange.request), exchange }));
  }

  /** @throws InfobloxError if the cassette has no answer to it, or no more */
  answer(request: AxiosRequestConfig): AxiosResponse {
    if (isLogout(request)) return response(request, { status: 200, body: {} });
    const origin = new URL(request.url ?? "").origin;
    const names = { redactor: new Redactor([]), origin, username: this.#username };
    const { answer, failure } = this.#take(recordedRequest(request, names));
    if (answer) return response(request, this.#filledIn(answer));
    throw Object.assign(new Error(failure?.message), { code: failure?.code });
  }

  #filledIn(answer: RecordedAnswer): RecordedAnswer {
    const json = this.#oneTime.filledIn(JSON.stringify(answer));
    return JSON.parse(json.replaceAll(JSON.stringify(loginName), () => JSON.stringify(this.#username)));
  }

  #take(asked: RecordedRequest): Exchange {
    const present = JSON.stringify(asked);
    const index = this.#unused.findIndex(({ request }) => this.#oneTime.bind(request, present));
    const [found] = index < 0 ? [] : this.#unused.splice(index, 1);
    if (found) return found.exchange;
    throw this.#missing(asked);
  }

  #missing(asked: RecordedRequest): InfobloxError {
    const { method, path } = asked;
    const alike = this.#known.filter((known) => known.method === method && known.path === path);
    const what = `${method} ${path}${shown(asked.query)}${shown(asked.body)}`;
    const hint =
      alike.length === 0
        ? "It has none for this path at all: record it again with the present requests."
        : `For this path it has ${alike.map(({ query, body }) => shown(query) + shown(body) || " no arguments").join(" and")}; each answers once.`;
    return new InfobloxError(
      `${this.#file} holds no answer, or no more, to ${what}.`,
      "ERR_INFOBLOX_NOT_RECORDED",
      {
        hint,
      },
    );
  }
}

function shown(part: unknown): string {
  return part === undefined ? "" : ` ${JSON.stringify(part)}`;
}

function response(config: AxiosRequestConfig, answer: RecordedAnswer): AxiosResponse {
  const { status, headers = {}, text, body } = answer;
  const data = Buffer.from(text ?? JSON.stringify(body ?? ""));
  return { status, statusText: "", headers: { ...headers }, data, config: config as AxiosResponse["config"] };
}
