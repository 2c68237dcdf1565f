import { parseBlock } from "../../cidr.js";
import { isInfobloxError, withPartial } from "../../errors.js";
import { type NextAvailable, nextAvailableIp } from "../../wapi/next-available.js";
import { pause } from "../once/pace.js";
import type { Subnet } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { isRefusal } from "../sources/exhaustion.js";
import { findGateway, type Gateway, gatewayIn, gatewayIp, reserveGateway } from "./gateway.js";
import type { SubnetOrder } from "./subnet-order.js";

/** How often a lost answer is asked for again. */
const mostTries = 8;

/**
 * The subnet with the gateway that goes with it: reserved where it is wanted and isn't there yet. So a repetition also
 * finishes what somebody else has begun.
 */
export async function withGateway(
  settings: IpamSettings,
  order: SubnetOrder,
  subnet: Subnet,
): Promise<Subnet> {
  const { gateway, place } = order;
  if (subnet.gateway !== undefined || (subnet.created && gateway === undefined)) return subnet;
  // A subnet that is known to be new, whose gateway had to wait for its address, has none.
  const isNew = subnet.created && place.kind === "next" && gateway !== "first";
  const found = isNew ? undefined : await lookedUp(settings, order, subnet);
  if (found !== undefined || gateway === undefined) return { ...subnet, gateway: found };
  try {
    return { ...subnet, gateway: await reserved(settings, order, subnet, gateway) };
  } catch (error) {
    throw withPartial(error, order.requestId === undefined ? await givenBack(settings, subnet) : [subnet]);
  }
}

/** Reserves a gateway whose address follows from what the grid chose. */
async function reserved(
  settings: IpamSettings,
  order: SubnetOrder,
  subnet: Subnet,
  gateway: Gateway,
): Promise<string | undefined> {
  const block = parseBlock(subnet.cidr);
  if (block === undefined) return undefined;
  try {
    return await reservedAt(settings, order, subnet, gatewayIn(block, gateway));
  } catch (error) {
    if (gateway !== "first" || !isRefusal(error)) throw error;
    // Something has the very first already.
    return reservedAt(settings, order, subnet, nextAvailableIp({ network: subnet.ref }));
  }
}

async function reservedAt(
  settings: IpamSettings,
  order: SubnetOrder,
  subnet: Subnet,
  ip: string | NextAvailable<"ip">,
): Promise<string | undefined> {
  const { wapi, pace } = settings;
  const { signal } = order;
  const { cidr, family, networkView } = subnet;
  const steps = [
    reserveGateway(family, ip, networkView),
    // Of two that do this at once, the second is refused.
    findGateway(family, cidr, networkView, { failAbove: 1 }),
  ] as const;
  for (let tries = 1; ; tries += 1) {
    try {
      const [row] = await wapi.batch(steps, { signal });
      return gatewayIp(row);
    } catch (error) {
      if (!isRefusal(error) && !isInfobloxError(error, "UncertainWriteError")) throw error;
      const found = await lookedUp(settings, order, subnet);
      if (found !== undefined) return found;
      if (isRefusal(error) || tries === mostTries) throw error;
      await pause(pace, tries, signal);
    }
  }
}

async function lookedUp(
  { wapi, pace, learnt }: IpamSettings,
  { signal }: SubnetOrder,
  { family, cidr, networkView }: Subnet,
): Promise<string | undefined> {
  if (learnt.searchLag > 0) await pace.sleep(2 * learnt.searchLag);
  const [[row]] = await wapi.batch([findGateway(family, cidr, networkView)], { signal });
  return gatewayIp(row);
}

/** What can't be given back. Without the caller's signal, whose abort may be why we are here. */
async function givenBack({ wapi }: IpamSettings, subnet: Subnet): Promise<Subnet[]> {
  try {
    await wapi.delete(subnet.ref);
    return [];
  } catch (error) {
    return isInfobloxError(error, "NotFoundError") ? [] : [subnet];
  }
}
