import { Ipam, type ProfileOption, type WapiClient } from "infoblox-ipam";
import { type Assumptions, FakeGrid, type Fault } from "infoblox-ipam/testing";
import { Chance } from "./chance.js";
import type { Customer } from "./customers.js";
import { isSubnet } from "./customers.js";
import { type Findings, type Holding, Ledger, type Standing } from "./ledger.js";
import { gridSeed, newOrder, type Order } from "./orders.js";
import { clientIn, VirtualTime } from "./virtual-time.js";

/** One campaign. The same settings give the same campaign, request by request. */
export interface Campaign {
  readonly seed: number;
  readonly operations: number;
  /** How many processes run at a time, each with its own client. */
  readonly processes?: number | undefined;
  readonly assumptions?: Partial<Assumptions> | undefined;
  /** A profile to keep on the grid before the campaign begins. */
  readonly profile?: ProfileOption | undefined;
  /** Whether the network may deliver a write twice. */
  readonly duplicatesWrites?: boolean | undefined;
  /** A factor for how often each fault strikes. */
  readonly harm?: number | undefined;
  readonly customer: (wapi: WapiClient, chance: Chance, sleep: (ms: number) => Promise<void>) => Customer;
}

/** The outcome of a campaign. */
export interface Outcome extends Findings {
  readonly operations: number;
  readonly requests: number;
  /** How many subnets and addresses were given. */
  readonly given: number;
  /** How many errors were thrown, by name. */
  readonly errors: Readonly<Record<string, number>>;
  /** Subnets without the one gateway that they were given with. */
  readonly wrongGateways: string[];
  /** Minutes on the grid's clock. */
  readonly minutes: number;
}

/** Every kind of fault, with its probability for a request. */
const faults: readonly (Fault & { readonly probability: number })[] = [
  { fail: "refuse", probability: 0.01 },
  { fail: "reset-before-commit", probability: 0.01 },
  { fail: "reset-after-commit", probability: 0.02 },
  { fail: "timeout-before-commit", probability: 0.005 },
  { fail: "timeout-after-commit", probability: 0.01 },
  { fail: "truncate", probability: 0.015 },
  { fail: "not-json", probability: 0.01 },
  { fail: "redirect", probability: 0.005 },
  { status: 401, probability: 0.01 },
  { status: 429, retryAfter: 1, probability: 0.01 },
  { status: 502, probability: 0.01 },
  { status: 503, probability: 0.01 },
  { status: 504, probability: 0.01 },
  { fail: "duplicate", on: ["GET", "PUT", "DELETE"], probability: 0.01 },
];

/**
 * Delivers twice only requests with a `request` object: those with a request id or several steps. A plain create
 * without an id is left out: finding a second delivery would take a search each time, which is a documented limit.
 */
const duplicateWrites: Fault = { fail: "duplicate", on: "POST", object: "request", probability: 0.02 };

const failoverEvery = 30_000;
const failoverTime = 3_000;

export async function run(campaign: Campaign): Promise<Outcome> {
  return new Running(campaign).run();
}

/** A running campaign. */
class Running {
  readonly #campaign: Campaign;
  readonly #chance: Chance;
  readonly #grid: FakeGrid;
  readonly #time: VirtualTime;
  readonly #ledger = new Ledger();
  /** Orders with request ids that several processes share, newest last. */
  readonly #shared: Order[] = [];
  #begun = 0;
  #orders = 0;
  #given = 0;

  constructor(campaign: Campaign) {
    this.#campaign = campaign;
    this.#chance = new Chance(campaign.seed);
    this.#grid = FakeGrid.inMemory({ setup: true, seed: gridSeed, assumptions: campaign.assumptions });
    this.#grid.clock.freeze(0);
    // The grid's first objects count as old.
    this.#grid.clock.advance(3_600_000);
    this.#time = new VirtualTime((milliseconds) => this.#grid.clock.advance(milliseconds));
  }

