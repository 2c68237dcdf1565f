import type { Span } from "../../cidr.js";
import { invalid, withPartial } from "../../errors.js";
import type { AddressSource } from "../addresses/address-sources.js";
import { subnetKind } from "../once/kinds.js";
import type { Marks } from "../ownership.js";
import { checkRequest } from "../request-schemas.js";
import type { SubnetsRequest } from "../requests.js";
import type { Subnet } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { absentError, explainedQuery, isAbsent } from "../sources/pool.js";
import { networkViewOf, parseTargets, spanOfTarget, type Target } from "../sources/targets.js";
import { nextNetwork, subnetDraft } from "../subnets/subnet-drafts.js";
import type { SubnetOrder } from "../subnets/subnet-order.js";
import { expiryOf } from "../upkeep/expiry.js";
import type { ManyDraft } from "./chunk.js";
import { takeMany } from "./many.js";
import { giveBack } from "./request-addresses.js";

/** See `Ipam.requestSubnets`. */
export async function requestSubnets(settings: IpamSettings, request: unknown): Promise<Subnet[]> {
  const fields: SubnetsRequest = await checkRequest("requestSubnets", request);
  const { count, prefixLength, onProgress, allOrNothing, signal } = fields;
  const { from, strategy } = settings.pools.sourcesOf(fields.from, fields.strategy);
  const targets = parseTargets(from, ["container"]);
  checkLength(prefixLength, targets);
  const family = targets[0]?.family ?? 4;
  const networkView = networkViewOf(targets, fields.networkView, settings.networkView);
  const exclude = parseExclusions(fields.exclude, family);
  const order: SubnetOrder = {
    ...fields,
    ...{ family, networkView, gateway: undefined, expires: expiryOf(settings, fields) },
    place: { kind: "next", prefixLength, targets, strategy, exclude },
  };
  const taken: Subnet[] = [];
  try {
    await takeMany(settings, {
      ...{ kind: subnetKind, described: order },
      ...{ wanted: `/${prefixLength}`, plural: `subnets of /${prefixLength}`, queried: "container" },
      ...{ targets, strategy, exclude, networkView, signal, onProgress, count, taken },
      from: async (target, drain) => {
        try {
          return await drain({ target, exclude });
        } catch (error) {
          throw isAbsent(error, target)
            ? absentError(error, target, "container", networkView)
            : explainedQuery(error, target, "container", networkView);
        }
      },
      drafts: (source, length, marks) =>
        draftsOf(settings, order, prefixLength, exclude, source, marks, length),
    });
    settings.pools.gained("network");
    return taken;
  } catch (error) {
    throw withPartial(error, allOrNothing ? await giveBack(settings, taken) : taken);
  }
}

function draftsOf(
  { ownership }: IpamSettings,
  order: SubnetOrder,
  prefixLength: number,
  exclude: readonly Span[],
  { target }: AddressSource,
  marks: Marks,
  length: number,
): ManyDraft<Subnet>[] {
  const network = nextNetwork(target, { prefixLength, exclude }, order.networkView);
  return Array.from({ length }, () => {
    const { step, read } = subnetDraft(order, network, marks, ownership.expiryAttribute);
    return { step, read: (row) => read(row) };
  });
}

function checkLength(prefixLength: number, targets: readonly Target[]): void {
  for (const target of targets) {
    const span = spanOfTarget(target);
    const container = span !== undefined && "prefixLength" in span ? Number(span.prefixLength) : 0;
    const most = target.family === 4 ? 32 : 128;
    if (prefixLength > container && prefixLength <= most) continue;
    const problem = `must be ${container + 1} to ${most} in ${target.text}`;
    throw invalid(
      "prefixLength",
      prefixLength,
      problem,
      Math.min(most, Math.max(container + 1, target.family === 4 ? 24 : 64)),
    );
  }
}
