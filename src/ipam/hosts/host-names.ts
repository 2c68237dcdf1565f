import { invalid, isInfobloxError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import type { Updatable } from "../../wapi/types.js";
import { explainedZone, viewOfHosts } from "../dns/missing-zone.js";
import { writtenOnce } from "../once/lost-answers.js";
import type { IpamSettings } from "../settings.js";
import { dnsNameProblem } from "../syntax.js";
import { type Host, hostOf, hostRowFields } from "./host.js";
import { findHosts } from "./host-search.js";
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
  const { signal } = options;
  return writtenOnce(settings, {
    write: () => change(settings, host, { name }, [name], options),
    look: async () => {
      // Its reference changes with its name, and may or may not lead to it for a while.
      const now = (await hostNow(settings, host, signal)) ?? (await sameHost(settings, host, name, signal));
      return now !== undefined && isSame(now.name, name) ? now : undefined;
    },
    lookFor: `Look for a host ${name}; where there is none, ${host.name} has kept its name.`,
    signal,
  });
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
  const { signal } = options;
  let known = host;
  // The grid refuses a name that is taken, even by the host itself.
  const missing = () => aliases.filter((alias) => !known.aliases.some((one) => isSame(one, alias)));
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
  aliases: readonly string[],
  given: unknown,
): Promise<Host> {
  const options = await checkHostRequest("change", given);
  await checkHostRequest("values", { aliases });
  const host = await hostToChange(settings, target, options);
  const remove = aliases.map((alias) => host.aliases.find((one) => isSame(one, alias)) ?? alias);
  const { signal } = options;
  return writtenOnce(settings, {
    write: () => change(settings, host, { aliases: listChange({ remove }) }, [], options),
    look: async (lost) => {
      const now = (await hostNow(settings, host, signal)) ?? fail(lost);
      return now.aliases.some((one) => aliases.some((alias) => isSame(one, alias))) ? undefined : now;
    },
    lookFor: `Look which aliases ${host.name} has; to repeat the call is safe.`,
    signal,
  });
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

/** As DNS compares names. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function checkDnsName(field: string, name: string): void {
  const wrong = dnsNameProblem(name);
  if (wrong) throw invalid(field, name, wrong.problem, wrong.example);
}