  async run(): Promise<Outcome> {
    const clients = await this.#time.during(this.#chance.branch(), () => this.#warmUp());
    return this.#time.during(this.#chance.branch(), async () => {
      this.#grid.faults.seed(this.#campaign.seed);
      this.#harm();
      const all = clients.map((client) => this.#process(client, this.#chance.branch()));
      await Promise.race([Promise.all(all), this.#failovers()]);
      await Promise.all(all);
      return await this.#outcome();
    });
  }

  /** Loads everything that is loaded on first use, so that nothing waits for a disk later. */
  async #warmUp(): Promise<WapiClient[]> {
    const { profile } = this.#campaign;
    if (profile !== undefined) {
      await new Ipam(this.#client()).setup({ profile });
      // After this time, searches find it.
      await this.#time.sleep(60_000);
    }
    const customer = this.#campaign.customer(this.#client(), this.#chance.branch(), () => Promise.resolve());
    for (const from of ["10.0.0.0/8", "2001:db8::/32"]) {
      const order = {
        kind: "subnet",
        comment: "warm-up",
        from,
        prefixLength: 64,
        gateway: undefined,
      } as const;
      const [subnet] = await customer.take(from.includes(":") ? order : { ...order, prefixLength: 24 });
      if (subnet) await customer.release(subnet);
    }
    const addresses = { kind: "addresses", comment: "warm-up", from: "192.168.0.0/20" } as const;
    await customer.releaseMany(await customer.take({ ...addresses, count: 2, allOrNothing: false }));
    const planned = { from: "10.0.0.0/8", prefixLength: 24, gateway: undefined, name: "warm-up.example.com" };
    await customer.releasePlan(await customer.take({ kind: "plan", comment: "warm-up", ...planned }));
    const { processes = 24 } = this.#campaign;
    const clients = Array.from({ length: processes }, () => this.#client(this.#chance.branch()));
    await Promise.all(clients.map((wapi) => wapi.find("grid")));
    this.#grid.clearRequests();
    return clients;
  }

  #harm(): void {
    const { harm = 1, duplicatesWrites = true } = this.#campaign;
    const all = duplicatesWrites ? [...faults, duplicateWrites] : faults;
    for (const fault of all) {
      this.#grid.faults.always({ ...fault, probability: (fault.probability ?? 1) * harm });
    }
  }

  /** Sometimes the node that answers is not the master for a while. */
  async #failovers(): Promise<void> {
    for (;;) {
      await this.#time.sleep(failoverEvery);
      if (this.#begun >= this.#campaign.operations) return;
      this.#grid.faults.clear();
      this.#grid.faults.during(failoverTime, { fail: "read-only" });
      this.#harm();
    }
  }

  #client(chance?: Chance): WapiClient {
    return clientIn(this.#time, this.#grid, chance);
  }

  async #process(client: WapiClient, chance: Chance): Promise<void> {
    const { customer: open, operations } = this.#campaign;
    const customer = open(client, chance.branch(), (ms) => this.#time.sleep(ms));
    const mine: Holding[] = [];
    const earlier: Order[] = [];
    while (this.#begun < operations) {
      this.#begun += 1;
      await this.#time.sleep(200 * chance.draw());
      const draw = chance.draw();
      if (draw < 0.25 && mine.length > 0) await this.#release(customer, chance, mine);
      else if (draw < 0.4) await this.#take(customer, this.#sharedOrder(chance));
      else if (draw < 0.5 && earlier.length > 0) await this.#take(customer, chance.pick(earlier));
      else {
        const order = newOrder(chance, this.#nextNumber(), chance.isBelow(0.4));
        if (order.requestId !== undefined) earlier.push(order);
        const holdings = await this.#take(customer, order);
        // An object with a request id stays, so that it can be requested again.
        if (order.requestId === undefined || chance.isBelow(0.3)) {
          mine.push(...holdings);
          if (order.requestId !== undefined && holdings.length > 0) earlier.pop();
        }
      }
    }
  }

  /** An order that another process may be requesting at this moment, or a new one. */
  #sharedOrder(chance: Chance): Order {
    const latest = this.#shared.slice(-5);
    if (latest.length > 0 && chance.isBelow(0.7)) return chance.pick(latest);
    const order = newOrder(chance, this.#nextNumber(), true);
    this.#shared.push(order);
    return order;
  }

  async #take(customer: Customer, order: Order): Promise<readonly Holding[]> {
    try {
      const things = await customer.take(order);
      this.#given += things.length;
      return this.#ledger.given(order, things);
    } catch (error) {
      this.#ledger.refused(order, error);
      return [];
    }
  }

  async #release(customer: Customer, chance: Chance, mine: Holding[]): Promise<void> {
    const first = chance.take(mine);
    if (first === undefined) return;
    const isPlan = first.order.kind === "plan";
    const isMany = !isPlan && !isSubnet(first.thing.ref) && chance.isBelow(0.5);
    const others = isPlan
      ? mine.filter(({ order }) => order === first.order)
      : isMany
        ? mine.filter(({ order, thing }) => order.kind !== "plan" && !isSubnet(thing.ref)).slice(0, 10)
        : [];
    for (const other of others) mine.splice(mine.indexOf(other), 1);
    const holdings = isPlan ? inOrderOf(plannedParts, [first, ...others]) : [first, ...others];
    try {
      if (isPlan) await customer.releasePlan(holdings.map(({ thing }) => thing));
      else if (isMany) await customer.releaseMany(holdings.map(({ thing }) => thing));
      else await customer.release(first.thing);
      this.#ledger.released(holdings);
    } catch (error) {
      this.#ledger.unreleased(holdings, error);
    }
  }

