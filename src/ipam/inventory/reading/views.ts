import { dnsViewOrder, viewOrder, zoneOrder } from "../entries.js";
import { described, line, type Read, read } from "./read.js";
import type { Scope } from "./scope.js";

const viewFields = ["name", "comment", "extattrs"] as const;

export const networkViewsRead = read("networkview", {}, viewFields, (row, at) => [
  line(viewOrder(row["name"]), {
    kind: "networkView",
    networkView: row["name"],
    ...described(row),
    readAt: at,
  }),
]);

export const dnsViewsRead = read("view", {}, [...viewFields, "network_view"], (row, at) => [
  line(dnsViewOrder(row["network_view"], row["name"]), {
    kind: "dnsView",
    networkView: row["network_view"],
    name: row["name"],
    ...described(row),
    readAt: at,
  }),
]);

export function zoneReads({ networkView, dnsViews }: Scope): Read[] {
  return dnsViews.map((view) =>
    read("zone_auth", { view }, ["fqdn", "view", "zone_format", "comment", "extattrs"], (row, at) => [
      line(zoneOrder(networkView, view, row["fqdn"]), {
        kind: "zone",
        networkView,
        fqdn: row["fqdn"],
        dnsView: view,
        format: row["zone_format"],
        ...described(row),
        readAt: at,
      }),
    ]),
  );
}
