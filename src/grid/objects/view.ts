/** DNS views: namespaces of zones, each tied to one network view. */

import { conflict, duplicateObject } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { networkViewLink } from "./name-links.js";
import { pointToLocalhost } from "./record-ptr.js";
import { zonesOfView } from "./zone-lookup.js";

export const viewRules: Rules = {
  type: "view",
  internal: "dns.view",
  key: ({ values }) => `dns.view$${String(values["_number"])}`,
  name: ({ values }) => [String(values["name"]), String(values["is_default"] === true)],
  defaults: { is_default: false, network_view: "default" },
  names: { network_view: networkViewLink },

  beforeCreate(draft, grid) {
    refuseSameName(draft, undefined, grid);
    draft.values["_number"] = draft.values["is_default"] === true ? "._default" : `.${nextNumber(grid)}`;
  },

  afterCreate: (view, _draft, grid) => pointToLocalhost(view, grid),

  beforeUpdate(draft, before, grid) {
    refuseSameName(draft, before, grid);
    if (draft.links["networkView"] !== before.links["networkView"]) {
      // Guess view-move-sentence (analogy; cannot): the sentence known for zones.
      throw conflict("Cannot move views between network views");
    }
  },

  beforeDelete(view, _args, grid) {
    if (view.values["is_default"] === true) {
      // Guess default-view-sentence (analogy; cannot): the sentence known for network views.
      throw conflict(`Cannot delete the default view '${String(view.values["name"])}'.`);
    }
    refuseNeeded(view, grid);
    empty(view, grid);
  },
};

/** Refuses to delete a DNS view that its network view needs: the last one, or the one for dynamic updates. */
function refuseNeeded(view: Entity, grid: Grid): void {
  const networkView = grid.get(view.links["networkView"]);
  if (!networkView) return;
  const [name, of] = [String(view.values["name"]), String(networkView.values["name"])];
  const views = grid.linked("view", "networkView", networkView.id);
  const problem =
    views.length === 1
      ? "the last DNS view associated with"
      : grid.read(networkView, "ddns_dns_view") === name
        ? "used for dynamic updates to"
        : undefined;
  if (problem !== undefined)
    throw conflict(`Cannot delete the DNS view '${name}'. It is ${problem} the network view '${of}'.`);
}

/** Deletes a DNS view and its zones with its network view. */
export function deleteWithNetworkView(view: Entity, grid: Grid): void {
  empty(view, grid);
  grid.store.remove(view.id);
}

function empty(view: Entity, grid: Grid): void {
  for (const zone of zonesOfView(view, grid)) grid.delete(zone);
  for (const pointer of grid.linked("record:ptr", "view", view.id)) grid.delete(pointer);
}

/** Numbers views 1, 2, 3 …, so that internal keys do not change when a view is renamed. */
function nextNumber(grid: Grid): number {
  return grid.serial("dns.view") + 1;
}

function refuseSameName(draft: Draft, before: Entity | undefined, grid: Grid): void {
  const name = String(draft.values["name"]);
  if (grid.find("view", "name", name).some(({ id }) => id !== before?.id)) {
    throw duplicateObject(name, "view");
  }
}
