/** Sends requests to a grid in memory without a socket. Input and output are those of the wire. */

import { Clock } from "../../src/grid/controls/clock.js";
import { seedFreshGrid, seedGrid } from "../../src/grid/controls/seed.js";
import type { GridSeed } from "../../src/grid/controls/seed-form.js";
import type { Assumptions } from "../../src/grid/model/assumptions.js";
import { attributeRules } from "../../src/grid/model/extattrs.js";
import { GridModel } from "../../src/grid/model/grid.js";
import { objectRules } from "../../src/grid/objects/registry.js";
import { handle } from "../../src/grid/protocol/handle.js";

export interface Answer {
  readonly status: number;
  /** The body on the wire. */
  readonly text: string;
  /** The decoded body; `undefined` if it is not JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape, and tests look into them
  readonly json: any;
  readonly headers: Readonly<Record<string, string>>;
}

export interface AskOptions {
  readonly version?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who asks; default `admin`. */
  readonly user?: string;
}

export class Asked {
  readonly clock = new Clock();
  readonly grid: GridModel;

  constructor(
    options: {
      assumptions?: Partial<Assumptions>;
      version?: string;
      seed?: GridSeed;
      restartSeconds?: number;
    } = {},
  ) {
    this.grid = new GridModel({
      clock: this.clock,
      rules: objectRules,
      attributes: attributeRules,
      assumptions: options.assumptions,
      version: options.version ?? "2.14",
      restartSeconds: options.restartSeconds,
    });
    this.grid.transaction(() => seedFreshGrid(this.grid));
    if (options.seed) seedGrid(this.grid, options.seed);
  }

  /** @param target - the part after the version: `network?comment=x` */
  ask(method: string, target: string, body?: unknown, options: AskOptions = {}): Answer {
    const text = typeof body === "string" ? body : body === undefined ? "" : JSON.stringify(body);
    const request = {
      method,
      url: target.startsWith("/") ? target : `/wapi/v${options.version ?? "2.12"}/${target}`,
      headers: { "content-type": "application/json", ...options.headers },
      body: Buffer.from(text),
      address: "127.0.0.1",
    };
    const answer = handle(request, this.grid, { user: options.user ?? "admin", logout: () => undefined });
    const answered = answer.body.toString();
    return { status: answer.status, text: answered, json: decoded(answered), headers: answer.headers };
  }

  get(target: string, options?: AskOptions): Answer {
    return this.ask("GET", target, undefined, options);
  }

  post(target: string, body?: unknown, options?: AskOptions): Answer {
    return this.ask("POST", target, body, options);
  }

  put(target: string, body?: unknown, options?: AskOptions): Answer {
    return this.ask("PUT", target, body, options);
  }

  delete(target: string, options?: AskOptions): Answer {
    return this.ask("DELETE", target, undefined, options);
  }

  /** Creates an object and returns its reference. A refusal fails the test with the grid's text. */
  create(type: string, body: unknown): string {
    const { status, text, json } = this.post(type, body, { version: this.grid.version });
    if (status !== 201) throw new Error(`POST ${type}: ${status} ${text}`);
    return json;
  }
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The body of an error answer as a grid lays it out. */
export function envelope(explanation: string, code: string, text: string): string {
  const quoted = (value: string) => JSON.stringify(value);
  return `{ "Error": ${quoted(explanation)}, \n  "code": ${quoted(code)}, \n  "text": ${quoted(text)}\n}`;
}

/** The same for errors of syntax and values. */
export function protocolEnvelope(text: string): string {
  return envelope(`AdmConProtoError: ${text}`, "Client.Ibap.Proto", text);
}
