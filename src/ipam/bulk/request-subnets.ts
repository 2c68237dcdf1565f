import type { Span } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { AddressSource } from "../addresses/address-sources.js";
import { subnetKind } from "../once/kinds.js";
import { subnetDifferences } from "../once/request-mismatch.js";
import type { Marks } from "../ownership.js";
import { checkRequest } from "../request-schemas.js";
import type { SubnetsInChunksRequest, SubnetsRequest } from "../requests.js";
import type { Subnet } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { absentError, explainedQuery, isAbsent } from "../sources/pool.js";
import { networkViewOf, parseTargets, spanOfTarget, type Target } from "../sources/targets.js";
import { nextNetwork, subnetDraft } from "../subnets/subnet-drafts.js";
import type { NextSubnet, SubnetOrder } from "../subnets/subnet-order.js";
import { expiryOf } from "../upkeep/expiry.js";
import type { ManyDraft } from "./chunk.js";
import { Chunks } from "./chunks.js";
import { gathered } from "./gathered.js";
import { type Drained, type Many, type Placed, takeMany } from "./many.js";
import { Places } from "./places.js";

interface BulkOrder extends SubnetOrder, Pick<SubnetsRequest, "count" | "onProgress"> {
  readonly place: NextSubnet;
}

/** See `Ipam.requestSubnets`. */
export async function requestSubnets(settings: IpamSettings, request: unknown): Promise<Subnet[]> {
  const fields: SubnetsRequest = await checkRequest("requestSubnets", request);
  const many = manyOf(settings, bulkOrder(settings, fields), fields.allOrNothing);
  return gathered(settings, subnetKind, taking(settings, many), fields);
}

/** See `Ipam.requestSubnetsInChunks`. */
export function requestSubnetsInChunks(settings: IpamSettings, request: unknown): Chunks<Subnet> {
  return new Chunks(async () => {
    const fields: SubnetsInChunksRequest = await checkRequest("requestSubnetsInChunks", request);
    const many = manyOf(settings, bulkOrder(settings, fields));
    return () => taking(settings, many);
  });
}

function bulkOrder(settings: IpamSettings, fields: SubnetsRequest): BulkOrder {
  const { prefixLength } = fields;
  const { from, strategy } = settings.pools.sourcesOf(fields.from, fields.strategy);
  const targets = parseTargets(from, ["container"]);
  checkLength(prefixLength, targets);
  const family = targets[0]?.family ?? 4;
  const exclude = parseExclusions(fields.exclude, family);
  return {
    ...fields,
    networkView: networkViewOf(targets, fields.networkView, settings.networkView),
    ...{ family, gateway: undefined, expires: expiryOf(settings, fields) },
    place: { kind: "next", prefixLength, targets, strategy, exclude },
  };
}

async function* taking(settings: IpamSettings, many: Many<Subnet>): AsyncGenerator<Placed<Subnet>, void> {
  for await (const chunk of takeMany(settings, many)) {
    settings.pools.gained("network");
    yield chunk;
  }
}

function manyOf(settings: IpamSettings, order: BulkOrder, allOrNothing = false): Many<Subnet> {
  const { comment, extattrs, cloud, expires, networkView, signal, onProgress, requestId } = order;
  const { prefixLength, targets, strategy, exclude } = order.place;
  return {
    ...{ kind: subnetKind, described: { comment, extattrs, cloud, expires } },
    ...{ wanted: `/${prefixLength}`, plural: `subnets of /${prefixLength}`, queried: "container" },
    ...{ targets, strategy, exclude, networkView, signal, onProgress, requestId, allOrNothing },
    places: new Places(order.count, settings.pace),
    from: (target, drain) => fromSource({ target, exclude }, networkView, drain),
    draft: (source, _place, marks) => draftOf(settings, order, source, marks),
    differences: (_place, existing) => subnetDifferences(order, existing),
  };
}

async function* fromSource(
  source: { readonly target: Target; readonly exclude: readonly Span[] },
  networkView: string,
  drain: (source: AddressSource) => Drained<Subnet>,
): Drained<Subnet> {
  const { target } = source;
  try {
    return yield* drain(source);
  } catch (error) {
    throw isAbsent(error, target)
      ? absentError(error, target, "container", networkView)
      : explainedQuery(error, target, "container", networkView);
  }
}

function draftOf(
  { ownership }: IpamSettings,
  order: BulkOrder,
  { target }: AddressSource,
  marks: Marks,
): ManyDraft<Subnet> {
  const network = nextNetwork(target, order.place, order.networkView);
  const { type, step, read } = subnetDraft(order, network, marks, ownership.expiryAttribute);
  return { type, step, read: (row) => read(row) };
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
