/** The Docker driver, given anything by programs and by engines: errors of this package's own, without a secret. */

import { inspect } from "node:util";
import fc from "fast-check";
import { Ipam, isInfobloxError, WapiClient } from "infoblox-ipam";
import { createIpamDriver } from "infoblox-ipam/docker";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, expect, it } from "vitest";
import { fieldName, hostileText, hostileValue, leaksIn, patience, planted, seed, share } from "./inputs.js";

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
  () => {
    const space = fc.dictionary(fc.constantFrom(...inSpace), hostileValue, { maxKeys: 2 });
    const some = fc.dictionary(fc.constantFrom(...options), fc.oneof(hostileValue, space), { maxKeys: 3 });
    fc.assert(
      fc.property(fc.oneof({ weight: 4, arbitrary: some }, hostileValue), (given) => {
        const isObject = typeof given === "object" && given !== null && !Array.isArray(given);
        try {
          createIpamDriver((isObject ? { ipam, ...given } : given) as never);
        } catch (error) {
          expectOwn(error);
        }
      }),
      { numRuns: share(0.05), seed },
    );
  },
  patience,
);

it(
  "calls of an engine are answered whatever stands in them",
  async () => {
    const driver = createIpamDriver({ ipam, local: { containers: ["10.0.0.0/8"] } });
    const calls = ["requestPool", "releasePool", "requestAddress", "releaseAddress"] as const;
    const fields = ["AddressSpace", "Pool", "SubPool", "V6", "PoolID", "Address", "Options"];
    const value = fc.oneof(hostileText, hostileValue, fc.constantFrom("local", "10.1.0.0/24", "10.1.0.5"));
    const options = fc.dictionary(fc.oneof(fieldName, hostileText), hostileText, { maxKeys: 3 });
    const call = fc
      .tuple(fc.dictionary(fc.constantFrom(...fields), value, { maxKeys: 4 }), options)
      .map(([body, given]) => ({ AddressSpace: "local", Options: given, ...body }));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...calls), call, async (name, body) => {
        try {
          await driver[name](body as never);
        } catch (error) {
          expectOwn(error);
        }
      }),
      { numRuns: share(0.05), seed },
    );
  },
  patience,
);
