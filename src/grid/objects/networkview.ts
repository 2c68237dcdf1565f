/** Network views: independent address plans. */

import { conflict, duplicateObject } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { cloudInfo } from "./any-network.js";
import { deleteWithNetworkView } from "./view.js";

export const networkViewRules: Rules = {
  type: "networkview",
  internal: "dns.network_view",
  key: ({ values }) => `dns.network_view$${String(values["_number"])}`,
  name: ({ values }) => [String(values["name"]), String(values["is_default"] === true)],
  defaults: { is_default: false, cloud_info: cloudInfo },

  beforeCreate(draft, grid) {
    refuseSameName(draft, undefined, grid);
    // Keys survive a rename, so they hold a number instead of the name.
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
    associated_dns_views: (view, { grid }) =>
      dnsViewsOf(view, grid).map(({ values }) => String(values["name"])),
    // Guess dynamic-update-view (recorded; asks dynamicUpdateViewIsKept): nothing but the refusal to delete it shows
    // that the view which came along is used for dynamic updates.
    ddns_dns_view: (view, { grid }) =>
      view.values["ddns_dns_view"] ?? dnsViewsOf(view, grid)[0]?.values["name"],
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

/** The DNS views, oldest first: the first one was created with the network view. */
function dnsViewsOf(view: Entity, grid: Grid): Entity[] {
  return grid.linked("view", "networkView", view.id);
}

function deleteDnsViews(view: Entity, grid: Grid): void {
  const [own, ...others] = dnsViewsOf(view, grid);
  if (others.length > 0 && !grid.assumptions.networkViewTakesItsViews) {
    throw conflict(
      `Cannot delete network view '${String(view.values["name"])}'. It is associated with more than one DNS view.`,
    );
  }
  for (const dnsView of [...others, ...(own ? [own] : [])]) deleteWithNetworkView(dnsView, grid);
}

/**
 * Deletes what is in the view. Networks include their ranges and addresses; shared networks, hosts and others belong to
 * the view itself.
 */
function deleteContents(view: Entity, grid: Grid): void {
  for (const inside of grid.linkedOfAnyType("networkView", view.id)) grid.delete(inside);
}
