/**
 * Types whose only special rules are their internal names, which show in references and errors, and the fields that
 * distinguish two objects if the name does not.
 */

import { searchParameterMissing } from "../model/answers.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { networkViewLink } from "./name-links.js";

/** Rules of a type with an internal name. Only the names of `natgroup` and `namedacl` are known from captures. */
function called(type: string, internal: string, own: Partial<Rules> = {}): Rules {
  return { type, internal, ...own };
}

/** Rules of a type whose objects are distinguished by these fields. */
function identifiedBy(
  type: string,
  internal: string,
  fields: readonly string[],
  own: Partial<Rules> = {},
): Rules {
  const parts = ({ values, links }: Draft | Entity) =>
    fields.map((field) => {
      const link = own.names?.[field];
      return String(link ? links[link.link] : (values[field] ?? ""));
    });
  return {
    type,
    internal,
    key: (object) => `${internal}$${parts(object).join("/")}`,
    name: (object, grid) => fields.map((field) => String(grid.read(object, field) ?? "")),
    ...own,
  };
}

const inNetworkView: Partial<Rules> = {
  names: { network_view: networkViewLink },
  defaults: { network_view: "default" },
};

/** The entries of a named list. Entries that name another list are replaced by its entries. */
function entriesOf({ id, values }: Entity, grid: Grid, within: readonly number[] = []): readonly Json[] {
  const { access_list: entries } = values;
  if (!Array.isArray(entries) || within.includes(id)) return [];
  return entries.flatMap((entry: JsonObject) => {
    const list = grid.linkTarget(entry["_ref"]);
    return list ? entriesOf(list, grid, [...within, id]) : [entry];
  });
}

export const identityRules: readonly Rules[] = [
  called("namedacl", "one.defined_acl", {
    key: ({ values }) => `one.defined_acl$0.${String(values["name"])}`,
    read: { exploded_access_list: (list, { grid }) => entriesOf(list, grid) },
  }),
  called("natgroup", "one.nat_group"),
  called("dns64group", "dns.dns64_synthesis_group"),
  called("dhcpfailover", "dns.failover_association", { defaults: { association_type: "GRID" } }),
  identifiedBy("mssuperscope", "dns.ms_superscope", ["name", "network_view"], inNetworkView),
  identifiedBy("ftpuser", "one.ftp_user", ["username"]),
  identifiedBy("bulkhostnametemplate", "dns.bulk_host_name_template", ["template_name"]),
  identifiedBy("msserver:adsites:site", "dns.ms_ad_site", ["domain", "name"]),
  identifiedBy("parentalcontrol:subscriberrecord", "one.subscriber_record", [
    "ip_addr",
    "prefix",
    "localid",
    "ipsd",
  ]),
  identifiedBy("tftpfiledir", "one.tftp_file_dir", ["directory", "name"], {
    defaults: { directory: "/" },
    // The grid has no list of all directories.
    rows(conditions) {
      if (!conditions.some(({ field }) => field === "directory")) throw searchParameterMissing("directory");
      return undefined;
    },
  }),
];
