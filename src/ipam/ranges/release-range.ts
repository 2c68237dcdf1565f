import { firstOf, formatAddress, lastOf, parseSpan } from "../../cidr.js";
import { invalid, isInfobloxError } from "../../errors.js";
import { parseRef, type Ref } from "../../wapi/ref.js";
import { uncertain, writtenOnce } from "../once/lost-answers.js";
import { isGone } from "../once/repetition.js";
import type { AddressRange } from "../plan/results.js";
import { rangeFields, rangeOf } from "../plan/steps/range.js";
import type { ReleaseOptions } from "../requests.js";
import type { Release } from "../results.js";
import type { IpamSettings } from "../settings.js";
import type { HolderType } from "../sources/targets.js";
import { findRanges } from "./find-ranges.js";
import type { RangeTarget } from "./requests.js";
import { checkRangeRequest } from "./schemas.js";

const gone: Release = { released: false, reason: "gone" };
const example = "10.0.7.100-10.0.7.199";

/** See `Ranges.release`. */
export async function releaseRange(
  settings: IpamSettings,
  target: RangeTarget,
  given: unknown,
): Promise<Release> {
  const options: ReleaseOptions = await checkRangeRequest("release", given);
  try {
    const range = await rangeOfTarget(settings, target, options);
    if (range === undefined) return gone;
    if (!options.force) settings.ownership.refuseForeign(range, `${range.first}-${range.last}`);
    const { signal } = options;
    const place = `${range.first}-${range.last}`;
    const lookFor = `Look for the range ${place}: if it was done, it is gone.`;
    await writtenOnce(settings, {
      write: async () => {
        await settings.wapi.delete(range.ref, { signal });
        return true;
      },
      // One that stands there may be another's by now, and a range has no one-time id to be told by.
      look: async (lost) => {
        if (await isGone(settings.wapi.get(range.ref, { fields: rangeFields, signal }))) return true;
        throw uncertain(lost, lookFor, undefined);
      },
      lookFor,
      signal,
    });
    settings.pools.released();
    return { released: true, reason: "deleted" };
  } catch (error) {
    if (isInfobloxError(error, "NotFoundError")) return gone;
    throw error;
  }
}

async function rangeOfTarget(
  settings: IpamSettings,
  target: RangeTarget,
  { networkView, signal }: ReleaseOptions,
): Promise<AddressRange | undefined> {
  if (typeof target === "object" && target !== null && "first" in target) return target;
  const text = typeof target === "object" && target !== null ? target.ref : target;
  if (typeof text === "string" && parseRef(text) !== undefined) {
    const row = await settings.wapi.get(checkedRef(text), { fields: rangeFields, signal });
    return rangeOf(row, false);
  }
  const span = typeof text === "string" && text.includes("-") ? parseSpan(text) : undefined;
  if (span === undefined)
    throw invalid("range", text, "must be a result, a reference or the addresses", example);
  const [first, last] = [formatAddress(firstOf(span)), formatAddress(lastOf(span))];
  const found = await findRanges(settings, { first, networkView, signal });
  return found.find((range) => range.last === last);
}

function checkedRef(text: string): Ref<HolderType<"range">> {
  const type = parseRef(text)?.type;
  if (type === "range" || type === "ipv6range") return text as Ref<HolderType<"range">>;
  throw invalid("range", text, `a ${type} is no range`, example);
}
