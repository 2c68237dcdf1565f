import { entryLine, type Read, read } from "./read.js";
import type { Scope } from "./scope.js";

const viewFields = ["name", "comment", "extattrs"] as const;

export const networkViewsRead = read("networkview", {}, viewFields, (row, at) => [
  entryLine({ kind: "networkView", networkView: row["name"] }, row, at),
]);

export const dnsViewsRead = read("view", {}, [...viewFields, "network_view"], (row, at) => [
  entryLine({ kind: "dnsView", networkView: row["network_view"], name: row["name"] }, row, at),
]);

export function zoneReads({ networkView, dnsViews }: Scope): Read[] {
  return dnsViews.map((dnsView) =>
    read(
      "zone_auth",
      { view: dnsView },
      ["fqdn", "view", "zone_format", "comment", "extattrs"],
      (row, at) => [
        entryLine(
          { kind: "zone", networkView, fqdn: row["fqdn"], dnsView, format: row["zone_format"] },
          row,
          at,
        ),
      ],
    ),
  );
}
