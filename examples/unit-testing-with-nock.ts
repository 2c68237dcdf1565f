/**
 * Runs the same grid behind nock: it opens no socket, and your code uses the same URL as in production.
 * Add `nock` to your development dependencies.
 *
 *   npx tsx examples/unit-testing-with-nock.ts
 */

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

const url = "https://grid.example.com";
let grid: FakeGrid;

before(() => {
  grid = FakeGrid.intercept(url, { setup: true, seed: { networks: ["192.0.2.0/28"] } });
});

after(() => grid.close());

test("takes the first address of the subnet, in one request", async () => {
  await using wapi = new WapiClient(grid.clientOptions);
  const before = grid.requests.length;
  const address = await new Ipam(wapi).requestAddress({ from: "192.0.2.0/28", mac: "02:42:ac:11:00:02" });
  assert.equal(address.ip, "192.0.2.1");
  assert.deepEqual(
    grid.requests.slice(before).map(({ method, status }) => `${method} ${status}`),
    ["POST 201"],
  );
});
