import { createServer, type Server } from "node:net";
import { gzipSync } from "node:zlib";
import axios from "axios";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Exchanged, type ExchangeRequest, HttpExchange } from "../../../src/transport/exchange.js";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import {
  type Certificate,
  makeAuthority,
  makeClientCertificate,
  makeServerCertificate,
} from "./certificates.js";
import { cutOff, json, raw, reset, ScriptedServer, silence } from "./scripted-server.js";

const open: HttpExchange[] = [];

function make(options: TransportOptions = {}): HttpExchange {
  const exchange = new HttpExchange(
    transportSettings({ url: "https://grid", username: "admin", password: "Gr1d-password", ...options }, {}),
  );
  open.push(exchange);
  return exchange;
}

function send(exchange: HttpExchange, url: string, own: Partial<ExchangeRequest> = {}): Promise<Exchanged> {
  return exchange.send({
    method: "GET",
    url,
    headers: {},
    body: undefined,
    timeout: 60_000,
    signal: undefined,
    ...own,
  });
}

afterEach(() => void vi.useRealTimers());

/** A server that takes connections and says nothing, so that no TLS handshake ends. */
async function listenMute(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.resume();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return { server, port: typeof address === "object" && address ? address.port : 0 };
}

let authority: Certificate;
let certificate: Certificate;

beforeAll(async () => {
  authority = await makeAuthority();
  certificate = await makeServerCertificate(authority);
});

afterAll(() => {
  for (const exchange of open) exchange.close();
});

describe("HttpExchange, when all is well", () => {
  it("sends method, headers and body, and gives back status, headers, cookies and bytes", async () => {
    await using server = await ScriptedServer.listen([
      json({ ok: true }, 201, { "X-Grid": "yes", "set-cookie": ["ibapauth=one", "other=two"] }),
    ]);
    const { answer } = await send(make(), `${server.url}/wapi/v2.12/network?a=%2A`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: "Basic abc" },
      body: '{"comment":"Zürich"}',
    });
    expect(server.arrived[0]).toMatchObject({
      method: "POST",
      url: "/wapi/v2.12/network?a=%2A",
      body: '{"comment":"Zürich"}',
      headers: { "content-type": "application/json", authorization: "Basic abc" },
    });
    expect(answer).toMatchObject({
      status: 201,
      headers: { "x-grid": "yes", "content-type": "application/json" },
      setCookies: ["ibapauth=one", "other=two"],
    });
    expect(answer?.headers).not.toHaveProperty("set-cookie");
    expect(answer?.body.toString()).toBe('{"ok":true}');
  });

  it("unpacks a compressed answer", async () => {
    await using server = await ScriptedServer.listen([
      (response) => {
        response.writeHead(200, { "content-encoding": "gzip" });
        response.end(gzipSync("[1,2,3]"));
      },
    ]);
    expect((await send(make(), server.url)).answer?.body.toString()).toBe("[1,2,3]");
  });

  it("gives back error answers as answers", async () => {
    await using server = await ScriptedServer.listen([json({ Error: "no" }, 400)]);
    expect((await send(make(), server.url)).answer?.status).toBe(400);
  });

  it("follows no redirect", async () => {
    await using elsewhere = await ScriptedServer.listen([json([])]);
    await using server = await ScriptedServer.listen([raw("", 302, { location: elsewhere.url })]);
    const { answer } = await send(make(), server.url, { headers: { authorization: "Basic abc" } });
    expect(answer).toMatchObject({ status: 302, headers: { location: elsewhere.url } });
    expect(elsewhere.arrived).toEqual([]);
  });

  it("uses one connection for requests that follow each other", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const exchange = make();
    for (let time = 0; time < 5; time++) await send(exchange, server.url);
    expect(server.connections).toBe(1);
  });

  it("drops a connection before the server says that it will", async () => {
    await using server = await ScriptedServer.listen([json([], 200, { "keep-alive": "timeout=1" })]);
    const exchange = make();
    await send(exchange, server.url);
    await send(exchange, server.url);
    expect(server.connections).toBe(2);
  });

  it("drops a connection that has been idle for a while by itself", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const settings = transportSettings(
      { url: "https://grid", username: "admin", password: "Gr1d-password" },
      {},
    );
    const exchange = new HttpExchange(settings, 20);
    await send(exchange, server.url);
    await new Promise((resolve) => server.arrived[0]?.socket.once("close", resolve));
    exchange.close();
  });

  it("leaves a connection alone that is merely slow to answer", async () => {
    await using server = await ScriptedServer.listen([
      (response, request) => setTimeout(() => json(["slow"])(response, request), 60),
    ]);
    const settings = transportSettings(
      { url: "https://grid", username: "admin", password: "Gr1d-password" },
      {},
    );
    const exchange = new HttpExchange(settings, 20);
    expect((await send(exchange, server.url)).answer?.status).toBe(200);
    exchange.close();
  });

  it("closes its connections", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const exchange = make();
    await send(exchange, server.url);
    const closed = new Promise((resolve) => server.arrived[0]?.socket.once("close", resolve));
    exchange.close();
    await closed;
  });

  it("goes through a proxy where one is given", async () => {
    await using proxy = await ScriptedServer.listen([json(["through the proxy"])]);
    const exchange = make({
      proxy: {
        protocol: "http",
        host: "127.0.0.1",
        port: proxy.port,
        auth: { username: "me", password: "Pr0xy" },
      },
    });
    const { answer } = await send(exchange, "http://grid.example.com/wapi/v2.12/network");
    expect(answer?.body.toString()).toBe('["through the proxy"]');
    expect(proxy.arrived[0]).toMatchObject({
      url: "http://grid.example.com/wapi/v2.12/network",
      headers: { "proxy-authorization": `Basic ${Buffer.from("me:Pr0xy").toString("base64")}` },
    });
  });

  it("sends through the user's own axios instance, interceptors included", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const instance = axios.create();
    instance.interceptors.request.use((request) => {
      request.headers.set("x-mine", "yes");
      return request;
    });
    await send(make({ transport: instance }), server.url, { headers: { cookie: "a=b" } });
    expect(server.arrived[0]?.headers).toMatchObject({ "x-mine": "yes", cookie: "a=b" });
  });

  it.each([
    ["bytes", Buffer.from("[1]")],
    ["an ArrayBuffer", new Uint8Array([91, 49, 93]).buffer],
    ["text", "[1]"],
    ["data", [1]],
  ])("takes %s from a transport of the user's own", async (_, data) => {
    const exchange = make({
      transport: async (config) => ({
        data,
        status: 200,
        statusText: "",
        headers: {},
        config: config as never,
      }),
    });
    expect((await send(exchange, "https://nowhere.example.com")).answer?.body.toString()).toBe("[1]");
  });
});

