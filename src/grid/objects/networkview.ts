/** Network views: address plans that know nothing of each other. */

import { conflict, duplicateObject } from "../answers.js";
import type { Grid } from "../grid.js";
import type { Draft, Entity, Rules } from "../rules.js";
import { cloudInfo } from "./any-network.js";

export const networkViewRules: Rules = {
  type: "networkview",
  internal: "dns.network_view",
  key: ({ values }) => `dns.network_view$${String(values["_number"])}`,
  name: ({ values }) => [String(values["name"]), String(values["is_default"] === true)],
  defaults: { is_default: false, cloud_info: cloudInfo },

  beforeCreate(draft, grid) {
    refuseSameName(draft, undefined, grid);
    // Keys outlive a rename, so they hold a number in place of the name.
    draft.values["_number"] = grid.serial("dns.network_view");
  },
  afterCreate: createDnsView,
  beforeUpdate: refuseSameName,

  beforeDelete(view, _args, grid) {
    if (view.values["is_default"] === true) {
      throw conflict(`Cannot delete the default network view '${String(view.values["name"])}'.`);
    }
    deleteDnsViews(view, grid);
    deleteContents(view, grid);
  },

  read: {
    associated_dns_views: (view, { grid }) => dnsViewsOf(view, grid).map((dnsView) => grid.link(dnsView)),
    associated_members: () => [],
  },
};

function refuseSameName(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const name = String(draft.values["name"]);
  if (grid.find("networkview", "name", name).some(({ id }) => id !== before?.id)) {
    throw duplicateObject(name, "network_view");
  }
}

/** A network view `x` comes with a DNS view `default.x`; the default one with the DNS view `default`. */
function createDnsView(view: Entity, _draft: Draft, grid: Grid): void {
  const isDefault = view.values["is_default"] === true;
  const name = isDefault ? "default" : `default.${String(view.values["name"])}`;
  grid.create("view", { name, ...(isDefault ? { is_default: true } : {}) }, { networkView: view.id });
}

/** Oldest first, so the one that came with the network view stands at the head. */
function dnsViewsOf(view: Entity, grid: Grid): Entity[] {
  return grid.linked("view", "networkView", view.id);
}

function deleteDnsViews(view: Entity, grid: Grid): void {
  const [own, ...others] = dnsViewsOf(view, grid);
  if (others.length > 0 && !grid.assumptions.networkViewTakesItsViews) {
    // Guess: the sentence, and that it is refused at all.
    const names = others.map(({ values }) => `'${String(values["name"])}'`).join(", ");
    throw conflict(
      `Cannot delete the network view '${String(view.values["name"])}' because of its DNS views ${names}.`,
    );
  }
  for (const dnsView of [...others, ...(own ? [own] : [])]) grid.delete(dnsView);
}

/** Networks take their ranges and addresses along; what is left hangs on the view alone: shared networks, hosts … */
function deleteContents(view: Entity, grid: Grid): void {
  for (const inside of grid.linkedOfAnyType("networkView", view.id)) grid.delete(inside);
}
