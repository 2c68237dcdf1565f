/** Templates of networks, ranges and fixed addresses: initial settings, and the contents of a new network. */

import { firstOf, formatAddress } from "../../cidr.js";
import { objectSchema } from "../../schema/schema.js";
import { conflict } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import type { AddressFamily } from "./address-family.js";
import { completeOptions } from "./dhcp-options.js";
import { titleOf, unknownName } from "./named-uses.js";
import { blockOfNetwork, networkViewOf } from "./network-place.js";

const types = [
  "networktemplate",
  "rangetemplate",
  "fixedaddresstemplate",
  "ipv6networktemplate",
  "ipv6rangetemplate",
  "ipv6fixedaddresstemplate",
];

/** How known and unknown clients are treated. Left out until a client sets it. */
const clientChoices = ["known_clients", "unknown_clients"];

export const templateRules: readonly Rules[] = types.map(rulesOf);

function rulesOf(type: string): Rules {
  const family = type.startsWith("ipv6") ? 6 : 4;
  const settle = (draft: Draft, before: Entity | undefined, grid: Grid) => {
    const name = String(draft.values["name"]);
    if (grid.find(type, "name", name).some(({ id }) => id !== before?.id)) {
      throw conflict(`${titleOf(type)} '${name}' already exists in the database.`);
    }
    completeOptions(draft, family);
  };
  return {
    type,
    internal: `dns.${type}`,
    read: Object.fromEntries(clientChoices.map((field) => [field, ({ values }: Entity) => values[field]])),
    defaults: family === 6 ? { preferred_lifetime: 27000, valid_lifetime: 43200 } : {},
    beforeCreate: (draft, grid) => settle(draft, undefined, grid),
    beforeUpdate: settle,
  };
}

/** The templates that a network template contains. */
function partsOf({ values }: Entity, type: string): { readonly type: string; readonly name: string }[] {
  const prefix = type.startsWith("ipv6") ? "ipv6" : "";
  return [
    ...namesIn(values["range_templates"]).map((name) => ({ type: `${prefix}rangetemplate`, name })),
    ...namesIn(values["fixed_address_templates"]).map((name) => ({
      type: `${prefix}fixedaddresstemplate`,
      name,
    })),
  ];
}

function namesIn(list: Json | undefined): string[] {
  return Array.isArray(list) ? list.map(String) : [];
}

function templateNamed(type: string, name: string, grid: Grid): Entity {
  const [template] = grid.find(type, "name", name);
  if (!template) throw unknownName(type, name);
  return template;
}

/** Fields that describe the template itself, not the objects that are created from it. */
const ownFields = ["name", "comment", "netmask", "offset", "number_of_addresses", "extattrs"];

/** Copies the settings of the template that a new object names, except for fields in the request. */
export function fillFromTemplate(draft: Draft, type: string, grid: Grid): void {
  const { template: name } = draft.values;
  if (name === undefined || name === "") return;
  const template = templateNamed(type, String(name), grid);
  const known = objectSchema(draft.type)?.fields;
  for (const [field, value] of Object.entries(template.values)) {
    if (ownFields.includes(field) || draft.given.has(field) || !known?.has(field)) continue;
    draft.values[field] = value;
  }
  const { extattrs } = template.values;
  if (extattrs !== undefined) {
    draft.values["extattrs"] = {
      ...(extattrs as JsonObject),
      ...(draft.values["extattrs"] as JsonObject | undefined),
    };
  }
}

/**
 * Creates the ranges and fixed addresses of a new network's template, counted from the network's first address. A
 * network that has become a container meanwhile holds neither, and loses its template.
 */
export function populateFromTemplate(network: Entity, names: AddressFamily, grid: Grid): void {
  const { template: name } = network.values;
  if (name === undefined || name === "") return;
  const template = templateNamed(`${names.network}template`, String(name), grid);
  const links = { networkView: networkViewOf(network, grid).id };
  for (const part of partsOf(template, `${names.network}template`)) {
    const { offset = 0, number_of_addresses: number = 0 } = templateNamed(part.type, part.name, grid).values;
    const first = firstOf(blockOfNetwork(network)).value + BigInt(Number(offset));
    const last = first + BigInt(Number(number)) - 1n;
    const text = (value: bigint) => formatAddress({ family: names.family, value });
    if (part.type.endsWith("rangetemplate")) {
      grid.create(names.range, { start_addr: text(first), end_addr: text(last), template: part.name }, links);
      continue;
    }
    // Guess template-reservations (open; cannot): with no client to match, they are reservations. An IPv6 one can't
    // be made without a DUID.
    for (let value = first; value <= last && names.family === 4; value++) {
      grid.create(
        names.fixedAddress,
        { ipv4addr: text(value), match_client: "RESERVED", template: part.name },
        links,
      );
    }
  }
}
