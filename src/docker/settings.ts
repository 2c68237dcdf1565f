import { hostname } from "node:os";
import { addressBits, type Block, type Family, formatBlock, parseBlock } from "../cidr.js";
import { checkObject, invalid, invalidKind } from "../errors.js";
import type { Ipam } from "../ipam/ipam.js";

/** Where one of Docker's address spaces gets its subnets. */
export interface AddressSpaceOptions {
  /** Its network view. Default `"default"`. */
  readonly networkView?: string | undefined;
  /**
   * Where subnets without `--subnet` are taken from, in order: CIDRs of IPv4 and IPv6. The driver creates those that
   * the grid does not have.
   */
  readonly containers?: readonly string[] | undefined;
  /** The prefix length of IPv4 subnets, unless `--ipam-opt prefix-length=` sets another. Default 24. */
  readonly prefixLength?: number | undefined;
  /** The prefix length of IPv6 subnets. Default 64. */
  readonly ipv6PrefixLength?: number | undefined;
}

/** Where log lines go: `console`, or a logger with these three methods. */
export interface DriverLogger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

/** Options of `createIpamDriver`. */
export interface IpamDriverOptions {
  /** Takes the subnets and addresses. The driver does not close it. */
  readonly ipam: Ipam;
  /** For networks of one engine: bridge, macvlan, ipvlan. */
  readonly local?: AddressSpaceOptions | undefined;
  /** For networks of a swarm: overlay. */
  readonly global?: AddressSpaceOptions | undefined;
  /** The engine's name on the grid: in request ids, comments and `Tenant ID`. Default: the host's name. */
  readonly engineId?: string | undefined;
  /**
   * Whether objects get the attributes `Cloud API Owned`, `CMP Type`, `Tenant ID`, `Network Name` and `VM ID`. `"auto"`
   * (the default) writes those that the grid defines. `"always"` writes all: a grid that does not define one refuses.
   * `"never"` writes only the `Network Name` of shared subnets.
   */
  readonly cloudAttributes?: "auto" | "always" | "never" | undefined;
  /**
   * Creates host records for containers' addresses, instead of fixed addresses. The value is a template of their names.
   * It can hold `{mac}` (without colons), `{name}` (the container's, which Docker Engine 29 and later send; else the
   * MAC), `{engine}` and `{network}` (the name of a shared network, else the subnet's address).
   */
  readonly hostName?: string | undefined;
  /** `false` creates host records without DNS, whose names need no zone. Default `true`. */
  readonly hostDns?: boolean | undefined;
  /** The DNS view of these host records. Default: the DNS view of the `Ipam`, else the grid's choice for the network view. */
  readonly dnsView?: string | undefined;
  /**
   * Whether the last engine to leave a shared subnet releases it, if a driver created it. Set it alike on all engines.
   * Default `false`: shared subnets stay.
   */
  readonly releaseShared?: boolean | undefined;
  /** Whether the driver creates a missing network view that `--ipam-opt network-view=` names. Default `false`: it refuses. */
  readonly createViews?: boolean | undefined;
  /**
   * A directory for the journal of failed releases and the time of a refused login: `/var/lib/infoblox-ipam`. Without
   * it, only the process remembers them.
   */
  readonly stateDirectory?: string | undefined;
  /**
   * Docker's own socket: `/run/docker.sock`. With it, the driver asks the engine whether a container still runs with an
   * `--ip` that the grid has from an earlier start, and whether a network has a `--subnet` that shows no use.
   */
  readonly dockerSocket?: string | undefined;
  readonly logger?: DriverLogger | undefined;
  /** Returns the time in milliseconds; for tests. */
  readonly now?: (() => number) | undefined;
}

/** A checked and parsed address space. */
export interface AddressSpace {
  readonly networkView: string;
  readonly containers: readonly Block[];
  readonly prefixLengths: Readonly<Record<Family, number>>;
}

/** Docker's two scopes. The network driver decides which one a network gets. */
export type Scope = "local" | "global";

export interface DriverSettings {
  readonly ipam: Ipam;
  readonly spaces: Readonly<Record<Scope, AddressSpace>>;
  readonly engine: string;
  readonly cloudAttributes: "auto" | "always" | "never";
  readonly hostName: string | undefined;
  readonly hostDns: boolean;
  readonly dnsView: string | undefined;
  readonly releaseShared: boolean;
  readonly createViews: boolean;
  readonly stateDirectory: string | undefined;
  readonly dockerSocket: string | undefined;
  readonly logger: DriverLogger;
  readonly now: () => number;
}

const silent: DriverLogger = { info: () => {}, warn: () => {}, error: () => {} };

