import { type Family, formatAddress } from "../../cidr.js";
import { type Step, step } from "../../wapi/step.js";
import type { Row } from "../../wapi/types.js";
import { holdersOf } from "../addresses/holders.js";
import { batchWithAddresses } from "../engine/outside-networks.js";
import type { UsedRow } from "../objects/in-use.js";
import { clientDuid } from "../objects/reservations.js";
import type { AddressDetails } from "../objects/results.js";
import { addressesOf, subnetFields } from "../objects/rows.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { Abortable } from "../requests/requests.js";
import { checkedAddress } from "../requests/syntax.js";
import { holderType } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { subnetsOf } from "../subnets/subnet-search.js";

/** Options of `Ipam.lookup`. */
export interface LookupOptions extends Abortable {
  readonly networkView?: string | undefined;
}

const checkLookup = requestCheck((z) => ({
  lookup: z.strictObject(requestFields(z).reading satisfies Shape<LookupOptions>),
}));

/** See `Ipam.lookup`. */
export async function lookup(
  settings: IpamSettings,
  text: string,
  options: unknown,
): Promise<AddressDetails> {
  const checked: LookupOptions = await checkLookup("lookup", options);
  const { networkView = settings.networkView, signal } = checked;
  const address = checkedAddress("ip", text);
  const { family } = address;
  const ip = formatAddress(address);
  const [[subnets, hosts, fixed], [rows = []]] = await batchWithAddresses(
    settings.wapi,
    [
      step.find(holderType("network", family), {
        where: { contains_address: ip, network_view: networkView },
        fields: subnetFields,
      }),
      ...holdersOf(family, ip, networkView),
    ],
    [findDetails(family, ip, networkView)],
    { signal },
  );
  const [row] = rows;
  const addresses = addressesOf(hosts, fixed, settings.ownership.expiryAttribute, ip);
  const [subnet] = await subnetsOf(settings, subnets, signal);
  return {
    ip,
    family,
    networkView,
    // An address outside all subnets has no row, but a host may have it.
    status: row?.status === "USED" || (row === undefined && addresses.length > 0) ? "USED" : "UNUSED",
    types: row?.types ?? [],
    usage: row?.usage ?? [],
    names: row?.names ?? addresses.flatMap(({ name }) => name ?? []),
    mac: row?.mac_address || addresses.find(({ mac }) => mac)?.mac,
    duid: clientDuid(row?.duid) ?? addresses.find(({ duid }) => duid)?.duid,
    leaseState: row?.lease_state,
    conflict: row?.is_conflict ?? false,
    objects: row?.objects ?? addresses.map(({ ref }) => ref),
    addresses,
    subnet,
    container: subnet?.container,
  };
}

type DetailsRow = UsedRow & Partial<Omit<Row<"ipv4address", "status" | "usage" | "lease_state">, "_ref">>;

const common = ["status", "types", "usage", "names", "lease_state", "is_conflict", "objects"] as const;

function findDetails(family: Family, ip: string, networkView: string): Step<readonly DetailsRow[]> {
  const where = { ip_address: ip, network_view: networkView };
  return family === 4
    ? step.find("ipv4address", { where, fields: [...common, "mac_address"] })
    : step.find("ipv6address", { where, fields: [...common, "duid"] });
}
