/** Reads the networks and containers of a Docker Engine over its own socket. */

import { request } from "node:http";
import { json } from "node:stream/consumers";
import { type Block, formatAddress, formatBlock, parseAddress, parseBlock } from "../cidr.js";
import { InfobloxError } from "../errors.js";

/** Addresses and subnets that the engine holds. */
export interface EngineState {
  /** Subnets of its networks, in normal form like the addresses. Docker shows them as a user typed them. */
  readonly subnets: ReadonlySet<string>;
  /** Subnets of networks of a swarm, which other nodes use as well. */
  readonly swarmSubnets: ReadonlySet<string>;
  /** Whether these are all subnets of the swarm. A worker shows only those of its own containers. */
  readonly showsSwarm: boolean;
  /** Addresses of running containers, and those that stopped ones have reserved with `--ip`. */
  readonly addresses: ReadonlyMap<string, string>;
}

interface Network {
  readonly Id: string;
  readonly Scope?: string;
  readonly IPAM?: {
    readonly Config?: readonly { readonly Subnet?: string; readonly Gateway?: string }[] | null;
  };
  readonly Containers?: Readonly<
    Record<string, { readonly Name?: string; readonly IPv4Address?: string; readonly IPv6Address?: string }>
  > | null;
}

interface Container {
  readonly Name?: string;
  readonly NetworkSettings?: {
    readonly Networks?: Readonly<
      Record<
        string,
        {
          readonly IPAddress?: string;
          readonly GlobalIPv6Address?: string;
          readonly IPAMConfig?: { readonly IPv4Address?: string; readonly IPv6Address?: string } | null;
        }
      >
    >;
  };
}

/** @throws {InfobloxError} if the engine doesn't answer, or not yet */
export async function readEngineState(socket: string): Promise<EngineState> {
  const networks = (await get(socket, "/networks")) as readonly Network[];
  const subnetsOf = (some: readonly Network[]) =>
    new Set(
      some.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet = "" }) => normalBlock(Subnet))),
    );
  const addresses = new Map<string, string>();
  const note = (text: string | undefined, holder: string) => {
    const address = parseAddress((text ?? "").split("/")[0] ?? "");
    if (address !== undefined) addresses.set(formatAddress(address), holder);
  };
  for (const { Id } of networks) {
    // A network that was removed meanwhile holds nothing.
    const { Containers } = ((await get(socket, `/networks/${Id}`, { mayBeGone: true })) ??
      {}) as Partial<Network>;
    for (const [id, { Name = id, IPv4Address, IPv6Address }] of Object.entries(Containers ?? {})) {
      note(IPv4Address, Name);
      note(IPv6Address, Name);
    }
  }
  for (const { Id } of (await get(socket, "/containers/json?all=1")) as readonly { readonly Id: string }[]) {
    const { Name = Id, NetworkSettings } = ((await get(socket, `/containers/${Id}/json`, {
      mayBeGone: true,
    })) ?? {}) as Partial<Container>;
    const holder = Name.replace(/^\//, "");
    for (const { IPAddress, GlobalIPv6Address, IPAMConfig } of Object.values(
      NetworkSettings?.Networks ?? {},
    )) {
      for (const text of [IPAddress, GlobalIPv6Address, IPAMConfig?.IPv4Address, IPAMConfig?.IPv6Address]) {
        note(text, holder);
      }
    }
  }
  const swarm = networks.filter(({ Scope }) => Scope === "swarm");
  const { LocalNodeState, ControlAvailable } = await swarmOf(socket);
  const showsSwarm = ControlAvailable === true || LocalNodeState === "inactive";
  return { subnets: subnetsOf(networks), swarmSubnets: subnetsOf(swarm), showsSwarm, addresses };
}

/** Milliseconds within which a started engine answers. */
const usualPatience = 30_000;
/** While an engine restores its containers, it waits for the driver and does not answer. */
const shortPatience = 2_000;

/**
 * The addresses of running containers, for each of the engine's networks on a subnet. Does not inspect containers: an
 * inspection waits for a container that starts, and that container waits for the driver.
 *
 * @returns `undefined` if the engine does not answer
 */
export async function readNetworksOn(
  socket: string,
  block: Block,
): Promise<readonly ReadonlySet<string>[] | undefined> {
  try {
    const networks = (await get(socket, "/networks", { patience: shortPatience })) as readonly Network[];
    const isOnBlock = ({ Subnet = "" }: { readonly Subnet?: string }) =>
      normalBlock(Subnet).includes(formatBlock(block));
    const found: ReadonlySet<string>[] = [];
    for (const { Id, IPAM } of networks) {
      if (!(IPAM?.Config ?? []).some(isOnBlock)) continue;
      const gone = { patience: shortPatience, mayBeGone: true };
      const network = (await get(socket, `/networks/${Id}`, gone)) as Network | undefined;
      if (network !== undefined) found.push(addressesOf(network));
    }
    return found;
  } catch {
    return undefined;
  }
}

function normalBlock(text: string): string[] {
  const block = parseBlock(text);
  return block === undefined ? [] : [formatBlock(block)];
}

/** Whether the engine says that it is in no swarm. An engine that does not answer may be in one. */
export async function isOutsideSwarm(socket: string): Promise<boolean> {
  return (await swarmOf(socket)).LocalNodeState === "inactive";
}

interface Swarm {
  readonly LocalNodeState?: string;
  /** Whether the engine is a manager. */
  readonly ControlAvailable?: boolean;
}

async function swarmOf(socket: string): Promise<Swarm> {
  const info = await get(socket, "/info", { patience: shortPatience }).catch(() => undefined);
  return ((info ?? {}) as { readonly Swarm?: Swarm }).Swarm ?? {};
}

function addressesOf({ Containers }: Network): ReadonlySet<string> {
  const texts = Object.values(Containers ?? {}).flatMap(({ IPv4Address = "", IPv6Address = "" }) => [
    IPv4Address,
    IPv6Address,
  ]);
  return new Set(texts.flatMap((text) => text.split("/")[0] || []));
}

interface Asking {
  readonly mayBeGone?: boolean;
  readonly patience?: number;
}

function get(
  socketPath: string,
  path: string,
  { mayBeGone = false, patience = usualPatience }: Asking = {},
): Promise<unknown> {
  return new Promise((done, failed) => {
    const refuse = (why: string) =>
      failed(
        new InfobloxError(
          `Docker's answer to ${path} on ${socketPath}: ${why}.`,
          "ERR_INFOBLOX_DOCKER_ENGINE",
          {
            hint: "Is the engine running, and may this user open its socket?",
          },
        ),
      );
    const sent = request({ socketPath, path, timeout: patience }, (response) => {
      const { statusCode = 0 } = response;
      json(response).then(
        (body) => {
          if (statusCode === 200) done(body);
          else if (statusCode === 404 && mayBeGone) done(undefined);
          else refuse(`status ${statusCode}`);
        },
        (error: Error) => refuse(error.message),
      );
    });
    sent.once("timeout", () => sent.destroy(new Error(`no answer within ${patience / 1000} seconds`)));
    sent.once("error", (error) => refuse(error.message)).end();
  });
}
