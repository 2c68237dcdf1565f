import { invalid } from "../errors.js";

/** Docker's calls and the driver's answers, in the spelling of the remote IPAM driver protocol. */

/** Asks for the pool of a new network. */
export interface RequestPoolCall {
  /** One of the spaces that `getDefaultAddressSpaces` returns. */
  readonly AddressSpace: string;
  /** `--subnet`; empty: the next free one. */
  readonly Pool?: string | undefined;
  /** `--ip-range`; empty: the whole pool. */
  readonly SubPool?: string | undefined;
  /** `--ipam-opt key=value` */
  readonly Options?: Readonly<Record<string, string>> | null | undefined;
  readonly V6?: boolean | undefined;
}

/** The pool of a new network. */
export interface RequestPoolAnswer {
  /** Docker sends it with every later call for the pool. It holds all that the driver needs. */
  readonly PoolID: string;
  /** `"10.1.2.0/24"` */
  readonly Pool: string;
  readonly Data: Readonly<Record<string, string>>;
}

/** Releases the pool of a network. */
export interface ReleasePoolCall {
  readonly PoolID: string;
}

/** Asks for the address of a gateway or of a container's endpoint, or reserves one. */
export interface RequestAddressCall {
  readonly PoolID: string;
  /** `--gateway`, `--ip` or `--aux-address`; empty: the next free one. */
  readonly Address?: string | undefined;
  readonly Options?: Readonly<Record<string, string>> | null | undefined;
}

/** The address of a gateway or endpoint. */
export interface RequestAddressAnswer {
  /** With the prefix length of the pool: `"10.1.2.7/24"`. */
  readonly Address: string;
  readonly Data: Readonly<Record<string, string>>;
}

/** Releases an address. */
export interface ReleaseAddressCall {
  readonly PoolID: string;
  /** Docker leaves the prefix length out. */
  readonly Address: string;
}

/** What the driver needs from Docker. */
export interface CapabilitiesAnswer {
  readonly RequiresMACAddress: boolean;
  readonly RequiresRequestReplay: boolean;
}

/** The names of the driver's address spaces. */
export interface AddressSpacesAnswer {
  readonly LocalDefaultAddressSpace: string;
  readonly GlobalDefaultAddressSpace: string;
}

/** What a plugin has announced to Docker. */
export interface Capabilities {
  /** Whether Docker sends the MAC addresses of containers. Default `true`. */
  readonly macAddresses?: boolean | undefined;
}

/** The calls that Docker makes. */
export interface IpamCalls {
  activate(): unknown;
  getCapabilities(capabilities: Capabilities): unknown;
  getDefaultAddressSpaces(): unknown;
  requestPool(call: RequestPoolCall): Promise<unknown>;
  releasePool(call: ReleasePoolCall): Promise<unknown>;
  requestAddress(call: RequestAddressCall, capabilities: Capabilities): Promise<unknown>;
  releaseAddress(call: ReleaseAddressCall): Promise<unknown>;
}

type Call = (driver: IpamCalls, body: unknown, capabilities: Capabilities) => unknown;

/** The methods by the paths that Docker calls. */
export const calls: Readonly<Record<string, Call>> = {
  "/Plugin.Activate": (driver) => driver.activate(),
  "/IpamDriver.GetCapabilities": (driver, _body, capabilities) => driver.getCapabilities(capabilities),
  "/IpamDriver.GetDefaultAddressSpaces": (driver) => driver.getDefaultAddressSpaces(),
  "/IpamDriver.RequestPool": (driver, body) => driver.requestPool(body as RequestPoolCall),
  "/IpamDriver.ReleasePool": (driver, body) => driver.releasePool(body as ReleasePoolCall),
  "/IpamDriver.RequestAddress": (driver, body, capabilities) =>
    driver.requestAddress(body as RequestAddressCall, capabilities),
  "/IpamDriver.ReleaseAddress": (driver, body) => driver.releaseAddress(body as ReleaseAddressCall),
};

/** Options of an address request. */
export const addressTypeOption = "RequestAddressType";
export const gatewayType = "com.docker.network.gateway";
export const macOption = "com.docker.network.endpoint.macaddress";
/** The container's name; Docker Engine 29 and later send it. */
export const endpointNameOption = "com.docker.network.endpoint.name";

/** Checks a call's body as it came over the wire. @throws {InvalidRequestError} that names the field */
export const readCall = {
  requestPool(body: unknown): RequestPoolCall {
    const fields = fieldsOf(body);
    return {
      AddressSpace: text(fields, "AddressSpace", "local/default"),
      Pool: optionalText(fields, "Pool", "10.1.2.0/24"),
      SubPool: optionalText(fields, "SubPool", "10.1.2.128/25"),
      Options: texts(fields, "Options"),
      V6: fields["V6"] === true,
    };
  },

  releasePool(body: unknown): ReleasePoolCall {
    return { PoolID: text(fieldsOf(body), "PoolID", examplePoolId) };
  },

  requestAddress(body: unknown): RequestAddressCall {
    const fields = fieldsOf(body);
    return {
      PoolID: text(fields, "PoolID", examplePoolId),
      Address: optionalText(fields, "Address", "10.1.2.7"),
      Options: texts(fields, "Options"),
    };
  },

  releaseAddress(body: unknown): ReleaseAddressCall {
    const fields = fieldsOf(body);
    return { PoolID: text(fields, "PoolID", examplePoolId), Address: text(fields, "Address", "10.1.2.7") };
  },
} as const;

export const examplePoolId = "default/10.1.2.0/24?engine=host-a&id=5f0c3d9e21a7";

type Fields = Readonly<Record<string, unknown>>;

function fieldsOf(body: unknown): Fields {
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body as Fields;
  throw invalid("body", body, "must be a JSON object", { PoolID: examplePoolId });
}

function text(fields: Fields, name: string, example: string): string {
  const value = optionalText(fields, name, example);
  if (value) return value;
  throw invalid(name, value, "is needed", example);
}

/** Go writes an unset field as an empty text or as null. */
function optionalText(fields: Fields, name: string, example: string): string | undefined {
  const value = fields[name] ?? "";
  if (typeof value === "string") return value;
  throw invalid(name, value, "must be a text", example);
}

function texts(fields: Fields, name: string): Readonly<Record<string, string>> {
  const value = fields[name] ?? {};
  const isMap = typeof value === "object" && !Array.isArray(value);
  if (isMap && Object.values(value).every((one) => typeof one === "string")) {
    return value as Record<string, string>;
  }
  throw invalid(name, value, "must be an object whose values are texts", { "prefix-length": "26" });
}
