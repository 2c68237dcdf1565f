import { firstOf, formatAddress, formatBlock, formatSpan, lastOf } from "../../cidr.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import { nextAvailableIp } from "../../wapi/next-available.js";
import { type AddressSource, holderType, namedAs, spanOfTarget } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { excludedAddresses } from "../sources/exclusions.js";
import { peekAddresses } from "../sources/peek.js";
import type { SourcePool } from "../sources/source-choices.js";
import { whereOf } from "../sources/source-query.js";
import type { NextAddress } from "./address-place.js";
import { sourceAround } from "./address-sources.js";

export function addressPool(
  settings: IpamSettings,
  { targets, strategy, exclude }: Omit<NextAddress, "kind">,
  networkView: string,
): SourcePool {
  return {
    ...{ targets, strategy, exclude, networkView },
    wanted: "address",
    queried: "network",
    hasRoom: async ({ target, exclude: excluded }, signal) => {
      const options = { networkView, exclude: excluded.map(formatSpan), signal };
      return (await peekAddresses(settings, namedAs(target), 1, options)).length > 0;
    },
    instead: (source, error, signal) => sourceAround(settings, { networkView, signal }, source, error),
  };
}

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
