import { formatAddress, type Address as Ip } from "../../cidr.js";
import { isInfobloxError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import type { Updatable } from "../../wapi/types.js";
import { changeObject } from "../engine/change.js";
import { deleteObjects } from "../engine/delete.js";
import type { Address, Release } from "../objects/results.js";
import { addressOfHost, type HostRow, hostAddresses, hostFields } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import { findAddress, holderAt, type MeantAddress, meaningOfAddress } from "./address-target.js";
import type { AddressReleaseOptions, AddressTarget } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";

const gone: Release = { released: false, reason: "gone" };

/** See `Ipam.releaseAddress`. */
export async function releaseAddress(
  settings: IpamSettings,
  target: AddressTarget,
  given: unknown,
): Promise<Release> {
  const options: AddressReleaseOptions = await checkAddressRequest("releaseAddress", given);
  const meant = meaningOfAddress(target);
  return meant.kind === "ip"
    ? releaseIp(settings, meant.ip, options)
    : releaseFound(settings, meant, options);
}

/** Releases the object of a result, a reference, a name or a request id. */
async function releaseFound(
  settings: IpamSettings,
  meant: MeantAddress,
  options: AddressReleaseOptions,
): Promise<Release> {
  const address = await findAddress(settings, meant, options).catch((error: unknown) => {
    if (meant.kind === "ref" && isInfobloxError(error, "NotFoundError")) return undefined;
    throw error;
  });
  return address === undefined ? gone : releaseObject(settings, address, options);
}

/** Releases the whole object, if it is still the one that is meant. */
async function releaseObject(
  settings: IpamSettings,
  address: Address,
  { force, signal }: AddressReleaseOptions,
): Promise<Release> {
  if (!force) settings.ownership.refuseForeign(address, address.name ?? address.ip);
  const fates = await deleteObjects(settings, [{ thing: address }], { signal });
  settings.pools.released(address.ips);
  return fates.get(address) === "deleted" ? { released: true, reason: "deleted" } : gone;
}

/** Releases one address. A host with other addresses keeps those. */
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
  await changeObject<Address>(settings, {
    what: `the change of ${holder.name}`,
    object: holder,
    read: (signal) => hostNow(settings, holder, signal),
    compose: (_now, ref, extattrs) => ({
      steps: [
        step.update(
          ref as Ref<"record:host">,
          { ...withoutAddress(address), ...extattrs },
          { fields: hostFields },
        ),
      ],
      read: ([row]) => hostOf(settings, row as HostRow, holder),
    }),
    isDone: (now) => !now.ips.includes(ip),
    signal,
  });
  settings.pools.released([ip]);
  return { released: true, reason: "removed-from-host" };
}

async function hostNow(
  settings: IpamSettings,
  holder: Address,
  signal: AbortSignal | undefined,
): Promise<Address | undefined> {
  const ref = holder.ref as Ref<"record:host">;
  try {
    return hostOf(settings, await settings.wapi.get(ref, { fields: hostFields, signal }), holder);
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return undefined;
    throw error;
  }
}

/** The host as a result. If it has lost its last address meanwhile, the result keeps the address of before. */
function hostOf({ ownership }: IpamSettings, row: HostRow, before: Address): Address {
  return hostAddresses(row).length === 0
    ? { ...before, ips: [], extattrs: row.extattrs ?? {} }
    : addressOfHost(row, false, ownership.expiryAttribute);
}

/** Removes an address from a host as a change of its list, so that changes by others at the same time are kept. */
export function withoutAddress(address: Ip): Updatable<"record:host"> {
  const ip = formatAddress(address);
  return address.family === 4
    ? { ipv4addrs: listChange({ remove: [{ ipv4addr: ip }] }) }
    : { ipv6addrs: listChange({ remove: [{ ipv6addr: ip }] }) };
}
