import { contains, type Family, formatAddress, formatBlock, parseBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import type { Where } from "../../wapi/types.js";
import { findRequested } from "../addresses/requested.js";
import { slices } from "../engine/chunk-size.js";
import type { Requested } from "../engine/requested.js";
import type { Subnet } from "../objects/results.js";
import { copyOf, type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
import { checkedAddress, checkedBlock } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { criteriaOf } from "../sources/source-query.js";
import { narrowedTo } from "../sources/within.js";
import { findGateway, gatewayIp } from "./gateway.js";
import type { SubnetQuery } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";

/** See `Ipam.findSubnets`. */
export async function findSubnets(settings: IpamSettings, query: unknown): Promise<Subnet[]> {
  const checked: SubnetQuery = await checkSubnetRequest("findSubnets", query);
  const { within, limit, onProgress, signal } = checked;
  const family = familyOf(checked);
  const block = within === undefined ? undefined : checkedBlock("within", within);
  const rows: SubnetRow[] = [];
  const found = settings.wapi.iterate(holderType("network", family), {
    where: subnetWhere(settings, checked),
    fields: subnetFields,
    // With `within`, rows are filtered again, so the limit applies afterwards.
    limit: block === undefined ? limit : undefined,
    onProgress,
    signal,
  });
  for await (const row of found) {
    const own = parseBlock(row.network ?? "");
    if (block !== undefined && (own === undefined || !contains(block, own))) continue;
    rows.push(row);
    if (rows.length === limit) break;
  }
  return subnetsOf(settings, rows, signal);
}

/** The subnet with this request id, if there is one. Both families are searched, since an id does not show the family. */
export async function findRequestedSubnet(
  settings: IpamSettings,
  requested: Requested,
): Promise<Subnet | undefined> {
  const subnet = await findRequested<Subnet>(settings, ["network", "ipv6network"], requested);
  return subnet && withGateway(settings, subnet, requested.signal);
}

/** The subnets of these rows, with their gateways. */
export function subnetsOf(
  settings: IpamSettings,
  rows: readonly SubnetRow[],
  signal: AbortSignal | undefined,
): Promise<Subnet[]> {
  const { expiryAttribute } = settings.ownership;
  return withGateways(
    settings,
    rows.map((row) => subnetOf(row, false, expiryAttribute)),
    signal,
  );
}

export async function withGateway(
  settings: IpamSettings,
  subnet: Subnet,
  signal: AbortSignal | undefined,
): Promise<Subnet> {
  const [found = subnet] = await withGateways(settings, [subnet], signal);
  return found;
}

/** Adds the gateways that this library reserved. It costs one request per hundred subnets. */
async function withGateways(
  { wapi }: IpamSettings,
  subnets: readonly Subnet[],
  signal: AbortSignal | undefined,
): Promise<Subnet[]> {
  const found: Subnet[] = [];
  for (const some of slices(subnets)) {
    const steps = some.map(({ family, cidr, networkView }) => findGateway(family, cidr, networkView));
    const gateways = await wapi.batch(steps, { signal });
    found.push(...some.map((subnet, index) => copyOf(subnet, { gateway: gatewayIp(gateways[index]?.[0]) })));
  }
  return found;
}

/** The criteria of a query. The grid cannot apply `within` exactly, so some rows may lie outside. */
export function subnetWhere(settings: IpamSettings, query: SubnetQuery): Where<"network" | "ipv6network"> {
  const { containing, within, cidr, networkView = settings.networkView } = query;
  return {
    ...criteriaOf(query, networkView),
    ...(containing !== undefined && {
      contains_address: formatAddress(checkedAddress("containing", containing)),
    }),
    ...(cidr !== undefined && { network: formatBlock(checkedBlock("cidr", cidr)) }),
    ...(cidr === undefined && within !== undefined && narrowedTo(checkedBlock("within", within))),
  } as Where<"network" | "ipv6network">;
}

function familyOf({ family, containing, within, cidr }: SubnetQuery): Family {
  const given = Object.entries({ containing, within, cidr }).flatMap(([field, text]) =>
    text === undefined ? [] : [{ field, text, family: text.includes(":") ? (6 as const) : (4 as const) }],
  );
  const wanted = family ?? given[0]?.family ?? 4;
  const other = given.find((one) => one.family !== wanted);
  if (other === undefined) return wanted;
  const example = wanted === 4 ? "10.0.7.0/24" : "2001:db8:0:7::/64";
  const problem = `is IPv${other.family}, but IPv${wanted} subnets are requested`;
  throw invalid(other.field, other.text, problem, example);
}
