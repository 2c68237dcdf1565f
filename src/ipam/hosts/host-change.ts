import { ifFound } from "../../errors.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Updatable } from "../../wapi/types.js";
import { type Change, changeObject } from "../engine/change.js";
import type { AddressSource } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { type FullHostRow, type Host, hostOf, hostRowFields } from "./host.js";

type HostChange = Omit<Change<Host, AddressSource>, "object" | "read">;

/** Changes a host once: see {@link changeObject}. */
export function changeHost(settings: IpamSettings, host: Host, change: HostChange): Promise<Host> {
  return changeObject<Host, AddressSource>(settings, {
    ...change,
    object: host,
    read: (signal) => hostNow(settings, host, signal),
  });
}

export function updateHost(
  settings: IpamSettings,
  host: Host,
  changes: (now: Host) => Updatable<"record:host">,
  more: Pick<HostChange, "isDone" | "explain" | "signal">,
): Promise<Host> {
  return changeHost(settings, host, {
    ...more,
    what: `the change of ${host.name}`,
    compose: (now, ref, extattrs) => composeUpdate(ref, { ...changes(now), ...extattrs }),
  });
}

/** The update of a host, after the steps that come before it. */
export function composeUpdate(
  ref: Ref,
  changes: Updatable<"record:host">,
  before: readonly Step<unknown>[] = [],
): ReturnType<HostChange["compose"]> {
  const update = step.update(ref as Ref<"record:host">, changes, { fields: hostRowFields });
  return { steps: [...before, update], read: (results) => hostOf(results.at(-1) as FullHostRow) };
}

/** Reads the host by its reference, or by its creation token if it was renamed, since the reference changes with the name. */
async function hostNow(
  { wapi, ownership }: IpamSettings,
  host: Host,
  signal: AbortSignal | undefined,
): Promise<Host | undefined> {
  const known = await ifFound(wapi.get(host.ref, { fields: hostRowFields, signal }));
  if (known !== undefined) return hostOf(known);
  const token = ownership.tokenOf(host);
  const criteria = token === undefined ? undefined : ownership.tokened([token]);
  if (criteria === undefined) return undefined;
  const where = { ...criteria, network_view: host.networkView };
  const [row] = await wapi.find("record:host", { where, fields: hostRowFields, limit: 1, signal });
  return row && hostOf(row);
}
