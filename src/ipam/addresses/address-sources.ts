import { type Block, contains, firstOf, formatAddress, formatBlock, gaps, parseBlock } from "../../cidr.js";
import { ConflictError, refusalDetails, type WapiError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Abortable } from "../requests/requests.js";
import {
  type AddressSource,
  holderType,
  type RefTarget,
  spanOfTarget,
  type Target,
} from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { absentError } from "../sources/pool.js";
import { type Searched, whereOf } from "../sources/source-query.js";

/** The subnet around a source that the grid has no object for. The addresses outside the source are excluded. */
export async function sourceAround(
  { wapi }: IpamSettings,
  { networkView, signal }: Pick<Searched, "networkView"> & Abortable,
  { target, exclude }: AddressSource,
  error: WapiError,
): Promise<AddressSource> {
  const span = spanOfTarget(target);
  if (span === undefined) throw error;
  const [subnets, containers] = await wapi.batch(
    [
      step.find(holderType("network", span.family), {
        where: { network_view: networkView, contains_address: formatAddress(firstOf(span)) },
        fields: ["network"],
        limit: 1,
      }),
      step.find(holderType("container", span.family), {
        where: whereOf(target, networkView),
        fields: ["network"],
        limit: 1,
      }),
    ],
    { signal },
  );
  if (containers.length > 0) throw containerError(error, target, networkView);
  const [subnet] = subnets;
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

/** The error for a container where a subnet is needed: somebody may have divided the subnet. */
function containerError(error: WapiError, target: Target, networkView: string): ConflictError {
  const message = `${target.text} is a container in network view "${networkView}", not a subnet: it has no addresses of its own.`;
  const hint =
    "Request a subnet from it, or name a subnet in it. A subnet becomes a container when it is divided.";
  return new ConflictError(message, { ...refusalDetails(error), hint });
}
