/** `GET /search`: objects of all types that match an address, a hardware address or a text. */

import { parseAddress } from "../../cidr.js";
import { invalidValue, protocolError, searchParameterMissing } from "../model/answers.js";
import { valueTest } from "../model/condition.js";
import { canonicalDuid, canonicalMac } from "../model/hardware-address.js";
import type { Condition, Grid, Row, Rules } from "../model/rules.js";
import { isObject } from "../model/values.js";
import type { Entity, Json } from "../store/entity.js";
import { spaceOf } from "../store/space.js";

export const searchRules: Rules = {
  type: "search",
  rows(conditions, grid) {
    const subjects = conditions.filter(({ field }) => field !== "objtype");
    const [subject, another] = subjects;
    if (!subject) throw searchParameterMissing("search_string");
    // Guess search-arguments-sentence (documented; asks searchForTwoIsRefused): the sentence. It is documented that the
    // arguments exclude each other.
    if (another) throw protocolError(`Only one of ${subject.field}, ${another.field} may be given`);
    const types = conditions
      .filter(({ field }) => field === "objtype")
      .map(({ value }) => typeName(String(value)));
    const found = uniqueRows(findBy[subject.field]?.(subject, grid) ?? []);
    const rows = types.length === 0 ? found : found.filter(({ type }) => types.includes(typeName(type)));
    return { rows, settled: conditions };
  },
};

const findBy: Readonly<Record<string, (condition: Condition, grid: Grid) => Iterable<Entity>>> = {
  address: ({ value }, grid) => aroundAddress(value, grid),
  mac_address: ({ value }, grid) => {
    const mac = canonicalMac("mac_address", value);
    return [
      ...grid.find("fixedaddress", "mac", mac),
      ...grid.find("record:host_ipv4addr", "mac", mac).map((address) => wholeObject(address, grid)),
      ...grid.find("lease", "hardware", mac),
    ];
  },
  duid: ({ value }, grid) => {
    const duid = canonicalDuid("duid", value);
    return [
      ...grid.find("ipv6fixedaddress", "duid", duid),
      ...grid.find("record:host_ipv6addr", "duid", duid).map((address) => wholeObject(address, grid)),
    ];
  },
  fqdn: (condition, grid) => byText(condition, ["name", "fqdn", "host_name"], grid),
  search_string: (condition, grid) => byText(condition, textFields, grid),
};

const textFields = [
  "canonical",
  "name",
  "fqdn",
  "host_name",
  "comment",
  "network",
  "ipv4addr",
  "ipv6addr",
  "address",
  "mac",
  "ptrdname",
];

/** A search for text ignores the names of fixed addresses. */
function textFieldsOf({ type }: Entity, fields: readonly string[]): readonly string[] {
  return type.endsWith("fixedaddress") ? fields.filter((field) => field !== "name") : fields;
}

/** The order of types on one address: fixed addresses come first, then records. */
const addressOrder = ["fixedaddress", "ipv6fixedaddress", "record:a", "record:aaaa", "record:ptr"];

function rankOf({ type }: Entity): number {
  const place = addressOrder.indexOf(type);
  return place < 0 ? addressOrder.length : place;
}

/** Yields the objects that use the address, and then the networks and containers around it, the smallest first. */
function* aroundAddress(value: Json, grid: Grid): Generator<Entity> {
  const address = typeof value === "string" ? parseAddress(value) : undefined;
  if (!address) throw invalidValue("address", value, "Invalid IP address");
  for (const view of grid.all("networkview")) {
    const { addresses, networks } = spaceOf(grid).of(view.id, address.family);
    const holders = addresses.holders(address.value).map((id) => grid.get(id));
    const found = holders.filter((holder) => holder !== undefined);
    for (const holder of found.toSorted((one, other) => rankOf(one) - rankOf(other)))
      yield wholeObject(holder, grid);
    for (let node = networks.smallestAround(address); node; node = node.parent) {
      const network = grid.get(node.id);
      if (network) yield network;
    }
  }
}

/** Yields matches for a text. It checks every object: no index covers all types. */
function* byText(condition: Condition, fields: readonly string[], grid: Grid): Generator<Entity> {
  const fits = valueTest(condition);
  const anywhere = (entity: Entity) =>
    textFieldsOf(entity, fields).some((field) => fits(entity.values[field] ?? "")) ||
    attributeValues(entity).some(fits);
  for (const type of [...grid.store.types()]) {
    for (const entity of grid.all(type)) if (anywhere(entity)) yield wholeObject(entity, grid);
  }
}

function attributeValues({ values: { extattrs } }: Entity): Json[] {
  if (!isObject(extattrs)) return [];
  return Object.values(extattrs).flatMap((attribute) =>
    isObject(attribute) ? [attribute["value"] ?? ""] : [],
  );
}

/** The host in place of its address; any other object itself. */
function wholeObject(entity: Entity, grid: Grid): Entity {
  return (entity.type.startsWith("record:host_") ? grid.get(entity.links["host"]) : undefined) ?? entity;
}

function uniqueRows(rows: Iterable<Row>): Row[] {
  return [...new Map([...rows].map((row) => [row.id, row])).values()];
}

/** The type of an `objtype`, which has the words of the user interface: `Network`, `HostRecord`. */
function typeName(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}
