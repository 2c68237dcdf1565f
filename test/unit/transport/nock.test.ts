import nock from "nock";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { transportSettings } from "../../../src/transport/options.js";
import type { TransportRequest } from "../../../src/transport/request.js";
import { Transport } from "../../../src/transport/transport.js";
import { FakeClock } from "./fake-clock.js";

const grid = "https://grid.example.com";
const read: TransportRequest = { method: "GET", path: "/wapi/v2.12/network", writes: false };
const write: TransportRequest = { method: "POST", path: "/wapi/v2.12/network", body: { a: 1 }, writes: true };

let transport: Transport;

beforeEach(() => {
  if (!nock.isActive()) nock.activate();
  nock.disableNetConnect();
  const options = { url: grid, username: "admin", password: "Gr1d-password" };
  transport = new Transport(transportSettings(options, {}), new FakeClock());
});

afterEach(async () => {
  await transport.close();
  nock.cleanAll();
});

afterAll(() => {
  nock.enableNetConnect();
  nock.restore();
});

describe("behind nock", () => {
  it("requests and answers go through as they are", async () => {
    const scope = nock(grid)
      .post("/wapi/v2.12/network", { a: 1 })
      .query({ "_return_fields+": "network" })
      .basicAuth({ user: "admin", pass: "Gr1d-password" })
      .reply(201, { _ref: "network/x" });
    const answer = await transport.send({ ...write, query: [["_return_fields+", "network"]] });
    expect(answer).toMatchObject({ status: 201, data: { _ref: "network/x" } });
    scope.done();
  });

  it("the session's cookie is kept", async () => {
    nock(grid)
      .get("/wapi/v2.12/network")
      .reply(200, [], { "set-cookie": 'ibapauth="timeout=600,x"; Path=/' });
    const second = nock(grid, {
      reqheaders: { cookie: 'ibapauth="timeout=600,x"' },
      badheaders: ["authorization"],
    })
      .get("/wapi/v2.12/network")
      .reply(200, ["again"]);
    await transport.send(read);
    expect((await transport.send(read)).data).toEqual(["again"]);
    second.done();
  });

  it("requests without cookies run side by side after the first", async () => {
    nock(grid).get("/wapi/v2.12/network").times(4).delay(5).reply(200, []);
    await Promise.all([1, 2, 3, 4].map(() => transport.send(read)));
    expect(nock.isDone()).toBe(true);
  });

  it.each(["ECONNREFUSED", "ENOTFOUND"])("a write is repeated after %s", async (code) => {
    nock(grid)
      .post("/wapi/v2.12/network")
      .replyWithError(Object.assign(new Error(code), { code }));
    nock(grid).post("/wapi/v2.12/network").reply(201, '"network/x"');
    expect((await transport.send(write)).attempts).toBe(2);
  });

  it("a write is uncertain after a reset, and a read is repeated", async () => {
    const error = Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    nock(grid).post("/wapi/v2.12/network").replyWithError(error);
    await expect(transport.send(write)).rejects.toMatchObject({ name: "UncertainWriteError" });
    nock(grid).get("/wapi/v2.12/network").replyWithError(error);
    nock(grid).get("/wapi/v2.12/network").reply(200, []);
    expect((await transport.send(read)).attempts).toBe(2);
  });

  it("a request that nobody expects is an error that says so", async () => {
    await expect(transport.send({ ...read, maxRetries: 0 })).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("Nock: Disallowed net connect"),
    });
  });
});