describe("HttpExchange, when the way fails", () => {
  it("knows that nothing arrived where nobody listens", async () => {
    const { server, port } = await listenMute();
    await new Promise((resolve) => server.close(resolve));
    const { failure } = await send(make(), `http://127.0.0.1:${port}`);
    expect(failure).toMatchObject({ reason: "connection", code: "ECONNREFUSED", arrived: false });
  });

  it("knows that nothing arrived when the time ran out in the TLS handshake", async () => {
    const { server, port } = await listenMute();
    const { failure } = await send(make(), `https://127.0.0.1:${port}`, { timeout: 50 });
    expect(failure).toMatchObject({ reason: "timeout", arrived: false });
    server.close();
  });

  it("knows that nothing arrived when the connection broke in the TLS handshake", async () => {
    const server = createServer((socket) => socket.once("data", () => socket.resetAndDestroy()));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address ? address.port : 0;
    const { failure } = await send(make(), `https://127.0.0.1:${port}`);
    expect(failure).toMatchObject({ code: "ECONNRESET", arrived: false });
    server.close();
  });

  it.each(["http", "https"])(
    "knows that a request over %s may have arrived when no answer comes in time",
    async (scheme) => {
      const tls = scheme === "https" ? certificate : undefined;
      await using server = await ScriptedServer.listen([silence], tls);
      vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
      const { failure } = await send(make({ tls: { ca: authority.cert } }), server.url);
      expect(failure).toMatchObject({ reason: "timeout", arrived: true });
      expect(server.arrived).toHaveLength(1);
    },
  );

  it.each(["http", "https"])(
    "knows that a request over %s may have arrived when the connection is reset",
    async (scheme) => {
      const tls = scheme === "https" ? certificate : undefined;
      await using server = await ScriptedServer.listen([reset], tls);
      const { failure } = await send(make({ tls: { ca: authority.cert } }), server.url);
      expect(failure).toMatchObject({ reason: "connection", code: "ECONNRESET", arrived: true });
    },
  );

  it("assumes that a request on a connection used before may have arrived", async () => {
    await using server = await ScriptedServer.listen([json([]), reset]);
    const exchange = make();
    await send(exchange, server.url);
    expect((await send(exchange, server.url)).failure).toMatchObject({ arrived: true });
    expect(server.connections).toBe(1);
  });

  it("notices an answer that was cut off", async () => {
    await using server = await ScriptedServer.listen([cutOff]);
    expect((await send(make(), server.url)).failure).toMatchObject({ reason: "connection", arrived: true });
  });

  it("notices an answer that claims to be compressed and isn't", async () => {
    await using server = await ScriptedServer.listen([raw("not gzip", 200, { "content-encoding": "gzip" })]);
    expect((await send(make(), server.url)).failure).toMatchObject({ reason: "connection", arrived: true });
  });

  it("gives up when the signal is aborted, and says how far it was", async () => {
    const controller = new AbortController();
    await using server = await ScriptedServer.listen([() => controller.abort()]);
    const { failure } = await send(make(), server.url, { signal: controller.signal });
    expect(failure).toMatchObject({ reason: "signal", arrived: true });
  });

  it("gives up at once when the signal is aborted already", async () => {
    await using server = await ScriptedServer.listen([json([])]);
    const { failure } = await send(make(), server.url, { signal: AbortSignal.abort() });
    expect(failure).toMatchObject({ reason: "signal", arrived: false });
    expect(server.arrived).toEqual([]);
  });

  it("knows by the code alone that nothing arrived, where the user's transport does the sending", async () => {
    const failing = (code: string) =>
      make({ transport: () => Promise.reject(Object.assign(new Error(code), { code })) });
    const outcome = async (code: string) => (await send(failing(code), "https://grid")).failure?.arrived;
    expect(await outcome("ECONNREFUSED")).toBe(false);
    expect(await outcome("ECONNRESET")).toBe(true);
  });
});

