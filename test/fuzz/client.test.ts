/**
 * Calls every public function, constructor and method with arbitrary input. It must answer at once, with this package's
 * own errors and without a secret.
 */

import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import fc from "fast-check";
import * as sdk from "infoblox-ipam";
import { Ipam, isInfobloxError, recordTo, step, WapiClient } from "infoblox-ipam";
import { instrumentWithOpenTelemetry } from "infoblox-ipam/opentelemetry";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  Bounds,
  fieldName,
  hostileText,
  hostileValue,
  leaksIn,
  patience,
  planted,
  seed,
  share,
} from "./inputs.js";

type Callable = (...args: readonly unknown[]) => unknown;

const grid = FakeGrid.inMemory({
  user: "robot",
  password: planted,
  seed: { containers: [{ network: "10.0.0.0/8" }], networks: [{ network: "10.0.0.0/24" }] },
});
const seen: unknown[] = [];
const see = (...values: unknown[]) => void seen.push(...values);
const observed = {
  logger: { debug: see, info: see, warn: see, error: see },
  onRequest: see,
  onResponse: see,
};

/** What is traced, by OpenTelemetry and by the channels below it. */
const spans = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
const traced = ["start", "end", "asyncStart", "asyncEnd", "error"].flatMap((moment) => [
  `tracing:infoblox-ipam:call:${moment}`,
  `tracing:infoblox-ipam:request:${moment}`,
]);
const told = ["allocated", "adopted", "released", "changed", "refused"].map(
  (name) => `infoblox-ipam:${name}`,
);

let wapi: WapiClient;
let ipam: Ipam;
let stopTracing: () => void;
beforeAll(() => {
  stopTracing = instrumentWithOpenTelemetry({ tracerProvider });
  for (const name of [...traced, ...told]) subscribe(name, see);
  wapi = new WapiClient({ ...grid.clientOptions, ...observed, deadline: 1_000 });
  ipam = new Ipam(wapi);
});
afterAll(async () => {
  stopTracing();
  for (const name of [...traced, ...told]) unsubscribe(name, see);
  await wapi.close();
});

/** All methods of an object, its own objects' included: `subnets.split`. */
function methodsOf(owner: object, above = ""): (readonly [name: string, call: Callable])[] {
  const prototype = Object.getPrototypeOf(owner) as object;
  const own = Object.getOwnPropertyNames(prototype).filter(
    (name) => name !== "constructor" && name !== "close",
  );
  const methods = own.flatMap((name) => {
    const method: unknown = Object.getOwnPropertyDescriptor(prototype, name)?.value;
    return typeof method === "function" ? [[`${above}${name}`, method.bind(owner) as Callable] as const] : [];
  });
  const inner = Object.entries(owner).filter(([, part]) => typeof part === "object" && part !== null);
  return [...methods, ...inner.flatMap(([name, part]) => methodsOf(part as object, `${above}${name}.`))];
}

const makers = Object.entries({
  ...sdk,
  ...Object.fromEntries(Object.entries(step).map(([name, make]) => [`step.${name}`, make])),
})
  // The inventory's own functions take what its readers gave.
  .filter(
    ([name, value]) => typeof value === "function" && !/^[A-Z]|[iI]nventor|^import|^findingsIn$/.test(name),
  )
  .map(([name, value]) => [name, value as Callable] as const);

/** A result may be a promise or iterable. */
async function settled(result: unknown): Promise<void> {
  const value = await result;
  if (typeof value !== "object" || value === null || !(Symbol.asyncIterator in value)) return;
  let count = 0;
  for await (const _ of value as AsyncIterable<unknown>) if (++count === 3) return;
}

/** Everything that a program may print of an error. */
function printed(error: unknown): string {
  const { stack, value } = error as { stack?: string; value?: unknown };
  const whole = { depth: 6, showHidden: true, maxStringLength: 3_000, maxArrayLength: 20 } as const;
  return [String(error), stack, inspect(error, whole), inspect(value, whole), JSON.stringify(error)].join(
    "\n",
  );
}

const bounds = new Bounds();

async function expectOwnError(name: string, call: Callable, args: readonly unknown[]): Promise<void> {
  try {
    await bounds.of([name, args], async () => settled(call(...args)));
  } catch (error) {
    if (!isInfobloxError(error)) throw new Error(`${name} threw ${inspect(error)}`, { cause: error });
    if (error.hint !== undefined && error.message.includes(error.hint))
      throw new Error(`${name} says twice: ${error.hint}`, { cause: error });
    if (leaksIn(printed(error))) throw new Error(`${name} shows a secret: ${inspect(error)}`);
  }
}

