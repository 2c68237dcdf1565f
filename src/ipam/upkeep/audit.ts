import { formatExpiry } from "../marks/expiry.js";
import type { IpamSettings } from "../settings/settings.js";
import { findHeld, type Held, heldAddress, heldBlock, heldHost, whereHeld } from "./held.js";
import type { AuditOptions } from "./requests.js";
import { checkUpkeepRequest } from "./schemas.js";

/** What an owner holds in a network view, and what of it wants looking at. Plain data. */
export interface Audit {
  readonly owner: string;
  readonly networkView: string;
  /** The time that was taken for now: `"2026-11-25T13:46:00Z"`. */
  readonly at: string;
  readonly subnets: readonly Held[];
  /** Those that were made as such, and subnets that have been divided. */
  readonly containers: readonly Held[];
  readonly addresses: readonly Held[];
  /** Subnets and addresses that nobody finds again by an id. */
  readonly withoutRequestId: readonly Held[];
  readonly duplicates: readonly Duplicate[];
  /** Host records that hold nothing: what was theirs has been taken off, or is in another network view. */
  readonly hostsWithoutAddresses: readonly Held[];
  /** What `Ipam.collect` would look at now. */
  readonly expired: readonly Held[];
}

/** Several objects where one is meant. */
export interface Duplicate {
  /** Of which mark there should be one: that of a request, or of a single call (something on the way sent it twice). */
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
    // A request id stands for one subnet, and for one address: one of each is no duplicate.
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

/** Those that share a mark, more of them than may, first found first. */
function sharing(of: Duplicate["of"], all: readonly Held[]): Duplicate[] {
  const byId = new Map<string, Held[]>();
  for (const one of all) {
    const id = one[of];
    if (id === undefined) continue;
    const others = byId.get(id);
    if (others === undefined) byId.set(id, [one]);
    else others.push(one);
  }
  // Older releases gave what one request made one token, which says how many it is for.
  const most = (id: string) => (of === "attempt" ? Number(/^[^:]*\/(\d+)\+?$/.exec(id)?.[1] ?? 1) : 1);
  return [...byId].flatMap(([id, objects]) => (objects.length > most(id) ? [{ of, id, objects }] : []));
}
