import { checkObject, invalid } from "../errors.js";
import type { Ref } from "../schema/field.js";
import {
  call,
  type InlineCall,
  type NextAvailable,
  type NextAvailableKind,
  type Source,
} from "./inline-call.js";
import { parseRef } from "./ref.js";
import { stateType } from "./state.js";
import { typeFacts } from "./type-facts.js";
import type { ObjectType, Where } from "./types.js";
import { searchArguments, searchObject } from "./where.js";

/** Options of every source of an address or network. */
interface Common {
  /** The network view of a CIDR or range in text form. Default `default`. A search names its view in `where`. */
  readonly networkView?: string;
}

/** Options of an address in an existing network or range, or in the first that a search finds. */
export type NextAvailableIpOptions = Common & {
  /** Addresses to skip. */
  readonly exclude?: readonly string[];
} & (
    | { readonly network: string | Ref<"network" | "ipv6network"> }
    | { readonly range: string | Ref<"range" | "ipv6range"> }
    | SearchSource<"network" | "ipv6network" | "range" | "ipv6range">
  );

/** Options of a network in an existing container or network, or in the first that a search finds. */
export type NextAvailableNetworkOptions = Common & {
  /** The prefix length of the new network, e.g. 24. It must be longer than its parent's. */
  readonly prefixLength: number;
  /** CIDRs to skip. */
  readonly exclude?: readonly string[];
} & (
    | { readonly container: string | Ref<"networkcontainer" | "ipv6networkcontainer"> }
    | { readonly network: string | Ref<"network" | "ipv6network"> }
    | SearchSource<"networkcontainer" | "ipv6networkcontainer" | "network" | "ipv6network">
  );

/** Options of a VLAN id in a VLAN view or VLAN range. */
export type NextAvailableVlanOptions = {
  /** VLAN ids to skip. */
  readonly exclude?: readonly number[];
} & ({ readonly in: Ref<"vlanview" | "vlanrange"> } | SearchSource<"vlanview" | "vlanrange">);

/** A search for objects of one type. The grid uses the first one found. */
type SearchSource<T extends ObjectType> = {
  [One in T]: { readonly search: One; readonly where: Where<One> };
}[T];

/**
 * The next free address of a network or range, for a create: instead of an address in a host, a fixed address, an A,
 * AAAA or PTR record. IPv4 and IPv6 (WAPI: the function `next_available_ip` in the body).
 *
 * @param source - the network or range; a text if it needs no other options: `nextAvailableIp("10.0.0.0/24")`
 * @throws {InvalidRequestError} if the source is not a CIDR, a range `first-last`, or a reference
 * @example
 * await wapi.create("record:host", {
 *   name: "web.example.com",
 *   ipv4addrs: [{ ipv4addr: nextAvailableIp({ network: "10.0.0.0/24", exclude: ["10.0.0.1"] }) }],
 * });
 */
export function nextAvailableIp(source: string | NextAvailableIpOptions): NextAvailable<"ip"> {
  const options = typeof source === "string" ? { [kindOfPlace(source)]: source } : source;
  checkObject("options", options, { network: "10.0.0.0/24" });
  return inlineCall("ip", "next_available_ip", "ips", sourceOf(options), options, excluded(options));
}

/**
 * The next free network of a container, instead of a CIDR in the create of a network or container. IPv4 and IPv6 (WAPI:
 * the function `next_available_network` in the body).
 *
 * @throws {InvalidRequestError} if the prefix length or the source is invalid
 * @example
 * await wapi.create("network", { network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }) });
 */
export function nextAvailableNetwork(options: NextAvailableNetworkOptions): NextAvailable<"network"> {
  checkObject("options", options, { container: "10.0.0.0/8", prefixLength: 24 });
  const { prefixLength } = options;
  if (!Number.isInteger(prefixLength) || prefixLength < 1 || prefixLength > 128) {
    throw invalid("prefixLength", prefixLength, "must be a whole number of bits", 24);
  }
  const parameters = { cidr: prefixLength, ...excluded(options) };
  return inlineCall("network", "next_available_network", "networks", sourceOf(options), options, parameters);
}

/**
 * The next free id of a VLAN view or VLAN range, instead of an id in the create of a VLAN (WAPI: the function
 * `next_available_vlan_id` in the body).
 *
 * @example
 * await wapi.create("vlan", { name: "blue", parent: view._ref, id: nextAvailableVlanId({ in: view._ref }) });
 */
export function nextAvailableVlanId(options: NextAvailableVlanOptions): NextAvailable<"vlan"> {
  checkObject("options", options, { in: "vlanview/ZG5z…" });
  const source = "in" in options ? refSource("in", options.in, ["vlanview", "vlanrange"]) : sourceOf(options);
  return inlineCall("vlan", "next_available_vlan_id", "vlan_ids", source, {}, excluded(options));
}

