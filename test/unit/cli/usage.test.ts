import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { withUse } from "../../../src/cli/usage.js";

it("tells how full subnets are, whatever somebody has deleted since they were found", async () => {
  const grid = await FakeGrid.listen({
    setup: true,
    tls: false,
    seed: { networks: ["10.0.0.0/30"], fixedAddresses: [{ address: "10.0.0.1", mac: "02:42:ac:11:00:02" }] },
  });
  const wapi = new WapiClient(grid.clientOptions);
  const subnet = { family: 4, networkView: "default" } as const;
  const found = [
    { ...subnet, ref: "network/gone", cidr: "10.0.1.0/24" },
    { ...subnet, ref: "network/here", cidr: "10.0.0.0/30" },
  ];
  const { signal } = new AbortController();
  expect((await withUse(wapi, found, signal)).map(({ used }) => used)).toEqual([undefined, 50]);
  await wapi.close();
  await grid.close();
});
