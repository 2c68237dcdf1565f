import { formatAddress, type Address as Ip } from "../../cidr.js";
import { ifFound } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { changeObject } from "../engine/change.js";
import { deleteObjects } from "../engine/delete.js";
import { isUnfound } from "../engine/refusals.js";
import { type Address, type Release, releaseOf } from "../objects/results.js";
import { addressOfHost, type HostRow, hostAddresses, hostFields } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import { hostChanges } from "./address-drafts.js";
import { findAddress, holderAt, meaningOfAddress } from "./address-target.js";
import type { AddressReleaseOptions, AddressTarget } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";

/** See `Ipam.releaseAddress`. */
export async function releaseAddress(
  settings: IpamSettings,
  target: AddressTarget,
  given: unknown,
): Promise<Release> {
  const options: AddressReleaseOptions = await checkAddressRequest("releaseAddress", given);
  const meant = meaningOfAddress(target);
  if (meant.kind === "ip") return releaseIp(settings, meant.ip, options);
  const address = await findAddress(settings, meant, options);
  return address === undefined ? releaseOf("gone") : releaseObject(settings, address, options);
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
  return releaseOf(fates.get(address));
}

/** How often a release looks at the holder of an address while other callers release or rename it. */
const mostLooks = 5;

/** Releases one address. A host with other addresses keeps those. */
async function releaseIp(
  settings: IpamSettings,
  address: Ip,
  options: AddressReleaseOptions,
  looks = 1,
): Promise<Release> {
  const { networkView = settings.networkView, force, signal } = options;
  const holder = await holderAt(settings, address, networkView, signal);
  if (holder === undefined) return releaseOf("gone");
  if (holder.kind !== "host" || holder.ips.length === 1) return releaseObject(settings, holder, options);
  const ip = formatAddress(address);
  if (!force) settings.ownership.refuseForeign(holder, `${ip} of ${holder.name}`);
  try {
    await changeObject<Address>(settings, {
      what: `the change of ${holder.name}`,
      object: holder,
      read: async (signal) => {
        const ref = holder.ref as Ref<"record:host">;
        const row = await ifFound(settings.wapi.get(ref, { fields: hostFields, signal }));
        return row && hostOf(settings, row, holder);
      },
      compose: (_now, ref, extattrs) => {
        const changes = { ...hostChanges({ remove: [ip] }), ...extattrs };
        return {
          steps: [step.update(ref as Ref<"record:host">, changes, { fields: hostFields })],
          read: ([row]) => hostOf(settings, row as HostRow, holder),
        };
      },
      isDone: (now) => !now.ips.includes(ip),
      signal,
    });
  } catch (error) {
    // Another caller has released or renamed the host since the look: look again.
    if (!isUnfound(error) || looks === mostLooks) throw error;
    return releaseIp(settings, address, options, looks + 1);
  }
  settings.pools.released([ip]);
  return releaseOf("removed-from-host");
}

/** The host as a result. If it has lost its last address meanwhile, the result keeps the address of before. */
function hostOf({ ownership }: IpamSettings, row: HostRow, before: Address): Address {
  return hostAddresses(row).length === 0
    ? { ...before, ips: [], extattrs: row.extattrs ?? {} }
    : addressOfHost(row, false, ownership.expiryAttribute);
}
