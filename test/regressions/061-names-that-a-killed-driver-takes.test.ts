/**
 * A driver was killed while it took an address of a container's host record. The next one did not roll it back, as it does with
 * the address of a container without a name: the host record stayed until its container asked again.
 */

import { Ipam, WapiClient } from "infoblox-ipam";
import { expect, it } from "vitest";
import { createNetwork, mac, startContainer } from "../unit/docker/driving.js";
import { EngineApi } from "../unit/docker/engine-api.js";
import { workplace } from "../unit/docker/workplace.js";

const here = workplace();

it("are rolled back by the next one, and the container's other addresses stay", async () => {
  const engine = await EngineApi.start(here.folder);
  here.closing.push(() => engine.close());
  const { grid, another, holds, wapi } = await here.start({
    ...{ stateDirectory: here.folder, dockerSocket: engine.socket },
    ...{ hostName: "{mac}.example.com", hostDns: false },
  });
  const { transport, ...options } = grid.clientOptions;
  let isKilled = false;
  let writes = 0;
  const mortal = new WapiClient({
    ...options,
    transport: async (request) => {
      const answer = await transport?.(request);
      if (isKilled && String(request.data).includes('"POST"')) writes += 1;
      if (isKilled && String(request.data).includes('"PUT"')) writes += 1;
      return (isKilled && writes > 0) || answer === undefined ? new Promise(() => {}) : answer;
    },
  });
  const killed = another({ ipam: new Ipam(mortal) });
  const [four, six] = [await createNetwork(killed), await createNetwork(killed, { v6: true })];
  engine.shown = { subnets: [four.subnet, six.subnet] };
  const killDuring = async (take: () => Promise<unknown>) => {
    isKilled = true;
    writes = 0;
    void take();
    await expect.poll(() => writes).toBe(1);
    isKilled = false;
  };
  const touch = () =>
    expect(another().requestPool({ AddressSpace: "local/docker", Pool: "none" })).rejects.toThrow("CIDR");
  const before = await holds();

  await killDuring(() => startContainer(killed, four.id, mac(1)));
  expect(await holds()).toHaveLength(before.length + 1);
  await touch();
  expect(await holds()).toEqual(before);

  const next = another({ ipam: new Ipam(mortal) });
  await startContainer(next, four.id, mac(2));
  engine.shown = { subnets: [four.subnet, six.subnet], running: ["10.1.0.2"] };
  await killDuring(() => startContainer(next, six.id, mac(2)));
  const hosts = () => wapi.find("record:host", { fields: ["ipv4addrs", "ipv6addrs"] });
  expect((await hosts())[0]?.ipv6addrs).toHaveLength(1);
  await touch();
  const [host] = await hosts();
  expect([host?.ipv4addrs?.length, host?.ipv6addrs?.length ?? 0]).toEqual([1, 0]);
});
