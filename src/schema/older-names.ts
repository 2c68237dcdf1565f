/** Object types that older WAPI versions know by names that newer ones have no more. */

import { compareVersions } from "./versions.js";

/** Types that had another name up to 2.13.0, and what they are called since. */
export const renamedTypes: Readonly<Record<string, string>> = {
  "grid:threatanalytics": "grid:threatinsight",
  "hsm:safenetgroup": "hsm:thaleslunagroup",
  "hsm:thalesgroup": "hsm:entrustnshieldgroup",
  "member:threatanalytics": "member:threatinsight",
  "threatanalytics:analytics_whitelist": "threatinsight:insight_allowlist",
  "threatanalytics:moduleset": "threatinsight:moduleset",
  "threatanalytics:whitelist": "threatinsight:allowlist",
};
/** Types that are gone since: the facts tell nothing else of them. */
const goneTypes = ["ciscoise:endpoint"] as const;
export type GoneType = (typeof goneTypes)[number];
const renamedIn = "2.13.1";

/** Whether a version is older than the new names. */
export function isBeforeRenaming(version: string): boolean {
  return compareVersions(version, renamedIn) < 0;
}

/** Whether an object type has a name in this version that newer ones have no more. */
export function isOlderName(type: string, version: string): boolean {
  const names: readonly string[] = [...Object.keys(renamedTypes), ...goneTypes];
  return isBeforeRenaming(version) && names.includes(type);
}
