import { formatSpan } from "../../cidr.js";
import { namedAs } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { peekSubnets } from "../sources/peek.js";
import type { SourcePool } from "../sources/source-choices.js";
import { networkInstead } from "./subnet-look.js";
import type { NextSubnet } from "./subnet-order.js";

/** The pool that a subnet is taken from. */
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
