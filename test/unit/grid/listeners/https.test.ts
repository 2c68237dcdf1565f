import { request as sendPlain } from "node:http";
import { Agent, request as send } from "node:https";
import { connect } from "node:net";
import { connect as connectTls } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGrid } from "../../../../src/grid/index.js";
import { makeCertificate } from "../../../../src/grid/listeners/certificate.js";
import { openListener } from "../../../../src/grid/listeners/https.js";
import { call, create, networks } from "../calling.js";

let grid: FakeGrid;
afterEach(() => grid?.close());

describe("HTTPS", () => {
  beforeEach(async () => {
    grid = await FakeGrid.listen();
  });

  it.each(["127.0.0.1", "localhost"])("is trusted by its own certificate as %s", async (name) => {
    const { status, json } = await call(grid, "networkview", { origin: `https://${name}:${grid.port}` });
    expect([status, json[0].name]).toEqual([200, "default"]);
  });

  it("isn't trusted by the certificate of another grid", async () => {
    await using other = await FakeGrid.listen();
    await expect(call(grid, "networkview", { ca: other.ca ?? "" })).rejects.toThrow(/certificate/);
  });

  it("answers in chunks, with the length of a refusal, and with nothing to HEAD", async () => {
    const { headers } = await call(grid, "networkview");
    expect(headers).toMatchObject({ "transfer-encoding": "chunked" });
    expect(headers["content-length"]).toBeUndefined();
    const refused = await call(grid, "networkview?nothing=1");
    expect(refused.headers["content-length"]).toBe(String(Buffer.byteLength(refused.text)));
    expect((await call(grid, "networkview", { method: "HEAD" })).text).toBe("");
  });

  it("says that a URL is too long, and hears the caller out before it closes", async () => {
    for (let times = 0; times < 20; times += 1) {
      const { status, text } = await call(grid, `network?comment=${"x".repeat(200_000)}`);
      expect([status, text]).toEqual([414, expect.stringContaining("Too Long")]);
    }
  });

  it("refuses methods that WAPI doesn't have", async () => {
    expect((await call(grid, "networkview", { method: "PATCH" })).status).toBe(405);
  });
});

