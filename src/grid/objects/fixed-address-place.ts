/** The place of fixed addresses of both families: in a leaf network, one per address, one per client and network. */

import { formatAddress, parseAddress } from "../../cidr.js";
import { conflict } from "../model/answers.js";
import type { Draft, Grid, ReadContext, Rules } from "../model/rules.js";
import type { Entity, Json } from "../store/entity.js";
import type { AddressFamily } from "./address-family.js";
import { networkViewLink } from "./name-links.js";
import { fixedAddressesByNetwork } from "./network-contents.js";
import {
  canonicalAddress,
  canonicalBlockText,
  leafAround,
  networkViewName,
  networkViewOf,
  spaceAround,
} from "./network-place.js";

/** The rules that both families share. */
export function anyFixedAddressRules(names: AddressFamily) {
  return {
    type: names.fixedAddress,
    name: (fixed, grid) => [String(fixed.values[names.addressField]), networkViewName(fixed, grid)],
    names: { network_view: networkViewLink },
    parent: (fixed, grid) => networkOf(fixed, names, grid),
    read: {
      network: (fixed: Entity, { grid }: ReadContext) => networkOf(fixed, names, grid)?.values["network"],
    },
    searchValue: {
      network: canonicalBlockText,
      [names.addressField]: (value: Json) =>
        formatAddress(canonicalAddress(names.addressField, value, names)),
    },
    rows: fixedAddressesByNetwork(names),
  } satisfies Rules;
}

function networkOf(fixed: Entity, names: AddressFamily, grid: Grid): Entity | undefined {
  const address = parseAddress(String(fixed.values[names.addressField]));
  return address && leafAround(networkViewOf(fixed, grid).id, address, grid);
}

/** Normalizes the address and finds its network. If the request names a network, it must be this one. */
export function placeFixedAddress(draft: Draft, names: AddressFamily, grid: Grid): Entity {
  const { addressField } = names;
  const address = canonicalAddress(addressField, draft.values[addressField], names);
  const { network: asked } = draft.values;
  delete draft.values["network"];
  draft.values[addressField] = formatAddress(address);
  const network = leafAround(networkViewOf(draft, grid).id, address, grid);
  const named =
    asked === undefined || asked === "" || canonicalBlockText(asked) === network?.values["network"];
  if (network && named) return network;
  // Guess stray-reservation-sentence (analogy; asks strayReservationIsRefused): the sentence follows the one for
  // ranges.
  throw conflict(`Cannot find the parent network for the fixed address ${formatAddress(address)}.`);
}

/** Another fixed address of the same network with the same client (`mac`, `duid`). */
export function sameClientIn(
  network: Entity,
  draft: Draft,
  before: Entity | undefined,
  field: string,
  names: AddressFamily,
  grid: Grid,
): Entity | undefined {
  return grid
    .find(names.fixedAddress, field, String(draft.values[field]))
    .find((other) => other.id !== before?.id && networkOf(other, names, grid)?.id === network.id);
}

/**
 * One fixed address per address, and none beside a host that gets it by DHCP. Guess second-reservation-sentence
 * (open; asks reservationsAreUnique): the sentence.
 */
export function refuseSameAddress(
  draft: Draft,
  before: Entity | undefined,
  names: AddressFamily,
  grid: Grid,
): void {
  const text = String(draft.values[names.addressField]);
  const { value } = canonicalAddress(names.addressField, text, names);
  for (const id of spaceAround(draft, names, grid).addresses.holders(value)) {
    const holder = grid.get(id);
    if (!holder || id === before?.id || !isServed(holder, names)) continue;
    throw conflict(`The IP address ${text} is already in use by ${grid.refName(holder).join("/")}.`);
  }
}

function isServed({ type, values }: Entity, names: AddressFamily): boolean {
  return type === names.fixedAddress || (type === names.hostAddress && values["configure_for_dhcp"] === true);
}
