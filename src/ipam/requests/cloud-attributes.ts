import { invalid } from "../../errors.js";
import type { ExtattrsToCreate } from "../../wapi/extattrs.js";
import type { Problem } from "./syntax.js";

/** The values that a grid's cloud reports show for an object. */
export interface CloudDescription {
  /** The tenant: `"team-blue"`. The reports are by tenant. */
  readonly tenantId?: string | undefined;
  /** The platform that manages it: `"Kubernetes"`, `"OpenStack"`. */
  readonly cmpType?: string | undefined;
  readonly vmId?: string | undefined;
  readonly vmName?: string | undefined;
  readonly networkName?: string | undefined;
  /** Whether cloud tools own it, so that people should not change it. Default: `true`. */
  readonly apiOwned?: boolean | undefined;
}

/** The attribute of each field, and a valid value. */
const cloudFields = {
  tenantId: ["Tenant ID", "team-blue"],
  cmpType: ["CMP Type", "Kubernetes"],
  apiOwned: ["Cloud API Owned", true],
  vmId: ["VM ID", "i-042"],
  vmName: ["VM Name", "vm-1"],
  networkName: ["Network Name", "blue"],
} as const satisfies Readonly<Record<keyof CloudDescription, readonly [string, unknown]>>;

/** The types of the attributes that this library defines. An `ENUM` has the values `True` and `False`. */
export type AttributeType = "STRING" | "ENUM";

/** The definitions of the attributes, as Cloud Network Automation makes them. */
export const cloudDefinitions = Object.values(cloudFields).map(([name, example]) => ({
  name,
  type: typeof example === "boolean" ? ("ENUM" as const) : ("STRING" as const),
}));

/**
 * The extensible attributes that a grid's cloud reports read, for calls that take `extattrs` but not `cloud`, such as those of
 * `WapiClient`. The grid must define them. It does so with Cloud Network Automation; otherwise call `setup({ cloud: true })`.
 *
 * @throws {InvalidRequestError} if a field is unknown or has a wrong value
 * @example
 * await wapi.create("network", { network: "10.0.7.0/24", extattrs: cloudAttributes({ tenantId: "team-blue" }) });
 */
export function cloudAttributes(cloud: CloudDescription): ExtattrsToCreate {
  const wrong = cloudProblem(cloud);
  if (wrong) throw invalid(wrong.field, wrong.value, wrong.problem, wrong.example);
  const { apiOwned = true, ...texts } = cloud;
  const values = new Map(Object.entries({ ...texts, apiOwned: apiOwned ? "True" : "False" }));
  const given = Object.entries(cloudFields).map(([field, [name]]) => [name, values.get(field)]);
  return Object.fromEntries(given.filter(([, value]) => value !== undefined)) as ExtattrsToCreate;
}

/** The attributes of one object. Its own values override the common ones. */
export function cloudAttributesOf(
  common: CloudDescription | undefined,
  own: CloudDescription | undefined,
): ExtattrsToCreate {
  if (common === undefined && own === undefined) return {};
  const said = Object.entries(own ?? {}).filter(([, value]) => value !== undefined);
  return cloudAttributes({ ...common, ...Object.fromEntries(said) });
}

interface CloudProblem extends Problem {
  /** `"cloud"`, or one of its fields: `"cloud.vmId"`. */
  readonly field: string;
  readonly value: unknown;
}

export function cloudProblem(cloud: unknown): CloudProblem | undefined {
  if (typeof cloud !== "object" || cloud === null || Array.isArray(cloud)) {
    return { field: "cloud", value: cloud, problem: "must be an object", example: { tenantId: "team-blue" } };
  }
  for (const [name, value] of Object.entries(cloud)) {
    const problem = fieldProblem(name, value);
    if (problem === undefined) continue;
    const [, example] = new Map(Object.entries(cloudFields)).get(name) ?? ["", "tenantId"];
    return { field: `cloud.${name}`, value, problem, example };
  }
  return undefined;
}

function fieldProblem(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(cloudFields, name)) return `is none of ${Object.keys(cloudFields).join(", ")}`;
  if (value === undefined) return undefined;
  if (name === "apiOwned") return typeof value === "boolean" ? undefined : "must be true or false";
  return typeof value === "string" && value.trim() !== "" ? undefined : "must be a text that is not empty";
}
