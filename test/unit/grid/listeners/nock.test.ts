import nock from "nock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeGrid } from "../../../../src/grid/index.js";
import { call, create, networks } from "../calling.js";

const origin = "https://grid.example.com";
const body = { network: "10.0.0.0/24" };

let grid: FakeGrid;
beforeEach(() => {
  nock.disableNetConnect();
  grid = FakeGrid.intercept(origin);
});
afterEach(async () => {
  await grid.close();
  nock.enableNetConnect();
});

describe("a grid behind nock", () => {
  it("answers reads and writes without a socket, and knows its address", async () => {
    expect(await create(grid, "network", { ...body, comment: "é" })).toMatch(
      /^network\/\S+:10\.0\.0\.0\/24\/default$/,
    );
    expect((await call(grid, "network")).json[0].comment).toBe("é");
    expect([grid.url, grid.port, grid.ca]).toEqual([origin, 443, undefined]);
    expect(grid.clientOptions).toMatchObject({ url: origin, username: "admin", password: "infoblox" });
  });

  it("takes an origin with a path, port or plain HTTP", async () => {
    await using plain = FakeGrid.intercept("http://plain.example.com:8080/wapi/");
    expect([plain.url, plain.port]).toEqual(["http://plain.example.com:8080", 8080]);
    expect((await call(plain, "networkview")).status).toBe(200);
  });

  it("asks for credentials and opens sessions as over a socket", async () => {
    expect((await call(grid, "network", { login: null })).status).toBe(401);
    const { headers } = await call(grid, "network");
    const cookie = String(headers["set-cookie"]).split(";")[0] ?? "";
    expect((await call(grid, "network", { login: null, headers: { cookie } })).status).toBe(200);
  });

  it("sees arguments as they were sent", async () => {
    await create(grid, "network", body);
    await call(grid, `network?network=${encodeURIComponent(body.network)}&comment~=a%2Bb`);
    expect(grid.requests.at(-1)).toMatchObject({ query: { network: body.network, "comment~": "a+b" } });
    expect(grid.requests[0]).toMatchObject({
      method: "POST",
      path: "/wapi/v2.12/network",
      body,
      status: 201,
    });
  });

  it("says what is wrong with JSON that is none", async () => {
    const { status, json } = await call(grid, "network", { method: "POST", body: "{" });
    expect([status, json.code]).toEqual([400, "Client.Ibap.Proto.JSONDecoding"]);
  });

  it("doesn't mix with another grid", async () => {
    await using other = FakeGrid.intercept("https://other.example.com");
    await create(grid, "network", body);
    expect([await networks(grid), await networks(other)]).toEqual([["10.0.0.0/24"], []]);
    await grid.close();
    expect(await networks(other)).toEqual([]);
  });

  it("stops intercepting when it is closed, and leaves the user's own interceptors alone", async () => {
    nock("https://elsewhere.example.com").get("/wapi/v2.12/network").reply(200, []);
    await grid.close();
    await grid.close();
    await expect(call(grid, "network")).rejects.toMatchObject({ code: "ERR_NOCK_NO_MATCH" });
    expect((await call(grid, "network", { origin: "https://elsewhere.example.com" })).json).toEqual([]);
  });

  it("can be there again after it was closed, as a fresh one", async () => {
    await create(grid, "network", body);
    await grid.close();
    grid = FakeGrid.intercept(origin);
    expect(await networks(grid)).toEqual([]);
  });
});

describe("faults behind nock", () => {
  const post = () => call(grid, "network", { method: "POST", body });

  it.each([
    ["refuse", "ECONNREFUSED", 0],
    ["reset-before-commit", "ECONNRESET", 0],
    ["reset-after-commit", "ECONNRESET", 1],
    ["truncate", "ECONNRESET", 1],
  ] as const)("%s gives %s with %i networks made", async (fail, code, made) => {
    grid.faults.next({ on: "POST", fail });
    await expect(post()).rejects.toMatchObject({ code });
    expect(await networks(grid)).toHaveLength(made);
  });

  it.each([
    ["timeout-before-commit", 0],
    ["timeout-after-commit", 1],
  ] as const)("%s never answers, with %i networks made", async (fail, made) => {
    grid.faults.next({ on: "POST", fail });
    await expect(call(grid, "network", { method: "POST", body, giveUp: "recorded" })).rejects.toMatchObject({
      code: "GAVE_UP",
    });
    expect(await networks(grid)).toHaveLength(made);
  });

  it.each([
    ["not-json", 200, /<html>/, 1],
    ["redirect", 200, /http-equiv="refresh"/, 0],
    ["duplicate", 400, /Client\.Ibap\.Data\.Conflict/, 1],
    ["read-only", 400, /Only read-only API access supported/, 0],
  ] as const)("%s answers %i with %s and %i networks made", async (fail, status, text, made) => {
    grid.faults.next({ on: "POST", fail });
    const answer = await post();
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
    expect(await networks(grid)).toHaveLength(made);
  });

  it.each([401, 403, 429, 500, 502, 503, 504] as const)("status %i carries nothing out", async (status) => {
    grid.faults.next({ on: "POST", status, retryAfter: 7 });
    const answer = await post();
    expect(answer.status).toBe(status);
    expect(answer.headers["retry-after"]).toBe(status === 401 || status === 403 ? undefined : "7");
    expect(await networks(grid)).toEqual([]);
  });

  it("delay keeps the answer back", async () => {
    grid.faults.next({ on: "POST", delay: 20 });
    expect((await post()).status).toBe(201);
    expect(grid.requests).toHaveLength(1);
  });
});
