import { WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

it("takes one signal for many calls at once without a warning of Node's", async () => {
  const warnings: string[] = [];
  const listen = (warning: Error) => warnings.push(warning.name);
  process.on("warning", listen);
  await using grid = await FakeGrid.listen({ setup: true, tls: false });
  await using wapi = new WapiClient(grid.clientOptions);
  const { signal } = new AbortController();

  await Promise.all(Array.from({ length: 50 }, () => wapi.find("networkview", { signal })));
  await new Promise((done) => setImmediate(done)); // warnings are told a turn later
  process.off("warning", listen);
  expect(warnings).toEqual([]);
});
