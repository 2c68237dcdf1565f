/** The objects of a fresh grid, as Infoblox's own test suites find them on a new appliance with the cloud licence. */

import type { JsonObject } from "../store/entity.js";

/** An initial object: its type and values in wire form. Fields that begin with `_` are internal to the rules. */
export interface InitialObject {
  readonly type: string;
  readonly values: JsonObject;
}

const gridName = "Infoblox";
const members = ["infoblox.localdomain", "infoblox-2.localdomain"];

/** The attributes of every grid, and those of Cloud Network Automation. */
const attributes: readonly JsonObject[] = [
  { name: "Site", type: "STRING" },
  { name: "Region", type: "STRING" },
  { name: "Country", type: "STRING" },
  { name: "State", type: "STRING" },
  { name: "Building", type: "STRING" },
  // Guess fresh-attribute-type (analogy; cannot): a number, as VLANs are.
  { name: "VLAN", type: "INTEGER" },
  { name: "ReportingSite", type: "STRING" },
  { name: "IB Discovery Owned", type: "STRING" },
  { name: "Tenant ID", type: "STRING", flags: "C" },
  { name: "CMP Type", type: "STRING", flags: "C" },
  { name: "Cloud API Owned", type: "ENUM", flags: "C", list_values: [{ value: "True" }, { value: "False" }] },
  { name: "VM ID", type: "STRING", flags: "C" },
  { name: "VM Name", type: "STRING", flags: "C" },
  { name: "Network Name", type: "STRING", flags: "C" },
  { name: "Subnet ID", type: "STRING", flags: "C" },
  { name: "Subnet Name", type: "STRING", flags: "C" },
  { name: "Network ID", type: "STRING", flags: "C" },
  { name: "IP Type", type: "STRING", flags: "C" },
  { name: "Port ID", type: "STRING", flags: "C" },
  { name: "Is Shared", type: "STRING", flags: "C" },
];

const monitors: readonly (readonly [type: string, name: string])[] = [
  ["dtc:monitor:icmp", "icmp"],
  ["dtc:monitor:http", "http"],
  ["dtc:monitor:http", "https"],
  ["dtc:monitor:sip", "sip"],
  ["dtc:monitor:pdp", "pdp"],
];

/**
 * Objects that exist once on every grid and that clients can't create. Guess fresh-singletons (open; cannot): the
 * values, where none are documented.
 */
const singletons: readonly InitialObject[] = [
  { type: "authpolicy", values: { usage_type: "FULL" } },
  { type: "distributionschedule", values: { active: false, time_zone: "UTC" } },
  { type: "upgradeschedule", values: { active: false, time_zone: "UTC" } },
  { type: "grid:dashboard", values: {} },
  { type: "grid:filedistribution", values: { name: gridName, allow_uploads: false, storage_limit: 500 } },
  { type: "grid:threatinsight", values: { name: gridName, enable_auto_download: false } },
  { type: "grid:threatprotection", values: { grid_name: gridName } },
  { type: "gmcschedule", values: {} },
  { type: "hsm:allgroups", values: { groups: [] } },
  { type: "localuser:authservice", values: { name: "Local Admin", disabled: false } },
  { type: "outbound:cloudclient", values: { enable: false, interval: 7200 } },
  { type: "parentalcontrol:subscriber", values: {} },
  { type: "rir", values: { name: "RIPE", communication_mode: "NONE" } },
  { type: "threatinsight:cloudclient", values: { enable: false, interval: 7200 } },
];

const permanent = { expiration_status: "PERMANENT", kind: "Static", limit_context: "NONE" };

/** Roles of a fresh grid. The positions of the first one and of `DNS Admin` are known. */
const roles = ["DTC Admin", "DNS Admin", "DHCP Admin", "File Distribution Admin", "Grid Admin"];

/** The objects in the order of their creation, which is the order of lists. */
export const freshGrid: readonly InitialObject[] = [
  { type: "grid", values: { name: gridName } },
  { type: "grid:dns", values: {} },
  { type: "grid:dhcpproperties", values: { disable_all_nac_filters: false } },
  {
    type: "grid:cloudapi",
    values: { enable_recycle_bin: true, allow_api_admins: "ALL", allowed_api_admins: [] },
  },
  { type: "grid:cloudapi:cloudstatistics", values: cloudStatistics() },
  ...members.map((host_name, index) => ({ type: "member", values: { host_name, vip_setting: vip(index) } })),
  ...["CLOUD", "DNS", "DHCP", "DTC", "GRID"].map((type) => ({
    type: "member:license",
    values: { type, ...permanent },
  })),
  { type: "admingroup", values: { name: "admin-group", superuser: true } },
  ...roles.map((name) => ({ type: "adminrole", values: { name } })),
  { type: "adminuser", values: { name: "admin", admin_groups: ["admin-group"] } },
  { type: "userprofile", values: {} },
  { type: "permission", values: { permission: "WRITE", role: "DNS Admin", resource_type: "VIEW" } },
  ...attributes.map((values) => ({ type: "extensibleattributedef", values })),
  ...monitors.map(([type, name]) => ({
    type,
    values: { name, comment: `Default ${name.toUpperCase()} health monitor` },
  })),
  ...singletons,
];

function vip(index: number): JsonObject {
  return { address: `192.168.1.${index + 2}`, gateway: "192.168.1.1", subnet_mask: "255.255.255.0" };
}

function cloudStatistics(): JsonObject {
  return {
    allocated_available_ratio: 0,
    allocated_ip_count: 0,
    // A text, though the fields beside it are numbers: a grid has it so.
    available_ip_count: "0",
    fixed_ip_count: 0,
    floating_ip_count: 0,
    tenant_count: 0,
    tenant_ip_count: 0,
    tenant_vm_count: 0,
  };
}
