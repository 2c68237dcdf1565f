import {
  type Block,
  contains,
  firstOf,
  formatAddress,
  formatBlock,
  gaps,
  parseBlock,
  type Span,
} from "../../cidr.js";
import { ConflictError, type WapiError } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings.js";
import { absentError, explainedQuery, isAbsent } from "../sources/pool.js";
import { holderType, type RefTarget, spanOfTarget, type Target } from "../sources/targets.js";

/** A source of addresses, and what not to take from it. */
export interface AddressSource {
  readonly target: Target;
  readonly exclude: readonly Span[];
}

interface Where {
  readonly networkView: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Takes from a source as it was named. Where the grid has no such subnet or range, but a subnet around it, takes from
 * that and excludes the rest of it: so any CIDR and any range will do, at the price of looking once.
 */
export async function fromSource<T>(
  settings: IpamSettings,
  where: Where,
  source: AddressSource,
  take: (source: AddressSource) => Promise<T>,
): Promise<T> {
  const { target } = source;
  try {
    return await take(source);
  } catch (error) {
    if (!isAbsent(error, target)) throw explainedQuery(error, target, "subnet", where.networkView);
    return take(await sourceAround(settings, where, source, error));
  }
}

/** The subnet around a source that the grid has no object for, without the rest of it. */
export async function sourceAround(
  { wapi }: IpamSettings,
  { networkView, signal }: Where,
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
        where: { network_view: networkView, network: cidrOf(target) },
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

/** The CIDR that a container of these addresses would have; of a range none has it. */
function cidrOf(target: Target): string {
  return "block" in target && target.block !== undefined ? formatBlock(target.block) : target.text;
}

/** Where a subnet was meant, and where there may have been one until somebody divided it. */
function containerError(error: WapiError, target: Target, networkView: string): ConflictError {
  const { status, code, text, method, path } = error;
  const message = `${target.text} is a container in network view "${networkView}", not a subnet: it has no addresses of its own.`;
  const hint =
    "Request a subnet of it, or name one that is in it. A subnet becomes a container when it is divided.";
  return new ConflictError(message, { status, code, text, method, path, hint, cause: error });
}
