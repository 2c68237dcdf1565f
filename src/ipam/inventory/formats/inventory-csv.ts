import { type InventoryEntry, titleOf } from "../entries.js";
import { entriesOf, type InventorySource } from "../files.js";
import type { InventoryCsvOptions } from "../requests.js";
import { checkInventoryRequest } from "../schemas.js";
import { csvLine } from "./csv.js";

const columns: Readonly<Record<string, (entry: InventoryEntry) => unknown>> = {
  kind: ({ kind }) => kind,
  network_view: ({ networkView }) => networkView,
  place: titleOf,
  name: (entry) => ("names" in entry ? entry.names[0]?.name : "name" in entry ? entry.name : undefined),
  kinds: (entry) => ("kinds" in entry ? entry.kinds.join(" ") : undefined),
  names: (entry) =>
    "names" in entry ? entry.names.map(({ type, name }) => `${type} ${name}`).join("; ") : undefined,
  mac: (entry) => ("mac" in entry ? entry.mac : undefined),
  duid: (entry) => ("duid" in entry ? entry.duid : undefined),
  lease_ends: (entry) => ("lease" in entry ? entry.lease?.ends : undefined),
  subnet: (entry) => ("subnet" in entry ? entry.subnet : undefined),
  range: (entry) => ("range" in entry ? entry.range : undefined),
  container: (entry) => ("container" in entry ? entry.container : undefined),
  percent: (entry) => ("percent" in entry ? entry.percent : undefined),
  members: (entry) => ("members" in entry ? entry.members.join(" ") : undefined),
  vlans: (entry) => ("vlans" in entry ? entry.vlans.map(({ id }) => id).join(" ") : undefined),
  owner: (entry) => ("owner" in entry ? entry.owner : undefined),
  request_id: (entry) => ("requestId" in entry ? entry.requestId : undefined),
  comment: ({ comment }) => comment,
  extattrs: ({ extattrs }) => (Object.keys(extattrs).length === 0 ? undefined : extattrs),
  read_at: ({ readAt }) => readAt,
};

/**
 * Turns an inventory into CSV: a heading, then one line for each entry.
 *
 * @throws {InvalidRequestError} if an option is not valid, or an entry is none
 * @example
 * await writeFile("plan.csv", inventoryCsv(ipam.inventory(), { attributes: ["Site"] }));
 */
export async function* inventoryCsv(
  entries: InventorySource,
  options: InventoryCsvOptions = {},
): AsyncGenerator<string, void, undefined> {
  const { attributes = [] } = await checkInventoryRequest("csv", options);
  yield csvLine([...Object.keys(columns), ...attributes]);
  for await (const entry of entriesOf(entries)) {
    const own = entry.extattrs as Readonly<Record<string, unknown>>;
    yield csvLine([
      ...Object.values(columns).map((cellOf) => cellOf(entry)),
      ...attributes.map((name) => own[name]),
    ]);
  }
}
