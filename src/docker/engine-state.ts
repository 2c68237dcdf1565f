/** What a Docker Engine says of its networks and containers, read over its own socket. */

import { request } from "node:http";
import { json } from "node:stream/consumers";
import { InfobloxError } from "../errors.js";

/** Addresses and subnets that the engine holds. */
export interface EngineState {
  /** Subnets of its networks, as Docker writes them. */
  readonly subnets: ReadonlySet<string>;
  /** Subnets of networks of a swarm, which other nodes use as well. */
  readonly swarmSubnets: ReadonlySet<string>;
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
  >;
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

/** @throws {InfobloxError} where the engine doesn't answer, or not yet */
export async function readEngineState(socket: string): Promise<EngineState> {
  const networks = (await get(socket, "/networks")) as readonly Network[];
  const subnetsOf = (some: readonly Network[]) =>
    new Set(some.flatMap(({ IPAM }) => (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? [])));
  const addresses = new Map<string, string>();
  const note = (text: string | undefined, holder: string) => {
    const [ip = ""] = (text ?? "").split("/");
    if (ip !== "") addresses.set(ip, holder);
  };
  for (const { Id } of networks) {
    // One that was removed meanwhile holds nothing.
    const { Containers = {} } = ((await get(socket, `/networks/${Id}`, true)) ?? {}) as Partial<Network>;
    for (const [id, { Name = id, IPv4Address, IPv6Address }] of Object.entries(Containers)) {
      note(IPv4Address, Name);
      note(IPv6Address, Name);
    }
  }
  for (const { Id } of (await get(socket, "/containers/json?all=1")) as readonly { readonly Id: string }[]) {
    const { Name = Id, NetworkSettings } = ((await get(socket, `/containers/${Id}/json`, true)) ??
      {}) as Partial<Container>;
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
  return { subnets: subnetsOf(networks), swarmSubnets: subnetsOf(swarm), addresses };
}

function get(socketPath: string, path: string, mayBeGone = false): Promise<unknown> {
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
    const sent = request({ socketPath, path, timeout: 30_000 }, (response) => {
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
    sent.once("timeout", () => sent.destroy(new Error("no answer within 30 seconds")));
    sent.once("error", (error) => refuse(error.message)).end();
  });
}
