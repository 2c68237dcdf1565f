import { expect, it } from "vitest";
import { commandCampaign } from "./command-line.js";

it("loses, leaks and gives twice nothing that commands request by id, under every fault", async () => {
  const { requested, released, exitCodes, ...found } = await commandCampaign({ seed: 5, operations: 60 });
  expect(found).toEqual({ lost: [], twice: [], leaked: [] });
  expect(Math.min(requested, released)).toBeGreaterThan(10);
  expect(exitCodes["0"]).toBeGreaterThan(50);
});