describe("HttpExchange and certificates", () => {
  it("trusts the given authority, and nobody else", async () => {
    await using server = await ScriptedServer.listen([json([])], certificate);
    expect((await send(make({ tls: { ca: authority.cert } }), server.url)).answer?.status).toBe(200);
    const other = await makeAuthority();
    for (const options of [{}, { tls: { ca: other.cert } }]) {
      const { failure } = await send(make(options), server.url);
      expect(failure).toMatchObject({ isHopeless: true, arrived: false });
    }
    expect(server.arrived).toHaveLength(1);
  });

  it("refuses a certificate for another name, unless told to expect that name", async () => {
    const other = await makeServerCertificate(authority, "grid.example.com", { ip: false });
    await using server = await ScriptedServer.listen([json([])], other);
    const ca = authority.cert;
    expect((await send(make({ tls: { ca } }), server.url)).failure).toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      isHopeless: true,
    });
    const answered = await send(make({ tls: { ca, servername: "grid.example.com" } }), server.url);
    expect(answered.answer?.status).toBe(200);
  });

  it("refuses a certificate that has ended", async () => {
    const ended = await makeServerCertificate(authority, "localhost", {
      notBeforeDate: new Date(Date.now() - 2 * 86_400_000),
      notAfterDate: new Date(Date.now() - 86_400_000),
    });
    await using server = await ScriptedServer.listen([json([])], ended);
    const { failure } = await send(make({ tls: { ca: authority.cert } }), server.url);
    expect(failure).toMatchObject({ code: "CERT_HAS_EXPIRED", isHopeless: true, arrived: false });
  });

  it("takes any certificate where verification is off, for this client only", async () => {
    await using server = await ScriptedServer.listen([json([])], certificate);
    const careless = make({ tls: { rejectUnauthorized: false } });
    expect((await send(careless, server.url)).answer?.status).toBe(200);
    expect((await send(make(), server.url)).failure?.isHopeless).toBe(true);
  });

  it.each(["TLSv1.2", "TLSv1.3"] as const)(
    "shows its own certificate where one is asked for (%s)",
    async (maxVersion) => {
      const { known, unknown, server } = await listenForRobots(maxVersion);
      await using _ = server;
      expect((await send(known, server.url)).answer?.status).toBe(200);
      expect((await send(unknown, server.url)).answer).toBeUndefined();
      expect(server.arrived).toHaveLength(1);
    },
  );

  it("knows that nothing was read by a server that ended the handshake for want of a certificate", async () => {
    const { unknown, server } = await listenForRobots("TLSv1.2");
    await using _ = server;
    expect((await send(unknown, server.url)).failure?.arrived).toBe(false);
  });
});

/** A server that asks for a client certificate, and two clients, one of which has one. */
async function listenForRobots(maxVersion: "TLSv1.2" | "TLSv1.3") {
  const robot = await makeClientCertificate(authority, "robot");
  const ca = authority.cert;
  const asking = { requestCert: true, rejectUnauthorized: true, maxVersion };
  const server = await ScriptedServer.listen([json([])], { ...certificate, ca, ...asking });
  return { server, known: make({ tls: { ca }, clientCertificate: robot }), unknown: make({ tls: { ca } }) };
}
