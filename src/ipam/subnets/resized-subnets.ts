import { overlaps, parseBlock } from "../../cidr.js";
import { parseRef } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { identityOfResult, type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
import { cidrInRef, networkViewInRef } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { dividedError, type EarlierSubnet, type NamedSubnet } from "./subnet-contents.js";

/**
 * The subnets of results that the grid no longer has at their CIDRs; `undefined` for those that are gone. A subnet that is resized
 * gets another reference, and keeps its identity: the grid's own from WAPI 2.14 on, else its creation token or request id.
 *
 * The parts of a divided subnet share its marks. So these identify only a subnet that has them alone, and overlaps the CIDR.
 *
 * @throws {ConflictError} if a subnet was divided and is a container now
 */
export async function resizedSubnets<T extends EarlierSubnet>(
  settings: IpamSettings,
  earlier: readonly T[],
  signal: AbortSignal | undefined,
): Promise<ReadonlyMap<T, Subnet>> {
  const searches = earlier.flatMap((one) => {
    const criteria = identityOf(settings, one);
    if (criteria === undefined) return [];
    const where = { ...criteria, network_view: viewOf(settings, one) };
    return { one, step: step.find(typeOf(one), { where, fields: subnetFields, limit: 2 }) };
  });
  if (searches.length === 0) return new Map();
  const divided = searches.flatMap(({ one }) => searchDivided(settings, one));
  const rows = await settings.wapi.batch([...searches.map((search) => search.step), ...divided], { signal });
  const [found, containers] = [rows.slice(0, searches.length), rows.slice(searches.length)];
  for (const [row] of containers)
    if (row) throw dividedError(String(row.network), row.network_view ?? settings.networkView, row._ref);
  return new Map(
    searches.flatMap(({ one }, index) => {
      const [row, another] = found[index] ?? [];
      if (row === undefined || another !== undefined) return [];
      const subnet = subnetOf(row, false, settings.ownership.expiryAttribute);
      return isResized(subnet.cidr, cidrInRef(one.ref)) ? [[one, subnet] as const] : [];
    }),
  );
}

/** The same for the subnet that a call names; `undefined` also if only a CIDR or a reference names it. */
export async function resizedSubnet(
  settings: IpamSettings,
  named: NamedSubnet,
  signal: AbortSignal | undefined,
): Promise<NamedSubnet | undefined> {
  if (named.kind !== "ref" || named.marks === undefined) return undefined;
  const subnet = (await resizedSubnets(settings, [named.marks], signal)).get(named.marks);
  return subnet && { kind: "ref", ref: subnet.ref, marks: subnet };
}

function identityOf({ ownership }: IpamSettings, earlier: EarlierSubnet): object | undefined {
  const uuid = identityOfResult(earlier);
  if (uuid !== undefined) return { uuid };
  const [token, id] = [ownership.tokenOf(earlier), ownership.requestIdOf(earlier)];
  if (token !== undefined) return ownership.tokened([token]);
  return id === undefined ? undefined : ownership.requested(id);
}

function typeOf({ ref }: EarlierSubnet): SubnetType {
  return parseRef(ref)?.type as SubnetType;
}

function viewOf({ networkView }: IpamSettings, { ref }: EarlierSubnet): string {
  return networkViewInRef(ref) ?? networkView;
}

/** The search for the container that a subnet has become. It keeps the CIDR and the creation token. */
function searchDivided(settings: IpamSettings, earlier: EarlierSubnet): Step<readonly SubnetRow[]>[] {
  const token = settings.ownership.tokenOf(earlier);
  const criteria = token === undefined ? undefined : settings.ownership.tokened([token]);
  const network = cidrInRef(earlier.ref);
  if (criteria === undefined || network === undefined) return [];
  const where = { ...criteria, network, network_view: viewOf(settings, earlier) };
  const type = `${typeOf(earlier)}container` as SubnetType;
  return [step.find(type, { where, fields: subnetFields, limit: 1 })];
}

function isResized(cidr: string, earlier: string | undefined): boolean {
  const [now, before] = [parseBlock(cidr), parseBlock(earlier ?? "")];
  if (now === undefined || before === undefined) return false;
  return now.prefixLength !== before.prefixLength && overlaps(now, before);
}
