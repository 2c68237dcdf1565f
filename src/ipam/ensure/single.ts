import { aboutField, checkObject, isInfobloxError } from "../../errors.js";
import type { Address, AddressRange, Container, DnsRecord, Subnet } from "../objects/results.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DesiredState, EnsuredOne, EnsureOneOptions } from "./description.js";
import { ensure } from "./ensure.js";

/** Describes one object. See `Ipam.ensureSubnet` and its siblings. */
export async function ensureOne<T extends Subnet | Container | Address | AddressRange | DnsRecord>(
  settings: IpamSettings,
  list: keyof DesiredState,
  desired: unknown,
  options: EnsureOneOptions,
): Promise<EnsuredOne<T>> {
  checkObject("options", options, { dryRun: true });
  const { networkView, dnsView, dryRun, replace, signal, ...others } = options;
  const description = { networkView, dnsView, [list]: [desired] };
  const all = { dryRun, replace, signal, ...others };
  const { objects } = await ensure(settings, description, all, true).catch((error: unknown) => {
    throw withoutPath(error, `${list}[0]`);
  });
  // A replaced object is listed after the deletion of the old one.
  const one = objects.at(-1);
  return {
    created: one?.action === "create",
    changed: one?.action !== "none",
    object: one?.object as T | undefined,
    differences: one?.differences ?? [],
  };
}

/** The error with the field of the object: `prefixLength` instead of `subnets[0].prefixLength`. */
function withoutPath(error: unknown, path: string): unknown {
  if (!isInfobloxError(error, "InvalidRequestError") || !error.field?.startsWith(`${path}.`)) return error;
  return aboutField(error, error.field.slice(path.length + 1));
}