describe("HTTP", () => {
  beforeEach(async () => {
    grid = await FakeGrid.listen({ tls: false });
  });

  it("has no certificate, and says in its options that it is insecure", async () => {
    expect(grid.ca).toBeUndefined();
    expect(grid.clientOptions).toMatchObject({ url: grid.url, allowInsecureHttp: true });
    expect((await call(grid, "networkview")).status).toBe(200);
  });

  it("says that what isn't HTTP is a bad request", async () => {
    const answer = await new Promise<string>((done) => {
      let text = "";
      const socket = connect(grid.port, "127.0.0.1", () => socket.write("GRID GIVE ADDRESS\r\n\r\n"));
      socket.on("data", (chunk) => {
        text += chunk;
      });
      socket.once("end", () => done(text));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it("refuses a body without a length once it has too many bytes, and keeps none of them", async () => {
    let sent = 0;
    const status = await new Promise<number | undefined>((done, failed) => {
      const headers = { authorization: `Basic ${btoa("admin:infoblox")}` };
      const caller = sendPlain(`${grid.url}/wapi/v2.12/network`, { method: "POST", headers }, (answer) => {
        done(answer.statusCode);
        caller.destroy();
      });
      const chunk = Buffer.alloc(1024 * 1024, " ");
      const more = () => {
        while (!caller.destroyed && sent < 1024 && caller.write(chunk)) sent += 1;
      };
      caller.on("drain", more).on("error", failed);
      more();
    });
    expect([status, sent < 200]).toEqual([400, true]);
    expect(await networks(grid)).toEqual([]);
  });

  it("goes on after a caller that broke off in the middle of a body", async () => {
    await new Promise<void>((done) => {
      const socket = connect(grid.port, "127.0.0.1", () => {
        socket.write("POST /wapi/v2.12/network HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", () => {
          socket.resetAndDestroy();
        });
      });
      socket.once("close", () => done());
    });
    expect(await networks(grid)).toEqual([]);
  });

  it("listens where it was told to, and fails where another one does", async () => {
    const port = grid.port;
    await expect(FakeGrid.listen({ port, tls: false })).rejects.toMatchObject({ code: "EADDRINUSE" });
    await grid.close();
    grid = await FakeGrid.listen({ port, tls: false });
    expect(grid.url).toBe(`http://127.0.0.1:${port}`);
    expect((await call(grid, "networkview")).status).toBe(200);
  });
});

describe("faults over a socket", () => {
  beforeEach(async () => {
    grid = await FakeGrid.listen();
  });

  const post = (comment = "") => create(grid, "network", { network: "10.0.0.0/24", comment });

  it.each([
    ["refuse", 0],
    ["reset-before-commit", 0],
    ["reset-after-commit", 1],
  ] as const)("%s breaks the connection with %i networks made", async (fail, made) => {
    grid.faults.next({ on: "POST", fail });
    await expect(post()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await networks(grid)).toHaveLength(made);
  });

  it.each([
    ["timeout-before-commit", 0],
    ["timeout-after-commit", 1],
  ] as const)("%s never answers, with %i networks made", async (fail, made) => {
    grid.faults.next({ on: "POST", fail });
    const lost = call(grid, "network", {
      method: "POST",
      body: { network: "10.0.0.0/24" },
      giveUp: "recorded",
    });
    await expect(lost).rejects.toMatchObject({ code: "GAVE_UP" });
    expect(await networks(grid)).toHaveLength(made);
  });

  it("truncate breaks off inside the answer to what was carried out", async () => {
    grid.faults.next({ on: "POST", fail: "truncate" });
    await expect(post()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it("cutAt lets so many bytes of the body through", async () => {
    grid.faults.next({ cutAt: 7 });
    const whole = (await call(grid, "networkview").catch((error: Error) => error)) as Error;
    expect(whole).toMatchObject({ code: "ECONNRESET" });
  });

  it("wrong-json answers what was carried out with JSON of another shape", async () => {
    grid.faults.next({ on: "POST", fail: "wrong-json", body: { result: [] } });
    const { status, json } = await call(grid, "network", {
      method: "POST",
      body: { network: "10.0.0.0/24" },
    });
    expect([status, json]).toEqual([201, { result: [] }]);
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it.each([408, 429, 502, 503, 504] as const)(
    "status %i after the commit says nothing of it",
    async (status) => {
      grid.faults.next({ on: "POST", status, afterCommit: true });
      const answer = await call(grid, "network", { method: "POST", body: { network: "10.0.0.0/24" } });
      expect([answer.status, answer.headers["content-type"]]).toEqual([
        status,
        expect.stringMatching(/html/),
      ]);
      expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
    },
  );

  it("late breaks the connection, and carries the request out later", async () => {
    grid.clock.freeze();
    grid.faults.next({ on: "POST", fail: "late", lateBy: 30 });
    await expect(post()).rejects.toMatchObject({ code: "ECONNRESET" });
    expect(await networks(grid)).toEqual([]);
    grid.clock.advance(30);
    await expect.poll(() => networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it("half-open and reset-at-reuse strike connections, not requests", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ...(grid.ca && { ca: grid.ca }) });
    const get = (patience?: number) => overAgent(grid, agent, patience);
    try {
      grid.faults.next({ fail: "reset-at-reuse" });
      expect(await get()).toBe(200);
      await expect(get()).rejects.toMatchObject({ code: "ECONNRESET" });
      expect(await get()).toBe(200);
      grid.faults.next({ fail: "half-open" });
      await expect(get(200)).rejects.toMatchObject({ message: "gave up" });
      expect(await get()).toBe(200);
    } finally {
      agent.destroy();
    }
  });

  it("not-json answers what was carried out with somebody's HTML page", async () => {
    grid.faults.next({ on: "POST", fail: "not-json" });
    const { status, headers, text } = await call(grid, "network", {
      method: "POST",
      body: { network: "10.0.0.0/24" },
    });
    expect(status).toBe(200);
    expect(headers["content-type"]).toMatch(/^text\/html/);
    expect(text).toContain("<html>");
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it("duplicate answers the second of two deliveries", async () => {
    grid.faults.next({ on: "POST", fail: "duplicate" });
    const { status, json } = await call(grid, "network", {
      method: "POST",
      body: { network: "10.0.0.0/24" },
    });
    expect([status, json.code]).toEqual([400, "Client.Ibap.Data.Conflict"]);
    expect(await networks(grid)).toEqual(["10.0.0.0/24"]);
  });

  it("read-only refuses writes in the grid's words, and reads on", async () => {
    grid.faults.always({ fail: "read-only" });
    const { status, json } = await call(grid, "network", {
      method: "POST",
      body: { network: "10.0.0.0/24" },
    });
    expect([status, json.text]).toEqual([400, "Only read-only API access supported"]);
    expect(await networks(grid)).toEqual([]);
  });

  it("redirect sends everybody on to the grid master, with a status of 200", async () => {
    grid.faults.next({ fail: "redirect" });
    const { status, text } = await call(grid, "network");
    expect(status).toBe(200);
    expect(text).toContain('http-equiv="refresh"');
  });

  it.each([401, 403, 429, 500, 502, 503, 504] as const)("status %i carries nothing out", async (status) => {
    grid.faults.next({ on: "POST", status, retryAfter: 7 });
    const answer = await call(grid, "network", { method: "POST", body: { network: "10.0.0.0/24" } });
    expect(answer.status).toBe(status);
    expect(answer.headers["content-type"]).toMatch(/^text\/html/);
    expect(answer.headers["retry-after"]).toBe(status === 401 || status === 403 ? undefined : "7");
    expect(answer.headers["www-authenticate"]).toBe(
      status === 401 ? 'Basic realm="InfoBlox ONE Platform"' : undefined,
    );
    expect(await networks(grid)).toEqual([]);
  });

  it("delay keeps the answer back", async () => {
    grid.faults.next({ on: "POST", delay: 60_000 });
    const slow = call(grid, "network", { method: "POST", body: { network: "10.0.0.0/24" }, giveUp: 250 });
    await expect(slow).rejects.toMatchObject({ code: "GAVE_UP" });
    grid.faults.next({ on: "POST", delay: 20 });
    await post();
  });
});

/** The status of a request over an agent's kept-alive connection. @param patience - milliseconds without an answer */
function overAgent(grid: FakeGrid, agent: Agent, patience = 0): Promise<number | undefined> {
  return new Promise((done, failed) => {
    const headers = { authorization: `Basic ${btoa("admin:infoblox")}` };
    const request = send(`${grid.url}/wapi/v2.12/networkview`, { agent, headers }, (answer) => {
      answer.resume().on("end", () => setImmediate(() => done(answer.statusCode)));
    });
    request.setTimeout(patience, () => request.destroy(new Error("gave up")));
    request.on("error", failed).end();
  });
}

describe("slow and half-open callers", () => {
  it.each([false, true])("are cut off, TLS: %s", async (tls) => {
    const certificate = tls ? await makeCertificate("127.0.0.1") : undefined;
    const listener = await openListener({
      ...{ host: "127.0.0.1", port: 0, certificate },
      exchange: async () => ({ kind: "hang" }),
      patience: { head: 100, request: 300, idle: 300 },
    });
    const whole = "GET /wapi/v2.12/network HTTP/1.1\r\nHost: x\r\n\r\n";
    const sent = ["", "GET /wa", `POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{`, whole];
    await Promise.all(
      sent.map(
        (text) =>
          new Promise<void>((done) => {
            const options = { port: listener.port, host: "127.0.0.1", rejectUnauthorized: false };
            const socket = tls && text !== "" ? connectTls(options) : connect(options);
            socket.on("error", () => {}).on("close", () => done());
            socket.resume().write(text);
          }),
      ),
    );
    await listener.close();
  });
});
