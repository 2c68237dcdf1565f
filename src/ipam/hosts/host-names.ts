import { invalid } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { Updatable } from "../../wapi/types.js";
import { explainedZone, viewOfHosts } from "../dns/missing-zone.js";
import type { IpamSettings } from "../settings.js";
import { dnsNameProblem } from "../syntax.js";
import { type Host, hostOf, hostRowFields } from "./host.js";
import { hostToChange } from "./host-target.js";
import type { HostOptions, HostTarget } from "./requests.js";
import { checkHostRequest } from "./schemas.js";

/** See `Hosts.rename`. */
export async function renameHost(
  settings: IpamSettings,
  target: HostTarget,
  name: string,
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  await checkHostRequest("values", { name });
  const host = await hostToChange(settings, target, options);
  if (host.dnsView !== undefined) checkDnsName("name", name);
  return change(settings, host, { name }, [name], options);
}

/** See `Hosts.addAliases`. */
export async function addAliases(
  settings: IpamSettings,
  target: HostTarget,
  aliases: readonly string[],
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  await checkHostRequest("values", { aliases });
  const host = await hostToChange(settings, target, options);
  // The grid refuses a name that is taken, even by the host itself.
  const add = aliases.filter((alias) => !host.aliases.some((one) => isSame(one, alias)));
  if (add.length === 0) return host;
  return change(settings, host, { aliases: listChange({ add }) }, add, options);
}

/** See `Hosts.removeAliases`. */
export async function removeAliases(
  settings: IpamSettings,
  target: HostTarget,
  aliases: readonly string[],
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  await checkHostRequest("values", { aliases });
  const host = await hostToChange(settings, target, options);
  const remove = aliases.map((alias) => host.aliases.find((one) => isSame(one, alias)) ?? alias);
  return change(settings, host, { aliases: listChange({ remove }) }, [], options);
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

/** As DNS compares names. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function checkDnsName(field: string, name: string): void {
  const wrong = dnsNameProblem(name);
  if (wrong) throw invalid(field, name, wrong.problem, wrong.example);
}
