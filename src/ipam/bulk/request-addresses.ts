import { type Family, mergeSpans, type Span } from "../../cidr.js";
import { withPartial } from "../../errors.js";
import { step } from "../../wapi/step.js";
import { addressDraft, nextAddress } from "../addresses/address-drafts.js";
import { type AddressIdentity, checkIdentity, identityOf } from "../addresses/address-order.js";
import { policyExclusions } from "../addresses/address-policy.js";
import { type AddressSource, fromSource } from "../addresses/address-sources.js";
import { addressKind } from "../once/kinds.js";
import type { Marks } from "../ownership.js";
import { checkRequest } from "../request-schemas.js";
import type { AddressesRequest } from "../requests.js";
import type { Address, AddressType, Subnet, SubnetType } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { parseExclusions } from "../sources/exclusions.js";
import type { PoolStrategy } from "../sources/pools.js";
import { networkViewOf, parseTargets, type Target } from "../sources/targets.js";
import { expiryOf } from "../upkeep/expiry.js";
import type { ManyDraft } from "./chunk.js";
import { takeMany } from "./many.js";
import { slices } from "./slices.js";

/** A request for many addresses, understood, and how far it has come. */
interface BulkOrder extends Pick<AddressesRequest, "comment" | "extattrs"> {
  readonly onProgress: AddressesRequest["onProgress"];
  readonly signal: AbortSignal | undefined;
  readonly targets: readonly Target[];
  readonly strategy: PoolStrategy;
  readonly exclude: readonly Span[];
  readonly networkView: string;
  readonly expires: string | undefined;
  readonly count: number;
  readonly identity: (index: number) => AddressIdentity;
  readonly taken: Address[];
}

/** See `Ipam.requestAddresses`. */
export async function requestAddresses(settings: IpamSettings, request: unknown): Promise<Address[]> {
  const fields = await checkRequest("requestAddresses", request);
  const order = bulkOrder(settings, fields);
  try {
    await fill(settings, order);
    return order.taken;
  } catch (error) {
    const left = fields.allOrNothing ? await giveBack(settings, order.taken) : order.taken;
    throw withPartial(error, left);
  }
}

function bulkOrder(settings: IpamSettings, fields: AddressesRequest): BulkOrder {
  const { exclude, name, dns, dnsView } = fields;
  const { comment, extattrs, fields: more, count, onProgress, signal } = fields;
  const { from, strategy } = settings.pools.sourcesOf(fields.from, fields.strategy);
  const targets = parseTargets(from, ["network", "range"]);
  const networkView = networkViewOf(targets, fields.networkView, settings.networkView);
  const family: Family = targets[0]?.family ?? 4;
  const identity = (index: number) => {
    const one = identityOf(settings, { name: name?.(index), dns, dnsView, fields: more });
    checkIdentity(one, [family]);
    return one;
  };
  // Wrong options show here, before anything was sent.
  identity(0);
  return {
    targets,
    strategy,
    exclude: mergeSpans([...parseExclusions(exclude, family), ...policyExclusions(targets, fields)]),
    networkView,
    expires: expiryOf(settings, fields),
    count,
    identity,
    taken: [],
    ...{ comment, extattrs, onProgress, signal },
  };
}

/** Takes from one source after the other until there are enough. */
function fill(settings: IpamSettings, order: BulkOrder): Promise<void> {
  const { exclude } = order;
  return takeMany(settings, {
    ...{ ...order, wanted: "address", plural: "addresses", queried: "network" },
    ...{ kind: addressKind, described: order },
    from: (target, drain) => fromSource(settings, order, { target, exclude }, drain),
    drafts: (source, length, marks) => draftsOf(settings, order, source, marks, length),
  });
}

function draftsOf(
  { ownership }: IpamSettings,
  order: BulkOrder,
  { target, exclude }: AddressSource,
  marks: Marks,
  length: number,
): ManyDraft<Address>[] {
  const { identity, networkView, taken } = order;
  const next = nextAddress(target, exclude, networkView);
  const wanted = target.family === 4 ? { ipv4: next } : { ipv6: next };
  return Array.from({ length }, (_, offset) => {
    const one = identity(taken.length + offset);
    const { step, read } = addressDraft(one, wanted, networkView, marks, ownership.expiryAttribute);
    return { step, read, fits: ({ name }) => name === one.name };
  });
}

/** Releases what was taken, and gives what could not be released. Without the caller's signal, which may be why. */
export async function giveBack<T extends Address | Subnet>(
  { wapi, pools }: IpamSettings,
  taken: readonly T[],
): Promise<T[]> {
  const left: T[] = [];
  for (const some of slices(taken)) {
    await wapi
      .batch(some.map(({ ref }) => step.delete<AddressType | SubnetType>(ref)))
      .catch(() => left.push(...some));
  }
  pools.released();
  return left;
}
