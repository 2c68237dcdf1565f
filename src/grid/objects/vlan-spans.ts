/** VLAN views and the ranges inside them. */

import { conflict, duplicateObject } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { refuseOutside } from "./vlan.js";
import { checkIds, idSpan, linkTo, nextVlanIds, spanName, vlanViewOf } from "./vlan-ids.js";

export const vlanViewRules: Rules = {
  type: "vlanview",
  key: (view) => `dns.vlan_view$${spanName(view).join(".")}`,
  name: spanName,
  beforeCreate: (draft, grid) => settleView(draft, undefined, grid),
  beforeUpdate: settleView,
  afterCreate: (view, _draft, grid) => preCreateVlans(view, { vlanView: view.id }, grid),
  afterUpdate: (view, _before, _draft, grid) => renewKeys(view, grid),
  beforeDelete(view, _args, grid) {
    for (const vlan of grid.linked("vlan", "vlanView", view.id)) grid.delete(vlan);
    for (const range of grid.linked("vlanrange", "vlanView", view.id)) grid.delete(range);
  },
  functions: { next_available_vlan_id: nextVlanIds },
};

export const vlanRangeRules: Rules = {
  type: "vlanrange",
  key: (range, grid) =>
    `dns.vlan_range$.com.infoblox.${vlanViewOf(range, grid).key}.${spanName(range).join(".")}`,
  name: (range, grid) => [String(vlanViewOf(range, grid).values["name"]), ...spanName(range)],
  beforeCreate: (draft, grid) => settleRange(draft, undefined, grid),
  beforeUpdate: settleRange,
  afterCreate: (range, _draft, grid) =>
    preCreateVlans(range, { vlanView: vlanViewOf(range, grid).id, vlanRange: range.id }, grid),
  afterUpdate: (range, _before, _draft, grid) => renewKeys(range, grid),
  // Guess vlans-stay (open; cannot): without `delete_vlans` the VLANs stay, right in the view.
  beforeDelete(range, args, grid) {
    for (const vlan of grid.linked("vlan", "vlanRange", range.id)) {
      if (args["delete_vlans"] === true) grid.delete(vlan);
      else moveToView(vlan, grid);
    }
  },
  read: { vlan_view: (range, { grid }) => ({ _ref: grid.ref(vlanViewOf(range, grid)) }) },
  searchValue: { vlan_view: (value, grid) => grid.link(linkTo(value, ["vlanview"], grid)) },
  matches: {
    vlan_view: (range, { value }, grid) => grid.linkTarget(value)?.id === range.links["vlanView"],
  },
  functions: { next_available_vlan_id: nextVlanIds },
};

function settleView(draft: Draft, before: Entity | undefined, grid: Grid): void {
  checkIds(draft);
  const name = String(draft.values["name"]);
  if (grid.find("vlanview", "name", name).some(({ id }) => id !== before?.id))
    throw duplicateObject(name, "VLAN view");
  if (before) for (const vlan of grid.linked("vlan", "vlanView", before.id)) refuseOutside(vlan, draft);
}

function settleRange(draft: Draft, before: Entity | undefined, grid: Grid): void {
  checkIds(draft);
  if (draft.values["vlan_view"] !== undefined) {
    draft.links["vlanView"] = linkTo(draft.values["vlan_view"], ["vlanview"], grid).id;
    delete draft.values["vlan_view"];
  }
  const view = vlanViewOf(draft, grid);
  refuseBeyond(draft, view);
  if (view.values["allow_range_overlapping"] !== true) refuseOverlap(draft, before, grid);
  if (before) for (const vlan of grid.linked("vlan", "vlanRange", before.id)) refuseOutside(vlan, draft);
}

/** Guess vlan-range-sentence (open; cannot): the sentence. */
function refuseBeyond(range: Draft, view: Entity): void {
  const [inner, outer] = [idSpan(range), idSpan(view)];
  if (inner.first >= outer.first && inner.last <= outer.last) return;
  throw conflict(
    `${described(range)} because it is outside of the VLAN view '${String(view.values["name"])}'`,
  );
}

/** Only the words up to the other range are known. */
function refuseOverlap(range: Draft, before: Entity | undefined, grid: Grid): void {
  const { first, last } = idSpan(range);
  for (const other of grid.linked("vlanrange", "vlanView", vlanViewOf(range, grid).id)) {
    const span = idSpan(other);
    if (other.id === before?.id || span.first > last || span.last < first) continue;
    throw conflict(
      `${described(range)} because it will overlap the VLAN range '${String(other.values["name"])}' with IDs ${span.first}...${span.last}`,
    );
  }
}

function described(range: Draft): string {
  const { first, last } = idSpan(range);
  return `Cannot create VLAN range '${String(range.values["name"])}' with IDs ${first}...${last}`;
}

/**
 * `pre_create_vlan`: one VLAN per id that has none. Guess pre-created-vlan-name (open; cannot): the name is the
 * prefix and the id in four digits.
 */
function preCreateVlans(parent: Entity, links: Entity["links"], grid: Grid): void {
  const { pre_create_vlan: wanted, vlan_name_prefix: prefix = "" } = parent.values;
  if (wanted !== true) return;
  const { first, last } = idSpan(parent);
  for (let id = first; id <= last; id++) {
    grid.create("vlan", { id, name: `${String(prefix)}${String(id).padStart(4, "0")}` }, links);
  }
}

/** Updates the internal keys of ranges and VLANs, which hold the name of their parent. */
function renewKeys(parent: Entity, grid: Grid): void {
  const ranges = grid.linked("vlanrange", "vlanView", parent.id);
  const link = parent.type === "vlanview" ? "vlanView" : "vlanRange";
  for (const inner of [...ranges, ...grid.linked("vlan", link, parent.id)]) {
    grid.put({ ...inner, key: grid.rules(inner.type).key?.(inner, grid) ?? inner.key });
  }
}

function moveToView(vlan: Entity, grid: Grid): void {
  const { vlanRange: _, ...links } = vlan.links;
  const moved = { ...vlan, links };
  grid.put({ ...moved, key: grid.rules("vlan").key?.(moved, grid) ?? vlan.key });
}
