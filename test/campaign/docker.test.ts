import { expect, it } from "vitest";
import { dockerCampaign } from "./docker.js";

it("loses, leaks and gives twice nothing that Docker engines ask for, under every fault", async () => {
  const { networks, containers, ...found } = await dockerCampaign({ seed: 3, operations: 120 });
  expect(found).toMatchObject({ lost: [], twice: [], leaked: [] });
  // Faults do not keep the engines from their work.
  expect(Math.min(networks, containers)).toBeGreaterThan(20);
});
