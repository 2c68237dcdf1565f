/** WAPI versions: the known ones, their order, and the version of the schema facts. */

/** The WAPI version that the schema facts describe. */
export const factsVersion = "2.14";

/**
 * Every WAPI version that a grid of {@link factsVersion} offers, oldest first. Guess: the complete list is not
 * published in one place; release notes and clients name these.
 */
export const knownVersions: readonly string[] = [
  ...["1.0", "1.1", "1.2", "1.2.1", "1.3", "1.4", "1.4.1", "1.4.2", "1.5", "1.6", "1.6.1"],
  ...["1.7", "1.7.1", "1.7.2", "1.7.3", "1.7.4", "1.7.5"],
  ...["2.0", "2.1", "2.1.1", "2.1.2", "2.2", "2.2.1", "2.2.2", "2.3", "2.3.1", "2.4", "2.5"],
  ...["2.6", "2.6.1", "2.7", "2.7.1", "2.7.2", "2.7.3", "2.8"],
  ...["2.9", "2.9.1", "2.9.3", "2.9.5", "2.9.7", "2.10", "2.10.1", "2.10.2", "2.10.3", "2.10.5"],
  ...["2.11", "2.11.1", "2.11.2", "2.11.3", "2.11.5", "2.12", "2.12.1", "2.12.2", "2.12.3"],
  ...["2.13", "2.13.1", "2.13.4", "2.13.5", "2.13.6", "2.13.7", "2.13.8", "2.14"],
];

/**
 * Negative if `a` is older than `b`, positive if it is newer, zero if both are the same: `2.9` is older than `2.12`,
 * and `2.12` the same as `2.12.0`.
 */
export function compareVersions(a: string, b: string): number {
  const left = a.split(".").map(Number);
  const right = b.split(".").map(Number);
  for (let part = 0; part < Math.max(left.length, right.length); part++) {
    const difference = (left[part] ?? 0) - (right[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
