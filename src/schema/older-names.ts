/** Object types whose names in older WAPI versions do not exist any more. */

import { compareVersions } from "./versions.js";

/** Names of types up to 2.13.0, with their names since then. */
export const renamedTypes: Readonly<Record<string, string>> = {
  "grid:threatanalytics": "grid:threatinsight",
  "hsm:safenetgroup": "hsm:thaleslunagroup",
  "hsm:thalesgroup": "hsm:entrustnshieldgroup",
  "member:threatanalytics": "member:threatinsight",
  "threatanalytics:analytics_whitelist": "threatinsight:insight_allowlist",
  "threatanalytics:moduleset": "threatinsight:moduleset",
  "threatanalytics:whitelist": "threatinsight:allowlist",
};
/** Types that newer versions have removed. The facts hold nothing else about them. */
const goneTypes = ["ciscoise:endpoint"] as const;
export type GoneType = (typeof goneTypes)[number];
const renamedIn = "2.13.1";

/** Whether a version is older than the new names. */
export function isBeforeRenaming(version: string): boolean {
  return compareVersions(version, renamedIn) < 0;
}

/** Whether a type's name in this version does not exist in newer ones. */
export function isOlderName(type: string, version: string): boolean {
  const names: readonly string[] = [...Object.keys(renamedTypes), ...goneTypes];
  return isBeforeRenaming(version) && names.includes(type);
}
