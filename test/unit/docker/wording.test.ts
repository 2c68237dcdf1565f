/** What people at the docker command read: no word of it is an option of the library. */

import { afterEach, describe, expect, it } from "vitest";
import { messageFor } from "../../../src/docker/wording.js";
import { createNetwork, type Drive, drive, mac, startContainer } from "./driving.js";

let open: Drive | undefined;
afterEach(async () => {
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});

const gateway = { RequestAddressType: "com.docker.network.gateway" };

async function books() {
  open = await drive({ local: { networkView: "docker", containers: ["10.1.0.0/24"], prefixLength: 25 } });
  const network = await createNetwork(open.driver, { subnet: "10.9.0.0/29" });
  await startContainer(open.driver, network.id, mac(1), "10.9.0.6");
  return { ...open, ...network };
}

type Books = Awaited<ReturnType<typeof books>>;

const mistakes: readonly (readonly [string, (books: Books) => Promise<unknown>, RegExp])[] = [
  [
    "an --ip in use",
    ({ driver, id }) => startContainer(driver, id, mac(2), "10.9.0.6"),
    /^10\.9\.0\.6 is in use.*Name another address, or none/,
  ],
  [
    "a full subnet",
    async ({ driver, id }) => {
      for (let n = 10; n < 20; n += 1) await startContainer(driver, id, mac(n));
    },
    /^No address is free in 10\.9\.0\.0\/29.*larger subnet\.$/,
  ],
  [
    "full containers",
    ({ driver }) =>
      createNetwork(driver, { opt: { "prefix-length": "25" } }).then(async () => {
        for (;;) await createNetwork(driver, { opt: { "prefix-length": "25" } });
      }),
    /^No \/25 is free in 10\.1\.0\.0\/24.*Remove networks/,
  ],
  [
    "another gateway",
    ({ driver, id }) => driver.requestAddress({ PoolID: id, Address: "10.9.0.5", Options: gateway }),
    /^An earlier call for this network took something else: ip is 10\.9\.0\.\d.*requested is 10\.9\.0\.5\. Release that first/,
  ],
  [
    "a zone that is missing",
    ({ another, id }) => startContainer(another({ hostName: "{mac}.no.example" }), id, mac(3)),
    /^There is no zone for .*dns-view/,
  ],
  [
    "somebody else's address",
    async ({ driver, ipam, id }) => {
      await ipam.requestAddress({ ip: "10.9.0.4", networkView: "docker", name: "printer", dns: false });
      await driver.releasePool({ PoolID: id });
    },
    /^10\.9\.0\.0\/29 has addresses in use: 10\.9\.0\.4.*printer.*when they are gone\.$/,
  ],
  [
    "a subnet inside another",
    ({ another }) => createNetwork(another({ engineId: "host-b" }), { subnet: "10.9.0.0/30" }),
    /^10\.9\.0\.0\/30 lies in the subnet 10\.9\.0\.0\/29; nothing was created/,
  ],
  [
    "a subnet that the grid has lost",
    async ({ driver, ipam, id }) => {
      await ipam.releaseSubnet({ cidr: "10.9.0.0/29" }, { networkView: "docker", cascade: true });
      await startContainer(driver, id, mac(3), "10.9.0.3");
    },
    /^10\.9\.0\.3 lies in no subnet.*remove the network and create it again/,
  ],
];

describe("errors at the docker command", () => {
  it.each(mistakes)("%s: what is wrong, and what to do", async (_what, make, message) => {
    const error: unknown = await make(await books()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(messageFor(error)).toMatch(message);
    expect(messageFor(error)).not.toMatch(
      /ifInUse|cascade|requestId|request id|dnsView|leave ip out|\w+: true/,
    );
  });
});
