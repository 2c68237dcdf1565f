import { invalid } from "../../errors.js";
import { canonicalAddress } from "../requests/syntax.js";
import type { IpamSettings } from "../settings/settings.js";
import type { DesiredState } from "./description.js";
import type { Entry } from "./entry.js";
import { Handles } from "./handles.js";
import { blockEntry, lengthOf } from "./kinds/block.js";
import { fixedEntry } from "./kinds/fixed.js";
import { hostEntry } from "./kinds/host.js";
import { rangeEntry } from "./kinds/range.js";
import { recordEntries } from "./kinds/record.js";

/**
 * The entries of a description in the order in which they are made: containers before their subnets, subnets before addresses.
 *
 * @throws {InvalidRequestError} if an entry is not valid; the field has the path of the entry
 */
export function entriesOf(settings: IpamSettings, desired: DesiredState): Entry[] {
  const { containers = [], subnets = [], ranges = [], hosts = [], fixedAddresses = [] } = desired;
  const { reservations = [], records = [] } = desired;
  const handles = new Handles(settings.pools);
  handles.add("container", "containers", containers);
  handles.add("subnet", "subnets", subnets);
  handles.add("range", "ranges", ranges);
  const scope = { settings, handles, requestId: desired.requestId ?? desired.name };
  const at = (list: string) => (index: number) => `${list}[${index}]`;
  refuseDoubles({ fixedAddresses, reservations });
  return [
    ...containers
      .map((one, index) => ({ one, entry: blockEntry(scope, "container", one, at("containers")(index)) }))
      .sort((a, b) => lengthOf(a.one) - lengthOf(b.one))
      .map(({ entry }) => entry),
    ...subnets.map((one, index) => blockEntry(scope, "subnet", one, at("subnets")(index))),
    ...ranges.map((one, index) => rangeEntry(scope, one, at("ranges")(index))),
    ...hosts.map((one, index) => hostEntry(scope, one, at("hosts")(index))),
    ...fixedAddresses.map((one, index) => fixedEntry(scope, "fixed", one, at("fixedAddresses")(index))),
    ...reservations.map((one, index) => fixedEntry(scope, "reservation", one, at("reservations")(index))),
    ...recordEntries(scope, records, at("records")),
  ];
}

/** Refuses two fixed addresses or reservations with one address. The grid's own refusal would not name the entries. */
function refuseDoubles(lists: Pick<DesiredState, "fixedAddresses" | "reservations">): void {
  const paths = new Map<string, string>();
  for (const [list, entries] of Object.entries(lists)) {
    for (const [index, { ip }] of (entries ?? []).entries()) {
      const address = canonicalAddress(ip);
      if (address === undefined) continue;
      const path = `${list}[${index}]`;
      const other = paths.get(address);
      if (other !== undefined) throw invalid(`${path}.ip`, ip, `is also described by ${other}`, "10.0.7.6");
      paths.set(address, path);
    }
  }
}
