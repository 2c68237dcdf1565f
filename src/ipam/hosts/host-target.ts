import { parseAddress } from "../../cidr.js";
import { AmbiguousTargetError, invalid } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";
import { type Host, hostOf, hostRowFields } from "./host.js";
import { findHosts } from "./host-search.js";
import type { HostOptions, HostTarget } from "./requests.js";

const example = "web-1.example.com";

/**
 * The host that is meant, as the grid holds it; a result is taken at its word.
 *
 * @throws {NotFoundError} where there is none
 * @throws {AmbiguousTargetError} where several fit
 * @throws {OwnershipError} where another owner made it, without `force`
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
  const [host, other] = closest(found, name);
  if (host === undefined) throw notFound(`host ${name ?? `with ${ip}`}`, networkView);
  if (other !== undefined) throw severalError(name ?? ip ?? "", found);
  return host;
}

/** Names outside of DNS may differ in case alone; then the exact one is meant. */
function closest(found: readonly Host[], name: string | undefined): readonly Host[] {
  const exact = found.filter((host) => host.name === name);
  return exact.length > 0 ? exact : found;
}

interface Meaning {
  readonly ref?: Ref<"record:host">;
  readonly name?: string;
  readonly ip?: string;
}

function meaningOf(target: HostTarget): Meaning {
  if (typeof target === "string") {
    if (parseAddress(target) !== undefined) return { ip: target };
    return parseRef(target) === undefined ? { name: target } : { ref: checkedRef(target) };
  }
  if (typeof target === "object" && target !== null) {
    if (target.ref !== undefined) return { ref: checkedRef(target.ref) };
    if ("name" in target) return { name: target.name };
    if ("ip" in target) return { ip: target.ip };
  }
  throw invalid("host", target, "must be a result, a name, an address or a reference", example);
}

function checkedRef(text: unknown): Ref<"record:host"> {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (type === "record:host") return text as Ref<"record:host">;
  throw invalid("host", text, type ? `a ${type} is no host` : "not a reference", example);
}

/** Whether it is a result, which may be from long ago. */
export function isHost(target: HostTarget): target is Host {
  return typeof target === "object" && target !== null && "addresses" in target && "ref" in target;
}

function severalError(what: string, found: readonly Host[]): AmbiguousTargetError {
  const candidates = found.map(({ ref }) => ref);
  return new AmbiguousTargetError(`Several hosts have ${what}: ${candidates.join(", ")}.`, {
    candidates,
    hint: "Name the one that is meant by its reference; nothing was changed.",
  });
}
