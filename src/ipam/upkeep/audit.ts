import { formatExpiry } from "../marks/expiry.js";
import type { IpamSettings } from "../settings/settings.js";
import { findHeld, type Held, heldAddress, heldBlock, heldHost, whereHeld } from "./held.js";
import type { AuditOptions } from "./requests.js";
import { checkUpkeepRequest } from "./schemas.js";

/** The objects of an owner in a network view, and those that may need attention. Plain data. */
export interface Audit {
  readonly owner: string;
  readonly networkView: string;
  /** The time of the audit, which expiries are compared with: `"2026-11-25T13:46:00Z"`. */
  readonly at: string;
  readonly subnets: readonly Held[];
  /** Containers, and subnets that were divided into containers. */
  readonly containers: readonly Held[];
  readonly addresses: readonly Held[];
  /** Subnets and addresses without a request id. */
  readonly withoutRequestId: readonly Held[];
  readonly duplicates: readonly Duplicate[];
  /** Hosts without addresses: they were removed, or are in another network view. */
  readonly hostsWithoutAddresses: readonly Held[];
  /** The objects that have expired, which `Ipam.collect` would free. */
  readonly expired: readonly Held[];
}

/** Several objects where there should be one. */
export interface Duplicate {
  /** The mark that they share: a request id, or the creation token of one call, whose request arrived twice. */
  readonly of: "requestId" | "attempt";
  readonly id: string;
  readonly objects: readonly Held[];
}

/** See `Ipam.audit`. */
export async function audit(settings: IpamSettings, given: unknown): Promise<Audit> {
  const options: AuditOptions = await checkUpkeepRequest("audit", given);
  const { networkView = settings.networkView, now = settings.clock.wallTime(), signal, onProgress } = options;
  const { ownership } = settings;
  const where = { ...whereHeld(settings), network_view: networkView };
  const holdings = await findHeld(settings, where, { signal, onRead: onProgress });
  const subnets = holdings.subnets.map((one) => heldBlock("subnet", one, ownership));
  const containers = holdings.containers.map((one) => heldBlock("container", one, ownership));
  const addresses = holdings.addresses.map((one) => heldAddress(one, ownership));
  const at = new Date(now).getTime();
  return {
    owner: ownership.owner ?? "",
    networkView,
    at: formatExpiry(at),
    ...{ subnets, containers, addresses },
    withoutRequestId: [...subnets, ...addresses].filter(({ requestId }) => requestId === undefined),
    // A request id may stand for one subnet and one address. So both kinds are compared separately.
    duplicates: [[...subnets, ...containers], addresses].flatMap((all) => [
      ...sharing("requestId", all),
      ...sharing("attempt", all),
    ]),
    hostsWithoutAddresses: holdings.hostsWithoutAddresses.map((row) => heldHost(row, ownership)),
    expired: [...subnets, ...containers, ...addresses].filter(
      ({ expiresAt }) => expiresAt !== undefined && new Date(expiresAt).getTime() <= at,
    ),
  };
}

/** The objects that share a mark, if there are more than the mark allows. */
function sharing(of: Duplicate["of"], all: readonly Held[]): Duplicate[] {
  const byId = new Map<string, Held[]>();
  for (const one of all) {
    const id = one[of];
    if (id === undefined) continue;
    const others = byId.get(id) ?? [];
    byId.set(id, others);
    others.push(one);
  }
  // In older releases, all objects of a request share one token, which has their number.
  const most = (id: string) => (of === "attempt" ? Number(/^[^:]*\/(\d+)\+?$/.exec(id)?.[1] ?? 1) : 1);
  return [...byId].flatMap(([id, objects]) => (objects.length > most(id) ? [{ of, id, objects }] : []));
}
