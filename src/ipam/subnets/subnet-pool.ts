import { formatSpan } from "../../cidr.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import { nextAvailableNetwork } from "../../wapi/next-available.js";
import { holderType, namedAs, spanOfTarget, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { excludedSubnets } from "../sources/exclusions.js";
import { peekSubnets } from "../sources/peek.js";
import type { SourcePool } from "../sources/source-choices.js";
import { whereOf } from "../sources/source-query.js";
import { networkInstead } from "./subnet-look.js";
import type { NextSubnet } from "./subnet-order.js";

export function subnetPool(
  settings: IpamSettings,
  { targets, strategy, exclude, prefixLength }: NextSubnet,
  networkView: string,
): SourcePool {
  return {
    ...{ targets, strategy, exclude, networkView },
    wanted: `/${prefixLength}`,
    queried: "container",
    hasRoom: async ({ target, exclude: excluded }, signal) => {
      const options = { networkView, exclude: excluded.map(formatSpan), prefixLength, signal };
      return (await peekSubnets(settings, namedAs(target), options)).length > 0;
    },
    instead: async (source, _error, signal) => {
      const { family } = source.target;
      const target = await networkInstead(settings, { family, networkView, signal }, source.target);
      return target === undefined ? source : { ...source, target };
    },
  };
}

/**
 * The function that lets the grid choose the next subnet of a source while it creates it. A CIDR is passed as a search for containers:
 * as a plain text, it would also match a subnet, and the grid would turn that into a container.
 */
export function nextNetwork(
  target: Target,
  { prefixLength, exclude }: NextSubnet,
  networkView: string,
): NextAvailable<"network"> {
  const common = { prefixLength, exclude: excludedSubnets(exclude, prefixLength, spanOfTarget(target)) };
  if (target.kind === "ref") {
    return target.holds === "network"
      ? nextAvailableNetwork({ ...common, network: target.ref })
      : nextAvailableNetwork({ ...common, container: target.ref });
  }
  return nextAvailableNetwork({
    ...common,
    search: holderType("container", target.family),
    where: whereOf(target, networkView),
  });
}