/** @throws {InvalidRequestError} that names the option, its value and a valid one */
export function normalizeOptions(options: IpamDriverOptions): DriverSettings {
  checkObject("options", options, { local: { containers: ["10.1.0.0/16"] } });
  for (const name of texts) checkKind(name, options[name], "string", "a text", undefined);
  for (const name of switches) checkKind(name, options[name], "boolean", "true or false", true);
  checkKind("now", options.now, "function", "a function", undefined);
  const { ipam, engineId = hostname(), cloudAttributes = "auto", hostName, logger = silent } = options;
  if (typeof ipam?.requestSubnet !== "function") throw invalid("ipam", ipam, "must be an Ipam", "new Ipam()");
  if (!/^[^/\p{C}\s]{1,64}$/u.test(engineId)) {
    throw invalid("engineId", engineId, "must be 1 to 64 characters without blanks and slashes", "host-a");
  }
  if (!["auto", "always", "never"].includes(cloudAttributes)) {
    throw invalid("cloudAttributes", cloudAttributes, "must be auto, always or never", "auto");
  }
  if (hostName !== undefined) checkHostName("hostName", hostName);
  if (options.dnsView?.trim() === "") {
    throw invalid("dnsView", options.dnsView, "must be the name of a DNS view", "default");
  }
  return {
    ipam,
    spaces: { local: space("local", options.local), global: space("global", options.global) },
    engine: engineId,
    cloudAttributes,
    hostName,
    hostDns: options.hostDns ?? true,
    dnsView: options.dnsView,
    releaseShared: options.releaseShared ?? false,
    createViews: options.createViews ?? false,
    stateDirectory: options.stateDirectory,
    dockerSocket: options.dockerSocket,
    logger,
    now: options.now ?? Date.now,
  };
}

const texts = ["engineId", "hostName", "dnsView", "stateDirectory", "dockerSocket"] as const;
const switches = ["hostDns", "releaseShared", "createViews"] as const;

function checkKind(field: string, value: unknown, kind: string, what: string, example: unknown): void {
  if (value !== undefined && typeof value !== kind)
    throw invalidKind(field, value, `must be ${what}`, example);
}

/**
 * Checks that every container gets a name of its own: by its MAC, or its name, which Docker Engine 29 and later send.
 */
export function checkHostName(field: string, template: string): void {
  if (/^\S{1,200}$/.test(template) && /\{mac\}|\{name\}/.test(template)) return;
  const problem = "must contain {mac} or {name}, and no blanks";
  throw invalid(field, template, problem, "{mac}.docker.example.com");
}

function space(scope: Scope, options: AddressSpaceOptions = {}): AddressSpace {
  checkObject(scope, options, { containers: ["10.1.0.0/16"] });
  checkKind(`${scope}.networkView`, options.networkView, "string", "the name of a network view", "default");
  if (options.containers !== undefined && !Array.isArray(options.containers))
    throw invalidKind(`${scope}.containers`, options.containers, "must be a list of CIDRs", ["10.1.0.0/16"]);
  const { networkView = "default", containers = [], prefixLength = 24, ipv6PrefixLength = 64 } = options;
  if (networkView.trim() === "") {
    throw invalid(`${scope}.networkView`, networkView, "must be the name of a network view", "default");
  }
  const blocks = containers.map((text, index) => {
    const block = typeof text === "string" ? parseBlock(text) : undefined;
    if (block !== undefined) return block;
    throw invalid(`${scope}.containers[${index}]`, text, "must be a CIDR without host bits", "10.1.0.0/16");
  });
  return {
    networkView,
    containers: blocks,
    prefixLengths: {
      4: checkFits(
        `${scope}.prefixLength`,
        checkPrefixLength(`${scope}.prefixLength`, prefixLength, 4),
        blocks,
        4,
      ),
      6: checkFits(
        `${scope}.ipv6PrefixLength`,
        checkPrefixLength(`${scope}.ipv6PrefixLength`, ipv6PrefixLength, 6),
        blocks,
        6,
      ),
    },
  };
}

/** Checks that at least one container has room for a subnet of the default size. */
function checkFits(
  field: string,
  prefixLength: number,
  containers: readonly Block[],
  family: Family,
): number {
  const own = containers.filter((container) => container.family === family);
  if (own.length === 0 || own.some((container) => container.prefixLength < prefixLength)) return prefixLength;
  const problem = `no container holds a subnet of this size: ${own.map(formatBlock).join(", ")}`;
  const [largest = 0] = own.map((container) => container.prefixLength).sort((one, other) => one - other);
  throw invalid(field, prefixLength, problem, largest + 1);
}

/** A subnet needs room for a gateway and a container. */
export function checkPrefixLength(field: string, given: number | string, family: Family): number {
  const longest = addressBits(family) - 2;
  const value = typeof given === "number" || /^\d{1,3}$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isInteger(value) && value >= 1 && value <= longest) return value;
  throw invalid(field, given, `must be a whole number from 1 to ${longest}`, family === 4 ? 24 : 64);
}
