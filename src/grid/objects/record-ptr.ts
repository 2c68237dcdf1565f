/** PTR records: told by an address, or by a name that may even stand in a forward zone. */

import { formatAddress, parseAddress, reverseName } from "../../cidr.js";
import { invalidValue, missingForCreate } from "../answers.js";
import { addressOfReverseName, canonicalName } from "../names.js";
import type { Draft, Entity, Rules } from "../rules.js";
import { wholeKey } from "./record-place.js";
import { recordRules } from "./records.js";

export const pointerRules: Rules = recordRules("record:ptr", "dns.bind_ptr", {
  key: (record, grid) => `${wholeKey(record, grid)}.${String(record.values["ptrdname"])}`,
  beforeCreate: (draft) => settleName(draft, undefined),
  beforeUpdate: settleName,
});

/** Name and address say the same thing: the one that the request brings, or changes, makes the other. */
function settleName(draft: Draft, before: Entity | undefined): void {
  const name = filled(draft, "name");
  const renamed = name !== undefined && (before ? name !== before.values["name"] : true);
  const address = changedAddress(draft, before);
  if (address !== undefined && !(before && renamed)) nameByAddress(draft, address);
  else if (renamed) addressByName(draft, name);
  else if (!before) throw missingForCreate("name");
}

function changedAddress(draft: Draft, before: Entity | undefined): string | undefined {
  for (const field of ["ipv4addr", "ipv6addr"]) {
    const text = filled(draft, field);
    if (text !== undefined && draft.given.has(field) && text !== before?.values[field]) return text;
  }
  return undefined;
}

function filled({ values }: Draft, field: string): string | undefined {
  const value = values[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function nameByAddress(draft: Draft, text: string): void {
  const address = parseAddress(text);
  if (!address) throw invalidValue(text.includes(":") ? "ipv6addr" : "ipv4addr", text, "Invalid IP address");
  setAddress(draft, address.family, text);
  draft.values["name"] = reverseName(address);
}

function addressByName(draft: Draft, name: string): void {
  const address = addressOfReverseName(canonicalName(name));
  setAddress(draft, address?.family, address && formatAddress(address));
}

function setAddress({ values }: Draft, family: 4 | 6 | undefined, text: string | undefined): void {
  delete values["ipv4addr"];
  delete values["ipv6addr"];
  if (family !== undefined && text !== undefined) values[`ipv${family}addr`] = text;
}
