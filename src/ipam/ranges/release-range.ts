import { firstOf, formatAddress, lastOf, parseSpan } from "../../cidr.js";
import { ifFound, invalid } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import { deleteObjects } from "../engine/delete.js";
import { type AddressRange, type Release, releaseOf } from "../objects/results.js";
import { rangeFields, rangeOf } from "../objects/rows.js";
import type { ReleaseOptions } from "../requests/requests.js";
import { checkedRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { findRanges } from "./find-ranges.js";
import type { RangeTarget } from "./requests.js";
import { checkRangeRequest } from "./schemas.js";

const example = "10.0.7.100-10.0.7.199";

/** See `Ranges.release`. */
export async function releaseRange(
  settings: IpamSettings,
  target: RangeTarget,
  given: unknown,
): Promise<Release> {
  const options: ReleaseOptions = await checkRangeRequest("release", given);
  const range = await ifFound(rangeOfTarget(settings, target, options));
  if (range === undefined) return releaseOf("gone");
  if (!options.force) settings.ownership.refuseForeign(range, `${range.first}-${range.last}`);
  const fates = await deleteObjects(settings, [{ thing: range }], { signal: options.signal });
  settings.pools.released();
  return releaseOf(fates.get(range));
}

async function rangeOfTarget(
  settings: IpamSettings,
  target: RangeTarget,
  { networkView, signal }: ReleaseOptions,
): Promise<AddressRange | undefined> {
  if (typeof target === "object" && target !== null && "first" in target) return target;
  const text = typeof target === "object" && target !== null ? target.ref : target;
  if (typeof text === "string" && parseRef(text) !== undefined) {
    const ref = checkedRef("range", text, ["range", "ipv6range"], "range", example);
    return rangeOf(await settings.wapi.get(ref, { fields: rangeFields, signal }), false);
  }
  const span = typeof text === "string" && text.includes("-") ? parseSpan(text) : undefined;
  if (span === undefined) throw invalid("range", text, "must be a result, a reference or addresses", example);
  const [first, last] = [formatAddress(firstOf(span)), formatAddress(lastOf(span))];
  const found = await findRanges(settings, { first, networkView, signal });
  return found.find((range) => range.last === last);
}
