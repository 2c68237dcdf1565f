import { isInfobloxError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { Updatable } from "../../wapi/types.js";
import { checkDnsName } from "../addresses/address-order.js";
import { explainedZone, viewOfHosts } from "../dns/missing-zone.js";
import { canonicalNames, isSameAlias, isSameName } from "../dns-name.js";
import { writtenOnce } from "../once/lost-answers.js";
import type { IpamSettings } from "../settings.js";
import { type Host, hostOf, hostRowFields, zoneOfHost } from "./host.js";
import { findHosts } from "./host-search.js";
import { hostToChange } from "./host-target.js";
import type { HostOptions, HostTarget } from "./requests.js";
import { checkHostRequest } from "./schemas.js";

/** See `Hosts.rename`. */
export async function renameHost(
  settings: IpamSettings,
  target: HostTarget,
  given: string,
  moreOptions: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", moreOptions);
  await checkHostRequest("values", { name: given });
  const host = await hostToChange(settings, target, options);
  const [name = given] = namesFor(host, [given], () => "name");
  const { signal } = options;
  return writtenOnce(settings, {
    write: () => change(settings, host, { name }, [name], options),
    look: async () => {
      // Its reference changes with its name, and may or may not lead to it for a while.
      const now = (await hostNow(settings, host, signal)) ?? (await sameHost(settings, host, name, signal));
      return now !== undefined && isSameName(now.name, name) ? now : undefined;
    },
    lookFor: `Look for a host ${name}; where there is none, ${host.name} has kept its name.`,
    signal,
  });
}

/** See `Hosts.addAliases`. */
export async function addAliases(
  settings: IpamSettings,
  target: HostTarget,
  given: readonly string[],
  moreOptions: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", moreOptions);
  await checkHostRequest("values", { aliases: given });
  const host = await hostWithZone(settings, target, options);
  const aliases = namesFor(host, given, aliasField);
  const { signal } = options;
  let known = host;
  // The grid refuses a name that is taken, even by the host itself.
  const missing = () => aliases.filter((alias) => aliasesMeant(known, [alias]).length === 0);
  return writtenOnce(settings, {
    write: async () => {
      const add = missing();
      return add.length === 0
        ? known
        : change(settings, known, { aliases: listChange({ add }) }, add, options);
    },
    look: async (lost) => {
      known = (await hostNow(settings, host, signal)) ?? fail(lost);
      return missing().length === 0 ? known : undefined;
    },
    lookFor: `Look which aliases ${host.name} has; to repeat the call is safe.`,
    signal,
  });
}

/** See `Hosts.removeAliases`. */
export async function removeAliases(
  settings: IpamSettings,
  target: HostTarget,
  given: readonly string[],
  moreOptions: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", moreOptions);
  await checkHostRequest("values", { aliases: given });
  const host = await hostWithZone(settings, target, options);
  const aliases = namesFor(host, given, aliasField);
  const there = aliasesMeant(host, aliases);
  // What isn't there goes along: others may just have added it.
  const remove = [...new Set([...there, ...aliases])];
  const { signal } = options;
  return writtenOnce(settings, {
    write: () => change(settings, host, { aliases: listChange({ remove }) }, [], options),
    look: async (lost) => {
      const now = (await hostNow(settings, host, signal)) ?? fail(lost);
      return aliasesMeant(now, aliases).length > 0 ? undefined : now;
    },
    lookFor: `Look which aliases ${host.name} has; to repeat the call is safe.`,
    signal,
  });
}

/** Those of a host's aliases that these names mean. */
function aliasesMeant(host: Host, names: readonly string[]): string[] {
  const zone = zoneOfHost(host);
  return host.aliases.filter((alias) => names.some((name) => isSameAlias(name, alias, zone)));
}

/** The host that is meant, with its zone: that of a result which was kept elsewhere meanwhile is asked for. */
async function hostWithZone(settings: IpamSettings, target: HostTarget, options: HostOptions): Promise<Host> {
  const host = await hostToChange(settings, target, options);
  if (zoneOfHost(host) !== undefined) return host;
  return hostToChange(settings, host.ref, options);
}

/** Names as the grid keeps them for this host: outside DNS as they are. */
function namesFor(
  { dnsView }: Host,
  names: readonly string[],
  fieldOf: (index: number) => string,
): readonly string[] {
  if (dnsView === undefined) return names;
  for (const [index, name] of names.entries()) checkDnsName(fieldOf(index), name);
  return canonicalNames(names);
}

function aliasField(index: number): string {
  return `aliases[${index}]`;
}

/** The host as it is; `undefined` where its reference leads nowhere. */
async function hostNow(
  { wapi }: IpamSettings,
  { ref }: Host,
  signal: AbortSignal | undefined,
): Promise<Host | undefined> {
  try {
    return hostOf(await wapi.get(ref, { fields: hostRowFields, signal }));
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return undefined;
    throw error;
  }
}

/** The host by its new name: one of that name with the same addresses is no other. */
async function sameHost(
  settings: IpamSettings,
  { networkView, dnsView, addresses }: Host,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Host | undefined> {
  const ips = (host: Pick<Host, "addresses">) => host.addresses.map(({ ip }) => ip).join();
  const found = await findHosts(settings, { name, networkView, dnsView, signal });
  return found.find((host) => ips(host) === ips({ addresses }));
}

function fail(error: unknown): never {
  throw error;
}

/** @param names - that are new, and so need a zone */
async function change(
  settings: IpamSettings,
  { ref, dnsView, networkView }: Host,
  changes: Updatable<"record:host">,
  names: readonly string[],
  { signal }: HostOptions,
): Promise<Host> {
  try {
    return hostOf(await settings.wapi.update(ref, changes, { fields: hostRowFields, signal }));
  } catch (error) {
    throw await explainedZone(settings, error, { names, dnsView: viewOfHosts(dnsView, networkView), signal });
  }
}
