import { firstOf, formatAddress, formatBlock, lastOf } from "../../cidr.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import { nextAvailableIp } from "../../wapi/next-available.js";
import { type AddressSource, holderType, spanOfTarget } from "../requests/targets.js";
import { excludedAddresses } from "../sources/exclusions.js";
import { whereOf } from "../sources/source-query.js";

/** The value of the address field: a function that lets the grid choose, or the address that the client has chosen. */
export function nextAddress(
  { target, exclude, ip }: AddressSource,
  networkView: string,
): string | NextAvailable<"ip"> {
  if (ip !== undefined) return ip;
  const common = { networkView, exclude: excludedAddresses(exclude, spanOfTarget(target)) };
  switch (target.kind) {
    case "block":
      return nextAvailableIp({ ...common, network: formatBlock(target.block) });
    case "range": {
      const [first, last] = [firstOf(target.span), lastOf(target.span)].map(formatAddress);
      return nextAvailableIp({ ...common, range: `${first}-${last}` });
    }
    case "ref":
      return target.holds === "range"
        ? nextAvailableIp({ ...common, range: target.ref })
        : nextAvailableIp({ ...common, network: target.ref });
    case "query":
      return nextAvailableIp({
        ...common,
        search: holderType("network", target.family),
        where: whereOf(target, networkView),
      });
  }
}
