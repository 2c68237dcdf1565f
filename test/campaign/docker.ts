import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ipam } from "infoblox-ipam";
import { createIpamDriver, type IpamDriver } from "infoblox-ipam/docker";
import { type Assumptions, FakeGrid, type Fault } from "infoblox-ipam/testing";
import { type Block, contains, parseAddress, parseBlock } from "../../src/cidr.js";
import { booksOf, type Entry } from "./books.js";
import { Chance } from "./chance.js";
import { everyFault } from "./every-way.js";
import { clientIn, VirtualTime } from "./virtual-time.js";

/** Docker engines that share a grid: networks come and go, containers start and stop, on a bad network. */
export interface DockerCampaign {
  readonly seed: number;
  readonly operations: number;
  readonly engines?: number | undefined;
  readonly assumptions?: Partial<Assumptions> | undefined;
  readonly faults?: readonly (Fault & { readonly probability: number })[] | undefined;
}

/** What is wrong at the end, a sentence for each. */
export interface DockerOutcome {
  /** Docker has it, and the grid doesn't. */
  readonly lost: string[];
  /** Two networks of different names have one subnet, two containers one address. */
  readonly twice: string[];
  /** The grid has it, and Docker doesn't. */
  readonly leaked: string[];
  readonly networks: number;
  readonly containers: number;
  readonly errors: Readonly<Record<string, number>>;
}

interface Container {
  readonly mac: string;
  readonly ip: string;
}

interface Network {
  readonly poolId: string;
  readonly subnet: string;
  readonly sharedBy: string | undefined;
  readonly gateway: string | undefined;
  readonly containers: Container[];
}

interface Engine {
  readonly driver: IpamDriver;
  readonly networks: Network[];
  readonly chance: Chance;
}

const gatewayOptions = { RequestAddressType: "com.docker.network.gateway" };

export async function dockerCampaign(settings: DockerCampaign): Promise<DockerOutcome> {
  const folder = await mkdtemp(join(tmpdir(), "infoblox-ipam-campaign-"));
  try {
    return await new Campaign(settings, folder).run();
  } finally {
    await rm(folder, { recursive: true });
  }
}

class Campaign {
  readonly #settings: DockerCampaign;
  readonly #folder: string;
  readonly #chance: Chance;
  readonly #grid: FakeGrid;
  readonly #time: VirtualTime;
  readonly #errors = new Map<string, number>();
  readonly #engines: Engine[] = [];
  /** How many starts of containers have failed, by their subnets: each may have left an address. */
  readonly #unfinished = new Map<string, number>();
  #begun = 0;
  #networks = 0;
  #containers = 0;

