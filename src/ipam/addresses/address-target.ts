import {
  type Block,
  firstOf,
  formatAddress,
  hostSpan,
  type Address as Ip,
  parseAddress,
  parseInterface,
} from "../../cidr.js";
import { AmbiguousTargetError, ConflictError, ifFound, invalid } from "../../errors.js";
import { isRef, parseRef, type Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { fieldsOfType, typeOf } from "../engine/kinds.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import { addressType } from "../objects/in-use.js";
import type { Address, AddressType } from "../objects/results.js";
import { addressesOf, type FixedRow, type HostRow, hostFields } from "../objects/rows.js";
import { nameSearch } from "../requests/dns-name.js";
import { checkedAddress, plainNameProblem } from "../requests/syntax.js";
import { checkedRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { holdersOf } from "./holders.js";
import { findRequestedAddress } from "./requested.js";
import type { AddressReleaseOptions, AddressTarget } from "./requests.js";

export type MeantAddress =
  | { readonly kind: "result"; readonly result: Address }
  | { readonly kind: "ref"; readonly ref: Ref<AddressType> }
  | { readonly kind: "ip"; readonly ip: Ip }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "requestId"; readonly requestId: string };

const types = ["record:host", "fixedaddress", "ipv6fixedaddress"] as const;
const example = "10.0.7.5";

/** @throws {InvalidRequestError} if the target names nothing */
export function meaningOfAddress(target: AddressTarget): MeantAddress {
  if (typeof target === "string") return meaningOfText(target);
  if (typeof target !== "object" || target === null) {
    throw invalid("target", target, "must be a result, an address, a reference or a name", example);
  }
  if ("ref" in target) {
    const ref = addressRef(target.ref);
    return "kind" in target ? { kind: "result", result: target } : { kind: "ref", ref };
  }
  if ("ip" in target) return { kind: "ip", ip: checkedAddress("ip", target.ip) };
  if ("name" in target) return { kind: "name", name: checkedName("name", target.name) };
  if ("requestId" in target) {
    return { kind: "requestId", requestId: checkedText("requestId", target.requestId) };
  }
  throw invalid("target", target, "names no address", { ip: example });
}

/** A text that is neither an address nor a reference is a name. */
function meaningOfText(text: string): MeantAddress {
  const ip = parseAddress(text);
  if (ip !== undefined) return { kind: "ip", ip };
  const withPrefix = parseInterface(text);
  if (withPrefix !== undefined) return { kind: "ip", ip: addressIn(text, withPrefix) };
  if (parseRef(text) !== undefined) return { kind: "ref", ref: addressRef(text) };
  return { kind: "name", name: checkedName("target", text) };
}

/** The address of `10.0.7.5/24`, as results have it in `cidr`. @throws {InvalidRequestError} for a block, which has many */
function addressIn(text: string, { address, block }: { readonly address: Ip; readonly block: Block }): Ip {
  const isBlock = address.value === block.first && block.prefixLength < (address.family === 4 ? 31 : 127);
  if (!isBlock) return address;
  const problem = "is a subnet, which has many addresses";
  throw invalid("target", text, problem, formatAddress(firstOf(hostSpan(block))));
}

/** Refuses a text that looks like a misspelt address: no host has such a name, and the release would report "gone". */
function checkedName(field: string, text: unknown): string {
  const name = checkedText(field, text);
  const wrong = plainNameProblem(name);
  if (wrong !== undefined) throw invalid(field, text, `is no name: ${wrong.problem}`, "web-1.example.com");
  // A host without DNS may have any name; { name } names it.
  const isOdd = field === "target" && /[\s/\\]/.test(name);
  if (isOdd || /^[\d.]+(\/\d*)?$/.test(name) || /^[\da-f]*:[\da-f:.]*(\/\d*)?$/i.test(name))
    throw invalid(field, text, "is no address, reference or name", example);
  return name;
}

function addressRef(text: unknown): Ref<AddressType> {
  const ref = "record:host/ZG5z…:web-1.example.com/default";
  return checkedRef("ref", text, types, "host, fixed address or reservation", ref);
}

function checkedText(field: string, text: unknown): string {
  if (typeof text === "string" && text.trim() !== "") return text;
  throw invalid(field, text, "must not be empty", example);
}

type Where = Omit<AddressReleaseOptions, "force">;

/**
 * The address that is meant, as the grid holds it; `undefined` if there is none. A result is returned unchanged.
 *
 * @throws {AmbiguousTargetError} if several objects match
 */
export async function findAddress(
  settings: IpamSettings,
  meant: MeantAddress,
  where: Where,
): Promise<Address | undefined> {
  const { networkView = settings.networkView, signal } = where;
  switch (meant.kind) {
    case "result":
      return meant.result;
    case "ref":
      return addressAt(settings, meant.ref, signal);
    case "ip":
      return holderAt(settings, meant.ip, networkView, signal);
    case "name":
      return hostNamed(settings, meant.name, where);
    case "requestId":
      return findRequestedAddress(settings, { requestId: meant.requestId, networkView, signal });
  }
}

async function addressAt(
  { wapi, ownership }: IpamSettings,
  ref: Ref<AddressType>,
  signal: AbortSignal | undefined,
): Promise<Address | undefined> {
  const fields = fieldsOfType(typeOf({ ref })) as readonly ["name"];
  const row = await ifFound(wapi.get(ref, { fields, signal }));
  if (row === undefined) return undefined;
  const [hosts, fixed] = isRef("record:host", row._ref) ? [[row as HostRow], []] : [[], [row as FixedRow]];
  return addressesOf(hosts, fixed, ownership.expiryAttribute)[0];
}

/** The host with a name, ignoring case as DNS does. Hosts without DNS may differ in case only: then the exact name counts. */
async function hostNamed(
  { wapi, ownership, ...defaults }: IpamSettings,
  name: string,
  { networkView = defaults.networkView, dnsView = defaults.dnsView, signal }: Where,
): Promise<Address | undefined> {
  const rows = await wapi.find("record:host", {
    where: { name: nameSearch(name), network_view: networkView },
    fields: hostFields,
    signal,
  });
  const hosts = addressesOf(rows, [], ownership.expiryAttribute);
  const found = hosts.filter((host) => isInDnsView(host, dnsView));
  return theOnly(found, `the name ${name}`, name);
}

/** Whether a search in a DNS view includes the host. A host without DNS is in no view, and always included. */
export function isInDnsView(
  host: { readonly dnsView: string | undefined },
  dnsView: string | undefined,
): boolean {
  return dnsView === undefined || host.dnsView === undefined || host.dnsView === dnsView;
}

/**
 * The host, fixed address or reservation that holds an address.
 *
 * @throws {ConflictError} if an object of another type holds it, which this API does not release
 */
export async function holderAt(
  { wapi, ownership }: IpamSettings,
  address: Ip,
  networkView: string,
  signal: AbortSignal | undefined,
): Promise<Address | undefined> {
  const ip = formatAddress(address);
  const find = step.find(addressType(address.family), {
    where: { ip_address: ip, network_view: networkView },
    fields: ["types", "status", "objects"],
  });
  const holders = holdersOf(address.family, ip, networkView);
  const [[hosts, fixed], [rows = []]] = await batchWithAddresses(wapi, holders, [find], { signal });
  const holder = theOnly(addressesOf(hosts, fixed, ownership.expiryAttribute, ip), ip);
  const [row] = rows;
  const objects = row?.objects ?? [];
  if (holder !== undefined || row?.status !== "USED" || objects.length === 0) return holder;
  // Only records, leases or other objects hold it.
  const message = `${ip} is held by ${objects.join(", ")}, which is no host, fixed address or reservation.`;
  throw new ConflictError(message, {
    ...{ status: 0, code: "ERR_INFOBLOX_NOT_RELEASABLE", method: "DELETE", path: row._ref },
    hint: "Delete that object by its reference, with WapiClient.delete.",
  });
}

/**
 * The only one of these objects. Names of hosts without DNS may differ in case only: then the exact name counts.
 *
 * @throws {AmbiguousTargetError} if there are several
 */
export function theOnly<T extends Pick<Address, "ref" | "name">>(
  found: readonly T[],
  what: string,
  name?: string,
): T | undefined {
  const [exact, ...others] = found.filter((one) => name !== undefined && one.name === name);
  if (exact !== undefined && others.length === 0) return exact;
  if (found.length <= 1) return found[0];
  const candidates = found.map(({ ref }) => ref);
  const message = `Several objects have ${what}: ${candidates.join(", ")}. Nothing was changed.`;
  throw new AmbiguousTargetError(message, {
    candidates,
    hint: "Pass the reference of the one that you mean.",
  });
}
