/**
 * Calls the Docker driver with arbitrary input from programs and engines. Its errors must be this package's own,
 * without a secret.
 */

import { request } from "node:http";
import { text } from "node:stream/consumers";
import { inspect } from "node:util";
import fc from "fast-check";
import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, expect, it } from "vitest";
import {
  Bounds,
  fieldName,
  hostileText,
  hostileValue,
  jsonOf,
  leaksIn,
  patience,
  planted,
  seed,
  share,
} from "./inputs.js";

const grid = FakeGrid.inMemory({ setup: true, password: planted, seed: { containers: ["10.0.0.0/8"] } });
const wapi = new WapiClient({ ...grid.clientOptions, deadline: 1_000 });
const ipam = new Ipam(wapi);
afterAll(() => wapi.close());

function expectOwn(error: unknown): void {
  if (!isInfobloxError(error)) throw new Error(`threw ${inspect(error)}`, { cause: error });
  expect(leaksIn(inspect(error, { depth: 6, showHidden: true }))).toBe(false);
}

const options = [
  ...["local", "global", "engineId", "cloudAttributes", "hostName", "hostDns", "dnsView", "releaseShared"],
  ...["createViews", "stateDirectory", "dockerSocket", "logger", "now", "ipam"],
];
const inSpace = ["networkView", "containers", "prefixLength", "ipv6PrefixLength"];

it(
  "a driver is made of anything, or refuses it by name",
  async () => {
    const bounds = new Bounds();
    const space = fc.dictionary(fc.constantFrom(...inSpace), hostileValue, { maxKeys: 2 });
    const some = fc.dictionary(fc.constantFrom(...options), fc.oneof(hostileValue, space), { maxKeys: 3 });
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 4, arbitrary: some }, hostileValue), async (given) => {
        const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
        try {
          const made = (isObject ? { ipam, ...given } : given) as never;
          await bounds.of(given, () => createIpamDriver(made));
        } catch (error) {
          expectOwn(error);
        }
      }),
      { numRuns: share(0.05), seed },
    );
    bounds.expectKept();
  },
  patience,
);

const fields = ["AddressSpace", "Pool", "SubPool", "V6", "PoolID", "Address", "Options"];
const value = fc.oneof(
  hostileText,
  hostileValue,
  fc.constantFrom("local/default", "10.1.0.0/24", "10.1.0.5"),
);
const calls = ["requestPool", "releasePool", "requestAddress", "releaseAddress"] as const;
const body = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }),
    fc.dictionary(fc.oneof(fieldName, hostileText), hostileText, { maxKeys: 3 }),
  )
  .map(([given, ofUser]) => ({ AddressSpace: "local/default", Options: ofUser, ...given }));

/** What the driver says to whoever runs it. */
const said: string[] = [];
const say = (...words: readonly unknown[]) => void said.push(words.map((one) => inspect(one)).join(" "));
const driver = createIpamDriver({
  ...{ ipam, engineId: "host-a", local: { containers: ["10.0.0.0/8"] } },
  logger: { info: say, warn: say, error: say },
});

it(
  "calls of an engine are answered whatever stands in them",
  async () => {
    const bounds = new Bounds();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), body, async (name, given) => {
        try {
          await bounds.of([name, given], async () => driver[name](given as never));
        } catch (error) {
          expectOwn(error);
        }
      }),
      { numRuns: share(0.05), seed },
    );
    bounds.expectKept();
  },
  patience,
);

/** A valid call may fail with the driver's own message. */
const ofJavaScript =
  /TypeError|RangeError|SyntaxError|is not a function|is not iterable|Cannot (read|convert)|call stack/;

const path = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      ...["RequestPool", "ReleasePool", "RequestAddress", "ReleaseAddress"].map(
        (one) => `/IpamDriver.${one}`,
      ),
    ),
  },
  fc.constantFrom(
    ...["/Plugin.Activate", "/IpamDriver.GetCapabilities", "/IpamDriver.GetDefaultAddressSpaces"],
    ...["/constructor", "/__proto__", "/IpamDriver.constructor", "/", "/IpamDriver.RequestPool/../x", "//"],
  ),
  hostileText.map((one) => `/${encodeURIComponent(one.replace(/\p{Cs}/gu, "\ufffd")).slice(0, 3_000)}`),
);
const sent = fc.oneof({ weight: 3, arbitrary: body.map(jsonOf) }, hostileValue.map(jsonOf), hostileText);

it(
  "its server answers whatever is sent, and goes on",
  async () => {
    const server = await driver.listen({ port: 0 });
    const { port } = new URL(server.address.replace("tcp:", "http:"));
    const post = (to: string, content: string) =>
      new Promise<{ status: number; words: string }>((done, failed) => {
        const outgoing = request({ host: "127.0.0.1", port, method: "POST", path: to }, (response) => {
          text(response).then((words) => done({ status: response.statusCode ?? 0, words }), failed);
        });
        outgoing.once("error", failed).end(content);
      });
    try {
      const bounds = new Bounds();
      await fc.assert(
        fc.asyncProperty(path, sent, async (to, content) => {
          const { status, words } = await bounds.of([to, content], () => post(to, content));
          const isFailure = status >= 500 && (ofJavaScript.test(words) || !words.startsWith('{"Err":"'));
          if (isFailure) throw new Error(`${status} ${words} for ${to} ${content.slice(0, 300)}`);
          expect(leaksIn(words), words).toBe(false);
          expect(JSON.parse(words)).toBeTypeOf("object");
        }),
        { numRuns: share(0.05), seed },
      );
      bounds.expectKept();
      expect((await post("/Plugin.Activate", "")).status).toBe(200);
    } finally {
      await server.close();
    }
  },
  patience,
);

it("and no secret is in what it logged meanwhile", () => {
  expect(said.length).toBeGreaterThan(0);
  expect(said.filter(leaksIn)).toEqual([]);
});
