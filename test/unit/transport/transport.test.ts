import { createServer } from "node:net";
import { inspect } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Logger } from "../../../src/transport/events.js";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import type { TransportRequest } from "../../../src/transport/request.js";
import { Transport } from "../../../src/transport/transport.js";
import { FakeClock } from "./fake-clock.js";
import {
  cutOff,
  json,
  page,
  type Reply,
  raw,
  refusal,
  reset,
  ScriptedServer,
  silence,
  unauthorized,
  withCookie,
} from "./scripted-server.js";

const open: Transport[] = [];
const clock = () => new FakeClock();

function connect(url: string | string[], options: TransportOptions = {}, time = clock()): Transport {
  const settings = transportSettings(
    { url, username: "admin", password: "Gr1d-password", allowInsecureHttp: true, ...options },
    {},
  );
  const transport = new Transport(settings, time);
  open.push(transport);
  return transport;
}

afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((transport) => transport.close()));
});

const read: TransportRequest = { method: "GET", path: "/wapi/v2.12/network", writes: false };
const write: TransportRequest = {
  method: "POST",
  path: "/wapi/v2.12/network",
  body: { network: "10.0.0.0/24" },
  writes: true,
};

const busyPage = page("<h1>Service Temporarily Unavailable</h1>", 503);
/** The grid's own word that it did nothing. A page is none: anything on the way may have sent it, at any point. */
const busyGrid = (status = 503) => refusal("The server is temporarily unavailable", "Server.Busy", status);
const htmlPage = page("<h1>Welcome</h1>", 200);

