import { tracingChannel } from "node:diagnostics_channel";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Logger, RequestEvent, ResponseEvent } from "../../../src/transport/events.js";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import { Transport } from "../../../src/transport/transport.js";
import { FakeClock } from "./fake-clock.js";
import { json, page, reset, ScriptedServer } from "./scripted-server.js";

const open: Transport[] = [];

function connect(url: string, options: TransportOptions): Transport {
  const settings = transportSettings(
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
    const errors = () => logger.lines.filter(({ level }) => level === "error").map(({ message }) => message);
    await expect
      .poll(errors)
      .toEqual(["onRequest failed: Error: hook is broken", "onResponse failed: Error: hook is broken"]);
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
  const password = "Gr1d-password";
  const heard: { readonly what: string; readonly message: Record<string, unknown> }[] = [];
  const listenTo = (name: string) => {
    const note = (what: string) => (message: object) =>
      void heard.push({ what: `${name} ${what}`, message: { ...message } });
    const listeners = {
      start: note("start"),
      end: note("end"),
      asyncStart: note("asyncStart"),
      asyncEnd: note("asyncEnd"),
      error: note("error"),
    };
    const channel = tracingChannel<unknown, object>(`infoblox-ipam:${name}`);
    channel.subscribe(listeners);
    return () => channel.unsubscribe(listeners);
  };
  let stop: (() => unknown)[] = [];
  beforeEach(() => {
    stop = ["call", "request"].map(listenTo);
  });
  afterEach(() => {
    for (const one of stop) one();
    heard.length = 0;
  });

  it("tell of each call, and of each of its HTTP requests", async () => {
    await using server = await ScriptedServer.listen([page("", 503), json([1])]);
    const answer = await connect(server.url, {}).send(read);
    expect(answer.data).toEqual([1]);
    expect(heard.map(({ what }) => what).filter((what) => !/ (end|asyncStart)$/.test(what))).toEqual([
      "call start",
      "request start",
      "request asyncEnd",
      "request start",
      "request asyncEnd",
      "call asyncEnd",
    ]);
    const call = { id: 1, method: "GET", path: "/wapi/v2.12/network", writes: false };
    expect(heard[0]?.message).toEqual({ ...call, attempts: 0 });
    expect(heard.at(-1)?.message).toMatchObject({ ...call, status: 200, attempts: 2 });
    const ends = heard.filter(({ what }) => what === "request asyncEnd").map(({ message }) => message);
    expect(ends).toMatchObject([
      { id: 1, attempt: 1, status: 503, queued: 0, call },
      { id: 1, attempt: 2, status: 200, bytes: 3, durationMs: expect.any(Number) },
    ]);
  });

  it("tell why a call failed, and why a request got no answer", async () => {
    await using server = await ScriptedServer.listen([reset]);
    const error = await connect(server.url, {})
      .send({ ...read, method: "POST", writes: true })
      .catch((reason: unknown) => reason);
    const errors = heard.filter(({ what }) => what.endsWith(" error"));
    expect(errors.map(({ what, message }) => [what, message["error"]])).toEqual([
      ["request error", new Error("socket hang up")],
      ["call error", error],
    ]);
    expect(error).toMatchObject({ name: "UncertainWriteError" });
  });

  it("carry no secret, and nothing of what was written or answered", async () => {
    await using server = await ScriptedServer.listen([
      json({ result: "Answ3r" }, 200, { "set-cookie": 'ibapauth="S3ssion"; Path=/' }),
    ]);
    const transport = connect(server.url, {});
    for (const comment of ["Wr1tten", password]) {
      await transport.send({ ...read, method: "POST", body: { comment }, query: [["password", password]] });
    }
    const all = inspect(heard, { depth: Number.POSITIVE_INFINITY, showHidden: true });
    expect(all).toContain("/wapi/v2.12/network");
    expect(all).not.toMatch(/Gr1d-password|Answ3r|S3ssion|Wr1tten|authorization|YWRtaW46/i);
  });

  it("say nothing once nobody listens", async () => {
    for (const one of stop) one();
    await using server = await ScriptedServer.listen([json([])]);
    await connect(server.url, {}).send(read);
    expect(heard).toEqual([]);
  });
});
