import { formatAddress, type Address as Ip } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { Ref } from "../../wapi/ref.js";
import type { Updatable } from "../../wapi/types.js";
import { deleteOnce } from "../once/deletion.js";
import { addressKind } from "../once/kinds.js";
import { doneAtLast, isGone } from "../once/repetition.js";
import { checkRequest } from "../request-schemas.js";
import type { AddressReleaseOptions, AddressTarget } from "../requests.js";
import type { Address, AddressType, Release } from "../results.js";
import type { IpamSettings } from "../settings.js";
import { findAddress, holderAt, type MeantAddress, meaningOfAddress } from "./address-target.js";

const gone: Release = { released: false, reason: "gone" };

/** See `Ipam.releaseAddress`. */
export async function releaseAddress(
  settings: IpamSettings,
  target: AddressTarget,
  given: unknown,
): Promise<Release> {
  const options: AddressReleaseOptions = await checkRequest("releaseAddress", given);
  const meant = meaningOfAddress(target);
  switch (meant.kind) {
    case "result":
      return releaseObject(settings, meant.result, options);
    case "ref":
      return releaseRef(settings, meant.ref, options);
    case "ip":
      return releaseIp(settings, meant.ip, options);
    case "name":
    case "requestId":
      return releaseFound(settings, meant, options);
  }
}

/** The whole object, as it is known. */
async function releaseObject(
  settings: IpamSettings,
  address: Address,
  { force, signal }: AddressReleaseOptions,
): Promise<Release> {
  if (!force) settings.ownership.refuseForeign(address, address.name ?? address.ip);
  const deleted = await deleteOnce(settings, addressKind, address, signal);
  settings.pools.released(address.ips);
  return deleted ? { released: true, reason: "deleted" } : gone;
}

/** Looks at the object first only where its owner matters. */
async function releaseRef(
  settings: IpamSettings,
  ref: Ref<AddressType>,
  options: AddressReleaseOptions,
): Promise<Release> {
  const { wapi, ownership, pools } = settings;
  const { signal } = options;
  try {
    if (ownership.marks && !options.force) {
      const row = await wapi.get(ref, { fields: ["comment", "extattrs"], signal });
      ownership.refuseForeign(row, ref);
    }
    await doneAtLast(settings, {
      change: () => wapi.delete(ref, { signal }),
      isDone: () => isGone(wapi.get(ref, { fields: [], signal })),
      // Who gets the address next may get the same reference.
      mostTries: 1,
      signal,
    });
    pools.released();
    return { released: true, reason: "deleted" };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}

/** What a name or a request id stands for. */
async function releaseFound(
  settings: IpamSettings,
  meant: MeantAddress,
  options: AddressReleaseOptions,
): Promise<Release> {
  const address = await findAddress(settings, meant, options);
  return address === undefined ? gone : releaseObject(settings, address, options);
}

/** One address: of a host that has others, only this one. */
async function releaseIp(
  settings: IpamSettings,
  address: Ip,
  options: AddressReleaseOptions,
): Promise<Release> {
  const { networkView = settings.networkView, force, signal } = options;
  const holder = await holderAt(settings, address, networkView, signal);
  if (holder === undefined) return gone;
  if (holder.kind !== "host" || holder.ips.length === 1) return releaseObject(settings, holder, options);
  const ip = formatAddress(address);
  if (!force) settings.ownership.refuseForeign(holder, `${ip} of ${holder.name}`);
  const ref = holder.ref as Ref<"record:host">;
  const update = (changes: Updatable<"record:host">) =>
    settings.wapi.update(ref, changes, { fields: ["name"], signal });
  await takeOff(settings, ref, address, update, signal);
  settings.pools.released([ip]);
  return { released: true, reason: "removed-from-host" };
}

/** Takes an address off a host, whatever becomes of the answer: doing that twice does no harm. */
export async function takeOff(
  settings: IpamSettings,
  ref: Ref<"record:host">,
  address: Ip,
  change: (changes: Updatable<"record:host">) => PromiseLike<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  await doneAtLast(settings, {
    change: () => change(withoutAddress(address)),
    isDone: () => isOff(settings, ref, formatAddress(address), signal),
    mostTries: 8,
    signal,
  });
}

async function isOff(
  { wapi }: IpamSettings,
  ref: Ref<"record:host">,
  ip: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const reading = wapi.get(ref, { fields: ["ipv4addrs.ipv4addr", "ipv6addrs.ipv6addr"], signal });
  if (await isGone(reading)) return true;
  const { ipv4addrs = [], ipv6addrs = [] } = await reading;
  const ips = [...ipv4addrs.map((one) => one.ipv4addr), ...ipv6addrs.map((one) => one.ipv6addr)];
  return !ips.includes(ip);
}

/** Takes an address off a host: as a change of the list, so that what others do to it meanwhile stays. */
export function withoutAddress(address: Ip): Updatable<"record:host"> {
  const ip = formatAddress(address);
  return address.family === 4
    ? { ipv4addrs: listChange({ remove: [{ ipv4addr: ip }] }) }
    : { ipv6addrs: listChange({ remove: [{ ipv6addr: ip }] }) };
}
