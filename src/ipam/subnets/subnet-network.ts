import type { Span } from "../../cidr.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import { nextAvailableNetwork } from "../../wapi/next-available.js";
import { holderType, spanOfTarget, type Target } from "../requests/targets.js";
import { excludedSubnets } from "../sources/exclusions.js";
import { whereOf } from "../sources/source-query.js";

/** The size of the wanted subnet, and the addresses that it must not contain. */
interface Wanted {
  readonly prefixLength: number;
  readonly exclude: readonly Span[];
}

/**
 * The function that lets the grid choose the next subnet of a source while it creates it. A CIDR is passed as a search for containers:
 * as a plain text, it would also match a subnet, and the grid would turn that into a container.
 */
export function nextNetwork(
  target: Target,
  { prefixLength, exclude }: Wanted,
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
