/** A driver on its own grid, and the calls that an engine makes. */

import { Ipam, type IpamOptions, WapiClient, type WapiClientOptions } from "infoblox-ipam";
import { createIpamDriver, type IpamDriver, type IpamDriverOptions } from "infoblox-ipam/docker";
import { FakeGrid, type FakeGridOptions } from "infoblox-ipam/testing";
import { gatewayType } from "../../../src/docker/messages.js";

export interface Drive extends AsyncDisposable {
  readonly grid: FakeGrid;
  readonly wapi: WapiClient;
  readonly ipam: Ipam;
  readonly driver: IpamDriver;
  /** Another driver on the same grid, as on another host or after a restart. */
  another(options?: Partial<IpamDriverOptions>): IpamDriver;
  /** The grid's objects without containers: CIDRs of subnets, and addresses with their kind. */
  holds(networkView?: string): Promise<string[]>;
  readonly log: string[];
}

export const local = { networkView: "docker", containers: ["10.1.0.0/16", "2001:db8::/48"] } as const;

export async function drive(
  options: Partial<IpamDriverOptions> = {},
  {
    grid: gridOptions,
    ipam: ipamOptions,
    client,
  }: { grid?: FakeGridOptions; ipam?: IpamOptions; client?: WapiClientOptions } = {},
): Promise<Drive> {
  const grid = FakeGrid.inMemory({ setup: false, ...gridOptions });
  const wapi = new WapiClient({ ...grid.clientOptions, ...client });
  const ipam = new Ipam(wapi, ipamOptions);
  const log: string[] = [];
  const note = (message: string) => void log.push(message);
  const another = (more: Partial<IpamDriverOptions> = {}) =>
    createIpamDriver({
      ...{ ipam, local, global: { networkView: "swarm", containers: ["10.2.0.0/16"] } },
      ...{ engineId: "host-a", logger: { info: note, warn: note, error: note } },
      ...options,
      ...more,
    });
  return {
    ...{ grid, wapi, ipam, another, log },
    driver: another(),
    holds: (networkView = "docker") => holds(wapi, networkView),
    [Symbol.asyncDispose]: async () => {
      await wapi.close();
      await grid.close();
    },
  };
}

async function holds(wapi: WapiClient, networkView: string): Promise<string[]> {
  const where = { network_view: networkView };
  const networks = await wapi.find("network", { where, fields: ["network"] });
  const networks6 = await wapi.find("ipv6network", { where, fields: ["network"] });
  const fixed = await wapi.find("fixedaddress", { where, fields: ["ipv4addr", "match_client"] });
  const fixed6 = await wapi.find("ipv6fixedaddress", { where, fields: ["ipv6addr"] });
  const hosts = await wapi.find("record:host", { where, fields: ["name"] });
  return [
    ...[...networks, ...networks6].map(({ network }) => String(network)),
    ...fixed.map(({ ipv4addr, match_client }) => `${ipv4addr} ${match_client}`),
    ...fixed6.map(({ ipv6addr }) => `${ipv6addr} DUID`),
    ...hosts.map(({ name }) => `${name} HOST`),
  ].sort();
}

/** `docker network create`, as far as the driver sees it. */
export async function createNetwork(
  driver: IpamDriver,
  asked: {
    subnet?: string;
    ipRange?: string;
    gateway?: string;
    v6?: boolean;
    opt?: Record<string, string>;
  } = {},
  space = "local/docker",
): Promise<{ id: string; subnet: string; gateway: string }> {
  const { PoolID: id, Pool: subnet } = await driver.requestPool({
    ...{ AddressSpace: space, Pool: asked.subnet ?? "", SubPool: asked.ipRange ?? "" },
    ...{ Options: asked.opt ?? {}, V6: asked.v6 ?? false },
  });
  const { Address: gateway } = await driver.requestAddress({
    PoolID: id,
    Address: asked.gateway ?? "",
    Options: { RequestAddressType: gatewayType },
  });
  return { id, subnet, gateway };
}

/** `docker network rm` */
export async function removeNetwork(driver: IpamDriver, { id, gateway }: { id: string; gateway: string }) {
  await driver.releaseAddress({ PoolID: id, Address: gateway.replace(/\/\d+$/, "") });
  await driver.releasePool({ PoolID: id });
}

/** The address of a container that starts. */
export async function startContainer(
  driver: IpamDriver,
  poolId: string,
  mac: string,
  ip = "",
): Promise<string> {
  const { Address } = await driver.requestAddress({
    PoolID: poolId,
    Address: ip,
    Options: { "com.docker.network.endpoint.macaddress": mac },
  });
  return Address;
}

export function mac(number: number): string {
  return `02:42:0a:00:${(number >> 8).toString(16).padStart(2, "0")}:${(number & 255).toString(16).padStart(2, "0")}`;
}
