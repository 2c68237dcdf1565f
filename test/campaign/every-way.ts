import { Ipam, type IpamOptions, isInfobloxError, type ProfileOption, type WapiClient } from "infoblox-ipam";
import { type Assumptions, FakeGrid, type Fault } from "infoblox-ipam/testing";
import { booksOf, type Entry } from "./books.js";
import { Chance } from "./chance.js";
import { textOf } from "./ledger.js";
import { clientIn, VirtualTime } from "./virtual-time.js";

/** The longest write of a grid that runs requests side by side, in milliseconds. */
export const longestRequest = 1_000;

/** A campaign that uses all calls, not only requests. The same settings give the same campaign. */
export interface EveryWay {
  /** A profile to keep on the grid before the campaign begins. */
  readonly profile?: ProfileOption | undefined;
  readonly seed: number;
  readonly operations: number;
  readonly processes?: number | undefined;
  readonly assumptions?: Partial<Assumptions> | undefined;
  readonly options?: IpamOptions | undefined;
  readonly faults?: readonly (Fault & { readonly probability: number })[] | undefined;
  /** Uses only these calls, to examine one. */
  readonly ways?: readonly Way[] | undefined;
}

export const ways = [
  "subnet",
  "subnet with id",
  "address",
  "address with id",
  "chunks",
  "description",
  "described subnet",
  "described host",
  "shared subnet",
  "plan or single",
  "added address",
  "moved host",
  "alias",
  "renamed host",
  "record",
  "text",
  "pruned description",
  "range",
  "collect",
] as const;

export type Way = (typeof ways)[number];

/** The violations at the end, a sentence for each object. */
export interface Violations {
  /** A caller holds it, but it does not exist, also because somebody else deleted it. */
  readonly lost: string[];
  readonly twice: string[];
  /** No caller got it, and no error named it. */
  readonly leaked: string[];
  /** A result or an error is not true. */
  readonly untrue: string[];
  /**
   * Released or refused, and then created by a late or second delivery of its create: a limit of objects without a place. A create
   * was refused if the grid refused each of its requests as a whole, and the caller was told so.
   */
  readonly risen: string[];
  /**
   * A second object of a call without a request id: it has the token of the object that the call gave. A late or second delivery of
   * the create leaves it, where guards do not see the first one.
   */
  readonly twins: string[];
}

export interface EveryWayOutcome extends Violations {
  readonly operations: number;
  readonly requests: number;
  readonly errors: Readonly<Record<string, number>>;
}

/** Every fault of a network, a proxy or a grid, with its probability for a request. */
export const everyFault: readonly (Fault & { readonly probability: number })[] = [
  { fail: "refuse", probability: 0.01 },
  { fail: "reset-before-commit", probability: 0.01 },
  { fail: "reset-after-commit", probability: 0.015 },
  { fail: "timeout-after-commit", probability: 0.005 },
  { fail: "late", lateBy: 400, probability: 0.01 },
  { fail: "late", lateBy: 9_000, probability: 0.005 },
  { fail: "twice", answer: "first", probability: 0.005 },
  { fail: "twice", answer: "second", probability: 0.005 },
  { fail: "twice", answer: "first", lateBy: 2_000, probability: 0.005 },
  { status: 503, afterCommit: true, probability: 0.005 },
  { status: 504, afterCommit: true, probability: 0.005 },
  { status: 429, retryAfter: 1, probability: 0.005 },
  { status: 408, afterCommit: true, probability: 0.003 },
  { fail: "wrong-json", probability: 0.005 },
  { fail: "not-json", probability: 0.005 },
  { cutAt: 7, probability: 0.005 },
  { fail: "half-open", probability: 0.003 },
];

/** Other errors are violations themselves. */
const excuses = new Set([
  "CircuitOpenError",
  "ConflictError",
  "ConnectionError",
  "NotFoundError",
  "PoolExhaustedError",
  "ServerError",
  "SubnetInUseError",
  "TimeoutError",
  "UncertainWriteError",
  "WapiError",
]);

interface Made {
  readonly ref: string;
  readonly created?: boolean | undefined;
  /** The CIDR or addresses that it takes. */
  readonly places: readonly string[];
  /** The caller's result. */
  readonly result: unknown;
}

