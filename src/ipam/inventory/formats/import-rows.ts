import { domainToASCII } from "node:url";
import { addressBits, blocksOf, formatBlock, parseBlock, parseSpan } from "../../../cidr.js";
import { checkObject, invalid, invalidKind } from "../../../errors.js";
import type { AddressEntry, ContainerEntry, InventoryEntry, RangeEntry, SubnetEntry } from "../entries.js";
import { entriesOf, type InventorySource } from "../files.js";
import type { ImportMapping } from "../requests.js";
import { checkInventoryRequest } from "../schemas.js";
import { csvLine } from "./csv.js";

/** One row of an import, with its table. */
export interface ImportRow {
  readonly table: string;
  readonly row: Readonly<Record<string, string>>;
}

type PlacedEntry = ContainerEntry | SubnetEntry | RangeEntry | AddressEntry;
type Row = ImportRow["row"];

/** The columns and rows of one system. */
interface ImportForm {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  /** The columns that all tables have. */
  commonOf(entry: PlacedEntry, mapping: ImportMapping): Row;
  /** The tables of an entry, each with the columns that only it has. */
  placesOf(entry: PlacedEntry): readonly (readonly [table: string, row: Row])[];
}

const netboxColumns = ["vrf", "status", "role", "tenant", "description"];
const nautobotColumns = ["namespace__name", "status__name", "role__name", "tenant__name", "description"];

/** The status in Nautobot by that in NetBox. Nautobot shows containers and leased addresses by their type, not by their status. */
const nautobotStatuses = {
  active: "Active",
  container: "Active",
  dhcp: "Active",
  deprecated: "Deprecated",
  reserved: "Reserved",
} as const;

const forms = {
  netbox: {
    columns: {
      prefixes: ["prefix", ...netboxColumns],
      "ip-ranges": ["start_address", "end_address", ...netboxColumns],
      "ip-addresses": ["address", "dns_name", ...netboxColumns],
    },
    commonOf(entry, mapping) {
      // NetBox expects the slug of a choice.
      const own = textOf(entry, mapping.status).toLowerCase().replaceAll(" ", "-");
      const { role, tenant, description, custom } = attributesOf(entry, mapping);
      const status = own || statusOf(entry);
      return { vrf: viewOf(entry, mapping, ""), status, role, tenant, description, ...custom };
    },
    placesOf(entry) {
      switch (entry.kind) {
        case "container":
        case "subnet":
          return [["prefixes", { prefix: entry.cidr }]];
        case "range": {
          const start_address = masked(entry.first, entry.subnet);
          return [["ip-ranges", { start_address, end_address: masked(entry.last, entry.subnet) }]];
        }
        case "address":
          return [["ip-addresses", { address: masked(entry.ip, entry.subnet), dns_name: dnsNameOf(entry) }]];
      }
    },
  },
  nautobot: {
    columns: {
      prefixes: ["prefix", "type", ...nautobotColumns],
      "ip-addresses": ["address", "type", "dns_name", ...nautobotColumns],
    },
    commonOf(entry, mapping) {
      const { role, tenant, description, custom } = attributesOf(entry, mapping);
      return {
        namespace__name: viewOf(entry, mapping, "Global"),
        status__name: textOf(entry, mapping.status) || nautobotStatuses[statusOf(entry)],
        role__name: role,
        tenant__name: tenant,
        description,
        ...custom,
      };
    },
    placesOf(entry) {
      switch (entry.kind) {
        case "container":
        case "subnet": {
          const type = entry.kind === "container" ? "container" : "network";
          return [["prefixes", { prefix: entry.cidr, type }]];
        }
        case "range": {
          // Nautobot has no ranges, but prefixes of type pool.
          const span = parseSpan(`${entry.first}-${entry.last}`);
          const blocks = span === undefined ? [] : [...blocksOf(span)].map(formatBlock);
          return blocks
            .filter((prefix) => prefix !== entry.subnet)
            .map((prefix) => ["prefixes", { prefix, type: "pool" }]);
        }
        case "address": {
          const type = entry.kinds.includes("lease") ? "dhcp" : "host";
          const address = masked(entry.ip, entry.subnet);
          return [["ip-addresses", { address, type, dns_name: dnsNameOf(entry) }]];
        }
      }
    },
  },
} as const satisfies Readonly<Record<string, ImportForm>>;

/** A system that inventories can be imported into. */
export type ImportSystem = keyof typeof forms;

/**
 * Turns an inventory into rows for the bulk import of NetBox (prefixes, IP ranges, IP addresses) or Nautobot (prefixes, IP
 * addresses). Views, zones and records without an address have no row.
 *
 * @throws {InvalidRequestError} if the system or the mapping is not valid, or an entry is none
 * @example
 * for await (const { table, row } of importRows(ipam.inventory(), "netbox", { tenant: "Department" })) {
 *   await post(`/api/ipam/${table}/`, row);
 * }
 */
export async function* importRows(
  entries: InventorySource,
  system: ImportSystem,
  mapping: ImportMapping = {},
): AsyncGenerator<ImportRow, void, undefined> {
  checkSystem(system);
  await checkInventoryRequest("mapping", mapping);
  const form: ImportForm = forms[system];
  for await (const entry of entriesOf(entries)) {
    if (!isPlaced(entry)) continue;
    const common = form.commonOf(entry, mapping);
    for (const [table, row] of form.placesOf(entry)) yield { table, row: { ...row, ...common } };
  }
}

