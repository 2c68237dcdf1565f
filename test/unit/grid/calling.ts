/** Requests over real sockets with node's own clients: nothing of this package's between a test and the grid. */

import http, { type ClientRequest } from "node:http";
import https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import type { FakeGrid } from "../../../src/grid/index.js";

export interface CallOptions {
  readonly method?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** `user:password`; `null` for none. Default: the grid's own. */
  readonly login?: string | null;
  /** Default: the grid's certificate. */
  readonly ca?: string;
  /** In place of the grid's own `https://127.0.0.1:port`. */
  readonly origin?: string;
  /** The caller gives up, with the code `GAVE_UP`: after so many milliseconds, or once the grid has recorded the request. */
  readonly giveUp?: number | "recorded";
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape, and tests look into them
  readonly json: any;
}

/**
 * One request; rejects with node's own error where the connection breaks.
 *
 * @param target - what stands after the version, e.g. `network?comment=x`; with a slash in front: the whole path
 */
export function call(grid: FakeGrid, target: string, options: CallOptions = {}): Promise<Answer> {
  const { username, password } = grid.clientOptions;
  const { method = "GET", body, login = `${username}:${password}`, ca = grid.ca, giveUp } = options;
  const url = new URL(
    (options.origin ?? grid.url) + (target.startsWith("/") ? target : `/wapi/v2.12/${target}`),
  );
  // Looked up now: nock puts its own in their place.
  const { request: send } = url.protocol === "https:" ? https : http;
  return new Promise((done, failed) => {
    const headers = {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...options.headers,
    };
    const request = send(
      url,
      { method, headers, ...(login === null ? {} : { auth: login }), ca, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("error", failed);
        response.once("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          done({ status: response.statusCode ?? 0, headers: response.headers, text, json: decoded(text) });
        });
      },
    );
    request.once("error", failed);
    if (giveUp !== undefined) void abandon(grid, request, giveUp);
    request.end(body === undefined ? undefined : typeof body === "string" ? body : JSON.stringify(body));
  });
}

async function abandon(grid: FakeGrid, request: ClientRequest, when: number | "recorded"): Promise<void> {
  const before = grid.requests.length;
  while (when === "recorded" && grid.requests.length === before) await sleep(5);
  await sleep(when === "recorded" ? 50 : when);
  request.destroy(Object.assign(new Error("gave up"), { code: "GAVE_UP" }));
}

/** A create; fails the test with the grid's words where it is refused. */
export async function create(
  grid: FakeGrid,
  type: string,
  body: unknown,
  options: CallOptions = {},
): Promise<string> {
  const { status, text, json } = await call(grid, type, { ...options, method: "POST", body });
  if (status !== 201) throw new Error(`POST ${type}: ${status} ${text}`);
  return json;
}

/** The networks that the grid holds. */
export async function networks(grid: FakeGrid): Promise<string[]> {
  const { json } = await call(grid, "network?_return_fields=network");
  return json.map(({ network }: { network: string }) => network);
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
