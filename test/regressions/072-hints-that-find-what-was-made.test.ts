import { type InfobloxError, Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";

shortenPauses();

/**
 * The hint of an error that does not know what was made names a creation token to search for. Objects of calls that make several
 * have that token with a name behind it, and so have ranges: the search found nothing.
 */
const stories = {
  "an address": [1, "fixedaddress", (ipam) => ipam.requestAddress({ from: "10.0.7.0/24" })],
  "three addresses": [3, "fixedaddress", (ipam) => ipam.requestAddresses({ from: "10.0.7.0/24", count: 3 })],
  "two subnets": [
    2,
    "network",
    (ipam) => ipam.requestSubnets({ from: "10.1.0.0/16", prefixLength: 24, count: 2 }),
  ],
  "a range": [1, "range", (ipam) => ipam.ranges.request({ first: "10.0.7.9", last: "10.0.7.19" })],
  "a plan": [
    2,
    "fixedaddress",
    (ipam) => ipam.plan().address("a", { from: "10.0.7.0/24" }).address("b", { from: "10.0.7.0/24" }).apply(),
  ],
} satisfies Readonly<
  Record<string, readonly [number, "fixedaddress" | "network" | "range", (ipam: Ipam) => Promise<unknown>]>
>;

it.each(Object.entries(stories))("finds %s by the hint after lost answers", async (_, story) => {
  const [count, type, make] = story;
  const grid = FakeGrid.inMemory({
    setup: true,
    seed: { networks: ["10.0.7.0/24"], containers: ["10.1.0.0/16"] },
  });
  const wapi = new WapiClient(grid.clientOptions);
  await new Ipam(wapi).peekAddresses("10.0.7.0/24", 1);
  grid.faults.always({ on: "POST", object: "request", fail: "wrong-json" });
  const error = await make(new Ipam(wapi)).then(
    () => undefined,
    (thrown: InfobloxError) => thrown,
  );
  grid.faults.clear();
  expect(error).toMatchObject({
    name: "UncertainWriteError",
    hint: expect.stringContaining("search for {"),
  });
  const [criteria = ""] = /\{.*\}/.exec(String(error?.hint)) ?? [];
  expect(await wapi.find(type, { where: { extattrs: JSON.parse(criteria) } })).toHaveLength(count);
});
