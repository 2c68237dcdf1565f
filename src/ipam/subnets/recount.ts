import { formatAddress, hostSpan, lastOf } from "../../cidr.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { isTemporary } from "../engine/delete.js";
import { addressType, mostFound, usedFields } from "../objects/in-use.js";
import type { Subnet } from "../objects/results.js";
import { checkedBlock } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { reserve } from "./gateway.js";

type Counted = Pick<Subnet, "family" | "cidr" | "networkView">;

/**
 * Steps that fail their request if more than `count` addresses of a subnet, which the request deletes, are in use. A look finds
 * `mostFound` at most, so of more it cannot tell.
 */
export function recount(settings: IpamSettings, subnet: Counted, count: number): readonly Step<unknown>[] {
  if (settings.observed.refusesGuards || count >= mostFound) return [];
  const again = countAgain(subnet, count);
  // A limit cannot be below one. For none in use, the request makes one address, which the grid deletes with the subnet.
  return count > 0 ? [again] : [placeholder(subnet), again];
}

/** An unused subnet that a request divides. */
export interface Divided extends Counted {
  /** How many addresses the grid shows as used: every IPv4 subnet uses its first and last one itself. */
  readonly used: number;
}

/** Steps that fail their request if somebody has come to use the subnet. They delete the address that they create. */
export function staysUnused(
  { observed }: IpamSettings,
  { used, ...subnet }: Divided,
): readonly Step<unknown>[] {
  if (observed.refusesGuards) return [];
  const again = countAgain(subnet, used);
  if (used > 0) return [again];
  const own = placeholder(subnet);
  return [own, again, step.delete(own.ref as Ref<"fixedaddress">).discard()];
}

function countAgain({ family, cidr, networkView }: Counted, count: number): Step<unknown> {
  return step
    .find(addressType(family), {
      where: { network: cidr, network_view: networkView, status: "USED" },
      fields: usedFields,
      failAbove: Math.max(count, 1),
    })
    .discard();
}

/** The step that occupies an address of an unused subnet, within a request that deletes it again. */
function placeholder({ cidr, family, networkView }: Counted): Step<unknown> {
  const ip = formatAddress(lastOf(hostSpan(checkedBlock("subnet", cidr))));
  const comment = "reserved while infoblox-ipam counts the addresses in use";
  const where = { comment, network_view: networkView, [family === 4 ? "ipv4addr" : "ipv6addr"]: ip };
  const ref = family === 4 ? "fixedaddress/own" : "ipv6fixedaddress/own";
  return isTemporary(reserve(family, ip, networkView, comment).discard(), {
    thing: { ref: ref as Ref, extattrs: {}, created: true },
    where,
  });
}
