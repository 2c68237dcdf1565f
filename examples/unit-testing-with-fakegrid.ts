/**
 * Tests your own code against a grid in memory, over a real socket. It uses Node's own test runner; the same works in
 * vitest, jest or mocha.
 *
 *   npx tsx examples/unit-testing-with-fakegrid.ts
 */

import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { Ipam, PoolExhaustedError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";

/** The code under test. */
async function subnetForTeam(ipam: Ipam, team: string): Promise<string> {
  const subnet = await ipam.requestSubnet({
    from: ["10.0.0.0/24", "10.0.1.0/24"],
    prefixLength: 25,
    comment: `team ${team}`,
    requestId: `team/${team}`,
  });
  return subnet.cidr;
}

let grid: FakeGrid;
let wapi: WapiClient;
let empty: ReturnType<FakeGrid["snapshot"]>;

before(async () => {
  grid = await FakeGrid.listen({
    setup: true,
    seed: { containers: ["10.0.0.0/24", "10.0.1.0/24"] },
  });
  wapi = new WapiClient(grid.clientOptions);
  empty = grid.snapshot();
});

beforeEach(() => grid.restore(empty));

after(async () => {
  await wapi.close();
  await grid.close();
});

test("each team gets a subnet of its own", async () => {
  const ipam = new Ipam(wapi);
  assert.equal(await subnetForTeam(ipam, "blue"), "10.0.0.0/25");
  assert.equal(await subnetForTeam(ipam, "red"), "10.0.0.128/25");
});

test("the second container serves when the first is full", async () => {
  const ipam = new Ipam(wapi);
  for (const team of ["a", "b"]) await subnetForTeam(ipam, team);
  assert.equal(await subnetForTeam(ipam, "c"), "10.0.1.0/25");
});

test("with both full, the error says what was tried", async () => {
  const ipam = new Ipam(wapi);
  for (const team of ["a", "b", "c", "d"]) await subnetForTeam(ipam, team);
  await assert.rejects(subnetForTeam(ipam, "e"), (error) => {
    assert.ok(error instanceof PoolExhaustedError);
    assert.deepEqual(
      error.tried.map((attempt) => attempt.source),
      ["10.0.0.0/24", "10.0.1.0/24"],
    );
    return true;
  });
});

test("a read survives a grid that is busy for a moment", async () => {
  grid.faults.next({ on: "GET", status: 503 });
  const found = await wapi.find("networkcontainer", { fields: ["network"] });
  assert.equal(found.length, 2);
});
