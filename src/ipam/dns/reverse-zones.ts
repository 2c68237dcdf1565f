import { type Block, formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { step } from "../../wapi/step.js";
import type { Creatable } from "../../wapi/types.js";
import { findOrMake } from "../engine/find-or-make.js";
import { checkedBlock } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import type { Zone } from "../zones/zones.js";
import { findZones, reverseZoneBlocks, zoneOf, zonesAroundBlock } from "../zones/zones.js";
import type { ReverseZoneOptions, ReverseZones, SubnetOrCidr } from "./requests.js";
import { checkDnsRequest } from "./schemas.js";

/** The most reverse zones for one subnet. A /17 has 128, and an IPv6 subnet 8 at most. */
const mostZones = 256;

/** See `Dns.ensureReverseZones`. */
export async function ensureReverseZones(
  settings: IpamSettings,
  subnet: SubnetOrCidr,
  given: unknown,
): Promise<ReverseZones> {
  const options: ReverseZoneOptions = await checkDnsRequest("ensureReverseZones", given);
  const block = checkedBlock("subnet", typeof subnet === "object" ? subnet?.cidr : subnet);
  const dnsView = options.dnsView ?? settings.dnsView ?? "default";
  const wanted = reverseZoneBlocks(block);
  if (wanted.length > mostZones) {
    throw invalid("subnet", formatBlock(block), `needs ${wanted.length} reverse zones`, "10.0.0.0/16");
  }
  const { signal } = options;
  let created: readonly Zone[] = [];
  let found = new Map<Block, Zone>();
  const find = async () => {
    found = await covering(settings, wanted, dnsView, signal);
    return found.size < wanted.length ? undefined : distinct(found.values());
  };
  const make = async () => {
    const missing = wanted.filter((one) => !found.has(one));
    created = await makeZones(settings, missing, dnsView, options);
    return distinct([...found.values(), ...created]);
  };
  return { zones: await findOrMake(settings, { find, make, signal }), created };
}

function distinct(zones: Iterable<Zone>): Zone[] {
  return [...new Map([...zones].map((zone) => [zone.ref, zone])).values()];
}

/** The existing zones around these blocks. */
async function covering(
  { wapi }: IpamSettings,
  wanted: readonly Block[],
  dnsView: string,
  signal: AbortSignal | undefined,
): Promise<Map<Block, Zone>> {
  const names = new Set(wanted.flatMap(zonesAroundBlock));
  const rows = (await wapi.batch(findZones([...names], dnsView), { signal })).flat();
  const zones = new Map(rows.map(zoneOf).map((zone) => [zone.fqdn, zone]));
  return new Map(
    wanted.flatMap((block) => {
      const [around] = zonesAroundBlock(block).flatMap((fqdn) => zones.get(fqdn) ?? []);
      return around === undefined ? [] : [[block, around] as const];
    }),
  );
}

async function makeZones(
  settings: IpamSettings,
  missing: readonly Block[],
  dnsView: string,
  { nsGroup, comment, fields, signal }: ReverseZoneOptions,
): Promise<Zone[]> {
  const values = {
    ...fields,
    view: dnsView,
    ...(nsGroup !== undefined && { ns_group: nsGroup }),
    ...(comment !== undefined && { comment }),
  };
  const steps = missing.map((block) => {
    const zone = { ...values, fqdn: formatBlock(block), zone_format: `IPV${block.family}` };
    const fields = ["fqdn", "view", "zone_format"] as const;
    return step.create("zone_auth", zone as Creatable<"zone_auth">, { fields });
  });
  return (await settings.wapi.batch(steps, { signal })).map(zoneOf);
}
