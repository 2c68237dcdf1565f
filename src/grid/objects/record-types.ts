/** The kinds of record whose only special rules are the fields that distinguish two of a name, and a few checks. */

import { invalidValue, type Refusal } from "../model/answers.js";
import { canonicalName } from "../model/names.js";
import type { Draft, Grid, Rules } from "../model/rules.js";
import type { Entity, Json, JsonObject } from "../store/entity.js";
import { recordName, splitKey, wholeKey } from "./record-place.js";
import { recordRules } from "./records.js";

/** A key of the whole name and the values of these fields. */
function nameAnd(separator: string, ...fields: readonly string[]) {
  return (record: Draft | Entity, grid: Grid): string =>
    [wholeKey(record, grid), ...fields.map((field) => String(record.values[field] ?? ""))].join(separator);
}

/** A key of zone, relative name and address. */
function splitNameAnd(field: string) {
  return (record: Draft | Entity, grid: Grid): string =>
    `${splitKey(record, grid)},${String(record.values[field])}`;
}

/** The internal keys of records, by kind: what follows the `$`. */
export const recordKeys: Readonly<Record<string, (record: Draft | Entity, grid: Grid) => string>> = {
  a: splitNameAnd("ipv4addr"),
  aaaa: splitNameAnd("ipv6addr"),
  alias: nameAnd(",", "target_type"),
  caa: nameAnd(",", "ca_flag", "ca_tag", "ca_value"),
  cname: wholeKey,
  dname: wholeKey,
  https: nameAnd("/", "priority", "target_name"),
  mx: nameAnd(".", "mail_exchanger", "preference"),
  naptr: nameAnd(",", "order", "preference", "flags", "services", "regexp", "replacement"),
  ptr: nameAnd(".", "ptrdname"),
  srv: nameAnd("/", "priority", "weight", "port", "target"),
  svcb: nameAnd("/", "priority", "target_name"),
  tlsa: nameAnd(",", "certificate_usage", "selector", "matched_type", "certificate_data"),
  txt: (record, grid) => `${wholeKey(record, grid)}.${stringsOf(record.values).join(" ")}`,
};

/** Rules of a kind of record, with its key from the table. */
function kindRules(kind: string, own: Partial<Rules> = {}, internal = `dns.bind_${kind}`): Rules {
  return recordRules(`record:${kind}`, internal, { key: recordKeys[kind] ?? wholeKey, ...own });
}

const a = kindRules("a", {
  beforeDelete(record, args, grid) {
    if (args["remove_associated_ptr"] === true) deletePointers(record, grid);
  },
});

const aaaa = kindRules("aaaa", {
  beforeDelete(record, args, grid) {
    if (args["remove_associated_ptr"] === true) deletePointers(record, grid);
  },
});

/** Deletes the PTR records that lead from the address of a record back to its name. */
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

const txt = kindRules("txt", { beforeCreate: settleText, beforeUpdate: settleText });

/**
 * Quotes around a text keep its blanks. A text without blanks loses its quotes, which clients that quote every text
 * rely on (external-dns, and lexicon when it compares).
 */
export function settleText({ values }: Draft): void {
  const [, bare] = /^"([^\s"\\]+)"$/.exec(String(values["text"] ?? "")) ?? [];
  if (bare !== undefined) values["text"] = bare;
  const sizes = stringsOf(values).map((quoted) => Buffer.byteLength(quoted) - 2);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.some((size) => size > longestString))
    throw tooLong(values, `${longestString} bytes in one string`);
  if (total > longestText) throw tooLong(values, `${longestText} bytes`);
}

const longestString = 255;
const longestText = 512;

/** Guess text-length-sentence (documented; asks longTextIsRefused): the sentence; both limits are documented. */
function tooLong({ text }: Draft["values"], limit: string): Refusal {
  return invalidValue("text", text ?? "", `The maximum length is ${limit}.`);
}

/** Each word in quotes, as a TXT record is sent in DNS: `two words` → `"two" "words"`. */
function stringsOf({ text }: JsonObject): string[] {
  const words = String(text ?? "").match(/"(?:[^"\\]|\\.)*"|[^\s"]+/g) ?? [];
  return words.map((word) => (word.startsWith('"') ? word : `"${word}"`));
}

/**
 * Priority 0 would make the record an alias, which the grid refuses for HTTPS. Guess https-priority-sentence
 * (documented; asks aliasFormIsRefused): the sentence.
 */
function refuseAlias({ values }: Draft): void {
  if (values["priority"] === 0)
    throw invalidValue("priority", 0, "Invalid value, must be between 1 and 65535");
}

const https = kindRules("https", { beforeCreate: refuseAlias, beforeUpdate: refuseAlias });

const unknown = recordRules("record:unknown", "dns.bind_unknown", {
  key: (record, grid) =>
    `${nameAnd(",", "record_type")(record, grid)},${subfieldText(record.values["subfield_values"])}`,
  read: { display_rdata: ({ values }) => subfieldText(values["subfield_values"]) },
});

function subfieldText(subfields: Json | undefined): string {
  if (!Array.isArray(subfields)) return "";
  return subfields.map(({ field_value }: JsonObject) => String(field_value)).join(" ");
}

/** For kinds without a public capture, the internal names follow the known ones. */
export const plainRecordRules: readonly Rules[] = [
  a,
  aaaa,
  txt,
  https,
  unknown,
  kindRules("alias", {}, "dns.alias_record"),
  ...["caa", "cname", "dname", "mx", "naptr", "srv", "svcb", "tlsa"].map((kind) => kindRules(kind)),
];
