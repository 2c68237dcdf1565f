/** PTR records: named by an address, or by a name, which may even lie in a forward zone. */

import { formatAddress, parseAddress, reverseName } from "../../cidr.js";
import { dataError, invalidValue, missingForCreate } from "../model/answers.js";
import { addressOfReverseName, canonicalName } from "../model/names.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { wholeKey, zoneOf } from "./record-place.js";
import { recordRules } from "./records.js";
import { viewOf, zoneAround, zoneName } from "./zone-lookup.js";

export const pointerRules: Rules = recordRules("record:ptr", "dns.bind_ptr", {
  key: (record, grid) => `${wholeKey(record, grid)}.${String(record.values["ptrdname"])}`,
  beforeCreate: settleOfNew,
  beforeUpdate: settleName,
  read: {
    zone: (pointer, { grid }) => pointer.values["_zone"] ?? zoneName(zoneOf(pointer, grid)),
    // With an IPv4 address, the field is shown empty.
    ipv6addr: ({ values }) => values["ipv6addr"] ?? (values["ipv4addr"] === undefined ? undefined : ""),
  },
});

/** The pointers of localhost, which every DNS view has. The grid does not list their zones. */
export function pointToLocalhost(view: Entity, grid: Grid): void {
  for (const text of ["127.0.0.1", "::1"]) {
    const address = parseAddress(text);
    if (!address) continue;
    const name = reverseName(address);
    const zone = name.slice(name.indexOf(".") + 1);
    const values = {
      [`ipv${address.family}addr`]: text,
      name,
      ptrdname: "localhost",
      creation_time: grid.clock.seconds(),
      _zone: zone,
    };
    const pointer = {
      type: "record:ptr",
      values,
      links: { view: view.id },
      id: grid.store.nextId(),
      key: "",
    };
    grid.put({ ...pointer, key: grid.rules("record:ptr").key?.(pointer, grid) ?? "" });
  }
}

function settleOfNew(draft: Draft, grid: Grid): void {
  settleName(draft, undefined);
  if (!draft.given.has("ipv4addr") && !draft.given.has("ipv6addr")) return;
  if (zoneAround(String(draft.values["name"]), viewOf(draft, grid), grid)) return;
  throw dataError("An invalid IP address or reverse zone was specified.");
}

/** Name and address are equivalent: the one that the request sets or changes determines the other. */
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
  if (!address) {
    const family = text.includes(":") ? 6 : 4;
    throw invalidValue(`ipv${family}addr`, text, `Invalid IPv${family} address`);
  }
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
