/** Records that a group of zones shares: each zone of the group has their names. */

import { notFound, recordExists } from "../model/answers.js";
import { dnsName, nameProblem } from "../model/names.js";
import type { Draft, Grid, NameLink, Rules } from "../model/rules.js";
import type { Entity } from "../store/entity.js";
import { settleText } from "./record-types.js";
import { searchAddress } from "./records.js";

const groupLink: NameLink = {
  link: "group",
  type: "sharedrecordgroup",
  // Guess shared-group-missing-sentence (analogy; cannot): the sentence follows those for views and members.
  notFound: (name) => notFound(`Shared Record Group ${name} not found`),
};

/** The fields that distinguish two shared records of a name, by kind. */
const kinds = {
  "sharedrecord:a": ["ipv4addr"],
  "sharedrecord:aaaa": ["ipv6addr"],
  "sharedrecord:cname": [],
  "sharedrecord:mx": ["mail_exchanger", "preference"],
  "sharedrecord:srv": ["priority", "weight", "port", "target"],
  "sharedrecord:txt": ["text"],
} as const;

const group: Rules = {
  type: "sharedrecordgroup",
  internal: "dns.srg_root",
  beforeDelete(entity, _args, grid) {
    for (const type of Object.keys(kinds)) {
      for (const record of grid.linked(type, "group", entity.id)) grid.delete(record);
    }
  },
};

function recordRules([type, identity]: [string, readonly string[]]): Rules {
  const internal = `dns.shared_${type.slice("sharedrecord:".length)}`;
  const key = (record: Draft | Entity) => {
    const parts = ["name", ...identity].map((field) => String(record.values[field] ?? ""));
    return `${internal}$${[String(record.links["group"]), ...parts].join(",")}`;
  };
  const settle = (draft: Draft, before: Entity | undefined, grid: Grid) => {
    const name = String(draft.values["name"]);
    const problem = nameProblem(name);
    if (problem) throw problem;
    for (const [field, canonical] of Object.entries(searchAddress)) {
      const value = draft.values[field];
      if (value !== undefined) draft.values[field] = canonical(value, grid);
    }
    if (type === "sharedrecord:txt") settleText(draft);
    const same = grid.byKey(type, key(draft));
    if (same && same.id !== before?.id) throw recordExists(name);
  };
  return {
    type,
    internal,
    key,
    names: { shared_record_group: groupLink },
    name: (record, grid) => [
      String(record.values["name"]),
      String(grid.get(record.links["group"])?.values["name"]),
    ],
    read: Object.fromEntries(
      ["name", "canonical", "mail_exchanger", "target"].map((field) => [
        `dns_${field}`,
        ({ values }: Entity) => (typeof values[field] === "string" ? dnsName(values[field]) : undefined),
      ]),
    ),
    searchValue: searchAddress,
    beforeCreate: (draft, grid) => settle(draft, undefined, grid),
    beforeUpdate: settle,
  };
}

export const sharedRecordRules: readonly Rules[] = [
  group,
  ...Object.entries<readonly string[]>(kinds).map(recordRules),
];
