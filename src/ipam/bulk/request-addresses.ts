import type { Family } from "../../cidr.js";
import { invalid, invalidKind } from "../../errors.js";
import { clientOf } from "../addresses/address-client.js";
import { addressIntent } from "../addresses/address-intent.js";
import {
  type AddressIdentity,
  type AddressOrder,
  checkIdentity,
  identityOf,
} from "../addresses/address-order.js";
import { familyOf, type NextAddress, nextAddressOf } from "../addresses/address-place.js";
import { sourceAround } from "../addresses/address-pool.js";
import { atOnce } from "../engine/chunk-size.js";
import { Claim } from "../engine/claim.js";
import { expiryOf } from "../marks/expiry.js";
import type { Address } from "../objects/results.js";
import { duidProblem, macProblem, type Problem } from "../requests/syntax.js";
import { networkViewOf } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { explainedZone, viewOfHosts } from "../zones/missing-zone.js";
import { Chunks } from "./chunks.js";
import { gathered, type Many, takeMany } from "./many.js";
import { Places } from "./places.js";
import type { AddressesInChunksRequest, AddressesRequest } from "./requests.js";
import { checkBulkRequest } from "./schemas.js";

interface BulkOrder extends Omit<AddressOrder, keyof AddressIdentity | "wanted"> {
  readonly described: Pick<AddressesRequest, "comment" | "extattrs" | "cloud">;
  readonly place: NextAddress;
  readonly family: Family;
  readonly count: number;
  readonly onProgress: AddressesRequest["onProgress"];
  readonly identity: (index: number) => AddressIdentity;
}

/** See `Ipam.requestAddresses`. */
export async function requestAddresses(settings: IpamSettings, request: unknown): Promise<Address[]> {
  const fields = await checkBulkRequest("requestAddresses", request);
  const many = manyOf(settings, bulkOrder(settings, fields));
  return gathered(settings, takeMany<Address>(settings, many), fields);
}

/** See `Ipam.requestAddressesInChunks`. */
export function requestAddressesInChunks(settings: IpamSettings, request: unknown): Chunks<Address> {
  return new Chunks(async () => {
    const fields: AddressesInChunksRequest = await checkBulkRequest("requestAddressesInChunks", request);
    const many = manyOf(settings, bulkOrder(settings, fields));
    return () => takeMany<Address>(settings, many);
  });
}

function bulkOrder(settings: IpamSettings, fields: AddressesRequest): BulkOrder {
  const { name, mac, duid, dns, dnsView, fields: more } = fields;
  const { comment, extattrs, cloud, count, onProgress, signal, requestId } = fields;
  const place = nextAddressOf(settings, fields, fields.from, "from");
  const family = familyOf(place);
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
    ...{ place, family, identity, count, onProgress, signal, requestId },
    described: { comment, extattrs, cloud },
    networkView: networkViewOf(place.targets, fields.networkView, settings.networkView),
    expires: expiryOf(settings, fields),
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

function manyOf(settings: IpamSettings, order: BulkOrder): Many {
  const { described, place, family, identity, networkView, expires, signal, onProgress, requestId } = order;
  const places = new Places(order.count, settings.clock);
  return {
    ...{ ...place, wanted: "address", plural: "addresses", queried: "network" },
    ...{ networkView, signal, onProgress, requestId, places },
    claim: new Claim(settings, signal),
    instead: (source, error) => sourceAround(settings, order, source, error),
    explain: (error) => {
      const asked = places.upcoming(atOnce).map(identity);
      const names = asked.flatMap(({ kind, name }) => (kind === "host" ? (name ?? []) : []));
      const dnsView = viewOfHosts(asked[0]?.dnsView, networkView);
      return explainedZone(settings, error, { names, dnsView, signal });
    },
    intent: (index, naming) => {
      const one = identity(index);
      const wanted = [{ ...place, family, ...clientOf(one, family) }];
      return {
        ...addressIntent(settings, { ...one, ...described, networkView, wanted, expires }, naming),
        // Missing zones are explained once for all names.
        explain: undefined,
      };
    },
  };
}