interface Claim extends Made {
  readonly comment: string;
  state: "held" | "released" | "unknown";
}

/** The creation token that a result shows. */
function tokenOf({ result }: Claim): string | undefined {
  return (result as { extattrs?: Record<string, string> } | undefined)?.extattrs?.["Request Attempt"];
}

/** A campaign that loads everything that is loaded on first use, so that later ones never wait for a disk. */
let loading: Promise<unknown> | undefined;

export async function everyWay(settings: EveryWay): Promise<EveryWayOutcome> {
  loading ??= new Campaign({ seed: 1, operations: 120, faults: [] }).run();
  await loading;
  return new Campaign(settings).run();
}

class Campaign {
  readonly #settings: EveryWay;
  readonly #chance: Chance;
  /** For the times of transactions. */
  readonly #transactions: Chance;
  readonly #grid: FakeGrid;
  readonly #time: VirtualTime;
  readonly #claims: Claim[] = [];
  /** Texts of errors, by the comments of the requested objects. */
  readonly #told = new Map<string, string>();
  /** For shared objects: the references that callers got, and how many results said `created: true`. */
  readonly #shared = new Map<string, { readonly refs: Set<string>; created: number }>();
  /** Addresses that calls added to hosts. */
  readonly #added: { readonly host: string; readonly ip: string }[] = [];
  readonly #uncertainHosts = new Set<string>();
  /** Aliases that calls gave to hosts. */
  readonly #aliases: { readonly host: string; readonly alias: string }[] = [];
  readonly #errors = new Map<string, number>();
  readonly #untrue: string[] = [];
  #begun = 0;

  constructor(settings: EveryWay) {
    this.#settings = settings;
    this.#chance = new Chance(settings.seed);
    this.#transactions = this.#chance.branch();
    this.#grid = FakeGrid.inMemory({
      setup: true,
      seed: {
        containers: ["10.0.0.0/8", "172.20.0.0/24", "2001:db8::/32"],
        networks: ["192.168.0.0/20", "192.168.64.0/24", "192.168.128.0/24", "2001:db9::/64"],
        zones: ["example.com"],
        attributes: ["Owner", "Network Name"],
        hosts: hostNames.map((name, index) => ({
          name,
          addresses: [`192.168.64.${index + 1}`],
          comment: `host ${name}`,
        })),
      },
      assumptions: settings.assumptions,
      ...(settings.assumptions?.isolation === "none" && { transactionTime: () => this.#transaction() }),
    });
    this.#grid.clock.freeze(0);
    this.#grid.clock.advance(3_600_000);
    this.#time = new VirtualTime((milliseconds) => this.#grid.clock.advance(milliseconds));
  }

