import { addressBits, type Block, type Family, formatAddress, formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { expiryOf } from "../marks/expiry.js";
import type { NewDhcpOption } from "../requests/dhcp-options.js";
import { checkedBlock, checkPrefixLength, usualLength } from "../requests/syntax.js";
import { type Holder, networkViewOf, parseTargets, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { isExcluded, parseExclusions } from "../sources/exclusions.js";
import { checkInside, type NamedInside } from "../sources/inside.js";
import type { Wanted } from "../sources/pool.js";
import { checkRoom, type Gateway, gatewayIn, isRouter, parseGateway } from "./gateway.js";
import type { InsideSubnet } from "./relatives.js";
import type { SubnetFields } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";

/** A checked and parsed request for a subnet. Everything was checked that can be without asking the grid. */
export interface SubnetOrder
  extends Pick<SubnetFields, "comment" | "extattrs" | "cloud" | "fields" | "dhcp" | "requestId" | "signal"> {
  readonly family: Family;
  readonly networkView: string;
  /** The time of expiry, in the format of its attribute. */
  readonly expires: string | undefined;
  readonly gateway: Gateway | undefined;
  /** Whether DHCP announces the gateway. */
  readonly isRouter: boolean;
  readonly place: NextSubnet | ExplicitSubnet;
}

export interface NextSubnet extends Pick<Wanted, "targets" | "strategy" | "exclude"> {
  readonly kind: "next";
  readonly prefixLength: number;
}

export interface ExplicitSubnet {
  readonly kind: "explicit";
  readonly block: Block;
  /** The sources that it must lie in, if the request names any. */
  readonly targets: readonly Target[];
  readonly insideSubnet: InsideSubnet | undefined;
}

/** @throws {InvalidRequestError} if the request is not valid */
export async function subnetOrder(settings: IpamSettings, request: unknown): Promise<SubnetOrder> {
  await checkSubnetRequest.load();
  return subnetOrderNow(settings, request);
}

/** The same synchronously: see `RequestCheck.now`. */
export function subnetOrderNow(settings: IpamSettings, request: unknown): SubnetOrder {
  const fields: SubnetFields = checkSubnetRequest.now("requestSubnet", request);
  const gateway = parseGateway(fields.gateway);
  const place =
    fields.cidr === undefined ? nextSubnet(settings, fields) : explicitSubnet(settings, fields, fields.cidr);
  const family = place.kind === "explicit" ? place.block.family : (place.targets[0]?.family ?? 4);
  checkGateway(place, family, gateway);
  return {
    ...fields,
    expires: expiryOf(settings, fields),
    family,
    networkView: networkViewOf(place.targets, fields.networkView, settings.networkView),
    gateway,
    // A request that sets the option `routers` or the whole list itself gets nothing added.
    isRouter: isRouter(family, fields.gateway) && !saysRouters(fields),
    place,
  };
}

export function nextSubnet(
  { pools }: IpamSettings,
  { from, strategy: named, prefixLength, exclude, insideSubnet }: SubnetFields,
  accepts: readonly Holder[] = ["container", "network"],
): NextSubnet {
  if (insideSubnet !== undefined) {
    const problem = "needs cidr; a subnet that the grid chooses lies in no other subnet";
    throw invalid("insideSubnet", insideSubnet, problem, undefined);
  }
  if (from === undefined)
    throw invalid("from", from, "is needed, unless cidr gives the subnet", "10.0.0.0/16");
  const { strategy, ...sources } = pools.sourcesOf(from, named);
  const targets = parseTargets(sources.from, accepts);
  const family = targets[0]?.family ?? 4;
  const usual = usualLength(family);
  if (prefixLength === undefined)
    throw invalid("prefixLength", prefixLength, "is needed, unless cidr gives the subnet", usual);
  checkPrefixLength(prefixLength, family);
  for (const target of targets) {
    const block = "block" in target ? target.block : undefined;
    if (block === undefined || prefixLength > block.prefixLength) continue;
    const problem = `must be longer than that of the container ${target.text}`;
    const example = Math.min(addressBits(family), Math.max(block.prefixLength + 1, usual));
    throw invalid("prefixLength", prefixLength, problem, example);
  }
  return { kind: "next", prefixLength, targets, strategy, exclude: parseExclusions(exclude, family) };
}

function explicitSubnet(
  { pools }: IpamSettings,
  { from, prefixLength, exclude, insideSubnet }: SubnetFields,
  cidr: string,
): ExplicitSubnet {
  const block = checkedBlock("cidr", cidr);
  if (prefixLength !== undefined && prefixLength !== block.prefixLength) {
    const problem = `cidr gives /${block.prefixLength}; leave one of them out`;
    throw invalid("prefixLength", prefixLength, problem, block.prefixLength);
  }
  if (isExcluded(block, parseExclusions(exclude, block.family))) {
    throw invalid("cidr", cidr, "is excluded by the same request", "10.0.7.0/24");
  }
  const targets =
    from === undefined ? [] : parseTargets(pools.sourcesOf(from).from, ["container", "network"]);
  const place: ExplicitSubnet = { kind: "explicit", block, targets, insideSubnet };
  checkInside(placedIn(place));
  return place;
}

/** The given subnet with the sources that it must lie in. */
export function placedIn({ block, targets }: ExplicitSubnet): NamedInside {
  return { field: "cidr", text: formatBlock(block), span: block, targets };
}

function checkGateway(
  place: NextSubnet | ExplicitSubnet,
  family: Family,
  gateway: Gateway | undefined,
): void {
  if (gateway === undefined) return;
  const prefixLength = place.kind === "explicit" ? place.block.prefixLength : place.prefixLength;
  checkRoom({ family, prefixLength }, gateway);
  if (place.kind === "explicit") gatewayIn(place.block, gateway);
  else if (typeof gateway === "object") {
    const problem = "can be an address only with cidr; the next subnet is not known yet";
    throw invalid("gateway", formatAddress(gateway), problem, "first");
  }
}

/** Whether the request sets the option `routers` itself. Then the gateway is only reserved. */
function saysRouters({ fields, dhcp }: Pick<SubnetFields, "fields" | "dhcp">): boolean {
  const isRouters = ({ name, num }: NewDhcpOption) => name === "routers" || num === 3;
  return fields?.["options"] !== undefined || (dhcp?.options?.some(isRouters) ?? false);
}
