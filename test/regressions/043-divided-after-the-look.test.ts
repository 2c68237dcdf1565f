import { Ipam, type Subnet, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

type Releases = (ipam: Ipam, subnet: Subnet) => Promise<unknown>;

it.each<[string, Releases]>([
  ["releaseSubnet", (ipam, subnet) => ipam.releaseSubnet(subnet)],
  ["releaseMany", (ipam, subnet) => ipam.releaseMany([subnet])],
  ["a plan", (ipam, subnet) => ipam.plan().release("it", subnet).apply()],
])("%s doesn't say gone of a subnet that became a container after the look", async (_, release) => {
  const grid = FakeGrid.inMemory({ setup: true, seed: { containers: ["10.0.0.0/16"] } });
  const open = (client: Partial<ConstructorParameters<typeof WapiClient>[0]> = {}) =>
    new Ipam(new WapiClient({ ...grid.clientOptions, ...client }));
  const others = open();
  const subnet = await others.requestSubnet({ cidr: "10.0.1.0/24" });
  let isDivided = false;
  const { transport } = grid.clientOptions;
  const mine = open({
    transport: async (request) => {
      const deletes = JSON.stringify(request).includes("DELETE");
      if (deletes && !isDivided) {
        isDivided = true;
        await others.requestSubnet({ cidr: "10.0.1.0/26" });
      }
      return transport?.(request) as never;
    },
  });
  await expect(release(mine, subnet)).rejects.toMatchObject({
    name: "ConflictError",
    message: expect.stringContaining("10.0.1.0/24 is a container"),
  });
  expect(isDivided).toBe(true);
});