  constructor(settings: DockerCampaign, folder: string) {
    this.#settings = settings;
    this.#folder = folder;
    this.#chance = new Chance(settings.seed);
    this.#grid = FakeGrid.inMemory({
      setup: true,
      seed: { attributes: ["Network Name", "Tenant ID"] },
      assumptions: settings.assumptions,
    });
    this.#grid.clock.freeze(3_600_000);
    this.#time = new VirtualTime((milliseconds) => this.#grid.clock.advance(milliseconds));
  }

  async run(): Promise<DockerOutcome> {
    const { seed, faults = everyFault, engines = 5 } = this.#settings;
    return this.#time.during(this.#chance.branch(), async () => {
      for (let index = 0; index < engines; index += 1) {
        const chance = this.#chance.branch();
        this.#engines.push({ driver: this.#driver(index, chance), networks: [], chance });
      }
      await this.#engines[0]?.driver.prepare();
      this.#grid.faults.seed(seed);
      for (const fault of faults) this.#grid.faults.always(fault);
      await Promise.all(this.#engines.map((engine) => this.#work(engine)));
      this.#grid.faults.clear();
      // What is late has come by then, and what waits for its release is released.
      for (let round = 0; round < 3; round += 1) {
        await this.#time.sleep(200_000);
        for (const { driver } of this.#engines) await this.#touch(driver);
      }
      return this.#compare(await booksOf(this.#grid));
    });
  }

  #driver(index: number, chance: Chance): IpamDriver {
    return createIpamDriver({
      ipam: new Ipam(clientIn(this.#time, this.#grid, chance)),
      engineId: `host-${index}`,
      local: { networkView: "default", containers: ["10.1.0.0/20"], prefixLength: 26 },
      global: { networkView: "default", containers: ["10.2.0.0/20"], prefixLength: 26 },
      releaseShared: true,
      stateDirectory: this.#folder,
      now: () => this.#time.now,
    });
  }

  async #work(engine: Engine): Promise<void> {
    const { chance, networks } = engine;
    while (this.#begun < this.#settings.operations) {
      this.#begun += 1;
      const number = this.#begun;
      await this.#time.sleep(2_000 * chance.draw());
      const network = networks.length === 0 ? undefined : chance.pick(networks);
      const kind = chance.draw();
      if (network === undefined || kind < 0.25) await this.#create(engine, number);
      else if (kind < 0.6) await this.#start(engine, network, number);
      else if (kind < 0.8) await this.#stop(engine, network);
      else await this.#remove(engine, network);
    }
  }

  /** `docker network create`: where a part of it fails, Docker gives back what it has. */
  async #create({ driver, networks, chance }: Engine, number: number): Promise<void> {
    const sharedBy = chance.isBelow(0.2) ? `blue-${chance.index(3)}` : undefined;
    if (networks.some((network) => network.sharedBy !== undefined && network.sharedBy === sharedBy)) return;
    const named = sharedBy === undefined && chance.isBelow(0.3) ? `10.3.${number % 40}.0/24` : "";
    const pool = await this.#ask(() =>
      driver.requestPool({
        AddressSpace: "local/default",
        Pool: named,
        Options: sharedBy === undefined ? {} : { "network-name": sharedBy },
      }),
    );
    if (pool === undefined) return;
    this.#networks += 1;
    const got = await this.#ask(() =>
      driver.requestAddress({ PoolID: pool.PoolID, Address: "", Options: gatewayOptions }),
    );
    if (got === undefined) {
      await this.#ask(() => driver.releasePool({ PoolID: pool.PoolID }));
      return;
    }
    const gateway = got.Address.replace(/\/\d+$/, "");
    networks.push({ poolId: pool.PoolID, subnet: pool.Pool, sharedBy, gateway, containers: [] });
  }

  async #start({ driver }: Engine, network: Network, number: number): Promise<void> {
    const [high, low] = [number >> 8, number & 255].map((part) => part.toString(16).padStart(2, "0"));
    const mac = `02:42:0a:00:${high}:${low}`;
    const got = await this.#ask(() =>
      driver.requestAddress({
        PoolID: network.poolId,
        Address: "",
        Options: { "com.docker.network.endpoint.macaddress": mac },
      }),
    );
    if (got === undefined) {
      // Docker may start it again: the address waits for it, until its network goes.
      this.#unfinished.set(network.subnet, 1 + (this.#unfinished.get(network.subnet) ?? 0));
      return;
    }
    this.#containers += 1;
    network.containers.push({ mac, ip: got.Address.replace(/\/\d+$/, "") });
  }

  async #stop({ driver, chance }: Engine, network: Network): Promise<void> {
    const container = chance.take(network.containers);
    if (container === undefined) return;
    await this.#ask(() => driver.releaseAddress({ PoolID: network.poolId, Address: container.ip }));
  }

  /** `docker network rm`: its containers have stopped before. Docker forgets it, whatever it is told. */
  async #remove(engine: Engine, network: Network): Promise<void> {
    const { driver, networks } = engine;
    while (network.containers.length > 0) await this.#stop(engine, network);
    networks.splice(networks.indexOf(network), 1);
    if (network.gateway !== undefined) {
      const Address = network.gateway;
      await this.#ask(() => driver.releaseAddress({ PoolID: network.poolId, Address }));
    }
    await this.#ask(() => driver.releasePool({ PoolID: network.poolId }));
  }

  /** Has a driver do what waits in its journal: the next call does. */
  async #touch(driver: IpamDriver): Promise<void> {
    const pool = await driver.requestPool({ AddressSpace: "local/default", Pool: "", Options: {} });
    await driver.releasePool({ PoolID: pool.PoolID });
  }

  async #ask<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call();
    } catch (error) {
      const name = error instanceof Error ? error.name : String(error);
      this.#errors.set(name, (this.#errors.get(name) ?? 0) + 1);
      return undefined;
    }
  }

  #compare(books: readonly Entry[]): DockerOutcome {
    const outcome = { lost: [] as string[], twice: [] as string[], leaked: [] as string[] };
    const held = this.#engines.flatMap(({ networks }) => networks);
    const subnets = books.filter(({ type }) => type === "network").flatMap(({ places }) => places);
    const addresses = books.filter(({ type }) => type === "fixedaddress").flatMap(({ places }) => places);
    const owners = new Map<string, string>();
    for (const { subnet, sharedBy, poolId, gateway, containers } of held) {
      const owner = sharedBy ?? poolId;
      if ((owners.get(subnet) ?? owner) !== owner)
        outcome.twice.push(`${subnet}: ${owners.get(subnet)} and ${owner}`);
      owners.set(subnet, owner);
      if (!subnets.includes(subnet)) outcome.lost.push(`${subnet} of ${owner}`);
      for (const ip of [gateway, ...containers.map((one) => one.ip)])
        if (ip !== undefined && !addresses.includes(ip)) outcome.lost.push(`${ip} in ${subnet} of ${owner}`);
    }
    const taken = held.flatMap(({ containers }) => containers.map(({ ip }) => ip));
    for (const [index, ip] of taken.entries())
      if (taken.indexOf(ip) !== index) outcome.twice.push(`${ip} is of two containers`);
    for (const subnet of subnets) if (!owners.has(subnet)) outcome.leaked.push(subnet);
    const told = new Set([...taken, ...held.flatMap(({ gateway }) => gateway ?? [])]);
    const unknown = books.filter(({ type, places: [ip = ""] }) => type === "fixedaddress" && !told.has(ip));
    for (const subnet of [...subnets, ""]) {
      const extra = unknown.filter(({ places: [ip = ""] }) => subnetAround(subnets, ip) === subnet);
      const users = held.filter((network) => network.subnet === subnet);
      // An engine that shares a subnet has a mark in it.
      const marks = users.filter(({ sharedBy }) => sharedBy !== undefined).length;
      if (extra.length > marks + (this.#unfinished.get(subnet) ?? 0))
        outcome.leaked.push(...extra.map(({ ref }) => ref));
    }
    const { networks, containers } = { networks: this.#networks, containers: this.#containers };
    return { ...outcome, networks, containers, errors: Object.fromEntries(this.#errors) };
  }
}

function subnetAround(subnets: readonly string[], ip: string): string {
  const address = parseAddress(ip);
  return (
    subnets.find((subnet) => address !== undefined && contains(parseBlock(subnet) as Block, address)) ?? ""
  );
}
