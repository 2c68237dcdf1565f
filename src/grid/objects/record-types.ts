/** The kinds of record with nothing of their own but what tells two of a name apart, and a few checks. */

import { invalidValue } from "../answers.js";
import type { Grid } from "../grid.js";
import { canonicalName } from "../names.js";
import type { Draft, Entity, Json, JsonObject, Rules } from "../rules.js";
import { recordName, splitKey, wholeKey } from "./record-place.js";
import { recordRules } from "./records.js";

/** The whole name, then the values of these fields. */
function nameAnd(separator: string, ...fields: readonly string[]) {
  return (record: Draft | Entity, grid: Grid): string =>
    [wholeKey(record, grid), ...fields.map((field) => String(record.values[field] ?? ""))].join(separator);
}

/** Zone, relative name, address. */
function splitNameAnd(field: string) {
  return (record: Draft | Entity, grid: Grid): string =>
    `${splitKey(record, grid)},${String(record.values[field])}`;
}

const a = recordRules("record:a", "dns.bind_a", {
  key: splitNameAnd("ipv4addr"),
  beforeDelete(record, args, grid) {
    if (args["remove_associated_ptr"] === true) deletePointers(record, grid);
  },
});

const aaaa = recordRules("record:aaaa", "dns.bind_aaaa", {
  key: splitNameAnd("ipv6addr"),
  beforeDelete(record, args, grid) {
    if (args["remove_associated_ptr"] === true) deletePointers(record, grid);
  },
});

/** The PTR records that lead from the address of a record back to its name. */
function deletePointers(record: Entity, grid: Grid): void {
  for (const field of ["ipv4addr", "ipv6addr"]) {
    const address = record.values[field];
    if (typeof address !== "string") continue;
    for (const pointer of grid.find("record:ptr", field, address)) {
      const { ptrdname } = pointer.values;
      if (canonicalName(String(ptrdname)) === recordName(record)) grid.delete(pointer);
    }
  }
}

const txt = recordRules("record:txt", "dns.bind_txt", {
  key: (record, grid) => `${wholeKey(record, grid)}.${quotedWords(String(record.values["text"]))}`,
  beforeCreate: unquoteText,
  beforeUpdate: unquoteText,
});

/**
 * Quotes around a text keep its blanks together; a text without any loses them, as clients that send every text in
 * quotes are seen to reckon with (external-dns, and lexicon in what it compares).
 */
export function unquoteText({ values }: Draft): void {
  const [, bare] = /^"([^\s"\\]+)"$/.exec(String(values["text"] ?? "")) ?? [];
  if (bare !== undefined) values["text"] = bare;
}

/** Each word in quotes, which is how a TXT record goes over the wire: `two words` → `"two" "words"`. */
function quotedWords(text: string): string {
  const words = text.match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word : `"${word}"`)).join(" ");
}

/** Priority 0 would make the record an alias, which the grid refuses for HTTPS. Guess: the sentence. */
function refuseAlias({ values }: Draft): void {
  if (values["priority"] === 0)
    throw invalidValue("priority", 0, "Invalid value, must be between 1 and 65535");
}

const https = recordRules("record:https", "dns.bind_https", {
  key: nameAnd("/", "priority", "target_name"),
  beforeCreate: refuseAlias,
  beforeUpdate: refuseAlias,
});

const unknown = recordRules("record:unknown", "dns.bind_unknown", {
  key: (record, grid) =>
    `${nameAnd(",", "record_type")(record, grid)},${subfieldText(record.values["subfield_values"])}`,
  read: { display_rdata: ({ values }) => subfieldText(values["subfield_values"]) },
});

function subfieldText(subfields: Json | undefined): string {
  if (!Array.isArray(subfields)) return "";
  return subfields.map(({ field_value }: JsonObject) => String(field_value)).join(" ");
}

/** The internal names of the kinds that no public capture shows follow those that are known. */
export const plainRecordRules: readonly Rules[] = [
  a,
  aaaa,
  txt,
  https,
  unknown,
  recordRules("record:alias", "dns.alias_record", { key: nameAnd(",", "target_type") }),
  recordRules("record:caa", "dns.bind_caa", { key: nameAnd(",", "ca_flag", "ca_tag", "ca_value") }),
  recordRules("record:cname", "dns.bind_cname", { key: wholeKey }),
  recordRules("record:dname", "dns.bind_dname", { key: wholeKey }),
  recordRules("record:mx", "dns.bind_mx", { key: nameAnd(".", "mail_exchanger", "preference") }),
  recordRules("record:naptr", "dns.bind_naptr", {
    key: nameAnd(",", "order", "preference", "flags", "services", "regexp", "replacement"),
  }),
  recordRules("record:srv", "dns.bind_srv", { key: nameAnd("/", "priority", "weight", "port", "target") }),
  recordRules("record:svcb", "dns.bind_svcb", {
    key: nameAnd("/", "priority", "target_name"),
  }),
  recordRules("record:tlsa", "dns.bind_tlsa", {
    key: nameAnd(",", "certificate_usage", "selector", "matched_type", "certificate_data"),
  }),
];
