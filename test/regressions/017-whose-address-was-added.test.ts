import { Ipam, WapiClient } from "infoblox-ipam";
import { FakeGrid } from "infoblox-ipam/testing";
import { expect, it } from "vitest";

/**
 * The answer of `hosts.addAddress` is lost, and others change the host before this call looks at it. With several changes
 * since, the call was told the address that another had added.
 */
it.each([0, 1, 4, 5])(
  "gives the call its own address, another's add and %i more changes later",
  async (more) => {
    const name = "web.example.com";
    const grid = FakeGrid.inMemory({
      setup: true,
      seed: { networks: ["10.0.7.0/24"], zones: ["example.com"], hosts: [{ name, addresses: ["10.0.7.1"] }] },
    });
    const { transport, ...options } = grid.clientOptions;
    if (transport === undefined) throw new Error("a grid in memory has a transport");
    const other = new Ipam(new WapiClient(grid.clientOptions));
    const others: string[] = [];
    let isLost = false;
    const ipam = new Ipam(
      new WapiClient({
        ...options,
        transport: async (request) => {
          const answer = await transport(request);
          if (isLost || !String(request.data).includes("ipv4addrs+")) return answer;
          isLost = true;
          const { address } = await other.hosts.addAddress(name, { from: "10.0.7.0/24" });
          others.push(address.ip);
          for (let index = 0; index < more; index += 1)
            await other.hosts.addAliases(name, [`a${index}.example.com`]);
          throw Object.assign(new Error("gone"), { code: "ECONNRESET" });
        },
      }),
    );
    const added = ipam.hosts.addAddress(name, { from: "10.0.7.0/24" });
    if (more < 5) {
      expect((await added).address.ip).toBe("10.0.7.2");
      expect(others).toEqual(["10.0.7.3"]);
    } else {
      // So many that the host doesn't remember this call's: what became of it can't be told.
      await expect(added).rejects.toMatchObject({ name: "UncertainWriteError" });
    }
  },
);
