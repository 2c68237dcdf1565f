import { formatSpan } from "../../cidr.js";
import { namedAs } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { peekAddresses } from "../sources/peek.js";
import type { SourcePool } from "../sources/source-choices.js";
import type { NextAddress } from "./address-place.js";
import { sourceAround } from "./address-sources.js";

/** The pool that one address of a request is taken from. */
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
