import { listChange } from "../../wapi/list-change.js";
import { checkDnsName } from "../addresses/address-order.js";
import { canonicalNames, isSameAlias, isSameName } from "../requests/dns-name.js";
import type { IpamSettings } from "../settings/settings.js";
import { explainedZone, viewOfHosts } from "../zones/missing-zone.js";
import { type Host, zoneOfHost } from "./host.js";
import { updateHost } from "./host-change.js";
import { hostToChange } from "./host-target.js";
import type { HostTarget } from "./requests.js";
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
  return updateHost(settings, host, () => ({ name }), {
    isDone: (now) => isSameName(now.name, name),
    ...zoned(settings, host, [name]),
    signal: options.signal,
  });
}

/** See `Hosts.addAliases`. */
export async function addAliases(
  settings: IpamSettings,
  target: HostTarget,
  given: readonly string[],
  moreOptions: unknown,
): Promise<Host> {
  const { host, aliases, signal } = await checkedAliases(settings, target, given, moreOptions);
  // The grid refuses an alias that the host itself has already.
  const missing = (now: Host) => aliases.filter((alias) => aliasesMeant(now, [alias]).length === 0);
  if (missing(host).length === 0) return host;
  return updateHost(settings, host, (now) => ({ aliases: listChange({ add: missing(now) }) }), {
    isDone: (now) => missing(now).length === 0,
    ...zoned(settings, host, missing(host)),
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
  const { host, aliases, signal } = await checkedAliases(settings, target, given, moreOptions);
  // Names that the host does not have are removed, too: another call may have just added them.
  const remove = (now: Host) => [...new Set([...aliasesMeant(now, aliases), ...aliases])];
  return updateHost(settings, host, (now) => ({ aliases: listChange({ remove: remove(now) }) }), {
    isDone: (now) => aliasesMeant(now, aliases).length === 0,
    signal,
  });
}

/** A host with its zone, and the aliases of a request as the grid keeps them. */
async function checkedAliases(
  settings: IpamSettings,
  target: HostTarget,
  given: readonly string[],
  moreOptions: unknown,
) {
  const options = await checkHostRequest("change", moreOptions);
  await checkHostRequest("values", { aliases: given });
  const known = await hostToChange(settings, target, options);
  // A result that did not come straight from this library, but from a file, has no zone and is read again.
  const host = zoneOfHost(known) === undefined ? await hostToChange(settings, known.ref, options) : known;
  return { host, aliases: namesFor(host, given, (index) => `aliases[${index}]`), signal: options.signal };
}

/** The host's aliases that these names stand for. */
function aliasesMeant(host: Host, names: readonly string[]): string[] {
  const zone = zoneOfHost(host);
  return host.aliases.filter((alias) => names.some((name) => isSameAlias(name, alias, zone)));
}

/** The names as the grid keeps them: normalized for a host with DNS, unchanged without. */
function namesFor(
  { dnsView }: Host,
  names: readonly string[],
  fieldOf: (index: number) => string,
): readonly string[] {
  if (dnsView === undefined) return names;
  for (const [index, name] of names.entries()) checkDnsName(fieldOf(index), name);
  return canonicalNames(names);
}

/** @param names - the new names, which need a zone */
function zoned(settings: IpamSettings, { dnsView, networkView }: Host, names: readonly string[]) {
  const view = viewOfHosts(dnsView, networkView);
  return {
    explain: (error: unknown, signal: AbortSignal | undefined) =>
      explainedZone(settings, error, { names, dnsView: view, signal }),
  };
}
