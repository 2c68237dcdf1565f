/** The names of types and fields in each address family. */

import type { Family } from "../../cidr.js";

export interface AddressFamily {
  readonly family: Family;
  readonly network: string;
  readonly container: string;
  readonly range: string;
  readonly fixedAddress: string;
  readonly hostAddress: string;
  /** The virtual object for each address of a network. */
  readonly anyAddress: string;
  readonly sharedNetwork: string;
  /** The field that holds the address of a fixed address, a host address, a record. */
  readonly addressField: "ipv4addr" | "ipv6addr";
}

export const ipv4: AddressFamily = {
  family: 4,
  network: "network",
  container: "networkcontainer",
  range: "range",
  fixedAddress: "fixedaddress",
  hostAddress: "record:host_ipv4addr",
  anyAddress: "ipv4address",
  sharedNetwork: "sharednetwork",
  addressField: "ipv4addr",
};

export const ipv6: AddressFamily = {
  family: 6,
  network: "ipv6network",
  container: "ipv6networkcontainer",
  range: "ipv6range",
  fixedAddress: "ipv6fixedaddress",
  hostAddress: "record:host_ipv6addr",
  anyAddress: "ipv6address",
  sharedNetwork: "ipv6sharednetwork",
  addressField: "ipv6addr",
};

export const addressFamilies: readonly AddressFamily[] = [ipv4, ipv6];

export function familyNames(family: Family): AddressFamily {
  return family === 4 ? ipv4 : ipv6;
}