function checkSystem(system: unknown): asserts system is ImportSystem {
  const systems = Object.keys(forms);
  if (typeof system === "string" && systems.includes(system)) return;
  const problem = `must be ${systems.join(" or ")}`;
  throw typeof system === "string"
    ? invalid("system", system, problem, systems[0])
    : invalidKind("system", system, problem, systems[0]);
}

/**
 * The tables of an import, with their columns.
 *
 * @throws {InvalidRequestError} if the system or the mapping is not valid
 * @example
 * const { prefixes } = importTables("netbox");
 */
export function importTables(
  system: ImportSystem,
  mapping: ImportMapping = {},
): Readonly<Record<string, readonly string[]>> {
  checkSystem(system);
  checkObject("mapping", mapping, { tenant: "Tenant" });
  const { customFields = {} } = mapping;
  checkObject("mapping.customFields", customFields, { site: "Site" });
  const own = Object.keys(customFields).map((name) => `cf_${name}`);
  return Object.fromEntries(
    Object.entries(forms[system].columns).map(([table, columns]) => [table, [...columns, ...own]]),
  );
}

/**
 * A row as a line of CSV, in the order of these columns.
 *
 * @throws {InvalidRequestError} if the row or the columns are not valid
 * @example
 * importLine({ table, row }, importTables("netbox")[table] ?? []);
 */
export function importLine(one: ImportRow, columns: readonly string[]): string {
  checkObject("row", one, { table: "prefixes", row: { prefix: "10.0.7.0/24" } }, "a row of importRows");
  const { row } = one;
  checkObject("row.row", row, { prefix: "10.0.7.0/24" });
  if (!Array.isArray(columns) || columns.some((column) => typeof column !== "string"))
    throw invalidKind("columns", columns, "must be a list of names", ["prefix"]);
  return csvLine(columns.map((column) => row[column] ?? ""));
}

function isPlaced(entry: InventoryEntry): entry is PlacedEntry {
  return ["container", "subnet", "range", "address"].includes(entry.kind);
}

function viewOf({ networkView }: InventoryEntry, { views = {} }: ImportMapping, global: string): string {
  return Object.hasOwn(views, networkView)
    ? (views[networkView] ?? "")
    : networkView === "default"
      ? global
      : networkView;
}

/** The status in NetBox's terms. */
function statusOf(entry: InventoryEntry): keyof typeof nautobotStatuses {
  if (entry.kind === "container") return "container";
  if ("disabled" in entry && entry.disabled) return "deprecated";
  if (entry.kind !== "address") return "active";
  if (entry.kinds.includes("reservation")) return "reserved";
  // Clients often write their own DNS records, so a record does not count here.
  const isLeased =
    entry.kinds.includes("lease") && !entry.kinds.some((kind) => kind === "host" || kind === "fixed");
  return isLeased ? "dhcp" : "active";
}

function attributesOf(entry: InventoryEntry, mapping: ImportMapping) {
  const custom = Object.entries(mapping.customFields ?? {}).map(([name, attribute]) => [
    `cf_${name}`,
    textOf(entry, attribute),
  ]);
  return {
    role: textOf(entry, mapping.role),
    tenant: textOf(entry, mapping.tenant),
    // Both systems refuse a description of more than 200 characters.
    description: (textOf(entry, mapping.description) || (entry.comment ?? "")).slice(0, 200),
    custom: Object.fromEntries(custom) as Readonly<Record<string, string>>,
  };
}

function textOf({ extattrs }: InventoryEntry, attribute: string | undefined): string {
  if (attribute === undefined) return "";
  const value = (extattrs as Readonly<Record<string, unknown>>)[attribute];
  return value === undefined ? "" : Array.isArray(value) ? value.join(", ") : String(value);
}

/** The address with the prefix length of its subnet. */
function masked(ip: string, subnet: string | undefined): string {
  const block = subnet === undefined ? undefined : parseBlock(subnet);
  return `${ip}/${block?.prefixLength ?? addressBits(ip.includes(":") ? 6 : 4)}`;
}

/** The best of several names: one that points to the address directly comes first. */
function dnsNameOf({ names }: AddressEntry): string {
  const found = ["HOST", "A", "AAAA", "PTR"].flatMap((type) => names.filter((name) => name.type === type));
  const inDns = found.filter(({ dnsView }) => dnsView !== undefined);
  return inDns.map(({ name }) => asciiName(name)).find((name) => importableName.test(name)) ?? "";
}

/** The DNS names that both systems accept. With any other name, the import of the row would fail. */
const importableName = /^(?:[0-9a-z_-]+|\*)(?:\.[0-9a-z_-]+)*$/;

/** The name in punycode. Each label is converted alone: as a whole, a name of numbers would be parsed as an IPv4 address. */
function asciiName(name: string): string {
  const labels = name.replace(/\.$/, "").toLowerCase().split(".");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: matches all of ASCII
  return labels.map((label) => (/^[\x00-\x7f]*$/.test(label) ? label : domainToASCII(label))).join(".");
}
