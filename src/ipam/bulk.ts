import type { Family, Span } from "../cidr.js";
import { PoolExhaustedError, withPartial } from "../errors.js";
import { step } from "../wapi/step.js";
import { type AddressDraft, addressDraft, nextAddress } from "./address-drafts.js";
import { type AddressIdentity, checkIdentity, identityOf } from "./address-order.js";
import { type AddressSource, fromSource } from "./address-sources.js";
import { parseExclusions } from "./exclusions.js";
import { isExhausted } from "./exhaustion.js";
import type { Marks } from "./ownership.js";
import { candidates, type PoolRefusal, refusalOf } from "./pool.js";
import { checkRequest } from "./request-schemas.js";
import type { AddressesRequest } from "./requests.js";
import type { Address } from "./results.js";
import type { IpamSettings } from "./settings.js";
import { atOnce, slices } from "./slices.js";
import { networkViewOf, parseTargets, type Target } from "./targets.js";

/** A request for many addresses, understood, and how far it has come. */
interface BulkOrder extends Pick<AddressesRequest, "comment" | "extattrs" | "onProgress" | "signal"> {
  readonly targets: readonly Target[];
  readonly exclude: readonly Span[];
  readonly networkView: string;
  readonly count: number;
  readonly identity: (index: number) => AddressIdentity;
  readonly taken: Address[];
}

/** See `Ipam.requestAddresses`. */
export async function requestAddresses(settings: IpamSettings, request: unknown): Promise<Address[]> {
  const fields = await checkRequest("requestAddresses", request);
  const order = bulkOrder(settings, fields);
  try {
    await settings.ownership.creating(order, (marks) => fill(settings, order, marks));
    return order.taken;
  } catch (error) {
    const left = fields.allOrNothing ? await giveBack(settings, order.taken) : order.taken;
    throw withPartial(error, left);
  }
}

function bulkOrder(settings: IpamSettings, fields: AddressesRequest): BulkOrder {
  const { from, exclude, name, dns, dnsView } = fields;
  const { comment, extattrs, fields: more, count, onProgress, signal } = fields;
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
    exclude: parseExclusions(exclude, family),
    networkView,
    count,
    identity,
    taken: [],
    ...{ comment, extattrs, onProgress, signal },
  };
}

/** Takes from one source after the other until there are enough. */
async function fill(settings: IpamSettings, order: BulkOrder, marks: Marks): Promise<void> {
  const { targets, exclude, networkView, signal, count, taken } = order;
  const tried: PoolRefusal[] = [];
  for await (const target of candidates(settings, targets, { queried: "network", networkView, signal })) {
    const refusal = await fromSource(settings, order, { target, exclude }, (source) =>
      drain(settings, order, source, marks),
    );
    if (refusal === undefined) return;
    tried.push(refusal);
  }
  const sources = [...new Set(tried.map(({ source }) => source))].join(", ");
  const message = `Only ${taken.length} of ${count} addresses could be had in ${sources}.`;
  throw new PoolExhaustedError(message, { tried, hint: tried.at(-1)?.hint });
}

/**
 * Takes what is needed from one source, or all that it has: then what it said last is given. A chunk is all or
 * nothing, so one that is too large for what is left is halved.
 */
async function drain(
  { wapi }: IpamSettings,
  order: BulkOrder,
  source: AddressSource,
  marks: Marks,
): Promise<PoolRefusal | undefined> {
  const { count, taken, signal, onProgress } = order;
  let most = atOnce;
  while (taken.length < count) {
    const drafts = draftsOf(order, source, marks, Math.min(most, count - taken.length));
    try {
      const results = await wapi.batch(
        drafts.map((draft) => draft.step),
        { signal },
      );
      taken.push(...drafts.map((draft, index) => draft.read(results[index])));
    } catch (error) {
      if (drafts.length === 1 || !isExhausted(error)) return refusalOf(source.target, error);
      most = Math.floor(drafts.length / 2);
      continue;
    }
    onProgress?.({ done: taken.length, total: count });
  }
  return undefined;
}

function draftsOf(
  order: BulkOrder,
  { target, exclude }: AddressSource,
  marks: Marks,
  length: number,
): AddressDraft[] {
  const { identity, networkView, taken } = order;
  const next = nextAddress(target, exclude, networkView);
  const wanted = target.family === 4 ? { ipv4: next } : { ipv6: next };
  return Array.from({ length }, (_, offset) =>
    addressDraft(identity(taken.length + offset), wanted, networkView, marks),
  );
}

/** Releases what was taken, and gives what could not be released. Without the caller's signal, which may be why. */
async function giveBack({ wapi }: IpamSettings, taken: readonly Address[]): Promise<Address[]> {
  const left: Address[] = [];
  for (const some of slices(taken)) {
    await wapi.batch(some.map(({ ref }) => step.delete(ref))).catch(() => left.push(...some));
  }
  return left;
}
