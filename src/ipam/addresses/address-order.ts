import type { Family } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { expiryOf } from "../marks/expiry.js";
import type { AddressKind } from "../objects/results.js";
import { canonicalName, canonicalNames, dnsNameProblem } from "../requests/dns-name.js";
import type { Sources } from "../requests/sources.js";
import { formatDuid, formatMac } from "../requests/syntax.js";
import { networkViewOf, type Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import {
  addressPlace,
  type ExplicitAddress,
  familyOf,
  type NextAddress,
  nextAddressOf,
} from "./address-place.js";
import type { AddressFields, DualStack } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";

/** A request for an address, understood. */
export interface AddressOrder extends AddressIdentity {
  readonly networkView: string;
  readonly place: AddressPlace;
  /** When it expires, as the grid keeps it. */
  readonly expires: string | undefined;
  readonly requestId?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is to be made of an address, wherever it comes from. */
export interface AddressIdentity {
  readonly kind: AddressKind;
  readonly name?: string | undefined;
  readonly mac?: string | undefined;
  readonly duid?: string | undefined;
  readonly dns: boolean;
  readonly dnsView: string | undefined;
  readonly aliases?: readonly string[] | undefined;
  readonly ttl?: number | undefined;
  readonly comment?: AddressFields["comment"];
  readonly extattrs?: AddressFields["extattrs"];
  readonly cloud?: AddressFields["cloud"];
  readonly fields?: AddressFields["fields"];
  readonly dhcp?: AddressFields["dhcp"];
}

export type AddressPlace = NextAddress | ExplicitAddress | DualStackAddress;

export interface DualStackAddress {
  readonly kind: "dual";
  readonly ipv4: NextAddress;
  readonly ipv6: NextAddress;
}

/** @throws {InvalidRequestError} that names the field, its value and a valid one */
export async function addressOrder(settings: IpamSettings, request: unknown): Promise<AddressOrder> {
  await checkAddressRequest.load();
  return addressOrderNow(settings, request);
}

/** The same at once: see `RequestCheck.now`. */
export function addressOrderNow(settings: IpamSettings, request: unknown): AddressOrder {
  const fields: AddressFields = checkAddressRequest.now("requestAddress", request);
  const place = placeOf(settings, fields);
  const identity = identityOf(settings, fields);
  checkIdentity(identity, familiesOf(place));
  const { requestId, signal } = fields;
  const networkView = networkViewOf(targetsOf(place), fields.networkView, settings.networkView);
  const expires = expiryOf(settings, fields);
  return { ...identity, networkView, place, expires, requestId, signal };
}

/** What an address is made into, with the name, MAC and DUID as a grid writes them. */
export function identityOf(settings: IpamSettings, fields: AddressFields): AddressIdentity {
  const { name, mac, duid, dns = true, dnsView = settings.dnsView } = fields;
  const kind =
    fields.as ??
    (name !== undefined ? "host" : mac !== undefined || duid !== undefined ? "fixed" : "reservation");
  if (kind === "host") checkHostNames(fields, dns);
  else refuseHostOptions(fields, kind);
  const isInDns = kind === "host" && dns;
  return {
    ...fields,
    kind,
    name: name !== undefined && isInDns ? canonicalName(name) : name,
    aliases: isInDns ? canonicalNames(fields.aliases) : fields.aliases,
    mac: mac && formatMac(mac),
    duid: duid && formatDuid(duid),
    dns,
    dnsView,
  };
}

function placeOf(settings: IpamSettings, fields: AddressFields): AddressPlace {
  const { from, ip } = fields;
  if (from === undefined || !isDualStack(from)) return addressPlace(settings, { ...fields, from });
  if (ip !== undefined) throw invalid("ip", ip, "is one address, where from asks for two", undefined);
  return dualStack(settings, fields, from);
}

function isDualStack(from: NonNullable<AddressFields["from"]>): from is DualStack {
  return typeof from === "object" && ("ipv4" in from || "ipv6" in from);
}

function dualStack(settings: IpamSettings, fields: AddressFields, from: DualStack): DualStackAddress {
  const { exclude, ...others } = fields;
  const texts = exclude === undefined ? [] : typeof exclude === "string" ? [exclude] : exclude;
  const side = (family: Family, sources: Sources | undefined): NextAddress => {
    const field = `from.ipv${family}`;
    const own = texts.filter((text) => text.includes(":") === (family === 6));
    const place = nextAddressOf(settings, { ...others, exclude: own }, sources ?? "", field, family);
    const stranger = place.targets.find((target) => target.family !== family);
    if (stranger === undefined) return place;
    const example = family === 4 ? "10.0.7.0/24" : "2001:db8:0:7::/64";
    throw invalid(field, stranger.text, `is IPv${stranger.family}`, example);
  };
  return { kind: "dual", ipv4: side(4, from.ipv4), ipv6: side(6, from.ipv6) };
}

function targetsOf(place: AddressPlace): readonly Target[] {
  return place.kind === "dual" ? [...place.ipv4.targets, ...place.ipv6.targets] : place.targets;
}

/** The families of the addresses that are asked for. */
export function familiesOf(place: AddressPlace): readonly Family[] {
  switch (place.kind) {
    case "dual":
      return [4, 6];
    default:
      return [familyOf(place)];
  }
}

/** DHCP knows its IPv4 clients by MAC, its IPv6 clients by DUID. */
export function checkIdentity({ kind, mac, duid, dhcp }: AddressIdentity, families: readonly Family[]): void {
  const mac4 = "02:42:ac:11:00:02";
  const duid6 = "00:03:00:01:02:42:ac:11:00:02";
  if (kind !== "host" && families.length > 1) {
    throw invalid("as", kind, "has one address; only a host can have two", "host");
  }
  if (mac !== undefined && !families.includes(4)) {
    throw invalid("mac", mac, "an IPv6 address is bound to a DUID, not to a MAC; pass duid", duid6);
  }
  if (duid !== undefined && !families.includes(6)) {
    throw invalid("duid", duid, "an IPv4 address is bound to a MAC, not to a DUID; pass mac", mac4);
  }
  if (kind === "fixed" && mac === undefined && duid === undefined) {
    const [field, example] = families.includes(4) ? ["mac", mac4] : ["duid", duid6];
    throw invalid(field, undefined, "is needed for a fixed address, which is one client's", example);
  }
  if (kind === "reservation" && dhcp !== undefined) {
    throw invalid("dhcp", dhcp, "is for a client, and a reservation is nobody's", undefined);
  }
  if (kind === "reservation" && (mac ?? duid) !== undefined) {
    const field = mac === undefined ? "duid" : "mac";
    throw invalid(
      field,
      mac ?? duid,
      'a reservation is nobody\'s; leave it out, or ask as: "fixed"',
      undefined,
    );
  }
}

function checkHostNames({ name, aliases = [] }: AddressFields, dns: boolean): void {
  if (name === undefined) throw invalid("name", name, "is needed for a host", "web-1.example.com");
  if (!dns) return;
  checkDnsName("name", name);
  for (const [index, alias] of aliases.entries()) checkDnsName(`aliases[${index}]`, alias);
}

/** @throws {InvalidRequestError} where a host in DNS can't have the name */
export function checkDnsName(field: string, name: string): void {
  const wrong = dnsNameProblem(name);
  if (wrong === undefined) return;
  const problem = phrase(`${wrong.problem} (a host without DNS, `, { term: "noDns" }, ", may have any name)");
  throw invalid(field, name, problem, wrong.example);
}

const hostOptions = ["dns", "dnsView", "aliases", "ttl"] as const;

function refuseHostOptions(fields: AddressFields, kind: AddressKind): void {
  const given = hostOptions.find((option) => fields[option] !== undefined);
  if (given === undefined) return;
  throw invalid(given, fields[given], `is for hosts, and this is a ${kind}; a host has a name`, undefined);
}
