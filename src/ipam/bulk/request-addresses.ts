import { type Family, mergeSpans, type Span } from "../../cidr.js";
import { invalid, invalidKind } from "../../errors.js";
import { clientOf } from "../addresses/address-client.js";
import { addressIntent } from "../addresses/address-intent.js";
import { type AddressIdentity, checkIdentity, identityOf } from "../addresses/address-order.js";
import { policyExclusions } from "../addresses/address-policy.js";
import { sourceAround } from "../addresses/address-sources.js";
import { atOnce } from "../engine/chunk-size.js";
import { expiryOf } from "../marks/expiry.js";
import type { Address } from "../objects/results.js";
import type { PoolStrategy } from "../requests/sources.js";
import { duidProblem, macProblem, type Problem } from "../requests/syntax.js";
import { type AddressSource, networkViewOf, parseTargets, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import { explainedQuery, isAbsent } from "../sources/pool.js";
import { explainedZone, viewOfHosts } from "../zones/missing-zone.js";
import { Chunks } from "./chunks.js";
import { type Drained, gathered, type Many, takeMany } from "./many.js";
import { Places } from "./places.js";
import type { AddressesInChunksRequest, AddressesRequest } from "./requests.js";
import { checkBulkRequest } from "./schemas.js";

/** A checked and parsed request for many addresses. */
interface BulkOrder
  extends Pick<AddressesRequest, "comment" | "extattrs" | "cloud" | "onProgress" | "requestId"> {
  readonly signal: AbortSignal | undefined;
  readonly targets: readonly Target[];
  readonly strategy: PoolStrategy;
  readonly exclude: readonly Span[];
  readonly networkView: string;
  readonly expires: string | undefined;
  readonly count: number;
  readonly identity: (index: number) => AddressIdentity;
}

/** See `Ipam.requestAddresses`. */
export async function requestAddresses(settings: IpamSettings, request: unknown): Promise<Address[]> {
  const fields = await checkBulkRequest("requestAddresses", request);
  const many = manyOf(settings, bulkOrder(settings, fields));
  return gathered(settings, takeMany(settings, many), fields);
}

/** See `Ipam.requestAddressesInChunks`. */
export function requestAddressesInChunks(settings: IpamSettings, request: unknown): Chunks<Address> {
  return new Chunks(async () => {
    const fields: AddressesInChunksRequest = await checkBulkRequest("requestAddressesInChunks", request);
    const many = manyOf(settings, bulkOrder(settings, fields));
    return () => takeMany(settings, many);
  });
}

function bulkOrder(settings: IpamSettings, fields: AddressesRequest): BulkOrder {
  const { exclude, name, mac, duid, dns, dnsView } = fields;
  const { comment, extattrs, cloud, fields: more, count, onProgress, signal, requestId } = fields;
  const { from, strategy } = settings.pools.sourcesOf(fields.from, fields.strategy);
  const targets = parseTargets(from, ["network", "range"]);
  const networkView = networkViewOf(targets, fields.networkView, settings.networkView);
  const family: Family = targets[0]?.family ?? 4;
  const identity = (index: number) => {
    const client = {
      mac: checkedClient("mac", mac?.(index), macProblem),
      duid: checkedClient("duid", duid?.(index), duidProblem),
    };
    const one = identityOf(settings, { name: name?.(index), ...client, dns, dnsView, fields: more });
    checkIdentity(one, [family]);
    return one;
  };
  // Checks the options before anything is sent.
  identity(0);
  return {
    targets,
    strategy,
    exclude: mergeSpans([...parseExclusions(exclude, family), ...policyExclusions(targets, fields)]),
    networkView,
    expires: expiryOf(settings, fields),
    count,
    identity,
    ...{ comment, extattrs, cloud, onProgress, signal, requestId },
  };
}

function checkedClient(
  field: "mac" | "duid",
  text: unknown,
  problemOf: (text: string) => Problem | undefined,
): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== "string") throw invalidKind(field, text, "must give a text", "02:42:ac:11:00:02");
  const wrong = problemOf(text);
  if (wrong !== undefined) throw invalid(field, text, wrong.problem, wrong.example);
  return text;
}

function manyOf(settings: IpamSettings, order: BulkOrder): Many<Address> {
  const { expires, identity, networkView, targets, strategy, exclude } = order;
  const { comment, extattrs, cloud } = order;
  const family = targets[0]?.family ?? 4;
  const place = { kind: "next", family, targets, strategy, exclude } as const;
  const places = new Places(order.count, settings.clock);
  return {
    ...{ ...order, wanted: "address", plural: "addresses", queried: "network" },
    ...{ onProgress: order.onProgress, requestId: order.requestId },
    places,
    from: (target, drain) => withZones(settings, order, places, fromSource(settings, order, target, drain)),
    intent: (index, naming) => {
      const one = identity(index);
      const wanted = [{ ...place, ...clientOf(one, family) }];
      return {
        ...addressIntent(
          settings,
          { ...one, comment, extattrs, cloud, networkView, wanted, expires },
          naming,
        ),
        // `withZones` explains missing zones once for all names.
        explain: undefined,
      };
    },
  };
}

/** Explains a refusal for a missing zone: which of the names has none. */
async function* withZones(
  settings: IpamSettings,
  { identity, networkView, signal }: BulkOrder,
  places: Places,
  drained: Drained<Address>,
): Drained<Address> {
  try {
    return yield* drained;
  } catch (error) {
    const asked = places.upcoming(atOnce).map(identity);
    const names = asked.flatMap(({ kind, name }) => (kind === "host" ? (name ?? []) : []));
    const dnsView = viewOfHosts(asked[0]?.dnsView, networkView);
    throw await explainedZone(settings, error, { names, dnsView, signal });
  }
}

/** Drains a source. If the grid has no such subnet or range, it drains that part of the subnet around it. */
async function* fromSource(
  settings: IpamSettings,
  order: BulkOrder,
  target: Target,
  drain: (source: AddressSource) => Drained<Address>,
): Drained<Address> {
  const source = { target, exclude: order.exclude };
  try {
    return yield* drain(source);
  } catch (error) {
    if (!isAbsent(error, target)) throw explainedQuery(error, target, "subnet", order.networkView);
    return yield* drain(await sourceAround(settings, order, source, error));
  }
}