/** The call that a value stands for, or `undefined` for a plain value. */
export function inlineCallOf(value: unknown): InlineCall | undefined {
  const marked = typeof value === "object" && value !== null && call in value;
  return marked ? (value as NextAvailable<NextAvailableKind>)[call] : undefined;
}

/**
 * The call in the grid's form. It is `func:…` text if that suffices: the text finds a parent whether it is a network or
 * a container. Else it is an object, which can exclude, search and name the parent by reference.
 */
export function wireCall(inline: InlineCall, version: string): string | object {
  return asText(inline) ?? asObject(inline, version);
}

function asText({ kind, source, networkView, parameters }: InlineCall): string | undefined {
  const sayable = "text" in source && !("exclude" in parameters) && !/[,\s]/.test(networkView);
  if (!sayable) return undefined;
  if (kind === "ip") return `func:nextavailableip:${source.text},${networkView}`;
  return `func:nextavailablenetwork:${source.text},${networkView},${parameters["cidr"]}`;
}

function asObject(
  { function: name, resultField, source, networkView, parameters }: InlineCall,
  version: string,
): object {
  return {
    _object_function: name,
    _result_field: resultField,
    ...objectOf(source, networkView, version),
    _parameters: parameters,
  };
}

function objectOf(source: Source, networkView: string, version: string): object {
  if ("ref" in source) return { _object_ref: source.ref };
  const search =
    "text" in source
      ? { ...source.search, network_view: networkView }
      : searchObject(searchArguments(typeFacts(source.type, version), source.where));
  return { _object: source.type, _object_parameters: search };
}

function inlineCall<Kind extends NextAvailableKind>(
  kind: Kind,
  name: string,
  resultField: string,
  source: Source,
  { networkView = "default" }: Common,
  parameters: Readonly<Record<string, unknown>>,
): NextAvailable<Kind> {
  if (typeof networkView !== "string" || networkView === "") {
    throw invalid("networkView", networkView, "must be the name of a network view", "default");
  }
  return { [call]: { kind, function: name, resultField, source, networkView, parameters } };
}

/** `10.0.0.10-10.0.0.99` and a reference of a range are ranges. Anything else must be a network. */
function kindOfPlace(text: string): "network" | "range" {
  const isRange =
    /^[\da-f:.]{2,39}-[\da-f:.]{2,39}$/i.test(text) || /range$/.test(parseRef(text)?.type ?? "");
  return isRange ? "range" : "network";
}

function excluded({ exclude }: { readonly exclude?: readonly unknown[] }): { exclude?: readonly unknown[] } {
  if (exclude === undefined) return {};
  if (!Array.isArray(exclude)) throw invalid("exclude", exclude, "must be a list", ["10.0.0.1"]);
  return exclude.length === 0 ? {} : { exclude };
}

function sourceOf(options: object): Source {
  const given = ["container", "network", "range", "search"].filter((name) => name in options);
  const [kind] = given;
  if (kind === undefined || given.length > 1) {
    throw invalid("network", given, "name one place to look in", { network: "10.0.0.0/24" });
  }
  const value: unknown = (options as Record<string, unknown>)[kind];
  if (kind === "search") return searchSource(value, (options as { where?: unknown }).where);
  if (kind === "range") return rangeSource(value);
  return networkSource(kind === "container" ? "networkcontainer" : "network", kind, value);
}

function searchSource(type: unknown, where: unknown): Source {
  if (typeof where === "object" && where !== null) return { type: String(type), where };
  throw invalid("where", where, "must say what to search for", { extattrs: { Site: "Paris" } });
}

function networkSource(type: string, field: string, value: unknown): Source {
  if (typeof value !== "string" || !/^[\da-f:.]+\/\d{1,3}$/i.test(value)) {
    return refSource(field, value, [type, `ipv6${type}`]);
  }
  return { text: value, type: family(type, value), search: { network: value } };
}

function rangeSource(value: unknown): Source {
  const [, first, last] = (typeof value === "string" && /^([\da-f:.]+)-([\da-f:.]+)$/i.exec(value)) || [];
  if (first === undefined || last === undefined) return refSource("range", value, ["range", "ipv6range"]);
  return {
    text: `${first}-${last}`,
    type: family("range", first),
    search: { start_addr: first, end_addr: last },
  };
}

function refSource(field: string, value: unknown, types: readonly string[]): Source {
  const type = typeof value === "string" ? (stateType(value) ?? parseRef(value)?.type) : undefined;
  if (typeof value === "string" && types.includes(type ?? "")) return { ref: value };
  const example = field === "range" ? "10.0.0.10-10.0.0.99" : "10.0.0.0/24";
  const text = { range: "a range", in: "the reference" }[field] ?? "a CIDR";
  throw invalid(field, value, `must be ${text} or a reference of type ${types.join(" or ")}`, example);
}

function family(type: string, address: string): string {
  return address.includes(":") ? `ipv6${type}` : type;
}
