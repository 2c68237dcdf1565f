/** The listener without a socket and without nock: a function that clients call instead of axios. */

import type { AxiosRequestConfig, AxiosResponse } from "axios";
import type { Delivery, Traffic } from "../controls/traffic.js";
import type { GridAnswer } from "../protocol/pages.js";

/** The `transport` of a `WapiClient`. */
export type MemoryTransport = (request: AxiosRequestConfig) => Promise<AxiosResponse>;

/** Passes requests to the grid. Like axios, it ends with the request's signal. */
export function memoryTransport(traffic: Traffic): MemoryTransport {
  let reused = false;
  return async (request) => {
    const { method = "GET", url = "", headers, data, signal } = request;
    const { pathname, search } = new URL(url);
    const wasReused = reused;
    reused = true;
    const delivery = await traffic.exchange({
      method: method.toUpperCase(),
      url: pathname + search,
      headers: lowerCased(headers ?? {}),
      body: Buffer.from(typeof data === "string" ? data : ""),
      address: "127.0.0.1",
      reused: wasReused,
    });
    return received(delivery, request, signal as AbortSignal | undefined);
  };
}

function received(
  delivery: Delivery,
  config: AxiosRequestConfig,
  signal: AbortSignal | undefined,
): AxiosResponse | Promise<never> {
  switch (delivery.kind) {
    case "answer":
      return response(delivery.answer, config);
    case "truncated":
      throw broken("ECONNRESET", "aborted");
    case "refuse":
      throw broken("ECONNREFUSED", "connect ECONNREFUSED");
    case "reset":
      throw broken("ECONNRESET", "socket hang up");
    case "hang":
    case "half-open":
      return new Promise((_, reject) => {
        signal?.addEventListener("abort", () => reject(broken("ECONNABORTED", "aborted")), { once: true });
      });
  }
}

function response({ status, headers, body }: GridAnswer, config: AxiosRequestConfig): AxiosResponse {
  return { status, statusText: "", headers, data: body, config } as AxiosResponse;
}

function broken(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function lowerCased(headers: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}
