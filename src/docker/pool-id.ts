import { type Block, formatBlock, parseBlock } from "../cidr.js";
import { invalid } from "../errors.js";
import { examplePoolId } from "./messages.js";

/**
 * A pool as Docker holds it. The driver remembers no pools. The PoolID, which Docker keeps with its network, holds all
 * that later calls need.
 */
export interface Pool {
  readonly networkView: string;
  readonly block: Block;
  /** The engine that asked for it. In a swarm, another engine may release it. */
  readonly engine: string;
  /** Distinguishes this pool from every other, also of the same subnet. */
  readonly id: string;
  /** `--ip-range` */
  readonly ipRange?: string | undefined;
  /** `--ipam-opt network-name=`: engines share the subnet. */
  readonly networkName?: string | undefined;
  /** `--ipam-opt host-name=` */
  readonly hostName?: string | undefined;
  /** The engine that took the subnet for the swarm of this node. */
  readonly manager?: string | undefined;
  /** The router option of a subnet that the grid had before. */
  readonly router?: string | undefined;
}

/**
 * Writes a PoolID. It is readable, since it shows in Docker's files and in logs:
 * `default/10.1.2.0/24?engine=host-a&id=5f0c3d9e21a7`.
 */
export function formatPoolId(pool: Pool): string {
  const { networkView, block, engine, id, ipRange, networkName, hostName, manager, router } = pool;
  const more = new URLSearchParams({
    engine,
    id,
    ...(ipRange !== undefined && { "ip-range": ipRange }),
    ...(networkName !== undefined && { "network-name": networkName }),
    ...(hostName !== undefined && { "host-name": hostName }),
    ...(manager !== undefined && { swarm: manager }),
    ...(router !== undefined && { router }),
  });
  return `${encodeURIComponent(networkView)}/${formatBlock(block)}?${more}`;
}

/** @throws {InvalidRequestError} if this driver can't have given it */
export function parsePoolId(text: string): Pool {
  const [, view = "", cidr = "", query = ""] = /^([^/]+)\/([^?]+)\?(.*)$/.exec(text) ?? [];
  const networkView = decoded(view);
  const block = parseBlock(cidr);
  const more = new URLSearchParams(query);
  const [engine, id] = [more.get("engine"), more.get("id")];
  if (!networkView || block === undefined || !engine || !id) {
    throw invalid("PoolID", text, "is not one of this driver's", examplePoolId);
  }
  return {
    networkView,
    block,
    engine,
    id,
    ipRange: more.get("ip-range") ?? undefined,
    networkName: more.get("network-name") ?? undefined,
    hostName: more.get("host-name") ?? undefined,
    manager: more.get("swarm") ?? undefined,
    router: more.get("router") ?? undefined,
  };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