const argument = fc.oneof(
  { weight: 4, arbitrary: hostileValue },
  { weight: 4, arbitrary: fc.dictionary(fieldName, hostileValue, { maxKeys: 3 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("network", "record:host", "10.0.0.0/24", "10.0.0.5", "web.example.com"),
  },
);
const args = fc.array(argument, { maxLength: 3 });

describe("from plain JavaScript", () => {
  it(
    "every function takes anything, or refuses it by name",
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...makers), args, ([name, call], given) =>
          expectOwnError(name, call, given),
        ),
        { numRuns: share(0.2), seed },
      );
      bounds.expectKept();
    },
    patience,
  );

  it(
    "every constructor does",
    async () => {
      const constructors: readonly (readonly [string, Callable])[] = [
        ["WapiClient", (...given) => new WapiClient(...(given as []))],
        [
          "WapiClient with a login",
          (options) => new WapiClient({ ...grid.clientOptions, ...(options as object) }),
        ],
        ["Ipam", (...given) => new Ipam(...(given as []))],
        ["Ipam of a client", (options) => new Ipam(wapi, options as object)],
      ];
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...constructors), args, ([name, call], given) =>
          expectOwnError(name, call, given),
        ),
        { numRuns: share(0.1), seed },
      );
      bounds.expectKept();
    },
    patience,
  );

  it(
    "every method of a client does",
    async () => {
      const methods = methodsOf(wapi);
      expect(methods.map(([name]) => name)).toEqual(
        expect.arrayContaining(["find", "batch", "with", "request"]),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...methods), args, ([name, call], given) =>
          expectOwnError(name, call, given),
        ),
        { numRuns: share(0.1), seed },
      );
      bounds.expectKept();
    },
    patience,
  );

  it(
    "every method of an Ipam does",
    async () => {
      const methods = methodsOf(ipam);
      expect(methods.map(([name]) => name)).toEqual(
        expect.arrayContaining(["requestSubnet", "hosts.find", "dns.add"]),
      );
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...methods), args, ([name, call], given) =>
          expectOwnError(name, call, given),
        ),
        { numRuns: share(0.15), seed },
      );
      bounds.expectKept();
    },
    patience,
  );

  it(
    "no secret is in what was recorded of a client's requests, its own or one in them",
    async () => {
      const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-fuzz-"));
      const objects = fc.constantFrom("adminuser", "network", "record:host", "snmpuser", "grid", "request");
      const credential = fc.constantFrom<object>(
        ...[
          { password: planted },
          { name: "Password", value: planted },
          { url: `https://joe:${planted}@grid` },
        ],
        ...[
          { shared_secret: [planted] },
          { comment: `password=${planted}` },
          { snmpv3_users: [{ auth_password: planted }] },
        ],
      );
      const sent = fc.record(
        {
          method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
          path: objects,
          query: fc.dictionary(fieldName, fc.oneof(hostileText, fc.constant(`pwd=${planted}`)), {
            maxKeys: 2,
          }),
          body: fc.oneof(hostileValue, credential, fc.array(credential, { maxLength: 2 })),
        },
        { requiredKeys: ["method", "path"] },
      );
      try {
        for (const password of [planted, "an0ther-Passw0rd"]) {
          const file = join(folder, `${password.length}.json`);
          const other = FakeGrid.inMemory({ user: "robot", password });
          const { transport, ...options } = other.clientOptions;
          await using recorded = new WapiClient({
            ...options,
            ...observed,
            ...recordTo(file, { transport }),
          });
          await fc.assert(
            fc.asyncProperty(sent, (given) =>
              expectOwnError("request", (one) => recorded.request(one as never), [given]),
            ),
            { numRuns: share(0.01), seed },
          );
          const content = await readFile(file, "utf8");
          expect(JSON.parse(content).exchanges.length).toBeGreaterThan(share(0.005));
          expect(leaksIn(content) ? excerpt(content) : "").toBe("");
        }
        bounds.expectKept();
      } finally {
        await rm(folder, { recursive: true });
      }
    },
    patience,
  );

  it("and none is in what was logged and traced meanwhile", () => {
    const finished = spans.getFinishedSpans();
    expect(finished.length).toBeGreaterThan(0);
    expect(seen.length).toBeGreaterThan(finished.length);
    for (const one of [
      ...seen,
      ...finished.flatMap((span) => [span.name, span.attributes, span.events, span.status]),
    ]) {
      const shown = inspect(one, { depth: 4 });
      expect(leaksIn(shown) ? excerpt(shown) : "").toBe("");
    }
  });
});

/** Around the secret. */
function excerpt(content: string): string {
  return content.slice(Math.max(0, content.indexOf(planted) - 300)).slice(0, 600);
}

describe("what people write", () => {
  it.each([
    ["nextAvailableIp of a CIDR in text", () => sdk.nextAvailableIp("10.0.0.0/24")],
    ["nextAvailableIp of a range in text", () => sdk.nextAvailableIp("10.0.0.1-10.0.0.9")],
  ])("is taken: %s", (_, make) => expect(make()).toBeTypeOf("object"));

  it.each<[string, () => unknown]>([
    ["new Ipam(text)", () => new Ipam("https://grid.example.com" as never)],
    ["new Ipam(wapi, null)", () => new Ipam(wapi, null as never)],
    ["new Ipam(null)", () => new Ipam(null as never)],
    ["new WapiClient(null)", () => new WapiClient(null as never)],
    ["new WapiClient(text)", () => new WapiClient("https://grid.example.com" as never)],
    ["find(undefined)", () => wapi.find(undefined as never)],
    ["find(type, null)", () => wapi.find("network", null as never)],
    ["with(null)", () => wapi.with(null as never)],
    ["tls: null", () => new WapiClient({ ...grid.clientOptions, tls: null as never })],
    [
      "clientCertificate: text",
      () => new WapiClient({ ...grid.clientOptions, clientCertificate: "x" as never }),
    ],
    ["request of no signal", () => wapi.request({ path: "network", signal: 1 as never })],
    ["probe of no signal", () => ipam.probe({ signal: 1 as never })],
    ["probe of no function", () => ipam.probe({ onProgress: 1 as never })],
    ["request(null)", () => wapi.request(null as never)],
    ["call(undefined)", () => wapi.call(undefined as never, "x" as never)],
    ["fields: text", () => wapi.find("network", { fields: "network" as never })],
    ["signal: true", () => wapi.find("network", { signal: true as never })],
    ["batch of a step of null", () => wapi.batch([step.find("network", null as never)])],
    ["requestSubnet()", () => (ipam.requestSubnet as Callable)()],
  ])("is refused with what belongs there: %s", async (_, call) => {
    const error = await (async () => call())().catch((reason: unknown) => reason);
    expect(isInfobloxError(error, "InvalidRequestError")).toBe(true);
    expect((error as Error).message).toMatch(/must be|is needed|is missing/);
  });
});
