import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Logger, RequestEvent, ResponseEvent } from "../../../src/transport/events.js";
import { settleTransport, type TransportOptions } from "../../../src/transport/options.js";
import { Transport } from "../../../src/transport/transport.js";
import { FakeClock } from "./fake-clock.js";
import { json, page, reset, ScriptedServer } from "./scripted-server.js";

const open: Transport[] = [];

function connect(url: string, options: TransportOptions): Transport {
  const settings = settleTransport(
    { url, username: "admin", password: "Gr1d-password", allowInsecureHttp: true, ...options },
    {},
  );
  const transport = new Transport(settings, new FakeClock());
  open.push(transport);
  return transport;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

const read = {
  method: "GET",
  path: "/wapi/v2.12/network",
  query: [["*Site", "Paris & Rome"]],
  writes: false,
} as const;

function memoryLogger(): Logger & {
  readonly lines: { level: string; message: string; fields: object | undefined }[];
} {
  const lines: { level: string; message: string; fields: object | undefined }[] = [];
  const at = (level: string) => (message: string, fields?: object) => lines.push({ level, message, fields });
  return { lines, debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}

describe("hooks", () => {
  it("see each HTTP request, and what came of it", async () => {
    const requests: RequestEvent[] = [];
    const responses: ResponseEvent[] = [];
    await using server = await ScriptedServer.listen([reset, page("", 503), json([1, 2, 3])]);
    const transport = connect(server.url, {
      onRequest: (event) => requests.push(event),
      onResponse: (event) => responses.push(event),
    });
    await transport.send({ ...read, method: "POST", body: { a: 1 } });
    const request = {
      id: 1,
      method: "POST",
      address: server.url,
      path: "/wapi/v2.12/network",
      query: [["*Site", "Paris & Rome"]],
      bodyBytes: 7,
    };
    expect(requests).toEqual([1, 2, 3].map((attempt) => ({ ...request, attempt })));
    const durationMs = expect.any(Number);
    expect(responses).toEqual([
      { ...request, attempt: 1, status: undefined, bytes: 0, failure: "socket hang up", durationMs },
      { ...request, attempt: 2, status: 503, bytes: 0, failure: undefined, durationMs },
      { ...request, attempt: 3, status: 200, bytes: 7, failure: undefined, durationMs },
    ]);
  });

  it("number the calls of a client and its children", async () => {
    const ids: number[] = [];
    await using server = await ScriptedServer.listen([json([])]);
    const parent = connect(server.url, { onRequest: ({ id }) => ids.push(id) });
    await parent.send(read);
    await parent.with({}).send(read);
    await parent.send(read);
    expect(ids).toEqual([1, 2, 3]);
  });

  it("see no value of an argument that is a password or the like", async () => {
    const seen: RequestEvent[] = [];
    await using server = await ScriptedServer.listen([json([])]);
    const transport = connect(server.url, { onRequest: (event) => seen.push(event) });
    await transport.send({
      ...read,
      query: [
        ["name", "robot"],
        ["password", "Other-pass-1"],
        ["comment", "Gr1d-password"],
      ],
    });
    expect(seen[0]?.query).toEqual([
      ["name", "robot"],
      ["password", "[redacted]"],
      ["comment", "[redacted]"],
    ]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("hook is broken");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("hook is broken"))],
  ])("break no request when one %s, but are reported", async (_, hook) => {
    const logger = memoryLogger();
    await using server = await ScriptedServer.listen([json(["fine"])]);
    const transport = connect(server.url, { onRequest: hook, onResponse: hook, logger });
    expect((await transport.send(read)).data).toEqual(["fine"]);
    await vi.waitFor(() =>
      expect(logger.lines.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
        "onRequest failed: Error: hook is broken",
        "onResponse failed: Error: hook is broken",
      ]),
    );
  });

  it("may abort the request that they see", async () => {
    const controller = new AbortController();
    await using server = await ScriptedServer.listen([json([])]);
    const transport = connect(server.url, { onRequest: () => controller.abort() });
    await expect(transport.send({ ...read, writes: true, signal: controller.signal })).rejects.toMatchObject({
      name: "AbortedError",
    });
    expect(server.arrived).toEqual([]);
  });
});

describe("the log", () => {
  it("has a line for each HTTP request, and one for each retry", async () => {
    const logger = memoryLogger();
    await using server = await ScriptedServer.listen([page("", 503), json([])]);
    await connect(server.url, { logger }).send(read);
    expect(logger.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      expect.stringMatching(/^debug: GET \/wapi\/v2\.12\/network: 503 after \d+ ms$/),
      expect.stringMatching(/^warn: Trying again in 100 ms\. GET .* the grid answered 503/),
      expect.stringMatching(/^debug: GET \/wapi\/v2\.12\/network: 200 after \d+ ms$/),
    ]);
    expect(logger.lines[0]?.fields).toMatchObject({ status: 503, attempt: 1 });
  });

  it("may be a logger that needs its `this`, and one that fails", async () => {
    class Counting implements Logger {
      lines = 0;
      debug() {
        this.lines += 1;
      }
      info() {}
      warn() {
        throw new Error("disk full");
      }
      error() {}
    }
    const logger = new Counting();
    await using server = await ScriptedServer.listen([page("", 503), json(["fine"])]);
    expect((await connect(server.url, { logger }).send(read)).data).toEqual(["fine"]);
    expect(logger.lines).toBe(2);
  });
});

describe("the diagnostics channels", () => {
  it("carry the events of all clients to whoever subscribes", async () => {
    const seen: unknown[] = [];
    const listener = (event: unknown, name: string | symbol) => seen.push([name, event]);
    subscribe("infoblox-ipam:request", listener);
    subscribe("infoblox-ipam:response", listener);
    await using server = await ScriptedServer.listen([json([])]);
    await connect(server.url, {}).send(read);
    unsubscribe("infoblox-ipam:request", listener);
    unsubscribe("infoblox-ipam:response", listener);
    await connect(server.url, {}).send(read);
    expect(seen).toEqual([
      ["infoblox-ipam:request", expect.objectContaining({ method: "GET", attempt: 1 })],
      ["infoblox-ipam:response", expect.objectContaining({ method: "GET", status: 200, bytes: 2 })],
    ]);
  });
});
