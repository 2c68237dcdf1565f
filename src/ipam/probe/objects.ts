/** Requests that several experiments use. */

import type { Laboratory, Reply } from "./laboratory.js";

type Body = Readonly<Record<string, unknown>>;

export function range(
  lab: Laboratory,
  cidr: string,
  first: number,
  last: number,
  more: Body = {},
): Promise<Reply> {
  const ends = { start_addr: lab.address(cidr, first), end_addr: lab.address(cidr, last) };
  return lab.create("range", { ...ends, network_view: lab.networkView, ...more });
}

export function fixed(lab: Laboratory, ipv4addr: string | Body, more: Body): Promise<Reply> {
  return lab.create("fixedaddress", { ipv4addr, network_view: lab.networkView, ...more });
}

/** Reserves an address, or what a function call in the body gives. */
export function reserved(lab: Laboratory, ipv4addr: string | Body): Promise<Reply> {
  return lab.create("fixedaddress", reservation(lab, ipv4addr));
}

export function reservation({ networkView }: Laboratory, ipv4addr: string | Body): Body {
  return { ipv4addr, network_view: networkView, match_client: "RESERVED" };
}

/** A host without DNS, which needs no zone. */
export function plainHost(lab: Laboratory, address: Body): Body {
  return {
    name: lab.token(),
    network_view: lab.networkView,
    configure_for_dns: false,
    ipv4addrs: [address],
  };
}

/** Creates a shared network with one network. */
export function shared(lab: Laboratory, _ref: string, name = lab.token()): Promise<Reply> {
  return lab.create("sharednetwork", { name, network_view: lab.networkView, networks: [{ _ref }] });
}

export function called(lab: Laboratory, ref: string, name: string, body: Body): Promise<Reply> {
  return lab.ask("POST", ref, { query: { _function: name }, body });
}

/** A search with its arguments in the body, since they may be too long for a URL. */
export function searched(lab: Laboratory, type: string, args: Body): Promise<Reply> {
  return lab.ask("POST", type, {
    query: { _method: "GET" },
    body: { network_view: lab.networkView, ...args },
  });
}

/** Creates a zone in the scratch DNS view. */
export async function zone(lab: Laboratory, fqdn: string, more: Body = {}): Promise<Reply> {
  return lab.create("zone_auth", { fqdn, view: await lab.dnsView(), ...more });
}

/** Creates a record with an unused name in the scratch zone. */
export async function record(lab: Laboratory, type: string, more: Body): Promise<Reply> {
  return lab.create(type, { ...(await name(lab)), ...more });
}

/** An unused name in the scratch zone. */
export async function name(lab: Laboratory): Promise<{ name: string; view: string }> {
  return { name: `${lab.token()}.${lab.zone}`, view: await lab.dnsView() };
}
