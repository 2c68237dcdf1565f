import type { Family } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { phrase } from "../../phrase.js";
import { expiryOf } from "../marks/expiry.js";
import type { AddressKind } from "../objects/results.js";
import { canonicalName, canonicalNames, dnsNameProblem } from "../requests/dns-name.js";
import { formatDuid, formatMac } from "../requests/syntax.js";
import { networkViewOf } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkClient, exampleDuid, exampleMac } from "./address-client.js";
import type { AddressFields } from "./requests.js";
import { checkAddressRequest } from "./schemas.js";
import type { WantedAddress } from "./wanted-address.js";
import { wantedAddresses } from "./wanted-addresses.js";

/** A checked and parsed request for an address. */
export interface AddressOrder extends AddressIdentity, Pick<AddressFields, "requestId" | "signal"> {
  readonly networkView: string;
  /** One address; a host may have several. */
  readonly wanted: readonly WantedAddress[];
  /** The time of expiry, in the format of its attribute. */
  readonly expires: string | undefined;
}

/** The object to create for an address, without the address itself. */
export interface AddressIdentity
  extends Pick<AddressFields, "name" | "mac" | "duid" | "aliases" | "ttl" | "dhcp">,
    Pick<AddressFields, "comment" | "extattrs" | "cloud" | "fields"> {
  readonly kind: AddressKind;
  readonly dns: boolean;
  readonly dnsView: string | undefined;
}

/** @throws {InvalidRequestError} if the request is not valid */
export async function addressOrder(settings: IpamSettings, request: unknown): Promise<AddressOrder> {
  await checkAddressRequest.load();
  return addressOrderNow(settings, request);
}

/** The same synchronously: see `RequestCheck.now`. */
export function addressOrderNow(settings: IpamSettings, request: unknown): AddressOrder {
  const fields: AddressFields = checkAddressRequest.now("requestAddress", request);
  const wanted = wantedAddresses(settings, fields);
  const identity = identityOf(settings, fields);
  const families = wanted.map(({ family }) => family);
  checkIdentity(identity, families);
  const { requestId, signal } = fields;
  const targets = wanted.flatMap((one) => one.targets);
  const networkView = networkViewOf(targets, fields.networkView, settings.networkView);
  const expires = expiryOf(settings, fields);
  return { ...identity, networkView, wanted, expires, requestId, signal };
}

/** The object to create, with name, MAC and DUID in the grid's spelling. */
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

export function checkIdentity(identity: AddressIdentity, families: readonly Family[]): void {
  const { kind, mac, duid, dhcp } = identity;
  if (kind !== "host" && families.length > 1) {
    throw invalid("as", kind, "has one address; only a host can have several", "host");
  }
  checkClient(identity, families);
  if (kind === "fixed" && mac === undefined && duid === undefined) {
    const [field, example] = families.includes(4) ? ["mac", exampleMac] : ["duid", exampleDuid];
    throw invalid(field, undefined, "is needed for a fixed address, which belongs to one client", example);
  }
  if (kind === "reservation" && dhcp !== undefined) {
    throw invalid("dhcp", dhcp, "is for a client, and a reservation has none", undefined);
  }
  if (kind === "reservation" && (mac ?? duid) !== undefined) {
    const field = mac === undefined ? "duid" : "mac";
    const problem = 'is for a client, and a reservation has none; leave it out, or pass as: "fixed"';
    throw invalid(field, mac ?? duid, problem, undefined);
  }
}

function checkHostNames({ name, aliases = [] }: AddressFields, dns: boolean): void {
  if (name === undefined) throw invalid("name", name, "is needed for a host", "web-1.example.com");
  if (!dns) return;
  checkDnsName("name", name);
  for (const [index, alias] of aliases.entries()) checkDnsName(`aliases[${index}]`, alias);
}

/** @throws {InvalidRequestError} if a host with DNS cannot have the name */
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
  const problem = `is for hosts, but this is a ${kind}; pass a name for a host`;
  throw invalid(given, fields[given], problem, undefined);
}
