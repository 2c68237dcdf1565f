import { type Block, parseBlock } from "../cidr.js";
import { InfobloxError } from "../errors.js";
import { readNetworksOn } from "./engine-state.js";
import { isIn, releaseOwn } from "./own-addresses.js";
import type { DriverParts } from "./parts.js";
import type { UnfinishedTake } from "./release-journal.js";
import { isOfOneCall, isSubnetId } from "./request-ids.js";

/**
 * Rolls back a take that was under way when the driver was killed. Docker never got its answer. The address of a
 * container is found again by its name or MAC, and the container may have had it before. So the driver asks Docker
 * whether the container has it.
 *
 * @returns whether anything was released
 * @throws {InfobloxError} if the engine does not answer yet
 */
export async function rollBackTake(driver: DriverParts, take: UnfinishedTake): Promise<boolean> {
  const { ipam, ids, settings } = driver;
  const { requestId, networkView } = take;
  if (isSubnetId(requestId)) return (await ipam.releaseSubnet({ requestId }, { networkView })).released;
  const found = await ipam.findAddresses({ extattrs: ids.mark(requestId), networkView });
  let isReleased = false;
  for (const address of found) {
    const block = parseBlock(take.cidr ?? address.subnet ?? "");
    for (const ip of address.ips) {
      if (take.cidr !== undefined && !(block && isIn({ block }, ip))) continue;
      if (!isOfOneCall(requestId) && (await isUsed(settings.dockerSocket, block, ip))) continue;
      await releaseOwn(ipam, address, ip);
      isReleased = true;
    }
  }
  return isReleased;
}

async function isUsed(
  dockerSocket: string | undefined,
  block: Block | undefined,
  ip: string,
): Promise<boolean> {
  if (dockerSocket === undefined || block === undefined) return true;
  const networks = await readNetworksOn(dockerSocket, block);
  if (networks === undefined) {
    throw new InfobloxError("The engine does not answer on Docker's socket.", "ERR_INFOBLOX_DOCKER_ENGINE");
  }
  return networks.some((addresses) => addresses.has(ip));
}
