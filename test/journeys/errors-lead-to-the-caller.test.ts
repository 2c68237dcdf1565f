import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

it("an error's stack reaches the line of the program that asked, of either API", async () => {
  const grid = await FakeGrid.listen({ setup: true, seed: { networks: ["10.0.0.0/30"] } });
  const ipam = new Ipam(new WapiClient(grid.clientOptions));
  async function aProgramOfTheUsers() {
    await ipam.requestAddress({ from: "10.0.0.0/30", name: "no-such-zone.example.com" });
  }
  async function anotherProgramOfTheUsers() {
    await new WapiClient({ ...grid.clientOptions, maxRetries: 0 }).get(
      "network/ZG5zLm5ldHdvcmskMTAuOS4wLjAvMjQvMA:x" as never,
    );
  }
  const usual = Error.stackTraceLimit;
  await expect(aProgramOfTheUsers()).rejects.toMatchObject({
    stack: expect.stringContaining("aProgramOfTheUsers"),
  });
  await expect(anotherProgramOfTheUsers()).rejects.toMatchObject({
    name: "NotFoundError",
    stack: expect.stringMatching(/^NotFoundError: .*[\s\S]*anotherProgramOfTheUsers/),
  });
  expect(Error.stackTraceLimit).toBe(usual);
  await ipam.close();
  await grid.close();
});
