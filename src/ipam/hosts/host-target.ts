import { parseAddress } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { theOnly } from "../addresses/address-target.js";
import { checkedRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { type Host, hostOf, hostRowFields } from "./host.js";
import { findHosts } from "./host-search.js";
import type { HostOptions, HostTarget } from "./requests.js";

const example = "web-1.example.com";

/**
 * The host that a call names, as the grid holds it. A result is returned unchanged.
 *
 * @throws {NotFoundError} if there is none
 * @throws {AmbiguousTargetError} if several hosts match
 * @throws {OwnershipError} if it has another owner, without `force`
 */
export async function hostToChange(
  settings: IpamSettings,
  target: HostTarget,
  options: HostOptions,
): Promise<Host> {
  const host = await hostOfTarget(settings, target, options);
  if (!options.force) settings.ownership.refuseForeign(host, host.name);
  return host;
}

async function hostOfTarget(settings: IpamSettings, target: HostTarget, options: HostOptions): Promise<Host> {
  if (isHost(target)) return target;
  const { ref, name, ip } = meaningOf(target);
  if (ref !== undefined) {
    return hostOf(await settings.wapi.get(ref, { fields: hostRowFields, signal: options.signal }));
  }
  const { networkView = settings.networkView, dnsView, signal } = options;
  const found = await findHosts(settings, { name, ip, networkView, dnsView, signal });
  const host = theOnly(found, name ?? ip ?? "", name);
  if (host === undefined) throw notFound(`host ${name ?? `with ${ip}`}`, networkView);
  return host;
}

function meaningOf(target: HostTarget): { ref?: Ref<"record:host">; name?: string; ip?: string } {
  if (typeof target === "string") {
    if (parseAddress(target) !== undefined) return { ip: target };
    return parseRef(target) === undefined ? { name: target } : { ref: hostRef(target) };
  }
  if (typeof target === "object" && target !== null) {
    if (target.ref !== undefined) return { ref: hostRef(target.ref) };
    if ("name" in target) return { name: target.name };
    if ("ip" in target) return { ip: target.ip };
  }
  throw invalid("host", target, "must be a result, a name, an address or a reference", example);
}

function hostRef(text: unknown): Ref<"record:host"> {
  return checkedRef("host", text, ["record:host"], "host", example);
}

function isHost(target: HostTarget): target is Host {
  return typeof target === "object" && target !== null && "addresses" in target && "ref" in target;
}
