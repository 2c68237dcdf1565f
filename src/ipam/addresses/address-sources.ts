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
