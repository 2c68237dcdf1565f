import { formatAddress, type Address as Ip, parseAddress } from "../cidr.js";
import { AmbiguousTargetError, ConflictError, invalid, isInfobloxError } from "../errors.js";
import { listChange } from "../wapi/list-change.js";
import type { Ref } from "../wapi/ref.js";
import { parseRef } from "../wapi/ref.js";
import { step } from "../wapi/step.js";
import type { Updatable } from "../wapi/types.js";
import { deleteOnce } from "./deletion.js";
import { addressesOf, holdersOf } from "./holders.js";
import { addressType } from "./in-use.js";
import { addressKind } from "./kinds.js";
import { findRequestedAddress } from "./request-ids.js";
import { checkRequest } from "./request-schemas.js";
import type { AddressReleaseOptions, AddressTarget } from "./requests.js";
import type { Address, AddressType, Release } from "./results.js";
import { hostFields } from "./rows.js";
import type { IpamSettings } from "./settings.js";
import { checkedAddress } from "./syntax.js";

const gone: Release = { released: false, reason: "gone" };

/** See `Ipam.releaseAddress`. */
export async function releaseAddress(
  settings: IpamSettings,
  target: AddressTarget,
  given: unknown,
): Promise<Release> {
  const options: AddressReleaseOptions = await checkRequest("releaseAddress", given);
  const meant = meaningOf(target);
  switch (meant.kind) {
    case "result":
      return releaseObject(settings, meant.result, options);
    case "ref":
      return releaseRef(settings, meant.ref, options);
    case "ip":
      return releaseIp(settings, meant.ip, options);
    case "name":
      return releaseName(settings, meant.name, options);
    case "requestId":
      return releaseRequested(settings, meant.requestId, options);
  }
}

type Meaning =
  | { readonly kind: "result"; readonly result: Address }
  | { readonly kind: "ref"; readonly ref: Ref<AddressType> }
  | { readonly kind: "ip"; readonly ip: Ip }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "requestId"; readonly requestId: string };

const types: readonly string[] = ["record:host", "fixedaddress", "ipv6fixedaddress"];
const example = "10.0.7.5";

function meaningOf(target: AddressTarget): Meaning {
  if (typeof target === "string") return meaningOfText(target);
  if (typeof target !== "object" || target === null) {
    throw invalid("target", target, "must be a result, an address, a reference or a name", example);
  }
  if ("ref" in target) {
    const ref = checkedRef(target.ref);
    return "kind" in target ? { kind: "result", result: target } : { kind: "ref", ref };
  }
  if ("ip" in target) return { kind: "ip", ip: checkedAddress("ip", target.ip) };
  if ("name" in target) return { kind: "name", name: checkedText("name", target.name) };
  if ("requestId" in target) {
    return { kind: "requestId", requestId: checkedText("requestId", target.requestId) };
  }
  throw invalid("target", target, "names nothing to release", { ip: example });
}

/** An address, a reference, else a name: a host's name looks like neither. */
function meaningOfText(text: string): Meaning {
  const ip = parseAddress(text);
  if (ip !== undefined) return { kind: "ip", ip };
  if (parseRef(text) !== undefined) return { kind: "ref", ref: checkedRef(text) };
  return { kind: "name", name: checkedText("target", text) };
}

function checkedRef(text: unknown): Ref<AddressType> {
  const type = typeof text === "string" ? parseRef(text)?.type : undefined;
  if (type !== undefined && types.includes(type)) return text as Ref<AddressType>;
  const problem =
    type === undefined ? "not a reference" : `a ${type} is no host, fixed address or reservation`;
  throw invalid("ref", text, problem, "record:host/ZG5z…:web-1.example.com/default");
}

function checkedText(field: string, text: unknown): string {
  if (typeof text === "string" && text.trim() !== "") return text;
  throw invalid(field, text, "must not be empty", example);
}

/** The whole object, as it is known. */
async function releaseObject(
  settings: IpamSettings,
  address: Address,
  { force, signal }: AddressReleaseOptions,
): Promise<Release> {
  if (!force) settings.ownership.refuseForeign(address, address.name ?? address.ip);
  const deleted = await deleteOnce(settings, addressKind, address, signal);
  return deleted ? { released: true, reason: "deleted" } : gone;
}

