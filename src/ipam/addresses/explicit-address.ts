import { formatAddress, type Address as Ip, spanOf } from "../../cidr.js";
import {
  ConflictError,
  isInfobloxError,
  NotFoundError,
  refusalDetails,
  type WapiError,
} from "../../errors.js";
import { phrase } from "../../phrase.js";
import { type Step, step } from "../../wapi/step.js";
import { isOutsideNetworks } from "../engine/outside-networks.js";
import { addressType } from "../objects/in-use.js";
import { mustFind } from "../objects/must-find.js";
import { isSaid, namedIn } from "../profile/sentences.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkInsideOnGrid, isUndecided, type NamedInside } from "../sources/inside.js";
import type { Searched } from "../sources/source-query.js";
import { isMissingParent } from "../zones/missing-zone.js";
import type { ExplicitAddress } from "./address-place.js";

type Where = Pick<Searched, "networkView" | "signal">;

/** Whether an address that was in use when the request arrived is free now. */
export async function isFreeAgain(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  error: unknown,
): Promise<boolean> {
  if (!isRefusal(error)) return false;
  // Whether `onlyIfUnused` failed the request. Guess: the grid's text names the state.
  const isOwnState = /_ipv[46]address\b/.test(error.text);
  const wasInUse = isOwnState || (isSaid(error, "stateEmpty") && namedIn(error, "stateEmpty") === undefined);
  if (!wasInUse) return false;
  const row = await rowOf(settings, where, address).catch(() => undefined);
  return row !== undefined && row.status !== "USED";
}

/** A given address, with the sources that it must lie in. */
function placed({ address, targets }: ExplicitAddress): NamedInside {
  return { field: "ip", text: formatAddress(address), span: spanOf(address), targets };
}

/** Whether {@link checkExplicit} needs to ask the grid. */
export function isAddressLookedAt(wanted: ExplicitAddress): boolean {
  return wanted.avoidRanges || isUndecided(placed(wanted));
}

/** Checks that a given address lies in its sources and, with `avoidRanges`, outside all ranges. */
export async function checkExplicit(
  settings: IpamSettings,
  where: Where,
  wanted: ExplicitAddress,
): Promise<void> {
  await checkInsideOnGrid(settings, placed(wanted), { queried: "network", ...where });
  if (!wanted.avoidRanges) return;
  // WAPI has no way to check that within the request; ranges change rarely.
  const row = await rowOf(settings, where, wanted.address);
  // The grid's next available address avoids reserved ranges, too.
  if (!row?.types?.some((type) => type === "DHCP_RANGE" || type === "RESERVED_RANGE")) return;
  const message = `${formatAddress(wanted.address)} lies in a range, which avoidRanges excludes; nothing was created.`;
  throw new ConflictError(message, {
    ...{ status: 0, code: "ERR_INFOBLOX_IN_RANGE", method: "GET", path: row._ref },
    hint: "Choose an address outside the range, or leave avoidRanges out.",
  });
}

/**
 * Steps that fail their `request` if an object uses the address: they search for it among the unused ones. A grid does not refuse a
 * second host with the same address.
 */
export function onlyIfUnused(address: Ip, networkView: string): readonly Step<unknown>[] {
  const where = { ip_address: formatAddress(address), network_view: networkView, status: "UNUSED" } as const;
  return mustFind(step.find(addressType(address.family), { where, fields: [], limit: 1 }));
}

/** Whether the grid refused the request: only then the address may be in use. */
function isRefusal(error: unknown): error is WapiError {
  const kinds = ["ConflictError", "InvalidRequestError", "NotFoundError"] as const;
  return kinds.some((kind) => isInfobloxError(error, kind)) && (error as WapiError).status > 0;
}

/**
 * Explains the refusal of a `request` with {@link onlyIfUnused}, if the address is the reason. The grid's own text does not
 * mention the address.
 */
export async function explainedUse(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  error: unknown,
): Promise<unknown> {
  // A missing zone is another reason, even if the address is in use.
  if (!isRefusal(error) || isMissingParent(error)) return error;
  return (await problemOfAddress(settings, where, address, [], error).catch(() => undefined)) ?? error;
}

/**
 * Why a given address cannot be taken, as the grid shows it now; `undefined` if it can.
 *
 * @param going - references of objects that are deleted first
 * @param cause - the grid's refusal, if there was one
 */
export async function problemOfAddress(
  settings: IpamSettings,
  where: Where,
  address: Ip,
  going: readonly string[] = [],
  cause?: WapiError,
): Promise<NotFoundError | ConflictError | undefined> {
  const ip = formatAddress(address);
  const row = await rowOf(settings, where, address);
  if (row === undefined) {
    const message = `${ip} lies in no subnet of network view "${where.networkView}".`;
    const hint = phrase({ term: "outsideSubnets" });
    return new NotFoundError(message, { ...refusalDetails(cause), hint });
  }
  const { objects = [] } = row;
  const isFreed = objects.length > 0 && objects.every((ref) => going.includes(ref));
  if (row.status !== "USED" || isFreed) return undefined;
  const by = [...(row.types ?? []), ...(row.names ?? [])].join(" ");
  return new ConflictError(`${ip} is in use${by ? ` (${by})` : ""}; nothing was created.`, {
    ...refusalDetails(cause, "ERR_INFOBLOX_ADDRESS_IN_USE"),
    hint: phrase({ term: "anotherAddress" }),
  });
}

/** The row of an address; `undefined` if it lies in no subnet. */
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
