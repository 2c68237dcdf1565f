import { type Block, contains, type Family, formatBlock, parseBlock } from "../cidr.js";
import { invalid } from "../errors.js";
import type { RequestPoolCall } from "./messages.js";
import { checkHostName, checkPrefixLength, type DriverSettings, type Scope } from "./settings.js";

/** A checked and parsed request for a pool. */
export interface PoolOrder {
  readonly scope: Scope;
  readonly networkView: string;
  readonly family: Family;
  readonly place: NamedPool | NextPool;
  readonly ipRange: Block | undefined;
  readonly networkName: string | undefined;
  readonly hostName: string | undefined;
  /** Whether a missing network view is created: one of the configuration, or any with `createViews`. */
  readonly mayCreateView: boolean;
}

/** `--subnet` */
export interface NamedPool {
  readonly kind: "named";
  readonly block: Block;
}

/** The next free subnet of these containers. */
export interface NextPool {
  readonly kind: "next";
  readonly containers: readonly Block[];
  readonly prefixLength: number;
  /** Whether `--ipam-opt prefix-length=` asked for this size. A shared subnet of another size is refused then. */
  readonly sizeMatters: boolean;
}

/** The options of `--ipam-opt`, with a valid value of each. */
const options = {
  "prefix-length": "26",
  "network-name": "blue",
  "network-view": "default",
  "host-name": "{name}.docker.example.com",
} as const;

/** @throws {InvalidRequestError} that names what was given, in the words of the docker command */
export function poolOrder({ spaces, createViews }: DriverSettings, call: RequestPoolCall): PoolOrder {
  const scope = scopeOf(call.AddressSpace);
  const isConfigured = (view: string) =>
    Object.values(spaces).some(({ networkView }) => networkView === view);
  const space = spaces[scope];
  const said = readOptions(call.Options ?? {});
  const named = call.Pool ? blockOf("--subnet", call.Pool, "10.1.2.0/24") : undefined;
  // An unspecified address with a prefix length asks for any subnet of that size.
  const anySize = named?.first === 0n ? named.prefixLength : undefined;
  if (named !== undefined && anySize === 0) {
    throw invalid("--subnet", call.Pool, "covers every address", named.family === 4 ? "0.0.0.0/24" : "::/64");
  }
  const subnet = anySize === undefined ? named : undefined;
  const ipRange = call.SubPool ? blockOf("--ip-range", call.SubPool, "10.1.2.128/25") : undefined;
  const family = named?.family ?? (call.V6 ? 6 : 4);
  if (subnet && ipRange && !contains(subnet, ipRange)) {
    throw invalid(
      "--ip-range",
      formatBlock(ipRange),
      `must lie in ${formatBlock(subnet)}`,
      formatBlock(subnet),
    );
  }
  if (ipRange && subnet === undefined && said["network-name"] === undefined) {
    throw invalid(
      "--ip-range",
      formatBlock(ipRange),
      "needs a --subnet that it lies in",
      formatBlock(ipRange),
    );
  }
  const prefixLength = said["prefix-length"] ?? (anySize === undefined ? undefined : String(anySize));
  if (named && prefixLength !== undefined && prefixLength !== String(named.prefixLength)) {
    const problem = `--subnet says /${named.prefixLength} already`;
    throw invalid("--ipam-opt prefix-length", prefixLength, problem, String(named.prefixLength));
  }
  if (said["host-name"] !== undefined) checkHostName("--ipam-opt host-name", said["host-name"]);
  return {
    scope,
    networkView: said["network-view"] ?? space.networkView,
    family,
    place:
      subnet === undefined
        ? {
            kind: "next",
            containers: space.containers.filter((container) => container.family === family),
            prefixLength:
              prefixLength === undefined
                ? space.prefixLengths[family]
                : checkPrefixLength(
                    anySize === undefined ? "--ipam-opt prefix-length" : "--subnet",
                    prefixLength,
                    family,
                  ),
            sizeMatters: prefixLength !== undefined,
          }
        : { kind: "named", block: subnet },
    ipRange,
    networkName: said["network-name"],
    hostName: said["host-name"],
    mayCreateView: createViews || said["network-view"] === undefined || isConfigured(said["network-view"]),
  };
}

/** The name of an address space. It begins with the scope, since both may use one network view. */
export function addressSpaceName(scope: Scope, networkView: string): string {
  return `${scope}/${networkView}`;
}

function scopeOf(addressSpace: string): Scope {
  if (addressSpace.startsWith("local/")) return "local";
  if (addressSpace.startsWith("global/")) return "global";
  throw invalid("AddressSpace", addressSpace, "is not one of this driver's", "local/default");
}

type PoolOptions = { readonly [Name in keyof typeof options]?: string };

/** Refuses unknown options: a misspelt one would have no effect. Ignores the options that Docker itself adds. */
function readOptions(given: Readonly<Record<string, string>>): PoolOptions {
  for (const [name, value] of Object.entries(given)) {
    if (name.startsWith("com.docker.")) continue;
    if (!(name in options)) {
      throw invalid("--ipam-opt", `${name}=${value}`, `there is no "${name}"`, Object.keys(options));
    }
    if (value.trim() === "" || value.length > 128) {
      const example = options[name as keyof typeof options];
      throw invalid(`--ipam-opt ${name}`, value, "must be 1 to 128 characters", example);
    }
  }
  return given;
}

function blockOf(option: string, text: string, example: string): Block {
  const block = parseBlock(text);
  if (block !== undefined) return block;
  throw invalid(option, text, "must be a CIDR without host bits", example);
}
