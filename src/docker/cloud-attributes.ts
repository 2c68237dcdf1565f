import { isInfobloxError } from "../errors.js";
import type { Pool } from "./pool-id.js";
import type { DriverSettings } from "./settings.js";

/** Engines find the subnet that they share by this attribute. */
export const networkNameAttribute = "Network Name";
/** Its value is the engine that made the object. */
export const tenantAttribute = "Tenant ID";

/** The attributes that cloud adapters of a grid write, as plain values. */
export type CloudValues = Readonly<Record<string, string>>;

/**
 * Adds the attributes of the grid's cloud reports to what the driver creates. A grid without the cloud licence does not
 * define them. In the mode `"auto"`, the driver leaves out an attribute that the grid refuses, and remembers it, so
 * that it costs only one request. A refused create leaves nothing behind.
 */
export class CloudAttributes {
  readonly #mode: DriverSettings["cloudAttributes"];
  readonly #lacking = new Set<string>();

  constructor({ cloudAttributes }: Pick<DriverSettings, "cloudAttributes">) {
    this.#mode = cloudAttributes;
  }

  of(
    { engine, networkName }: Pick<Pool, "engine"> & Partial<Pick<Pool, "networkName">>,
    { vmId, vmName }: { readonly vmId?: string | undefined; readonly vmName?: string | undefined } = {},
  ): CloudValues {
    const name = networkName === undefined ? {} : { [networkNameAttribute]: networkName };
    if (this.#mode === "never") return name;
    return {
      "Cloud API Owned": "True",
      "CMP Type": "Docker",
      [tenantAttribute]: engine,
      ...name,
      ...(vmId !== undefined && { "VM ID": vmId }),
      ...(vmName !== undefined && { "VM Name": vmName }),
    };
  }

  /** Creates something with those of these attributes that the grid defines. */
  async writing<T>(values: CloudValues, make: (extattrs: CloudValues) => Promise<T>): Promise<T> {
    const known = Object.entries(values).filter(([name]) => !this.#lacking.has(name));
    try {
      return await make(Object.fromEntries(known));
    } catch (error) {
      const name = lackingAttribute(error);
      if (this.#mode === "always" || name === undefined || this.#lacking.has(name) || !(name in values)) {
        throw error;
      }
      this.#lacking.add(name);
      return this.writing(values, make);
    }
  }
}

/** The attribute that the grid does not define, by its error. */
export function lackingAttribute(error: unknown): string | undefined {
  if (!isInfobloxError(error, "WapiError")) return undefined;
  return /Unknown extensible attribute: (.+?)\s*$/.exec(error.text)?.[1];
}
