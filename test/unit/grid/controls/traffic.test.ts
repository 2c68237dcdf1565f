import { describe, expect, it } from "vitest";
import { Clock } from "../../../../src/grid/controls/clock.js";
import { type Fault, Faults } from "../../../../src/grid/controls/faults.js";
import type { RecordedRequest } from "../../../../src/grid/controls/recorded-request.js";
import { Traffic } from "../../../../src/grid/controls/traffic.js";
import type { GridRequest } from "../../../../src/grid/protocol/pages.js";

function traffic(handle?: () => never) {
  const faults = new Faults(new Clock());
  const handled: string[] = [];
  const told: RecordedRequest[] = [];
  const between = new Traffic({
    faults,
    transactions: { run: (_, carryOut) => carryOut() },
    handle(request) {
      handle?.();
      handled.push(request.method);
      return { answer: { status: 200, headers: {}, body: `answer ${handled.length}` }, user: "admin" };
    },
    onRequest: (request) => told.push(request),
  });
  return { faults, handled, told, between };
}

function request(method: string, url: string, body = ""): GridRequest {
  const headers = { authorization: "Basic c2VjcmV0", cookie: 'ibapauth="secret"' };
  return { method, url, headers, body: Buffer.from(body), address: "127.0.0.1" };
}

describe("traffic", () => {
  it("records method, path, arguments, body, status and user, and nothing that lets anybody in", async () => {
    const { between } = traffic();
    await between.exchange(
      request("POST", "/wapi/v2.12/network?*Site=a&*Site=b&comment=x+y%2B", '{"network":"10.0.0.0/24"}'),
    );
    expect(between.requests).toEqual([
      {
        method: "POST",
        path: "/wapi/v2.12/network",
        query: { "*Site": ["a", "b"], comment: "x y+" },
        body: { network: "10.0.0.0/24" },
        status: 200,
        user: "admin",
      },
    ]);
    expect(JSON.stringify(between.requests)).not.toMatch(/secret|c2VjcmV0/);
  });

  it("records a body that isn't JSON as text, and an empty one as none", async () => {
    const { between } = traffic();
    await between.exchange(request("POST", "/wapi/v2.12/network", "network=10.0.0.0/24"));
    await between.exchange(request("POST", "/wapi/v2.12/logout"));
    expect(between.requests.map(({ body }) => body)).toEqual(["network=10.0.0.0/24", undefined]);
  });

  it("forgets what it is told to, and tells of each request once", async () => {
    const { between, told } = traffic();
    await between.exchange(request("GET", "/wapi/v2.12/network"));
    between.forget();
    await between.exchange(request("GET", "/wapi/v2.12/view"));
    expect(between.requests.map(({ path }) => path)).toEqual(["/wapi/v2.12/view"]);
    expect(told).toHaveLength(2);
  });

  it.each([
    [{ fail: "refuse" }, "refuse", 0, 0],
    [{ fail: "reset-before-commit" }, "reset", 0, 0],
    [{ fail: "reset-after-commit" }, "reset", 1, 0],
    [{ fail: "timeout-before-commit" }, "hang", 0, 0],
    [{ fail: "timeout-after-commit" }, "hang", 1, 0],
    [{ fail: "truncate" }, "truncated", 1, 200],
    [{ fail: "not-json" }, "answer", 1, 200],
    [{ fail: "duplicate" }, "answer", 2, 200],
    [{ fail: "twice" }, "answer", 2, 200],
    [{ fail: "twice", answer: "second" }, "answer", 2, 200],
    [{ fail: "twice", lateBy: 60_000 }, "answer", 1, 200],
    [{ fail: "late" }, "reset", 0, 0],
    [{ fail: "late", clientSees: "timeout" }, "hang", 0, 0],
    [{ fail: "wrong-json" }, "answer", 1, 200],
    [{ fail: "half-open" }, "half-open", 0, 0],
    [{ fail: "half-open", afterCommit: true }, "half-open", 1, 0],
    [{ cutAt: 3 }, "truncated", 1, 200],
    [{ fail: "reset-at-reuse" }, "answer", 1, 200],
    [{ status: 408, afterCommit: true }, "answer", 1, 408],
    [{ status: 429, afterCommit: true }, "answer", 1, 429],
    [{ status: 502, afterCommit: true }, "answer", 1, 502],
    [{ fail: "redirect" }, "answer", 0, 200],
    [{ fail: "read-only" }, "answer", 0, 400],
    [{ status: 503 }, "answer", 0, 503],
    [{ delay: 1 }, "answer", 1, 200],
  ] as const)(
    "with %j delivers %s after %i commits, and records %i",
    async (fault, kind, commits, status) => {
      const { faults, between, handled } = traffic();
      faults.next(fault as Fault);
      const delivery = await between.exchange(request("POST", "/wapi/v2.12/network"));
      expect([delivery.kind, handled.length]).toEqual([kind, commits]);
      expect(between.requests).toMatchObject([{ status }]);
    },
  );

  it("lets a read-only grid answer what only reads: GET, _method=GET, logout", async () => {
    const { faults, between, handled } = traffic();
    faults.always({ fail: "read-only" });
    await between.exchange(request("GET", "/wapi/v2.12/network"));
    await between.exchange(request("POST", "/wapi/v2.12/network?_method=GET"));
    await between.exchange(request("POST", "/wapi/v2.12/logout"));
    await between.exchange(request("PUT", "/wapi/v2.12/network/ZG5z:10.0.0.0/24/default"));
    await between.exchange(request("DELETE", "/wapi/v2.12/network/ZG5z:10.0.0.0/24/default"));
    expect(handled).toEqual(["GET", "POST", "POST"]);
    expect(between.requests.map(({ status }) => status)).toEqual([200, 200, 200, 400, 400]);
  });

  it.each([
    "/wapi/v2.12/record:host",
    "/wapi/v2.12/record%3Ahost?name=x",
    "/wapi/v2.12/record:host/ZG5z:web.example.com/default",
    "/wapi/v2.12/record%3Ahost%2FZG5z%3Aweb.example.com%2Fdefault",
  ])("knows by %s that it is about record:host", async (url) => {
    const { faults, between } = traffic();
    faults.always({ object: "record:host", status: 502 });
    await between.exchange(request("GET", url));
    await between.exchange(request("GET", "/wapi/v2.12/record:a"));
    expect(between.requests.map(({ status }) => status)).toEqual([502, 200]);
  });

  it("answers a failure of its own as one, and goes on", async () => {
    const { between } = traffic(() => {
      throw new TypeError("no disk space");
    });
    const delivery = await between.exchange(request("POST", "/wapi/v2.12/network"));
    expect(delivery).toMatchObject({ kind: "answer", answer: { status: 500 } });
    expect(String("answer" in delivery && delivery.answer.body)).toContain("FakeGrid failed: no disk space");
  });
});
