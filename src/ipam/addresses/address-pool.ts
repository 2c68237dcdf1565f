import {
  type Block,
  contains,
  firstOf,
  formatAddress,
  formatBlock,
  formatSpan,
  gaps,
  lastOf,
  parseBlock,
} from "../../cidr.js";
import { ConflictError, refusalDetails, type WapiError } from "../../errors.js";
import type { NextAvailable } from "../../wapi/inline-call.js";
import { nextAvailableIp } from "../../wapi/next-available.js";
import { step } from "../../wapi/step.js";
import type { Abortable } from "../requests/requests.js";
import {
  type AddressSource,
  holderType,
  namedAs,
  type RefTarget,
  spanOfTarget,
  type Target,
} from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { excludedAddresses } from "../sources/exclusions.js";
import { peekAddresses } from "../sources/peek.js";
import { absentError } from "../sources/pool.js";
import type { SourcePool } from "../sources/source-choices.js";
import { type Searched, whereOf } from "../sources/source-query.js";
import type { NextAddress } from "./address-place.js";

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

/** The subnet around a source that the grid has no object for. The addresses outside the source are excluded. */
export async function sourceAround(
  { wapi }: IpamSettings,
  { networkView, signal }: Pick<Searched, "networkView"> & Abortable,
  { target, exclude }: AddressSource,
  error: WapiError,
): Promise<AddressSource> {
  const span = spanOfTarget(target);
  if (span === undefined) throw error;
  const containing = { network_view: networkView, contains_address: formatAddress(firstOf(span)) };
  const find = (holds: "network" | "container", where: object) =>
    step.find(holderType(holds, span.family), { where, fields: ["network"], limit: 1 });
  const steps = [find("network", containing), find("container", whereOf(target, networkView))] as const;
  const [[subnet], containers] = await wapi.batch(steps, { signal });
  if (containers.length > 0) {
    // Somebody may have divided the subnet.
    const message = `${target.text} is a container in network view "${networkView}", not a subnet: it has no addresses of its own.`;
    const hint =
      "Request a subnet from it, or name a subnet in it. A subnet becomes a container when it is divided.";
    throw new ConflictError(message, { ...refusalDetails(error), hint });
  }
  const around = parseBlock(subnet?.network ?? "");
  if (subnet === undefined || around === undefined || !contains(around, span)) {
    throw absentError(error, target, "subnet or range", networkView);
  }
  return {
    target: partOf(subnet._ref, around, target, networkView),
    exclude: [...exclude, ...gaps(around, [span])],
  };
}

function partOf(ref: RefTarget["ref"], block: Block, part: Target, networkView: string): RefTarget {
  const text = `${part.text} in ${formatBlock(block)}`;
  return { kind: "ref", text, family: part.family, ref, holds: "network", block, networkView };
}