/** An address of this machine where nobody listens. */
async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}`;
}

/** Resolves once the server has this many requests. */
async function untilArrived(server: ScriptedServer, count: number): Promise<void> {
  await vi.waitFor(() => expect(server.arrived.length).toBeGreaterThanOrEqual(count), {
    interval: 2,
    timeout: 60_000,
  });
}

/** Holds each request until told, and tells how many it holds. */
function held(): { reply: Reply; release: () => void; readonly count: number } {
  const waiting: (() => void)[] = [];
  return {
    reply: (response, request) => {
      waiting.push(() => json([])(response, request));
    },
    release: () => {
      for (const answer of waiting.splice(0)) answer();
    },
    get count() {
      return waiting.length;
    },
  };
}

describe("a request", () => {
  it("arrives as it was meant, and its answer comes back", async () => {
    await using server = await ScriptedServer.listen([json({ result: [] }, 201, { "x-grid": "1" })]);
    const answer = await connect(server.url).send({
      ...write,
      query: [
        ["_return_fields+", "network"],
        ["_return_as_object", "1"],
      ],
    });
    expect(server.arrived[0]).toMatchObject({
      method: "POST",
      url: "/wapi/v2.12/network?_return_fields%2B=network&_return_as_object=1",
      body: '{"network":"10.0.0.0/24"}',
      headers: {
        accept: "application/json",
        "content-type": "application/json",
        "user-agent": "infoblox-ipam",
      },
    });
    expect(answer).toMatchObject({
      status: 201,
      data: { result: [] },
      attempts: 1,
      headers: { "x-grid": "1" },
    });
  });

  it("goes below the prefix of an address that has one", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    await connect(`${server.url}/infoblox/`).send(read);
    expect(server.arrived[0]?.url).toBe("/infoblox/wapi/v2.12/network");
  });

  it("waits while as many as allowed are under way, also those of child clients", async () => {
    const gate = held();
    await using server = await ScriptedServer.listen([gate.reply]);
    const parent = connect(server.url, { maxConcurrency: 2, session: "basic" });
    const child = parent.with({ timeout: 9000 });
    const all = [parent.send(read), child.send(read), parent.send(read), child.send(read)];
    await untilArrived(server, 2);
    gate.release();
    await untilArrived(server, 4);
    expect(gate.count).toBe(2);
    gate.release();
    expect(await Promise.all(all)).toHaveLength(4);
  });

  it("is refused before anything is sent where it can't be sent", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const transport = connect(server.url);
    await expect(transport.send({ ...read, path: "/wapi/../admin" })).rejects.toMatchObject({
      name: "InvalidRequestError",
      field: "path",
    });
    expect(server.arrived).toEqual([]);
  });
});

describe("a session", () => {
  it("begins with one login, however many requests come first", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([]))]);
    const transport = connect(server.url);
    await Promise.all(Array.from({ length: 10 }, () => transport.send(read)));
    await transport.send(read);
    expect(server.identities).toEqual(["basic", ...Array(10).fill("cookie")]);
  });

  it("is renewed once for all requests whose cookie was refused, writes included", async () => {
    let valid = "";
    const logins: string[] = [];
    await using server = await ScriptedServer.listen(({ headers }) => {
      if (headers.authorization) {
        return (response, request) => {
          withCookie(json([]))(response, request);
          valid = String(response.getHeader("set-cookie")).split(";")[0] ?? "";
          logins.push(valid);
        };
      }
      return headers.cookie === valid ? json([]) : unauthorized;
    });
    const transport = connect(server.url);
    await transport.send(read);
    valid = "ended";
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => transport.send(index % 2 ? write : read)),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(logins).toHaveLength(2);
  });

  it("does not hammer the grid with a wrong password: one request for many callers", async () => {
    await using server = await ScriptedServer.listen([unauthorized]);
    const transport = connect(server.url);
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => transport.send(read)));
    for (const result of results) {
      expect(result).toMatchObject({
        status: "rejected",
        reason: { name: "AuthenticationError", status: 401 },
      });
    }
    expect(server.arrived).toHaveLength(1);
  });

  it("falls back to the password where the grid refuses its own cookies", async () => {
    await using server = await ScriptedServer.listen(({ headers }) =>
      headers.authorization ? withCookie(json([])) : unauthorized,
    );
    const transport = connect(server.url);
    await transport.send(read);
    await transport.send(read);
    expect(server.identities).toEqual(["basic", "cookie", "basic"]);
  });

  it("tries two cookies at most, however many others' logins bring", async () => {
    const tries = new Map<string, number>();
    await using server = await ScriptedServer.listen(({ url, headers }) => {
      tries.set(url, (tries.get(url) ?? 0) + 1);
      return headers.authorization ? withCookie(json([])) : unauthorized;
    });
    const transport = connect(server.url);
    const paths = Array.from({ length: 10 }, (_, index) => `/wapi/v2.12/network/${index}`);
    await Promise.all(paths.map((path) => transport.send({ ...read, path })));
    expect(Math.max(...tries.values())).toBe(3);
  });

  it("is not used where the password is to go with every request", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([]))]);
    const transport = connect(server.url, { session: "basic" });
    await transport.send(read);
    await transport.send(read);
    await transport.close("/wapi/v2.12/logout");
    expect(server.identities).toEqual(["basic", "basic"]);
  });

  it("hands no cookie to the caller", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([]))]);
    expect((await connect(server.url).send(read)).headers).not.toHaveProperty("set-cookie");
  });
});

describe("repeating a read", () => {
  it.each([
    ["the connection is reset", reset],
    ["the answer is cut off", cutOff],
    ["the JSON breaks off", raw('[{"_ref": "net', 200)],
    ["a page comes in place of JSON", htmlPage],
    ["the grid is busy (503)", busyPage],
    ["the grid has enough (429)", page("", 429)],
    ["a proxy gets no answer (502)", page("", 502)],
    ["a proxy waits in vain (504)", page("", 504)],
    ["a page says 500", page("<h1>Internal Server Error</h1>", 500)],
    ["no answer comes in time", silence],
  ])("is done when %s", async (_, failure) => {
    await using server = await ScriptedServer.listen([failure, json(["fine"])]);
    if (failure === silence) vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const answer = await connect(server.url).send(read);
    expect(answer).toMatchObject({ data: ["fine"], attempts: 2 });
  });

  it.each([
    ["the grid refuses", refusal("Unknown argument/field: 'x'"), "InvalidRequestError"],
    [
      "the object is missing",
      refusal("Reference x not found", "Client.Ibap.Data.NotFound", 404),
      "NotFoundError",
    ],
    ["the right is missing", page("<h1>Forbidden</h1>", 403), "PermissionDeniedError"],
    ["the password is wrong", unauthorized, "AuthenticationError"],
    ["the grid fails in its own words", refusal("Internal Error", "Server.Ibap", 500), "ServerError"],
    ["the address redirects", raw("", 302, { location: "/ui/" }), "ServerError"],
  ])("is useless when %s", async (_, reply, name) => {
    await using server = await ScriptedServer.listen([reply]);
    await expect(connect(server.url).send(read)).rejects.toMatchObject({ name });
    expect(server.arrived).toHaveLength(1);
  });

  it("ends after maxRetries, with what happened last", async () => {
    await using server = await ScriptedServer.listen([busyPage]);
    const transport = connect(server.url, { failoverTimeout: 0 });
    await expect(transport.send(read)).rejects.toMatchObject({ name: "ServerError", status: 503 });
    expect(server.arrived).toHaveLength(4);
    await expect(transport.send({ ...read, maxRetries: 0 })).rejects.toMatchObject({ status: 503 });
    expect(server.arrived).toHaveLength(5);
  });

  it("pauses longer each time, and as long as the grid asks", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen([
      busyPage,
      page("", 503, { "retry-after": "7" }),
      reset,
      json([]),
    ]);
    await connect(server.url, {}, time).send(read);
    expect(time.pauses).toEqual([100, 7200, 400]);
  });

  it("gives up its turn during the pause", async () => {
    let freeDuringPause = false;
    const time = clock();
    await using server = await ScriptedServer.listen([busyPage, json(["other"]), json(["first"])]);
    const transport = connect(server.url, { maxConcurrency: 1 }, time);
    time.sleep = async () => {
      freeDuringPause = (await transport.send(read)).status === 200;
    };
    expect((await transport.send(read)).data).toEqual(["first"]);
    expect(freeDuringPause).toBe(true);
  });
});

describe("repeating a write", () => {
  it.each([
    ["the grid says itself that it is busy (503)", busyGrid()],
    ["the grid says itself that it has enough (429)", busyGrid(429)],
  ])("is done when %s: nothing was taken on", async (_, reply) => {
    await using server = await ScriptedServer.listen([reply, json("network/x")]);
    expect(await connect(server.url).send(write)).toMatchObject({ data: "network/x", attempts: 2 });
  });

  it("is done when nobody listened", async () => {
    const time = clock();
    const url = await deadAddress();
    let server: ScriptedServer | undefined;
    time.sleep = async () => {
      server ??= await ScriptedServer.listen([json("network/x")], undefined, Number(new URL(url).port));
    };
    const answer = await connect(url, {}, time).send(write);
    expect(answer.attempts).toBe(2);
    expect(server?.arrived).toHaveLength(1);
    await server?.[Symbol.asyncDispose]();
  });

  it.each([
    ["the connection is reset", reset],
    ["the answer is cut off", cutOff],
    ["the JSON breaks off", raw('"network/', 201)],
    ["a page comes in place of JSON", htmlPage],
    ["a proxy gets no answer (502)", page("", 502)],
    ["a proxy waits in vain (504)", page("", 504)],
    ["a page says that somebody is busy (503)", busyPage],
    ["a page says that it was enough (429)", page("", 429)],
    ["a page says that it took too long (408)", page("", 408)],
    ["a page says 404", page("<h1>Not Found</h1>", 404)],
    ["it is redirected", page("", 302, { location: "/login" })],
    ["a page says 500", page("<h1>Internal Server Error</h1>", 500)],
    ["no answer comes in time", silence],
  ])("is never done when %s: it may have happened", async (_, failure) => {
    await using server = await ScriptedServer.listen([failure, json("network/x")]);
    if (failure === silence) vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const error = await connect(server.url)
      .send(write)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "UncertainWriteError",
      code: "ERR_INFOBLOX_UNCERTAIN_WRITE",
      method: "POST",
      path: "/wapi/v2.12/network",
      attempts: 1,
      hint: expect.stringContaining("search"),
      cause: { name: expect.stringMatching(/^(ConnectionError|TimeoutError|ServerError|NotFoundError)$/) },
    });
    expect(server.arrived).toHaveLength(1);
  });

  it.each([
    ["the user (403)", page("<h1>Forbidden</h1>", 403), "PermissionDeniedError"],
    ["a proxy's user (407)", page("", 407), "InvalidRequestError"],
  ])(
    "is never done when a page refuses %s, and leaves no doubt: it was not let through",
    async (_, reply, name) => {
      await using server = await ScriptedServer.listen([reply, json("network/x")]);
      await expect(connect(server.url).send(write)).rejects.toMatchObject({ name });
      expect(server.arrived).toHaveLength(1);
    },
  );

  it("is never done on a connection that was used before and breaks", async () => {
    await using server = await ScriptedServer.listen([json([]), reset, json([])]);
    const transport = connect(server.url);
    await transport.send(read);
    await expect(transport.send(write)).rejects.toMatchObject({ name: "UncertainWriteError" });
    expect(server.arrived).toHaveLength(2);
  });
});

describe("stopping", () => {
  it("by a signal that is aborted already sends nothing", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    await expect(connect(server.url).send({ ...write, signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: "AbortedError",
    });
    expect(server.arrived).toEqual([]);
  });

  it("by a signal in the queue leaves the queue at once", async () => {
    const gate = held();
    await using server = await ScriptedServer.listen([gate.reply]);
    const transport = connect(server.url, { maxConcurrency: 1 });
    const running = transport.send(read);
    const controller = new AbortController();
    const waiting = transport.send({ ...write, signal: controller.signal });
    await untilArrived(server, 1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortedError" });
    gate.release();
    await running;
    expect(server.arrived).toHaveLength(1);
  });

  it("by a signal while another request logs in sends nothing", async () => {
    const gate = held();
    await using server = await ScriptedServer.listen([gate.reply]);
    const transport = connect(server.url);
    const login = transport.send(read);
    const controller = new AbortController();
    const waiting = transport.send({ ...write, signal: controller.signal });
    await untilArrived(server, 1);
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: "AbortedError" });
    gate.release();
    await login;
    expect(server.arrived).toHaveLength(1);
  });

  it.each([
    ["a read is harmless", read, { name: "AbortedError" }],
    ["a write leaves its fate open", write, { name: "UncertainWriteError", cause: { name: "AbortedError" } }],
  ])("by a signal on the way: %s", async (_, request, expected) => {
    const controller = new AbortController();
    await using server = await ScriptedServer.listen([() => controller.abort()]);
    await expect(connect(server.url).send({ ...request, signal: controller.signal })).rejects.toMatchObject(
      expected,
    );
    expect(server.arrived).toHaveLength(1);
  });

  it("by a signal in a pause sends no more", async () => {
    const controller = new AbortController();
    const time = clock();
    time.sleep = async () => controller.abort();
    await using server = await ScriptedServer.listen([busyGrid(), json([])]);
    await expect(
      connect(server.url, {}, time).send({ ...write, signal: controller.signal }),
    ).rejects.toMatchObject({ name: "AbortedError" });
    expect(server.arrived).toHaveLength(1);
  });

  it("leaves no listener on the caller's signal", async () => {
    await using server = await ScriptedServer.listen([busyPage, json([])]);
    const { signal } = new AbortController();
    const [add, remove] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
    await connect(server.url).send({ ...read, signal, deadline: 5000 });
    expect(add.mock.calls.length).toBeGreaterThan(0);
    const left = (type: string) =>
      add.mock.calls.filter(([name]) => name === type).length -
      remove.mock.calls.filter(([name]) => name === type).length;
    expect(left("abort")).toBe(0);
  });

  it.each([
    ["a read", read, { name: "TimeoutError" }],
    ["a write on the way", write, { name: "UncertainWriteError", cause: { name: "TimeoutError" } }],
  ])("at the deadline: %s", async (_, request, expected) => {
    await using server = await ScriptedServer.listen([silence]);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await expect(connect(server.url, { deadline: 10_000 }).send(request)).rejects.toMatchObject(expected);
    expect(server.arrived).toHaveLength(1);
  });

  it("at the deadline in the queue: nothing was sent", async () => {
    const gate = held();
    await using server = await ScriptedServer.listen([gate.reply]);
    const transport = connect(server.url, { maxConcurrency: 1 });
    const running = transport.send(read);
    await untilArrived(server, 1);
    await expect(transport.send({ ...write, deadline: 30 })).rejects.toMatchObject({ name: "TimeoutError" });
    gate.release();
    await running;
    expect(server.arrived).toHaveLength(1);
  });

  it("before a pause that would pass the deadline, rather than after it", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen([page("", 503, { "retry-after": "120" })]);
    await expect(connect(server.url, { deadline: 60_000 }, time).send(read)).rejects.toMatchObject({
      name: "ServerError",
      status: 503,
    });
    expect(time.pauses).toEqual([]);
  });
});

describe("several addresses", () => {
  it("are tried in order, for a write too where nothing was sent, and the one that works is kept", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen([withCookie(json("network/x"))]);
    const transport = connect([await deadAddress(), server.url], {}, time);
    expect((await transport.send(write)).attempts).toBe(2);
    expect((await transport.send(write)).attempts).toBe(1);
    expect(time.pauses).toEqual([]);
  });

  it("spare those who waited for their turn the one that failed meanwhile", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const transport = connect([await deadAddress(), server.url], { maxConcurrency: 1 });
    const answers = await Promise.all([transport.send(read), transport.send(read), transport.send(read)]);
    expect(answers.map(({ attempts }) => attempts).sort()).toEqual([1, 1, 2]);
  });

  it("lead past a node that is not the grid master", async () => {
    const leadsAway = page('<META HTTP-EQUIV="Refresh" CONTENT="0; URL=https://gm.example.com">', 200);
    await using member = await ScriptedServer.listen([leadsAway]);
    await using master = await ScriptedServer.listen([json("network/x")]);
    const transport = connect([member.url, master.url]);
    expect((await transport.send(write)).data).toBe("network/x");
    await transport.send(write);
    expect([member.arrived.length, master.arrived.length]).toEqual([1, 2]);
  });

  it("let a candidate serve reads until a write needs the master", async () => {
    await using candidate = await ScriptedServer.listen(({ method }) =>
      method === "GET" ? json([]) : refusal("Only read-only API access supported"),
    );
    await using master = await ScriptedServer.listen([json("network/x")]);
    const transport = connect([candidate.url, master.url]);
    await transport.send(read);
    expect((await transport.send(write)).data).toBe("network/x");
  });

  it("have a session each: no cookie goes to another node", async () => {
    let alive = true;
    await using first = await ScriptedServer.listen(() => (alive ? withCookie(json([])) : reset));
    await using second = await ScriptedServer.listen([withCookie(json([]))]);
    const transport = connect([first.url, second.url]);
    await transport.send(read);
    alive = false;
    await transport.send(read);
    await transport.send(read);
    expect(first.identities).toEqual(["basic", "cookie"]);
    expect(second.identities).toEqual(["basic", "cookie"]);
    expect(second.arrived[1]?.headers.cookie).not.toBe(first.arrived[1]?.headers.cookie);
  });

  it("do not get a write a second time when the first may have taken it", async () => {
    await using first = await ScriptedServer.listen([reset]);
    await using second = await ScriptedServer.listen([json([])]);
    await expect(connect([first.url, second.url]).send(write)).rejects.toMatchObject({
      name: "UncertainWriteError",
    });
    expect(second.arrived).toEqual([]);
  });

  it("are all asked again, after a pause, when none can serve", async () => {
    const time = clock();
    await using member = await ScriptedServer.listen([
      page('<META HTTP-EQUIV="Refresh" CONTENT="0; URL=https://gm.example.com">', 200),
      json("network/x"),
    ]);
    const transport = connect([await deadAddress(), member.url], {}, time);
    expect((await transport.send(write)).data).toBe("network/x");
    expect(time.pauses).toHaveLength(1);
  });
});

describe("a failover", () => {
  const candidateOnly = refusal("Only read-only API access supported");

  it("of some seconds is waited out, though no deadline was given, and nothing is written twice", async () => {
    const time = clock();
    const url = await deadAddress();
    let server: ScriptedServer | undefined;
    time.sleep = async (ms) => {
      time.time += ms;
      if (time.time < 7000) return;
      server ??= await ScriptedServer.listen(
        [busyGrid(), json("network/x")],
        undefined,
        Number(new URL(url).port),
      );
    };
    expect((await connect(url, {}, time).send(write)).data).toBe("network/x");
    expect(server?.arrived).toHaveLength(2);
    expect(time.time).toBeLessThan(10_000);
    await server?.[Symbol.asyncDispose]();
  });

  it.each([
    ["refused connections", undefined],
    ["503", busyGrid()],
  ])("that takes too long ends with what happened last: %s", async (_, reply) => {
    const time = clock();
    await using server = await ScriptedServer.listen([reply ?? reset]);
    const url = reply ? server.url : await deadAddress();
    const transport = connect(url, { failoverTimeout: 20_000 }, time);
    const name = reply ? "ServerError" : "ConnectionError";
    await expect(transport.send(write)).rejects.toMatchObject({ name });
    expect(time.time).toBeGreaterThan(19_000);
    expect(time.time).toBeLessThanOrEqual(20_000);
  });

  it("is waited out until the deadline, whatever maxRetries says", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen(() =>
      time.time < 50_000 ? busyGrid() : json("network/x"),
    );
    const transport = connect(server.url, { maxRetries: 1, failoverTimeout: 0 }, time);
    await transport.send({ ...write, deadline: 60_000 });
    time.time = 0;
    await expect(transport.send({ ...write, deadline: 40_000 })).rejects.toMatchObject({ status: 503 });
    expect(time.time).toBeGreaterThan(39_000);
    expect(time.time).toBeLessThanOrEqual(40_000);
  });

  it("moves the writes from the old master to the new one, and back again", async () => {
    let master = "first";
    const node = (name: string) =>
      ScriptedServer.listen(({ method }) =>
        method === "GET" || master === name ? json(`network/${name}`) : candidateOnly,
      );
    await using first = await node("first");
    await using second = await node("second");
    const transport = connect([first.url, second.url]);
    const seen = [];
    for (master of ["first", "second", "first"]) {
      seen.push((await transport.send(write)).data, (await transport.send(read)).data);
    }
    expect(seen).toEqual(
      ["first", "first", "second", "second", "first", "first"].map((name) => `network/${name}`),
    );
  });

  it("of a single address that was the master's is waited out too", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen((_, index) =>
      index > 0 && time.time < 5000 ? candidateOnly : json("network/x"),
    );
    const transport = connect(server.url, {}, time);
    await transport.send(write);
    expect((await transport.send(write)).data).toBe("network/x");
  });

  it("leaves a single address that is the master's no longer after one call's patience", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen([json("network/x"), candidateOnly]);
    const transport = connect(server.url, {}, time);
    await transport.send(write);
    await expect(transport.send(write)).rejects.toMatchObject({ name: "NotGridMasterError" });
    const pauses = time.pauses.length;
    expect(pauses).toBeGreaterThan(3);
    await expect(transport.send(write)).rejects.toMatchObject({ name: "NotGridMasterError" });
    expect(time.pauses).toHaveLength(pauses);
  });

  it("is no reason to wait for a certificate that is not trusted", async () => {
    const time = clock();
    const untrusted = async () => {
      throw Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    };
    const transport = connect("https://grid.example.com", { transport: untrusted }, time);
    await expect(transport.send({ ...write, deadline: 60_000 })).rejects.toMatchObject({
      name: "ConnectionError",
      attempts: 1,
    });
    expect(time.pauses).toEqual([]);
  });
});

describe("the circuit breaker", () => {
  const twoFailures = {
    failoverTimeout: 0,
    maxRetries: 1,
    circuitBreaker: { failures: 2, resetAfter: 8000 },
  };

  it("fails further calls at once after so many that got no answer, sends one again later, and says so", async () => {
    const time = clock();
    const lines: string[] = [];
    const note = (message: string) => void lines.push(message);
    const logger: Logger = { debug: () => {}, info: note, warn: note, error: note };
    let down = true;
    await using server = await ScriptedServer.listen(() => (down ? busyPage : json([])));
    const transport = connect(server.url, { ...twoFailures, logger }, time);
    for (let call = 0; call < 2; call++) await expect(transport.send(read)).rejects.toThrow("503");
    const error = await transport.send(write).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      name: "CircuitOpenError",
      code: "ERR_INFOBLOX_CIRCUIT_OPEN",
      retryAfter: 8000,
      attempts: 0,
      cause: { status: 503 },
      hint: expect.stringContaining("8 s"),
    });
    expect(server.arrived).toHaveLength(4);
    time.time += 8000;
    await expect(transport.send(read)).rejects.toThrow("503");
    await expect(transport.send(read)).rejects.toMatchObject({ name: "CircuitOpenError" });
    expect(server.arrived).toHaveLength(6);
    down = false;
    time.time += 8000;
    await transport.send(read);
    await transport.send(read);
    expect(server.arrived).toHaveLength(8);
    expect(lines.filter((line) => !line.startsWith("Trying again"))).toEqual([
      expect.stringContaining("fail at once"),
      "The grid answers again.",
    ]);
  });

  it("lets a single call see whether the grid is back, and another one where that was aborted", async () => {
    const time = clock();
    const gate = held();
    let down = true;
    await using server = await ScriptedServer.listen(() => (down ? busyPage : gate.reply));
    const transport = connect(server.url, { ...twoFailures, session: "basic" }, time);
    for (let call = 0; call < 2; call++) await expect(transport.send(read)).rejects.toThrow("503");
    down = false;
    time.time += 8000;
    const controller = new AbortController();
    const probe = transport.send({ ...read, signal: controller.signal });
    await expect(transport.send(read)).rejects.toMatchObject({ name: "CircuitOpenError", retryAfter: 0 });
    await untilArrived(server, 5);
    controller.abort();
    await expect(probe).rejects.toMatchObject({ name: "AbortedError" });
    const next = transport.send(read);
    await untilArrived(server, 6);
    gate.release();
    expect((await next).status).toBe(200);
  });

  it.each([
    ["refusals of the grid", refusal("Unknown argument/field: 'x'")],
    ["the grid's own failures", refusal("Internal Error", "Server.Ibap", 500)],
    ["wrong passwords", unauthorized],
  ])("is never opened by %s", async (_, reply) => {
    await using server = await ScriptedServer.listen([reply]);
    const transport = connect(server.url, twoFailures);
    for (let call = 0; call < 5; call++) {
      await expect(transport.send(read)).rejects.not.toMatchObject({ name: "CircuitOpenError" });
    }
  });

  it("is not opened by a failover that calls wait out, however many", async () => {
    const time = clock();
    await using server = await ScriptedServer.listen(() => (time.time < 9000 ? busyPage : json([])));
    const transport = connect(server.url, { circuitBreaker: { failures: 1 } }, time);
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => transport.send({ ...read, deadline: 600_000 })),
    );
    expect(answers).toHaveLength(30);
  });

  it("is not there when turned off", async () => {
    await using server = await ScriptedServer.listen([busyPage]);
    const transport = connect(server.url, { ...twoFailures, circuitBreaker: false });
    for (let call = 0; call < 12; call++) await expect(transport.send(read)).rejects.toThrow("503");
    expect(server.arrived).toHaveLength(24);
  });
});

describe("a node that is not the grid master", () => {
  it("is said to be so at once where there is no other address, with the master's", async () => {
    await using server = await ScriptedServer.listen([
      page('<html><meta http-equiv="refresh" content="0;url=https://gm.example.com/ui/"></html>', 200),
    ]);
    await expect(connect(server.url).send(read)).rejects.toMatchObject({
      name: "NotGridMasterError",
      masterUrl: "https://gm.example.com",
    });
    expect(server.arrived).toHaveLength(1);
  });

  it("gets no password to another host by redirecting there", async () => {
    await using thief = await ScriptedServer.listen([json([])]);
    await using server = await ScriptedServer.listen([raw("", 307, { location: `${thief.url}/wapi/` })]);
    await expect(connect(server.url).send(write)).rejects.toMatchObject({
      name: "NotGridMasterError",
      masterUrl: thief.url,
    });
    expect(thief.arrived).toEqual([]);
  });
});

describe("a child", () => {
  it("shares its parent's session, and has limits of its own", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([])), busyPage]);
    const parent = connect(server.url);
    await parent.send(read);
    const child = parent.with({ maxRetries: 0 });
    await expect(child.send(read)).rejects.toMatchObject({ status: 503 });
    expect(server.identities).toEqual(["basic", "cookie"]);
    expect(child.settings).toMatchObject({ maxRetries: 0, timeout: parent.settings.timeout });
  });

  it("ends with its parent, and not before", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([]))]);
    const parent = connect(server.url);
    const child = parent.with({});
    await child.close("/wapi/v2.12/logout");
    await child.send(read);
    await parent.close("/wapi/v2.12/logout");
    await expect(child.send(read)).rejects.toMatchObject({ code: "ERR_INFOBLOX_CLOSED" });
  });
});

describe("close", () => {
  it("logs the session out, once, with nothing but the cookie", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([]))]);
    const transport = connect(server.url);
    await transport.send(read);
    await Promise.all([transport.close("/wapi/v2.12/logout"), transport.close("/wapi/v2.12/logout")]);
    await transport.close("/wapi/v2.12/logout");
    expect(server.arrived).toHaveLength(2);
    expect(server.arrived[1]).toMatchObject({ method: "POST", url: "/wapi/v2.12/logout", body: "" });
    expect(server.identities[1]).toBe("cookie");
  });

  it("needs no answer to the log-out", async () => {
    await using server = await ScriptedServer.listen([withCookie(json([])), reset]);
    const transport = connect(server.url);
    await transport.send(read);
    await expect(transport.close("/wapi/v2.12/logout")).resolves.toBeUndefined();
  });

  it("sends nothing where there is no session", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    await connect(server.url).close("/wapi/v2.12/logout");
    const transport = connect(server.url);
    await transport.send(read);
    await transport.close("/wapi/v2.12/logout");
    expect(server.arrived).toHaveLength(1);
  });

  it("waits for requests under way, queued ones included, and takes no more", async () => {
    const gate = held();
    await using server = await ScriptedServer.listen([gate.reply]);
    const transport = connect(server.url, { maxConcurrency: 1, session: "basic" });
    const running = [transport.send(read), transport.send(write)];
    await untilArrived(server, 1);
    const closed = transport.close();
    await expect(transport.send(read)).rejects.toMatchObject({ code: "ERR_INFOBLOX_CLOSED" });
    gate.release();
    await untilArrived(server, 2);
    gate.release();
    expect(await Promise.all(running)).toHaveLength(2);
    await closed;
  });

  it("happens at the end of an `await using` block", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    let transport: Transport;
    {
      await using inner = connect(server.url);
      transport = inner;
      await inner.send(read);
    }
    await expect(transport.send(read)).rejects.toMatchObject({ code: "ERR_INFOBLOX_CLOSED" });
  });
});

describe("printing", () => {
  it("shows where a transport leads and as whom, and nothing secret", () => {
    const transport = connect("https://grid.example.com");
    const shown = { addresses: ["https://grid.example.com"], username: "admin", session: "cookie" };
    expect(JSON.parse(JSON.stringify(transport))).toEqual(shown);
    expect(inspect(transport)).toContain("https://grid.example.com");
    expect(inspect(transport, { depth: 9, showHidden: true })).not.toContain("Gr1d-password");
  });

  it("warns once, in the log of the client, that certificates go unverified", () => {
    const warn = vi.fn();
    const logger: Logger = { debug() {}, info() {}, warn, error() {} };
    const transport = connect("https://grid.example.com", { tls: { rejectUnauthorized: false }, logger });
    transport.with({ timeout: 1000 });
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/grid\.example\.com is not verified/);
  });

  it("warns through Node where there is no log", () => {
    const emitWarning = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    connect("https://grid.example.com", { tls: { rejectUnauthorized: false } });
    expect(emitWarning).toHaveBeenCalledTimes(1);
    emitWarning.mockRestore();
  });
});
