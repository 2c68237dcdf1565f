/** MAC addresses and DUIDs as the grid keeps them: lower-case pairs of hex digits between colons. */

import type { Json } from "../store/entity.js";
import { invalidValue } from "./answers.js";

/** Stands for "no client": a fixed address with it is a reservation. */
export const NO_MAC = "00:00:00:00:00:00";

/** Normalizes a MAC with colons, dashes, Cisco's dots or bare digits. Empty stays empty. @throws Refusal for anything else */
export function canonicalMac(field: string, value: Json): string {
  if (value === "") return "";
  const canonical = typeof value === "string" ? pairs(value) : undefined;
  // Guess mac-sentence (open; asks badMacIsRefused): the sentence.
  if (canonical?.length !== NO_MAC.length) throw invalidValue(field, value, "Invalid MAC address");
  return canonical;
}

/** A DUID of 1 to 130 octets (RFC 8415, 11.1), written like a MAC. Empty stays empty. */
export function canonicalDuid(field: string, value: Json): string {
  if (value === "") return "";
  const canonical = typeof value === "string" ? pairs(value) : undefined;
  if (canonical === undefined || canonical.length > 130 * 3 - 1)
    throw invalidValue(field, value, "Invalid DUID");
  return canonical;
}

/** `AABB.CCDD.EEFF`, `aabbcc-ddeeff`, `aa-bb-…`, `a:b:…` (a digit alone has its zero left out) → `aa:bb:cc:dd:ee:ff`. */
function pairs(text: string): string | undefined {
  const lower = text.toLowerCase();
  if (/^[0-9a-f]{1,2}([:-][0-9a-f]{1,2})+$/.test(lower)) {
    return lower
      .split(/[:-]/)
      .map((octet) => octet.padStart(2, "0"))
      .join(":");
  }
  const isGrouped = /^([0-9a-f]{4}(\.[0-9a-f]{4})+|[0-9a-f]{6}-[0-9a-f]{6})$/.test(lower);
  const digits = isGrouped ? lower.replace(/[.-]/g, "") : lower;
  if (!/^([0-9a-f]{2})+$/.test(digits)) return undefined;
  return digits.match(/../g)?.join(":");
}
