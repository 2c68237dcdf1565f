import { hostSpan, size } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { applyIntents } from "../engine/apply.js";
import { noSources } from "../engine/intent.js";
import type { AddressRange } from "../objects/results.js";
import { checkedBlock } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import { rangeIntent, rangeOrder, subnetNamed } from "./range-intent.js";
import type { PlacedRange, RangeRequestFields } from "./requests.js";
import { checkRangeRequest } from "./schemas.js";

/** See `Ranges.request`. */
export async function requestRange(settings: IpamSettings, request: unknown): Promise<AddressRange> {
  const checked: RangeRequestFields = await checkRangeRequest("request", request);
  const { signal, servedBy, fields, requestId, ...described } = checked;
  const range: PlacedRange = {
    ...described,
    ...endsOf(checked),
    fields: { ...server(servedBy), ...fields },
  };
  const intent = rangeIntent(rangeOrder(settings, range, subnetNamed(checked.in)), {
    name: "range",
    requestId,
  });
  const results = await applyIntents(settings, [intent], {
    signal,
    what: "the range",
    sources: noSources,
    rollsBack: true,
    partialOf: (_intent, result) => result,
  });
  return results.get(intent.name) as AddressRange;
}

/** The first and last address, also for a range that is given by its size. */
function endsOf(request: RangeRequestFields): { first: string | number; last: string | number } {
  if (request.size === undefined) {
    const { first, last } = request;
    if (first === undefined)
      throw invalid("first", first, "is needed, unless size gives the number of addresses", "10.0.7.100");
    if (last === undefined) throw invalid("last", last, "is needed with first", "10.0.7.199");
    return { first, last };
  }
  if (request.first !== undefined) {
    const problem = "size gives the number of addresses; leave one of them out";
    throw invalid("first", request.first, problem, undefined);
  }
  if (request.in === undefined)
    throw invalid("in", undefined, "is needed with size: the subnet", "10.0.7.0/24");
  const block = checkedBlock("in", typeof request.in === "object" ? request.in.cidr : request.in);
  const hosts = hostSpan(block);
  if (BigInt(request.size) > size(hosts)) {
    throw invalid("size", request.size, `the subnet has ${size(hosts)} addresses for hosts`, 50);
  }
  // Positions in the subnet, counted from its ends.
  if (request.at === "start") {
    const first = Number(hosts.first - block.first);
    return { first, last: first + request.size - 1 };
  }
  const last = Number(hosts.last - block.last) - 1;
  return { first: last - request.size + 1, last };
}

function server(servedBy: RangeRequestFields["servedBy"]): Readonly<Record<string, unknown>> {
  if (servedBy === undefined) return { server_association_type: "NONE" };
  return "member" in servedBy
    ? { server_association_type: "MEMBER", member: { _struct: "dhcpmember", name: servedBy.member } }
    : { server_association_type: "FAILOVER", failover_association: servedBy.failover };
}
