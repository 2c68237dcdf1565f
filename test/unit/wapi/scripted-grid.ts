import type { AxiosRequestConfig, AxiosResponse } from "axios";
import { WapiClient, type WapiClientOptions } from "infoblox-ipam";

/** A sent request, decoded. */
export interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** An answer's JSON, or a function of the request that returns it. With `status` if it is not the usual one. */
export type Scripted = unknown | ((request: Sent) => unknown);

/** A client whose requests are recorded and answered from a script, without a socket. */
export function scriptedGrid(answers: readonly Scripted[] = [], options: WapiClientOptions = {}) {
  const sent: Sent[] = [];
  const script = [...answers];
  const transport = async (request: AxiosRequestConfig): Promise<AxiosResponse> => {
    const url = new URL(String(request.url));
    const one: Sent = {
      method: String(request.method),
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body: request.data === undefined ? undefined : JSON.parse(String(request.data)),
    };
    sent.push(one);
    const next = script.shift();
    const data = typeof next === "function" ? next(one) : next;
    if (data instanceof Refusal) return response(data.status, data.body);
    return response(one.method === "POST" && one.query["_function"] === undefined ? 201 : 200, data);
  };
  const wapi = new WapiClient({
    url: "https://grid.example.com",
    username: "automation",
    password: "s3cret-pa55",
    wapiVersion: "2.12",
    maxRetries: 0,
    ...options,
    transport,
  });
  return { wapi, sent };
}

/** An error answer. */
export class Refusal {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

/** A reference of an object that exists only in scripts. */
export const ref = (type: string, name: string) => `${type}/ZG5zLm9iamVjdA:${name}`;

function response(status: number, data: unknown): AxiosResponse {
  const body = typeof data === "string" && status >= 400 ? data : JSON.stringify(data);
  const headers = { "content-type": "application/json", "x-served-by": "script" };
  return {
    status,
    statusText: "",
    headers,
    config: {},
    data: Buffer.from(body ?? ""),
  } as unknown as AxiosResponse;
}
