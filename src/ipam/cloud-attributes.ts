import type { ExtattrsToCreate } from "../wapi/extattrs.js";

/** What a grid's cloud reports want to know of an object. */
export interface CloudDescription {
  /** Whose it is: `"team-blue"`. The reports are by tenant. */
  readonly tenantId?: string | undefined;
  /** What manages it: `"Kubernetes"`, `"OpenStack"`. */
  readonly cmpType?: string | undefined;
  readonly vmId?: string | undefined;
  readonly vmName?: string | undefined;
  readonly networkName?: string | undefined;
  /** Whether cloud tools own it, and people should not change it. `true` unless said otherwise. */
  readonly apiOwned?: boolean | undefined;
}

/** The types of attributes that this library defines; an `ENUM` is `True` or `False`. */
export type AttributeType = "STRING" | "ENUM";

/** The definitions of the attributes, as Cloud Network Automation makes them. */
export const cloudDefinitions: readonly { readonly name: string; readonly type: AttributeType }[] = [
  { name: "Tenant ID", type: "STRING" },
  { name: "CMP Type", type: "STRING" },
  { name: "Cloud API Owned", type: "ENUM" },
  { name: "VM ID", type: "STRING" },
  { name: "VM Name", type: "STRING" },
  { name: "Network Name", type: "STRING" },
];

/**
 * The extensible attributes by which a grid's cloud reports know an object, for `extattrs` of any request. The grid
 * must have definitions of them: it does with Cloud Network Automation, else see `setup({ cloud: true })`.
 *
 * @example
 * await ipam.requestAddress({
 *   from: subnet,
 *   name: "vm-1.example.com",
 *   extattrs: { ...cloudAttributes({ tenantId: "team-blue", cmpType: "Kubernetes", vmId: "i-042", vmName: "vm-1" }) },
 * });
 */
export function cloudAttributes(cloud: CloudDescription): ExtattrsToCreate {
  const { tenantId, cmpType, vmId, vmName, networkName, apiOwned = true } = cloud;
  const given: readonly (readonly [string, string | undefined])[] = [
    ["Tenant ID", tenantId],
    ["CMP Type", cmpType],
    ["Cloud API Owned", apiOwned ? "True" : "False"],
    ["VM ID", vmId],
    ["VM Name", vmName],
    ["Network Name", networkName],
  ];
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as ExtattrsToCreate;
}