  async run(): Promise<EveryWayOutcome> {
    const { seed, faults = everyFault, processes = 12, operations } = this.#settings;
    const clients = Array.from({ length: processes }, () => this.#client(this.#chance.branch()));
    const warm = this.#client();
    const { profile } = this.#settings;
    await this.#time.during(this.#chance.branch(), async () => {
      // The profile is kept on the grid, where each client reads it.
      if (profile !== undefined) await new Ipam(warm, { owner: "campaign" }).setup({ profile });
      // After this time, searches find it.
      await this.#time.sleep(60_000);
      await Promise.all([warm.find("grid"), new Ipam(warm).peekAddresses("192.168.0.0/20", 1)]);
    });
    return this.#time.during(this.#chance.branch(), async () => {
      this.#grid.faults.seed(seed);
      for (const fault of faults) this.#grid.faults.always(fault);
      await Promise.all(clients.map((client) => this.#process(client, this.#chance.branch())));
      this.#grid.faults.clear();
      const requests = this.#grid.requests.length;
      await this.#time.sleep(120_000);
      const books = await booksOf(this.#grid);
      return { operations, requests, errors: Object.fromEntries(this.#errors), ...this.#compare(books) };
    });
  }

  /** The time of a write that runs beside others. It is never longer than the profile of the grid says. */
  #transaction(): Promise<void> {
    const longest = this.#transactions.isBelow(0.05) ? longestRequest : 40;
    return this.#time.sleep(1 + (longest - 1) * this.#transactions.draw());
  }

  #client(chance?: Chance): WapiClient {
    return clientIn(this.#time, this.#grid, chance);
  }

  async #process(client: WapiClient, chance: Chance): Promise<void> {
    const ipam = new Ipam(client, { owner: "campaign", ...this.#settings.options });
    const mine: Claim[] = [];
    while (this.#begun < this.#settings.operations) {
      this.#begun += 1;
      const number = this.#begun;
      await this.#time.sleep(200 * chance.draw());
      if (mine.length > 0 && chance.isBelow(0.3)) await this.#release(ipam, chance, mine);
      else await this.#take(ipam, client, chance, mine, number);
    }
  }

  async #take(ipam: Ipam, client: WapiClient, chance: Chance, mine: Claim[], number: number): Promise<void> {
    const comment = `op-${number}`;
    const few = chance.index(6);
    const isIpv6 = chance.isBelow(0.2);
    switch (chance.pick(this.#settings.ways ?? ways)) {
      case "subnet": {
        // So few places that they often change owners.
        const from = isIpv6 ? "2001:db8::/32" : "172.20.0.0/24";
        const prefixLength = isIpv6 ? 64 : 28;
        const gateway = chance.isBelow(0.2) ? ("first" as const) : undefined;
        const made = () => ipam.requestSubnet({ from, prefixLength, comment, gateway });
        return this.#own(comment, mine, async () => [subnetOf(await made())]);
      }
      case "subnet with id": {
        const id = `subnet-${number - few}`;
        return this.#ofMany(id, async () => [
          subnetOf(
            await ipam.requestSubnet({ from: "10.0.0.0/8", prefixLength: 26, comment: id, requestId: id }),
          ),
        ]);
      }
      case "address": {
        const from = isIpv6 ? "2001:db9::/64" : "192.168.128.0/24";
        const name = chance.isBelow(0.5) ? `${comment}.example.com` : undefined;
        return this.#own(comment, mine, async () => [
          addressOf(
            await ipam.requestAddress({ from, comment, name, ...(isIpv6 && { duid: duidOf(number) }) }),
          ),
        ]);
      }
      case "address with id": {
        const id = `address-${number - few}`;
        return this.#ofMany(id, async () => [
          addressOf(await ipam.requestAddress({ from: "192.168.0.0/20", comment: id, requestId: id })),
        ]);
      }
      case "chunks":
        return this.#own(comment, mine, async () => {
          const all = ipam.requestAddressesInChunks({
            from: "192.168.0.0/20",
            count: 7,
            comment,
          });
          const made: Made[] = [];
          for await (const chunk of all) made.push(...[chunk].flat().map(addressOf));
          return made;
        });
      case "description":
        return this.#describe(ipam, `site-${number - few}`);
      case "described subnet": {
        const cidr = `10.200.${Math.floor(number / 12)}.0/28`;
        return this.#ofMany(`net-${cidr}`, async () => {
          const { object, created } = await ipam.ensureSubnet({ cidr, comment: `net-${cidr}` });
          return [{ ...subnetOf(object), created }];
        });
      }
      case "described host": {
        const name = `described-${number - few}.example.com`;
        return this.#ofMany(name, async () => {
          const { object, created } = await ipam.ensureHost({ name, from: "192.168.0.0/20", comment: name });
          return [{ ...addressOf(object), created }];
        });
      }
      case "shared subnet": {
        const name = `shared-${number - few}`;
        return this.#ofMany(name, async () => [
          subnetOf(
            await ipam.subnets.ensureShared({
              sharedBy: { "Network Name": name },
              from: "10.0.0.0/8",
              prefixLength: 26,
              comment: name,
            }),
          ),
        ]);
      }
      case "plan or single": {
        const id = `mixed-${number - few}`;
        const request = { from: "10.0.0.0/8", prefixLength: 26, comment: id } as const;
        return this.#ofMany(id, async () => {
          if (chance.isBelow(0.5))
            return [subnetOf(await ipam.requestSubnet({ ...request, requestId: `${id}/net` }))];
          const { net } = await ipam.plan({ requestId: id }).subnet("net", request).apply();
          return [subnetOf(net)];
        });
      }
      case "added address":
        return this.#add(ipam, chance.pick(hostNames.slice(0, 4)));
      case "moved host": {
        const name = chance.pick(hostNames.slice(4));
        return this.#attempt(name, async () => void (await ipam.hosts.move(name, { to: "192.168.64.0/24" })));
      }
      case "alias": {
        const [host, alias] = [chance.pick(hostNames.slice(0, 4)), `${comment}-alias.example.com`];
        return this.#attempt(comment, async () => {
          await ipam.hosts.addAliases(host, [alias]);
          this.#aliases.push({ host, alias });
        });
      }
      case "renamed host":
        return this.#attempt(comment, async () => {
          const name = `${comment}.example.com`;
          const host = await ipam.requestAddress({ from: "192.168.0.0/20", name, comment });
          const claim: Claim = { ...addressOf(host), comment, state: "unknown" };
          this.#claims.push(claim);
          const { ref } = await ipam.hosts.rename(host, `renamed-${name}`);
          this.#claims.splice(this.#claims.indexOf(claim), 1, { ...claim, ref, state: "held" });
        });
      case "text": {
        const name = `texts-${few}.example.com`;
        return this.#own(comment, mine, async () => {
          const record = await ipam.dns.add({ type: "TXT", name, text: `${comment} "quoted"`, comment });
          return [{ ref: record.ref, places: [], result: record }];
        });
      }
      case "pruned description":
        return this.#prune(client, `pruned-${number - few}`, chance.isBelow(0.5));
      case "record": {
        const name = `${comment}.example.com`;
        return this.#own(comment, mine, async () => {
          const record = await ipam.dns.add({ type: "A", name, from: "192.168.0.0/20", comment });
          return [{ ref: record.ref, places: [], result: record }];
        });
      }
      case "range": {
        const last = 16 * (1 + few);
        const block = `192.168.64.${128 + last}`;
        return this.#own(comment, mine, async () => {
          const range = await ipam.ranges.request({ first: block, last: block, comment });
          return [{ ref: range.ref, places: [], result: range }];
        });
      }
      case "collect": {
        if (chance.isBelow(0.3)) return this.#attempt(comment, async () => void (await ipam.collect()));
        return this.#attempt(comment, async () => {
          const kept = await ipam.requestAddress({ from: "192.168.0.0/20", comment, expiresIn: 60 });
          // If it is not renewed, another process may collect it.
          const claim: Claim = { ...addressOf(kept), comment, state: "unknown" };
          this.#claims.push(claim);
          await ipam.renew(kept, { expiresIn: 86_400 });
          claim.state = "held";
        });
      }
    }
  }

  /** Objects that a caller creates for itself. */
  async #own(comment: string, mine: Claim[], make: () => Promise<Made[]>): Promise<void> {
    await this.#attempt(comment, async () => {
      const made = await make();
      const claims = made.map((one): Claim => ({ ...one, comment, state: "held" }));
      if (made.some(({ created }) => created === false)) this.#untrue.push(`${comment}: created is false`);
      this.#claims.push(...claims);
      mine.push(...claims);
    });
  }

  /** Objects that several callers request by one id or name: all get the same object, and one of them created it. */
  async #ofMany(key: string, make: () => Promise<Made[]>): Promise<void> {
    await this.#attempt(key, async () => {
      for (const { ref, created } of await make()) this.#note(key, ref, created === true);
    });
  }

  #note(key: string, ref: string, created: boolean): void {
    const known = this.#shared.get(key) ?? { refs: new Set<string>(), created: 0 };
    known.refs.add(ref);
    if (created) known.created += 1;
    this.#shared.set(key, known);
  }

  async #describe(ipam: Ipam, name: string): Promise<void> {
    await this.#attempt(name, async () => {
      const { objects } = await ipam.ensure({
        name,
        subnets: [{ name: "blue", from: "10.0.0.0/8", prefixLength: 26, comment: `${name}-blue` }],
        reservations: [{ name: "spare", from: "192.168.0.0/20", comment: `${name}-spare` }],
      });
      for (const { path, object, action } of objects) {
        const key = path === "subnets[0]" ? `${name}-blue` : `${name}-spare`;
        if (object !== undefined) this.#note(key, object.ref, action === "create");
      }
    });
  }

  /** Two descriptions of one name, with and without an entry. In any order, the entries of both stay. */
  async #prune(client: WapiClient, name: string, isWhole: boolean): Promise<void> {
    // A separate owner: prune deletes all objects of an owner that are not described.
    const ipam = new Ipam(client, { ...this.#settings.options, owner: "pruning" });
    await this.#attempt(name, async () => {
      const entry = (entryName: string) => ({
        ...{ name: entryName, from: "10.0.0.0/8", prefixLength: 26 },
        comment: `${name}-${entryName}`,
      });
      const { objects } = await ipam.ensure(
        { name, subnets: [entry("stays"), ...(isWhole ? [entry("goes")] : [])] },
        { prune: true },
      );
      const stays = objects.find(({ path }) => path === "subnets[0]");
      if (stays?.object !== undefined)
        this.#note(`${name}-stays`, stays.object.ref, stays.action === "create");
    });
  }

  async #add(ipam: Ipam, host: string): Promise<void> {
    try {
      const { address } = await ipam.hosts.addAddress(host, { from: "192.168.0.0/20" });
      this.#added.push({ host, ip: address.ip });
    } catch (error) {
      this.#count(error);
      if (isInfobloxError(error, "UncertainWriteError")) this.#uncertainHosts.add(host);
    }
  }

  async #attempt(comment: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#count(error);
      this.#told.set(comment, `${this.#told.get(comment) ?? ""}\n${textOf(error)}`);
    }
  }

  async #release(ipam: Ipam, chance: Chance, mine: Claim[]): Promise<void> {
    const claim = chance.take(mine);
    if (claim === undefined) return;
    const { ref, result } = claim;
    try {
      if (!ref.startsWith("record:") && chance.isBelow(0.2))
        await ipam
          .plan()
          .release("gone", result as never, { cascade: ref.includes("network/") })
          .apply();
      else if (ref.startsWith("range")) await ipam.ranges.release(result as never);
      else if (/^record:(a|cname|txt)\//.test(ref)) await ipam.dns.remove(result as never);
      else if (/^(ipv6)?network\//.test(ref)) await ipam.releaseSubnet(result as never, { cascade: true });
      else await ipam.releaseAddress(result as never);
      claim.state = "released";
    } catch (error) {
      this.#count(error);
      claim.state = "unknown";
    }
  }

  #count(error: unknown): void {
    const name = error instanceof Error ? error.name : String(error);
    this.#errors.set(name, (this.#errors.get(name) ?? 0) + 1);
    if (!excuses.has(name)) this.#untrue.push(`throws ${textOf(error).slice(0, 300)}`);
  }

  #compare(books: readonly Entry[]): Violations {
    const found: Violations = {
      lost: [],
      twice: [],
      leaked: [],
      untrue: [...this.#untrue],
      risen: [],
      twins: [],
    };
    const byRef = new Map(books.map((entry) => [entry.ref, entry]));
    for (const { ref, comment, state } of this.#claims)
      if (state === "held" && byRef.get(ref)?.comment !== comment) found.lost.push(`${ref} of ${comment}`);
    for (const entry of books.filter(({ comment }) => /^op-\d+$/.test(comment))) {
      const own = this.#claims.filter(({ ref, comment }) => ref === entry.ref && comment === entry.comment);
      if (own.some(({ state }) => state !== "released")) continue;
      // A renamed object may have either name. Its token shows whose it is.
      if (this.#claims.some((one) => one.state === "unknown" && tokenOf(one) === entry.token)) continue;
      const told = this.#told.get(entry.comment) ?? "";
      // The hint of an error names the token of the call, which begins the tokens of its objects.
      const names = [entry.ref, entry.token?.replace(/:.*/, "")];
      // An object that is created again may get another address. Its token shows whose it was.
      const isRisen = this.#claims.some(
        (one) => one.comment === entry.comment && one.state === "released" && tokenOf(one) === entry.token,
      );
      if (isRisen) {
        found.risen.push(`${entry.ref} of ${entry.comment}`);
        continue;
      }
      if (own.length === 0 && names.some((name) => name !== undefined && told.includes(name))) continue;
      const isTwin = this.#claims.some(
        (one) => one.comment === entry.comment && tokenOf(one) === entry.token,
      );
      const isLate = own.length > 0 || (entry.requestId === undefined && this.#wasRefused(entry.token, told));
      const kind = isLate ? "risen" : isTwin && entry.requestId === undefined ? "twins" : "leaked";
      found[kind].push(`${entry.ref} of ${entry.comment}`);
    }
    this.#compareShared(books, found);
    this.#compareAdded(books, found);
    for (const { host, alias } of this.#aliases) {
      const entry = books.find(({ comment }) => comment === `host ${host}`);
      if (entry?.aliases.includes(alias) === false) found.lost.push(`${alias} of ${host}`);
    }
    for (const { comment } of books.filter((entry) => entry.comment.endsWith("-goes")))
      if (books.filter((entry) => entry.comment === comment).length > 1)
        found.twice.push(`${comment} stands twice`);
    this.#comparePlaces(books, found);
    return found;
  }

  #wasRefused(token: string | undefined, told: string): boolean {
    const { requestIsTransactional = true } = this.#settings.assumptions ?? {};
    if (token === undefined || !told.includes("ConflictError") || told.includes("UncertainWriteError"))
      return false;
    const create = `"Request Attempt":{"value":"${token}"}`;
    const creates = this.#grid.requests.filter(({ body }) => JSON.stringify(body ?? "").includes(create));
    // The create of a range is the first step of its request: if the grid refuses that one, it has kept nothing.
    const isWhole = requestIsTransactional || told.includes("overlaps the range");
    return isWhole && creates.length > 0 && creates.every(({ status }) => status === 400);
  }

  #compareShared(books: readonly Entry[], { twice, lost, untrue }: Violations): void {
    for (const [key, { refs, created }] of this.#shared) {
      const standing = books.filter(({ comment }) => comment === key).map(({ ref }) => ref);
      if (refs.size > 1) twice.push(`${key}: ${[...refs].join(" and ")}`);
      if (created > 1) untrue.push(`${key}: ${created} calls say that they created it`);
      for (const ref of refs) if (!books.some((entry) => entry.ref === ref)) lost.push(`${ref} of ${key}`);
      if (standing.length > 1)
        twice.push(`${key} stands ${standing.length} times: ${standing.join(" and ")}`);
    }
  }

  #compareAdded(books: readonly Entry[], { twice, lost, leaked }: Violations): void {
    const ips = this.#added.map(({ ip }) => ip);
    for (const [index, ip] of ips.entries())
      if (ips.indexOf(ip) !== index) twice.push(`${ip} was added twice`);
    for (const name of hostNames.slice(0, 4)) {
      const told = this.#added.filter(({ host }) => host === name).map(({ ip }) => ip);
      const entry = books.find(({ comment }) => comment === `host ${name}`);
      const there = entry?.places ?? [];
      if (entry === undefined) continue;
      for (const ip of told) if (!there.includes(ip)) lost.push(`${ip} of ${name}`);
      const extra = there.filter((ip) => !told.includes(ip) && !ip.startsWith("192.168.64."));
      if (extra.length > 0 && !this.#uncertainHosts.has(name)) leaked.push(`${extra.join(", ")} of ${name}`);
    }
  }

  /** Each subnet and each address has one holder. */
  #comparePlaces(books: readonly Entry[], { twice }: Violations): void {
    const holders = new Map<string, string>();
    for (const { type, places, ref } of books) {
      if (type === "range" || type === "networkcontainer" || type.startsWith("record:cname")) continue;
      for (const place of places.filter((one) => /^[\d.]+$|:/.test(one))) {
        const other = holders.get(place);
        if (other !== undefined) twice.push(`${place}: ${other} and ${ref}`);
        holders.set(place, ref);
      }
    }
  }
}

const hostNames = Array.from({ length: 8 }, (_, index) => `server-${index}.example.com`);

type Given = { readonly ref: string; readonly created?: boolean | undefined } | undefined;

function subnetOf(result: (Given & { readonly cidr: string }) | undefined): Made {
  if (result === undefined) throw new Error("no subnet was given");
  return { ref: result.ref, places: [result.cidr], created: result.created, result };
}

function addressOf(result: (Given & { readonly ip: string }) | undefined): Made {
  if (result === undefined) throw new Error("no address was given");
  return { ref: result.ref, places: [result.ip], created: result.created, result };
}

function duidOf(number: number): string {
  const digits = number.toString(16).padStart(8, "0");
  return `00:03:00:01:06:00:${digits.replace(/(..)(?!$)/g, "$1:")}`;
}