  #nextNumber(): number {
    this.#orders += 1;
    return this.#orders;
  }

  async #outcome(): Promise<Outcome> {
    const requests = this.#grid.requests.length;
    this.#grid.faults.clear();
    await this.#time.sleep(60_000);
    const wapi = this.#client();
    const standing = await standingIn(wapi);
    return {
      operations: this.#campaign.operations,
      requests,
      given: this.#given,
      errors: Object.fromEntries(this.#ledger.errors),
      ...this.#ledger.compare(standing),
      wrongGateways: await wrongGateways(wapi, this.#ledger.held),
      minutes: Math.round(this.#time.now / 60_000),
    };
  }
}

/** The objects of a plan, in order. */
const plannedParts = ["net", "host", "alias"];

function inOrderOf(parts: readonly string[], holdings: readonly Holding[]): Holding[] {
  const place = ({ thing: { part = "" } }: Holding) => parts.indexOf(part);
  return [...holdings].sort((one, other) => place(one) - place(other));
}

const madeByOrder = /^order-\d+$/;

/** The grid's objects that were created for an order. */
async function standingIn(wapi: WapiClient): Promise<Standing[]> {
  const fields = ["comment", "extattrs"] as const;
  const found = await Promise.all([
    wapi.find("network", { fields }),
    wapi.find("ipv6network", { fields }),
    wapi.find("record:host", { fields }),
    wapi.find("fixedaddress", { fields }),
    wapi.find("ipv6fixedaddress", { fields }),
    wapi.find("record:cname", { fields }),
  ]);
  return found.flat().flatMap(({ _ref: ref, comment = "", extattrs }) => {
    const attempt = extattrs?.["Request Attempt"];
    const text = typeof attempt === "string" ? /[0-9a-f]+(-[0-9a-f]+){4}/.exec(attempt)?.[0] : undefined;
    return madeByOrder.test(comment) ? [{ ref, comment, attempt: text }] : [];
  });
}

/** Subnets whose gateways differ from the one in the caller's result. */
async function wrongGateways(wapi: WapiClient, held: readonly Holding[]): Promise<string[]> {
  const where = { comment: { matches: "gateway", ignoreCase: true } } as const;
  const fixed4 = await wapi.find("fixedaddress", { where, fields: ["network", "ipv4addr"] });
  const fixed6 = await wapi.find("ipv6fixedaddress", { where, fields: ["network", "ipv6addr"] });
  const gateways = new Map<string, string[]>();
  const add = (network = "", ip = "") => gateways.set(network, [...(gateways.get(network) ?? []), ip]);
  for (const { network, ipv4addr } of fixed4) add(network, ipv4addr);
  for (const { network, ipv6addr } of fixed6) add(network, ipv6addr);
  return held.flatMap(({ thing: { ref, gateway, result } }) => {
    if (!isSubnet(ref)) return [];
    const { cidr } = result as { readonly cidr: string };
    const there = (gateways.get(cidr) ?? []).join(", ");
    return there === (gateway ?? "") ? [] : [`${ref}: ${there || "none"} instead of ${gateway ?? "none"}`];
  });
}