/** Looks at the object first only where its owner matters. */
async function releaseRef(
  settings: IpamSettings,
  ref: Ref<AddressType>,
  options: AddressReleaseOptions,
): Promise<Release> {
  const { wapi, ownership } = settings;
  try {
    if (ownership.marks && !options.force) {
      const row = await wapi.get(ref, { fields: ["comment", "extattrs"], signal: options.signal });
      ownership.refuseForeign(row, ref);
    }
    await wapi.delete(ref, { signal: options.signal });
    return { released: true, reason: "deleted" };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}

async function releaseRequested(
  settings: IpamSettings,
  requestId: string,
  options: AddressReleaseOptions,
): Promise<Release> {
  const { networkView = settings.networkView, signal } = options;
  const address = await findRequestedAddress(settings, { requestId, networkView, signal });
  return address === undefined ? gone : releaseObject(settings, address, options);
}

/** Names are compared without regard to case, as DNS does; a host without DNS may need the exact spelling. */
async function releaseName(
  settings: IpamSettings,
  name: string,
  options: AddressReleaseOptions,
): Promise<Release> {
  const { networkView = settings.networkView, dnsView = settings.dnsView, signal } = options;
  const rows = await settings.wapi.find("record:host", {
    where: { name: { equals: name, ignoreCase: true }, network_view: networkView },
    fields: hostFields,
    signal,
  });
  const found = addressesOf(rows, [], settings.ownership.expiryAttribute).filter(inView(dnsView));
  const exact = found.filter((host) => host.name === name);
  const address = theOnly(exact.length > 0 ? exact : found, `the name ${name}`);
  return address === undefined ? gone : releaseObject(settings, address, options);
}

/** A host without DNS is in no DNS view, and so in none that is wrong. */
function inView(dnsView: string | undefined): (host: Address) => boolean {
  return (host) => dnsView === undefined || host.dnsView === undefined || host.dnsView === dnsView;
}

/** One address: of a host that has others, only this one. */
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
  await settings.wapi.update(holder.ref as Ref<"record:host">, withoutAddress(address), {
    fields: ["name"],
    signal,
  });
  return { released: true, reason: "removed-from-host" };
}

/**
 * What holds an address.
 *
 * @throws {ConflictError} where it is nothing that this API releases
 */
export async function holderAt(
  { wapi, ownership }: IpamSettings,
  address: Ip,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Address | undefined> {
  const ip = formatAddress(address);
  const [hosts, fixed, rows] = await wapi.batch(
    [
      ...holdersOf(address.family, ip, networkView),
      step.find(addressType(address.family), {
        where: { ip_address: ip, network_view: networkView },
        fields: ["types", "status", "objects"],
      }),
    ],
    { signal },
  );
  const holder = theOnly(addressesOf(hosts, fixed, ownership.expiryAttribute, ip), ip);
  if (holder === undefined) refuseOthers(ip, rows[0]);
  return holder;
}

/** Takes an address off a host: as a change of the list, so that what others do to it meanwhile stays. */
export function withoutAddress(address: Ip): Updatable<"record:host"> {
  const ip = formatAddress(address);
  return address.family === 4
    ? { ipv4addrs: listChange({ remove: [{ ipv4addr: ip }] }) }
    : { ipv6addrs: listChange({ remove: [{ ipv6addr: ip }] }) };
}

/** What is neither a host nor a fixed address isn't ours to delete: records and leases have ways of their own. */
function refuseOthers(
  ip: string,
  row:
    | {
        readonly status?: string;
        readonly types?: readonly string[];
        readonly objects?: readonly string[];
        readonly _ref: string;
      }
    | undefined,
): void {
  const objects = row?.objects ?? [];
  if (row?.status !== "USED" || objects.length === 0) return;
  throw new ConflictError(
    `${ip} is held by ${objects.join(", ")}, which is no host, fixed address or reservation.`,
    {
      ...{ status: 0, code: "ERR_INFOBLOX_NOT_RELEASABLE", method: "DELETE", path: row._ref },
      hint: "Delete that object by its reference, with WapiClient.delete.",
    },
  );
}

function theOnly(found: readonly Address[], what: string): Address | undefined {
  if (found.length <= 1) return found[0];
  const candidates = found.map(({ ref }) => ref);
  throw new AmbiguousTargetError(
    `Several objects have ${what}: ${candidates.join(", ")}. Nothing was released.`,
    {
      candidates,
      hint: "Name the one that is meant by its reference.",
    },
  );
}
