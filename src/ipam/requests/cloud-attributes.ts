import { invalid } from "../../errors.js";
import type { ExtattrsToCreate } from "../../wapi/extattrs.js";

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
 * The extensible attributes by which a grid's cloud reports know an object, for `extattrs` where there is no `cloud`: of a
 * `WapiClient`, of changes. The grid must have definitions of them: it does with Cloud Network Automation, else see
 * `setup({ cloud: true })`.
 *
 * @throws {InvalidRequestError} where it isn't such a description
 * @example
 * await wapi.create("network", { network: "10.0.7.0/24", extattrs: cloudAttributes({ tenantId: "team-blue" }) });
 */
export function cloudAttributes(cloud: CloudDescription): ExtattrsToCreate {
  const wrong = cloudProblem(cloud);
  if (wrong) throw invalid(wrong.field, wrong.value, wrong.problem, wrong.example);
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

/** The attributes of one object: what its request says goes before what all have in common. */
export function cloudAttributesOf(
  common: CloudDescription | undefined,
  own: CloudDescription | undefined,
): ExtattrsToCreate {
  if (common === undefined && own === undefined) return {};
  const said = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return cloudAttributes({ ...common, ...Object.fromEntries(said) });
}

const examples: Readonly<Record<keyof CloudDescription, unknown>> = {
  tenantId: "team-blue",
  cmpType: "Kubernetes",
  vmId: "i-042",
  vmName: "vm-1",
  networkName: "blue",
  apiOwned: true,
};

/** What is wrong with a description, and where. */
export interface CloudProblem {
  /** `"cloud"`, or one of its fields: `"cloud.vmId"`. */
  readonly field: string;
  readonly value: unknown;
  readonly problem: string;
  readonly example: unknown;
}

/** The first thing that is wrong, if anything is. */
export function cloudProblem(cloud: unknown): CloudProblem | undefined {
  if (typeof cloud !== "object" || cloud === null || Array.isArray(cloud)) {
    return { field: "cloud", value: cloud, problem: "must be an object", example: { tenantId: "team-blue" } };
  }
  for (const [name, value] of Object.entries(cloud)) {
    const problem = fieldProblem(name, value);
    if (problem === undefined) continue;
    const example = Object.entries(examples).find(([known]) => known === name)?.[1] ?? "tenantId";
    return { field: `cloud.${name}`, value, problem, example };
  }
  return undefined;
}

function fieldProblem(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(examples, name)) return `is none of ${Object.keys(examples).join(", ")}`;
  if (value === undefined) return undefined;
  if (name === "apiOwned") return typeof value === "boolean" ? undefined : "must be true or false";
  return typeof value === "string" && value.trim() !== "" ? undefined : "must be a text that isn't empty";
}
