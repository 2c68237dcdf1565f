/** If the grid had the subnet that `--subnet` names, a lost answer to the driver's create was an error. */

import type { Fault } from "infoblox-ipam/testing";
import { describe, expect, it } from "vitest";
import { shortenPauses } from "../short-pauses.js";
import { drive } from "../unit/docker/driving.js";

shortenPauses();

const losses: readonly Fault[] = [{ fail: "reset-before-commit" }, { fail: "late", lateBy: 300 }];
const cidrs = ["10.1.7.0/24", "2001:db8:0:7::/64"];
const mostRequests = 20;

describe.each(cidrs)("docker network create --subnet %s, which the grid has", (cidr) => {
  const call = { AddressSpace: "local/docker", Pool: cidr, V6: cidr.includes(":") };
  const seed = { networkViews: ["docker"], networks: [{ network: cidr, networkView: "docker" }] };

  it.each(losses)("uses it, whichever answer is lost: %o", async (loss) => {
    for (let after = 0, isMet = true; isMet && after < mostRequests; after += 1) {
      await using open = await drive({}, { grid: { seed, setup: true } });
      await open.ipam.ensureNetworkView("docker");
      open.grid.clearRequests();
      open.grid.faults.next({ ...loss, after });
      expect((await open.driver.requestPool(call)).Pool, `after ${after} requests`).toBe(cidr);
      expect(await open.holds()).toEqual([cidr]);
      isMet = open.grid.requests.length > after;
    }
  });

  it.each(losses)("refuses it if another engine has it: %o", async (loss) => {
    await using open = await drive();
    await open.another({ engineId: "host-b" }).requestPool(call);
    open.grid.faults.next({ ...loss, on: "POST", object: "request" });
    await expect(open.driver.requestPool(call)).rejects.toThrow(/is a Docker network of host-b/);
    expect(await open.holds()).toEqual([cidr]);
  });
});
