/** VLANs: numbered, in a VLAN view or in a range of it, assigned to networks. */

import { conflict } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { indexKey } from "../store/index-keys.js";
import { checkIds, idSpan, linkTo, vlanParentOf, vlanViewOf } from "./vlan-ids.js";

const parentTypes = ["vlanview", "vlanrange"];

export const vlanRules: Rules = {
  type: "vlan",
  key: (vlan, grid) => `dns.vlan$.com.infoblox.${vlanParentOf(vlan, grid).key}.${String(vlan.values["id"])}`,
  name: (vlan, grid) => [
    String(vlanParentOf(vlan, grid).values["name"]),
    String(vlan.values["name"]),
    String(vlan.values["id"]),
  ],
  beforeCreate: (draft, grid) => settle(draft, undefined, grid),
  beforeUpdate: settle,

  beforeDelete(vlan, _args, grid) {
    if (networksOn(vlan, grid).length === 0) return;
    const view = String(vlanViewOf(vlan, grid).values["name"]);
    throw conflict(
      `Cannot delete '${String(vlan.values["name"])}' VLAN in the '${view}' VLAN view as it is currently assigned to an IPAM object`,
    );
  },

  read: {
    assigned_to: (vlan, { grid }) => networksOn(vlan, grid).map((network) => grid.link(network)),
    parent: (vlan, { grid }) => ({ _ref: grid.ref(vlanParentOf(vlan, grid)) }),
    status: (vlan, { grid }) => statusOf(vlan, grid),
  },
  searchValue: { parent: (value, grid) => grid.link(linkTo(value, parentTypes, grid)) },
  matches: {
    parent: (vlan, { value }, grid) => grid.linkTarget(value)?.id === vlanParentOf(vlan, grid).id,
  },
};

function settle(draft: Draft, before: Entity | undefined, grid: Grid): void {
  checkIds(draft);
  if (draft.values["parent"] !== undefined) {
    const parent = linkTo(draft.values["parent"], parentTypes, grid);
    delete draft.values["parent"];
    delete draft.links["vlanRange"];
    draft.links["vlanView"] = parent.links["vlanView"] ?? parent.id;
    if (parent.type === "vlanrange") draft.links["vlanRange"] = parent.id;
  }
  refuseOutside(draft, vlanParentOf(draft, grid));
  refuseSameId(draft, before, grid);
}

/** Guess vlan-sentence (open; cannot): the sentence. */
export function refuseOutside(vlan: Draft | Entity, parent: Draft | Entity): void {
  const id = Number(vlan.values["id"]);
  const { first, last } = idSpan(parent);
  if (id >= first && id <= last) return;
  throw conflict(
    `VLAN '${String(vlan.values["name"])}' with ID ${id} is outside of '${String(parent.values["name"])}' with IDs ${first}...${last}`,
  );
}

function refuseSameId(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const { id = 0, name = "" } = draft.values;
  const parent = vlanParentOf(draft, grid).id;
  const same = grid.find("vlan", "id", Number(id)).find((other) => vlanParentOf(other, grid).id === parent);
  if (!same || same.id === before?.id) return;
  throw conflict(
    `Duplicate object '${String(name)}' with ID ${id} of type 'VLAN' already exists in the database`,
  );
}

/** The networks that the VLAN is assigned to. */
function networksOn(vlan: Entity, grid: Grid): Entity[] {
  const key = indexKey(grid.link(vlan)) ?? "";
  return ["network", "ipv6network"].flatMap((type) => grid.store.indexed(type, "vlans", vlansOf, key));
}

function vlansOf({ values }: Entity): (string | number)[] {
  const links = Array.isArray(values["vlans"]) ? values["vlans"] : [];
  return links.map(({ vlan }: JsonObject) => indexKey(vlan)).filter((key) => key !== undefined);
}

function statusOf(vlan: Entity, grid: Grid): Json {
  if (networksOn(vlan, grid).length > 0) return "ASSIGNED";
  return vlan.values["reserved"] === true ? "RESERVED" : "UNASSIGNED";
}
