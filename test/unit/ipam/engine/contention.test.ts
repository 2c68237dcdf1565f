import { Ipam, type IpamOptions, PoolExhaustedError, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";
import { shortenPauses } from "../../../short-pauses.js";

shortenPauses();

const seed = { containers: ["10.0.0.0/24"], networks: ["192.168.0.0/24"] } as const;

/**
 * A grid that does requests side by side: so often it finds, when it comes to create, that what it chose is taken. The
 * emulator does one after the other, and so never says this.
 */
function contended(times: number, text: string) {
  const grid = FakeGrid.inMemory({ setup: true, seed });
  const { transport, ...options } = grid.clientOptions;
  if (transport === undefined) throw new Error("a grid in memory has a transport");
  let left = times;
  const wapi = new WapiClient({
    ...options,
    transport: async (request) => {
      if (!/next_?available|10\.0\.0\.0\/26/i.test(JSON.stringify(request.data)) || left === 0)
        return transport(request);
      left -= 1;
      const body = {
        Error: `AdmConDataError: None (IBDataConflictError: ${text})`,
        code: "Client.Ibap.Data.Conflict",
        text,
      };
      const answer = {
        status: 400,
        statusText: "Bad Request",
        headers: { "content-type": "application/json" },
      };
      return { ...answer, data: JSON.stringify(body), config: request as never };
    },
  });
  const ipam = (more: IpamOptions = {}) => new Ipam(wapi, more);
  return { grid, ipam, left: () => left };
}

it("asks again where somebody was faster", async () => {
  const { grid, ipam } = contended(3, "The network 10.0.0.0/26 already exists.  Select another network.");
  const subnet = await ipam().requestSubnet({ from: "10.0.0.0/24", prefixLength: 26 });
  expect(subnet).toMatchObject({ cidr: "10.0.0.0/26", created: true });
  expect(await new Ipam(grid.clientOptions).findSubnets({ within: "10.0.0.0/24" })).toHaveLength(1);
});

it("asks again for addresses, with a request id and in a plan, too", async () => {
  const text = "The IP address 192.168.0.1 cannot be used for the zone, it is already in use.";
  const { ipam } = contended(2, text);
  expect(await ipam().requestAddress({ from: "192.168.0.0/24", requestId: "a" })).toMatchObject({
    created: true,
  });
  const again = contended(2, text);
  const { one } = await again.ipam().plan().address("one", { from: "192.168.0.0/24" }).apply();
  expect(one.ip).toBe("192.168.0.1");
});

it("gives up at last, with the grid's own words", async () => {
  const { ipam, left } = contended(1_000, "The network 10.0.0.0/26 already exists.  Select another network.");
  await expect(ipam().requestSubnet({ from: "10.0.0.0/24", prefixLength: 26 })).rejects.toThrow(
    /already exists/,
  );
  expect(1_000 - left()).toBeLessThanOrEqual(20);
});

it("takes an explicit block that exists for what it is, at once", async () => {
  const { ipam, left } = contended(5, "The network 10.0.0.0/26 already exists.  Select another network.");
  await expect(ipam().requestSubnet({ cidr: "10.0.0.0/26" })).rejects.toMatchObject({
    name: "ConflictError",
  });
  expect(left()).toBeGreaterThanOrEqual(3);
});

it("tells exhausted from contended: no second try", async () => {
  const { ipam, left } = contended(5, "Can not find requested number of networks");
  await expect(ipam().requestSubnet({ from: "10.0.0.0/24", prefixLength: 26 })).rejects.toThrow(
    PoolExhaustedError,
  );
  expect(left()).toBe(4);
});
