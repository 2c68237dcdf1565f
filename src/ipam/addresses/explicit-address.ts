import { formatAddress, type Address as Ip } from "../../cidr.js";
import { ConflictError, isInfobloxError, NotFoundError, type WapiError } from "../../errors.js";
import type { RawStep } from "../../wapi/batch.js";
import type { CallOptions } from "../../wapi/call-options.js";
import { newState, stateText } from "../../wapi/state.js";
import { pause } from "../once/pace.js";
import type { Make } from "../once/request.js";
import type { Marks } from "../ownership.js";
import type { Address } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { checkInsideOnGrid } from "../sources/inside.js";
import { addressDraft } from "./address-drafts.js";
import type { AddressOrder } from "./address-order.js";
import { type ExplicitAddress, spanOf } from "./address-place.js";
import { addressType } from "./in-use.js";
import { isOutsideNetworks } from "./outside-networks.js";

/**
 * Takes one address and no other.
 *
 * A grid lets several hosts share an address without a word. So the create rides in one `request` with a search for
 * the address among the unused ones, whose reference is assigned to a state, and a read of what the state refers to: a
 * search that finds nothing has no reference to assign, and where a grid lets that pass, the read fails the request
 * before anything is created. One round trip, and nobody can come between where
 * the grid keeps its word that a `request` is one transaction. Where it doesn't, what remains is the moment between
 * two calls inside the grid.
 */
export async function takeExplicit(
  settings: IpamSettings,
  order: AddressOrder,
  place: ExplicitAddress,
  marks: Marks,
  make: Make<Address>,
): Promise<Address> {
  const { wapi, ownership } = settings;
  const { networkView } = order;
  const { address } = place;
  const ip = formatAddress(address);
  const wanted = address.family === 4 ? { ipv4: ip } : { ipv6: ip };
  const draft = addressDraft(order, wanted, networkView, marks, ownership.expiryAttribute);
  await checkExplicit(settings, order, place);
  const { type } = draft;
  if (place.ifInUse === "allow") {
    const create = (options: CallOptions) => draft.create(wapi, options);
    return make({ type, steps: [draft.step], chosen: false, read: ([row]) => draft.read(row), create });
  }
  const guards = onlyIfUnused(address, networkView);
  const steps = [...guards, draft.step];
  for (let tries = 1; ; tries += 1) {
    try {
      const taken = await make({
        type,
        steps,
        chosen: false,
        read: (results) => draft.read(results[guards.length]),
      });
      settings.pools.taking(spanOf(address), 1n);
      return taken;
    } catch (error) {
      const explained = await explainedUse(settings, order, address, error);
      if (explained !== error || !wasInUse(error) || tries === mostTries) throw explained;
      // Whoever had it has given it back in the meantime.
      await pause(settings.pace, tries, order.signal);
    }
  }
}

/** How often an address is asked for that was in use, and isn't when that is looked at. */
const mostTries = 5;

/** Whether it was {@link onlyIfUnused} that failed the request. Guess: the grid's sentence names the state. */
function wasInUse(error: unknown): boolean {
  return isRefusal(error) && /_ipv[46]address\b/.test(error.text);
}

/** Where an address is looked at. */
interface Where {
  readonly networkView: string;
  readonly signal?: AbortSignal | undefined;
}

/** What has to be asked of the grid before an address that is named is taken: nothing, as a rule. */
export async function checkExplicit(
  settings: IpamSettings,
  { networkView, signal }: Where,
  { address, targets, avoidRanges }: ExplicitAddress,
): Promise<void> {
  const text = formatAddress(address);
  await checkInsideOnGrid(
    settings,
    { field: "ip", text, span: spanOf(address), targets },
    { queried: "network", networkView, signal },
  );
  if (avoidRanges) await refuseRange(settings, { networkView, signal }, address, text);
}

/** Fails the `request` that these steps are part of, unless nothing uses the address. */
export function onlyIfUnused(address: Ip, networkView: string): readonly RawStep[] {
  const type = addressType(address.family);
  const unused = newState(type);
  return [
    {
      method: "GET",
      object: type,
      data: { ip_address: formatAddress(address), network_view: networkView, status: "UNUSED" },
      assign_state: { [unused]: "_ref" },
      discard: true,
    },
    { method: "GET", object: stateText(unused), discard: true },
  ];
}

/** Ranges rarely come and go: looking first is good enough, and the only way to ask. */
async function refuseRange(settings: IpamSettings, where: Where, address: Ip, ip: string): Promise<void> {
  const row = await rowOf(settings, where, address);
  // Reserved ranges too: the grid's next available address keeps out of both.
  if (!row?.types?.some((type) => type === "DHCP_RANGE" || type === "RESERVED_RANGE")) return;
  throw new ConflictError(`${ip} lies in a range, which avoidRanges keeps clear of; nothing was created.`, {
    ...{ status: 0, code: "ERR_INFOBLOX_IN_RANGE", method: "GET", path: row._ref },
    hint: "Choose an address outside the range, or leave avoidRanges out.",
  });
}

/** Refusals of what was asked, as opposed to failures: only these can mean that the address is in use. */
function isRefusal(error: unknown): error is WapiError {
  const kinds = ["ConflictError", "InvalidRequestError", "NotFoundError"] as const;
  return kinds.some((kind) => isInfobloxError(error, kind)) && (error as WapiError).status > 0;
}

/**
 * Why the grid refused a `request` with {@link onlyIfUnused} in it, as far as the address is the reason. Its own words
 * for that say nothing of addresses.
 */
export async function explainedUse(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  error: unknown,
): Promise<unknown> {
  if (!isRefusal(error)) return error;
  const ip = formatAddress(address);
  const { status, code, text, method, path } = error;
  const details = { status, code, text, method, path, cause: error };
  const found = await rowOf(settings, where, address).then(
    (row) => ({ row }),
    () => undefined,
  );
  if (found === undefined) return error;
  const { row } = found;
  if (row === undefined) {
    const message = `${ip} lies in no subnet of network view "${where.networkView}".`;
    const hint = 'A host with DNS may have such an address with ifInUse: "allow"; nothing else can.';
    return new NotFoundError(message, { ...details, hint });
  }
  if (row.status !== "USED") return error;
  const by = [...(row.types ?? []), ...(row.names ?? [])].join(" ");
  return new ConflictError(`${ip} is in use${by ? ` (${by})` : ""}; nothing was created.`, {
    ...details,
    hint: 'Choose another address, leave ip out to get the next free one, or share it with ifInUse: "allow".',
  });
}

/** The row of an address; `undefined` where no subnet holds it. */
async function rowOf({ wapi }: IpamSettings, { networkView, signal }: Where, address: Ip) {
  try {
    const [row] = await wapi.find(addressType(address.family), {
      where: { ip_address: formatAddress(address), network_view: networkView },
      fields: ["ip_address", "status", "types", "names"],
      limit: 1,
      signal,
    });
    return row;
  } catch (error) {
    if (isOutsideNetworks(error)) return undefined;
    throw error;
  }
}
