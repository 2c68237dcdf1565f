import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { Ipam, WapiClient, type WapiClientOptions } from "infoblox-ipam";
import { instrumentWithOpenTelemetry } from "infoblox-ipam/opentelemetry";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";

const spans = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

let grid: FakeGrid;
let stop: () => void;
beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  grid = await FakeGrid.listen({ setup: true, tls: false, password: "Gr1d-password" });
});
beforeEach(() => {
  stop = instrumentWithOpenTelemetry({ tracerProvider, meterProvider });
});
afterEach(() => {
  stop();
  spans.reset();
  metrics.reset();
});
afterAll(async () => {
  await grid.close();
  await meterProvider.shutdown();
  context.disable();
});

const connect = (options: WapiClientOptions = {}) =>
  new WapiClient({ ...grid.clientOptions, session: "basic", ...options });

const named = (name: string): ReadableSpan[] => spans.getFinishedSpans().filter((span) => span.name === name);

describe("spans", () => {
  it("tell of a call, and of each HTTP request in it, below what the caller is doing", async () => {
    await using wapi = connect();
    grid.faults.next({ on: "GET", status: 503 });
    const tracer = tracerProvider.getTracer("test");
    const caller = tracer.startSpan("caller");
    await context.with(trace.setSpan(context.active(), caller), () =>
      wapi.find("networkview", { where: { name: "default" } }),
    );
    caller.end();

    const [call] = named("GET networkview");
    const requests = named("GET");
    expect(call?.parentSpanContext?.spanId).toBe(caller.spanContext().spanId);
    expect(call?.attributes).toEqual({
      "http.request.method": "GET",
      "infoblox.object_type": "networkview",
      "infoblox.attempts": 2,
      "infoblox.writes": false,
    });
    expect(requests.map(({ parentSpanContext }) => parentSpanContext?.spanId)).toEqual(
      [call, call].map((span) => span?.spanContext().spanId),
    );
    const { hostname, port } = new URL(String(grid.clientOptions.url));
    const place = { "http.request.method": "GET", "server.address": hostname, "server.port": Number(port) };
    expect(
      requests.map(({ kind, attributes, status }) => ({ kind, attributes, status: status.code })),
    ).toEqual([
      {
        kind: SpanKind.CLIENT,
        status: SpanStatusCode.ERROR,
        attributes: {
          ...place,
          "url.full": expect.stringMatching(/\/wapi\/v[\d.]+\/networkview$/),
          "http.response.status_code": 503,
          "error.type": "503",
        },
      },
      {
        kind: SpanKind.CLIENT,
        status: SpanStatusCode.UNSET,
        attributes: {
          ...place,
          "url.full": expect.any(String),
          "http.request.resend_count": 1,
          "http.response.status_code": 200,
        },
      },
    ]);
  });

  it("say what a call failed with, and hold no secret", async () => {
    await using wapi = connect();
    grid.faults.next({ on: "POST", fail: "reset-after-commit" });
    await wapi.create("networkview", { name: "uncertain" }).catch(() => {});
    await wapi.create("networkview", { name: "default" }).catch(() => {});
    expect(
      named("POST networkview").map(({ status, attributes }) => [status.code, attributes["error.type"]]),
    ).toEqual([
      [SpanStatusCode.ERROR, "UncertainWriteError"],
      [SpanStatusCode.ERROR, "ConflictError"],
    ]);
    const all = JSON.stringify(
      spans.getFinishedSpans().map(({ attributes, events, status }) => [attributes, events, status]),
    );
    expect(all).toContain("UncertainWriteError");
    expect(all).not.toMatch(/Gr1d-password|YWRtaW46/);
  });

  it("end with the instrumentation", async () => {
    await using wapi = connect();
    stop();
    await wapi.find("networkview");
    expect(spans.getFinishedSpans()).toEqual([]);
  });
});

describe("metrics", () => {
  async function collected(name: string) {
    await reader.forceFlush();
    const all =
      metrics
        .getMetrics()
        .at(-1)
        ?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    return all.find(({ descriptor }) => descriptor.name === name)?.dataPoints ?? [];
  }

  it("have durations, retries, and how many calls wait", async () => {
    await using wapi = connect({ maxConcurrency: 1 });
    grid.faults.next({ on: "GET", path: /\/network$/, status: 503 });
    await Promise.all([wapi.find("network"), wapi.find("network"), wapi.find("network")]);
    const calls = (await collected("infoblox.client.call.duration")).find(
      ({ attributes }) => attributes["infoblox.object_type"] === "network",
    );
    expect(calls?.value).toMatchObject({ count: 3 });
    const requests = await collected("infoblox.client.request.duration");
    expect(requests.map(({ attributes }) => attributes["http.response.status_code"])).toEqual(
      expect.arrayContaining([200, 503]),
    );
    const retries = await collected("infoblox.client.retries");
    expect(retries.length).toBeGreaterThan(0);
    const queue = await collected("infoblox.client.queue.length");
    expect(queue.map(({ value }) => value)).toEqual([0]);
  });
});

describe("events", () => {
  const seeded = async () => {
    await using wapi = connect();
    if ((await wapi.find("network")).length === 0) await wapi.create("network", { network: "10.0.0.0/24" });
    await new Ipam(wapi, { owner: "platform" }).setup();
    return new Ipam(connect(), { owner: "platform" });
  };

  it("stand on the span that the caller has open", async () => {
    const ipam = await seeded();
    const caller = tracerProvider.getTracer("test").startSpan("caller");
    await context.with(trace.setSpan(context.active(), caller), () =>
      ipam.requestAddress({ from: "10.0.0.0/24", comment: "Gr1d-password" }),
    );
    caller.end();
    const [event] = named("caller")[0]?.events ?? [];
    expect(event).toMatchObject({
      name: "infoblox.allocated",
      attributes: {
        "infoblox.call": "requestAddress",
        "infoblox.object_type": "fixedaddress",
        "infoblox.object_place": "10.0.0.1",
        "infoblox.owner": "platform",
      },
    });
    expect(JSON.stringify(event)).not.toContain("Gr1d-password");
  });

  it("are spans of their own where none is open, and are counted", async () => {
    const ipam = await seeded();
    await expect(ipam.requestAddress({ ip: "10.9.0.1" })).rejects.toThrow();
    expect(named("infoblox.refused")[0]?.attributes).toMatchObject({
      "infoblox.call": "requestAddress",
      "error.type": "NotFoundError",
    });
    await reader.forceFlush();
    const counters = metrics
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    const counter = counters.find(({ descriptor }) => descriptor.name === "infoblox.ipam.events");
    expect(counter?.dataPoints).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          attributes: { "infoblox.event": "refused", "error.type": "NotFoundError" },
        }),
      ]),
    );
  });
});
