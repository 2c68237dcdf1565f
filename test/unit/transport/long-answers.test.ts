import { createGzip, gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { isInfobloxError } from "../../../src/errors.js";
import { judge, type RawAnswer } from "../../../src/transport/answer.js";
import { type TransportOptions, transportSettings } from "../../../src/transport/options.js";
import { Redactor } from "../../../src/transport/redactor.js";
import { Transport } from "../../../src/transport/transport.js";
import { processorTime } from "../../processor-time.js";
import { FakeClock } from "./fake-clock.js";
import { type Reply, raw, ScriptedServer } from "./scripted-server.js";

const mebibyte = 1024 * 1024;
const limit = mebibyte;

const open: Transport[] = [];
afterEach(() => Promise.all(open.splice(0).map((transport) => transport.close())));

function connect(url: string, options: TransportOptions = {}): Transport {
  const given = { url, username: "admin", password: "x-1", allowInsecureHttp: true, maxResponseBytes: limit };
  const transport = new Transport(transportSettings({ ...given, ...options }, {}), new FakeClock());
  open.push(transport);
  return transport;
}

const read = { method: "GET", path: "/wapi/v2.12/network", writes: false } as const;
const write = { method: "POST", path: "/wapi/v2.12/network", body: {}, writes: true } as const;

const plain = raw(`"${"x".repeat(limit)}"`, 200, { "content-type": "application/json" });
const chunked: Reply = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const more = () => {
    while (response.write("x".repeat(64 * 1024)));
  };
  response.on("drain", more);
  more();
};
const packed = gzipSync(Buffer.alloc(20 * limit, " "));
const gzipped: Reply = (response) => {
  response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
  response.end(packed);
};
/** Unpacks without end. */
const bomb: Reply = (response) => {
  response.writeHead(500, { "content-encoding": "gzip" });
  const gzip = createGzip();
  gzip.pipe(response);
  const more = () => {
    while (!response.destroyed && gzip.write(Buffer.alloc(mebibyte)));
  };
  gzip.on("drain", more);
  response.on("close", () => gzip.destroy());
  more();
};

describe("an answer that is longer than permitted", () => {
  it.each([
    ["plain", plain],
    ["in chunks without end", chunked],
    ["gzipped", gzipped],
    ["gzipped, without end, and an error", bomb],
  ])("%s, has a name for reads and leaves a write uncertain, at the first attempt", async (_, reply) => {
    await using server = await ScriptedServer.listen([reply]);
    const transport = connect(server.url);
    const before = process.memoryUsage().rss;
    const error = await transport.send(read).catch((reason: unknown) => reason);
    expect(isInfobloxError(error, "ResponseTooLargeError") && error.limit).toBe(limit);
    expect(String(error)).toContain("maxResponseBytes");
    expect(server.arrived).toHaveLength(1);
    const uncertain = await transport.send(write).catch((reason: unknown) => reason);
    expect(isInfobloxError(uncertain, "UncertainWriteError")).toBe(true);
    expect(isInfobloxError((uncertain as Error).cause, "ResponseTooLargeError")).toBe(true);
    expect(server.arrived).toHaveLength(2);
    expect(process.memoryUsage().rss - before).toBeLessThan(512 * mebibyte);
  });

  it("is noticed where a transport of the user's brings it whole", async () => {
    const transport = connect("https://grid.example.com", {
      transport: async (config) =>
        ({ status: 200, statusText: "", headers: {}, data: "x".repeat(limit + 1), config }) as never,
    });
    const error = await transport.send(read).catch((reason: unknown) => reason);
    expect(isInfobloxError(error, "ResponseTooLargeError")).toBe(true);
  });

  it("is taken up to the limit", async () => {
    await using server = await ScriptedServer.listen([raw(`"${"x".repeat(limit - 2)}"`, 200)]);
    expect((await connect(server.url).send(read)).data).toHaveLength(limit - 2);
  });

  it.each([0, 1.5, -1, 2 ** 30, "1", null])("refuses a limit of %j", (maxResponseBytes) => {
    expect(() => connect("https://grid", { maxResponseBytes: maxResponseBytes as number })).toThrow(
      /^maxResponseBytes: must be a whole number/,
    );
  });
});

describe("an answer that takes long to understand", () => {
  const redactor = new Redactor(["S3cr3t-password", "word"], "admin");
  const context = { ...read, address: "https://grid.example.com", redactor, clock: new FakeClock() };
  const judged = (status: number, body: string) =>
    judge({ status, headers: {}, setCookies: [], body: Buffer.from(body) } satisfies RawAnswer, context);

  const parts = [
    '<meta http-equiv="',
    "<meta",
    "<META HTTP-EQUIV=refresh content=",
    "<title",
    "<title>",
    "<style>",
    "<script ",
    "<",
    "<<>",
    "password: ",
    'password="',
    "https://a:",
    "admin ",
    "Network View ",
    "search parameters ",
    "-----BEGIN PRIVATE KEY-----",
    " ",
    "\n",
    "&#",
    "%25",
    "a.",
  ];

  it.each(parts)("for the many %j in it doesn't", async (part) => {
    const body = part.repeat(Math.ceil((2 * mebibyte) / part.length));
    const took = await processorTime(() => {
      for (const status of [200, 401, 404, 500]) judged(status, body);
      judged(400, JSON.stringify({ Error: body, code: body, text: body }));
    });
    expect(took).toBeLessThan(10_000);
  });

  it("is cut in the message, and kept up to a length", () => {
    const outcome = judged(
      400,
      JSON.stringify({ Error: "AdmConDataError", code: "Client.Ibap.Data", text: "long ".repeat(100_000) }),
    );
    if (outcome.kind !== "refused" || !isInfobloxError(outcome.error, "WapiError")) throw new Error("?");
    expect(outcome.error.message.length).toBeLessThan(2_200);
    expect(outcome.error.message).toMatch(/…$/);
    expect(outcome.error.text.length).toBe(20_000);
  });
});
