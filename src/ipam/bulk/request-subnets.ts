import { Claim } from "../engine/claim.js";
import { expiryOf } from "../marks/expiry.js";
import type { Subnet } from "../objects/results.js";
import { networkViewOf } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { absentError } from "../sources/pool.js";
import { subnetIntent } from "../subnets/subnet-intent.js";
import { type NextSubnet, nextSubnet, type SubnetOrder } from "../subnets/subnet-order.js";
import { Chunks } from "./chunks.js";
import { type ByPlace, gathered, type Many, takeMany } from "./many.js";
import { Places } from "./places.js";
import type { SubnetsInChunksRequest, SubnetsRequest } from "./requests.js";
import { checkBulkRequest } from "./schemas.js";

interface BulkOrder extends SubnetOrder, Pick<SubnetsRequest, "count" | "onProgress"> {
  readonly place: NextSubnet;
}

/** See `Ipam.requestSubnets`. */
export async function requestSubnets(settings: IpamSettings, request: unknown): Promise<Subnet[]> {
  const fields: SubnetsRequest = await checkBulkRequest("requestSubnets", request);
  const many = manyOf(settings, bulkOrder(settings, fields));
  return gathered(settings, taking(settings, many), fields);
}

/** See `Ipam.requestSubnetsInChunks`. */
export function requestSubnetsInChunks(settings: IpamSettings, request: unknown): Chunks<Subnet> {
  return new Chunks(async () => {
    const fields: SubnetsInChunksRequest = await checkBulkRequest("requestSubnetsInChunks", request);
    const many = manyOf(settings, bulkOrder(settings, fields));
    return () => taking(settings, many);
  });
}

function bulkOrder(settings: IpamSettings, fields: SubnetsRequest): BulkOrder {
  const place = nextSubnet(settings, fields, ["container"]);
  return {
    ...fields,
    family: place.targets[0]?.family ?? 4,
    networkView: networkViewOf(place.targets, fields.networkView, settings.networkView),
    ...{ place, gateway: undefined, isRouter: false, expires: expiryOf(settings, fields) },
  };
}

async function* taking(settings: IpamSettings, many: Many): AsyncGenerator<ByPlace<Subnet>, void> {
  for await (const chunk of takeMany<Subnet>(settings, many)) {
    settings.pools.gained("network");
    yield chunk;
  }
}

function manyOf(settings: IpamSettings, order: BulkOrder): Many {
  const { networkView, signal, onProgress, requestId } = order;
  const { prefixLength, targets, strategy, exclude } = order.place;
  return {
    ...{ wanted: `/${prefixLength}`, plural: `subnets of /${prefixLength}`, queried: "container" },
    ...{ targets, strategy, exclude, networkView, signal, onProgress, requestId },
    places: new Places(order.count, settings.clock),
    claim: new Claim(settings, signal),
    instead: async ({ target }, error) => {
      throw absentError(error, target, "container", networkView);
    },
    intent: (_place, naming) => subnetIntent(settings, order, naming),
  };
}
