import { formatAddress, type Address as Ip } from "../../cidr.js";
import { ConflictError, isInfobloxError, NotFoundError, type WapiError } from "../../errors.js";
import { phrase } from "../../phrase.js";
import type { RawStep } from "../../wapi/batch.js";
import { newState, stateText } from "../../wapi/state.js";
import type { TakenAddress } from "../engine/intent.js";
import { isOutsideNetworks } from "../engine/outside-networks.js";
import { addressType } from "../objects/in-use.js";
import { isSaid, namedIn } from "../profile/sentences.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkInsideOnGrid, isUndecided } from "../sources/inside.js";
import { isMissingParent } from "../zones/missing-zone.js";
import { type ExplicitAddress, spanOf } from "./address-place.js";

/** Whether it was {@link onlyIfUnused} that failed the request. Guess: the grid's sentence names the state. */
function wasInUse(error: unknown): boolean {
  if (!isRefusal(error)) return false;
  const isOwnState = /_ipv[46]address\b/.test(error.text);
  return isOwnState || (isSaid(error, "stateEmpty") && namedIn(error, "stateEmpty") === undefined);
}

/** Where an address is looked at. */
interface Where {
  readonly networkView: string;
  readonly signal?: AbortSignal | undefined;
}

/** Whether an address that was in use when it was asked for isn't any more: whoever had it has released it. */
export async function isFreeAgain(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  error: unknown,
): Promise<boolean> {
  if (!wasInUse(error)) return false;
  const row = await rowOf(settings, where, address).catch(() => undefined);
  return row !== undefined && row.status !== "USED";
}

/** The address that a request names, where nobody else may have it. */
export function takenBy({ address, ifInUse }: ExplicitAddress, networkView: string): readonly TakenAddress[] {
  return ifInUse === "fail" ? [{ networkView, ip: formatAddress(address) }] : [];
}

/** Whether {@link checkExplicit} has anything to ask. */
export function isAddressLookedAt({ address, targets, avoidRanges }: ExplicitAddress): boolean {
  return (
    avoidRanges || isUndecided({ field: "ip", text: formatAddress(address), span: spanOf(address), targets })
  );
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

/**
 * Fails the `request` that these steps are part of, unless nothing uses the address.
 *
 * A grid lets several hosts share an address without a word. So a search for the address among the unused ones rides in
 * the creating request, and its reference is assigned to a state, which the next step reads. A search that finds
 * nothing has none to assign; on a grid that stays silent about that, the step that reads it fails.
 */
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
  // A missing zone is a reason of its own, whoever has the address.
  if (!isRefusal(error) || isMissingParent(error)) return error;
  return (await problemOfAddress(settings, where, address, [], error).catch(() => undefined)) ?? error;
}

/**
 * Why an address that is named can't be had, as the grid says now; `undefined` where it can.
 *
 * @param going - objects that are deleted before
 * @param cause - a refusal of the grid, where there was one
 */
export async function problemOfAddress(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  going: readonly string[] = [],
  cause?: WapiError,
): Promise<NotFoundError | ConflictError | undefined> {
  const ip = formatAddress(address);
  const detailsOf = (own: string) => {
    const unasked = { status: 0, code: own, text: undefined, method: "GET", path: "" };
    const { status, code, text, method, path } = cause ?? unasked;
    return { status, code, text, method, path, cause };
  };
  const row = await rowOf(settings, where, address);
  if (row === undefined) {
    const message = `${ip} lies in no subnet of network view "${where.networkView}".`;
    const hint = phrase({ term: "outsideSubnets" });
    return new NotFoundError(message, { ...detailsOf("ERR_INFOBLOX_NOT_FOUND"), hint });
  }
  const { objects = [] } = row;
  const isFreed = objects.length > 0 && objects.every((ref) => going.includes(ref));
  if (row.status !== "USED" || isFreed) return undefined;
  const by = [...(row.types ?? []), ...(row.names ?? [])].join(" ");
  return new ConflictError(`${ip} is in use${by ? ` (${by})` : ""}; nothing was created.`, {
    ...detailsOf("ERR_INFOBLOX_ADDRESS_IN_USE"),
    hint: phrase({ term: "anotherAddress" }),
  });
}

/** The row of an address; `undefined` where no subnet holds it. */
async function rowOf({ wapi }: IpamSettings, { networkView, signal }: Where, address: Ip) {
  try {
    const [row] = await wapi.find(addressType(address.family), {
      where: { ip_address: formatAddress(address), network_view: networkView },
      fields: ["ip_address", "status", "types", "names", "objects"],
      limit: 1,
      signal,
    });
    return row;
  } catch (error) {
    if (isOutsideNetworks(error)) return undefined;
    throw error;
  }
}
