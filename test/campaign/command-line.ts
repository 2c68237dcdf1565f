import { FakeGrid } from "infoblox-ipam/testing";
import { type Ended, ended, environment } from "../unit/cli/grid-session.js";
import { session } from "../unit/cli/session.js";
import { booksOf, type Entry } from "./books.js";
import { Chance } from "./chance.js";
import { everyFault } from "./every-way.js";
import { shortPauses } from "./short-pauses.js";

/** Shells that request and release by id on one grid, on a bad network. A command that fails is run again. */
export interface CommandCampaign {
  readonly seed: number;
  readonly operations: number;
  readonly shells?: number | undefined;
}

/** What is wrong at the end, a sentence for each. */
export interface CommandOutcome {
  /** A command has printed it, and the grid doesn't have it. */
  readonly lost: string[];
  /** Two have one place, or one id has two. */
  readonly twice: string[];
  /** The grid has it, and it was released or nobody asked for it. */
  readonly leaked: string[];
  readonly requested: number;
  readonly released: number;
  /** How often a command ended with this exit code. */
  readonly exitCodes: Readonly<Record<string, number>>;
}

interface Slot {
  readonly id: string;
  readonly request: readonly string[];
  readonly release: readonly string[];
  /** What the last command printed; `undefined` after a release. */
  place: string | undefined;
}

/** A socket in real time stands for these too long. */
const inTime = everyFault.filter(
  ({ fail = "" }) => !["half-open", "timeout-after-commit"].includes(String(fail)),
);

export async function commandCampaign(settings: CommandCampaign): Promise<CommandOutcome> {
  const seed = { containers: ["10.0.0.0/16"], networks: ["192.168.0.0/22"], zones: ["example.com"] };
  const grid = await FakeGrid.listen({ tls: false, setup: true, seed });
  const restore = shortPauses();
  try {
    grid.faults.seed(settings.seed);
    for (const fault of inTime) grid.faults.always(fault);
    return await new Campaign(grid, settings).run();
  } finally {
    restore();
    await grid.close();
  }
}

class Campaign {
  readonly #grid: FakeGrid;
  readonly #settings: CommandCampaign;
  readonly #exitCodes = new Map<string, number>();
  #begun = 0;
  #requested = 0;
  #released = 0;

  constructor(grid: FakeGrid, settings: CommandCampaign) {
    this.#grid = grid;
    this.#settings = settings;
  }

  async run(): Promise<CommandOutcome> {
    const { seed, shells = 4 } = this.#settings;
    const chance = new Chance(seed);
    const slots = await Promise.all(
      Array.from({ length: shells }, (_, shell) => this.#work(slotsOf(shell), chance.branch())),
    );
    this.#grid.faults.clear();
    // What is late comes now. A late create may stand again after a release: the same command again is the last word.
    await this.#grid.faults.deliverLate();
    for (const slot of slots.flat()) {
      if (slot.place === undefined) await this.#untilDone(slot.release);
      else await this.#request(slot, 1);
    }
    const books = await booksOf(this.#grid);
    return {
      ...compare(slots.flat(), books),
      requested: this.#requested,
      released: this.#released,
      exitCodes: Object.fromEntries(this.#exitCodes),
    };
  }

  async #work(slots: readonly Slot[], chance: Chance): Promise<readonly Slot[]> {
    while (this.#begun < this.#settings.operations) {
      this.#begun += 1;
      const slot = chance.pick(slots);
      if (slot.place !== undefined && chance.isBelow(0.5)) await this.#release(slot);
      else await this.#request(slot, chance.isBelow(0.3) ? 2 : 1);
    }
    return slots;
  }

  /** @param times - how many shells run the command at once */
  async #request(slot: Slot, times: number): Promise<void> {
    const runs = await Promise.all(Array.from({ length: times }, () => this.#untilDone(slot.request)));
    for (const run of runs) {
      const printed = JSON.parse(run.stdout) as { readonly cidr?: string; readonly ip?: string };
      // An address names its subnet, too.
      const place = printed.ip ?? printed.cidr ?? "";
      if (slot.place !== undefined && slot.place !== place)
        throw new Error(`${slot.id} was ${slot.place}, and is ${place}`);
      slot.place = place;
    }
    this.#requested += 1;
  }

  async #release(slot: Slot): Promise<void> {
    await this.#untilDone(slot.release);
    slot.place = undefined;
    this.#released += 1;
  }

  /** Runs a command again until it ends with 0, as its help says. */
  async #untilDone(command: readonly string[]): Promise<Ended> {
    for (let times = 1; ; times += 1) {
      const run = await ended(session([...command, "--json"], { env: environment(this.#grid) }));
      const code = String(run.exitCode);
      this.#exitCodes.set(code, (this.#exitCodes.get(code) ?? 0) + 1);
      if (run.exitCode === 0) return run;
      if (times === 20) throw new Error(`${command.join(" ")} failed ${times} times: ${run.stderr}`);
    }
  }
}

/** The ids of a shell: subnets, reservations and hosts. */
function slotsOf(shell: number): Slot[] {
  const from = ["--from", "192.168.0.0/22"];
  return Array.from({ length: 4 }, (_, number) => {
    const id = `shell-${shell}/${number}`;
    const byId = ["--request-id", id];
    const release = ["address", "release", ...byId];
    const requests = [
      ["subnet", "request", "--from", "10.0.0.0/16", "--prefix-length", "28", ...byId],
      ["address", "request", ...from, ...byId],
      ["host", "add", `h${shell}-${number}.example.com`, ...from, ...byId],
    ];
    const kind = number % requests.length;
    return {
      id,
      request: requests[kind] ?? [],
      release: kind === 0 ? ["subnet", "release", ...byId] : release,
      place: undefined,
    };
  });
}

function compare(
  slots: readonly Slot[],
  books: readonly Entry[],
): Pick<CommandOutcome, "lost" | "twice" | "leaked"> {
  const lost: string[] = [];
  const twice: string[] = [];
  const leaked: string[] = [];
  for (const { id, place } of slots) {
    const own = books.filter(({ requestId }) => requestId === id);
    if (place !== undefined && !own.some(({ places }) => places.includes(place)))
      lost.push(`${id}: ${place}`);
    if (own.length > 1) twice.push(`${id}: ${own.map(({ places }) => places.join()).join(" and ")}`);
    if (place === undefined && own.length > 0) leaked.push(`${id}: ${own[0]?.places.join()}`);
  }
  const requested = books.filter(({ requestId }) => requestId !== undefined).flatMap(({ places }) => places);
  twice.push(...requested.filter((place, index) => requested.indexOf(place) !== index));
  // Beside what was seeded, only what has an id.
  const seeded = ["10.0.0.0/16", "192.168.0.0/22"];
  const others = books.filter(({ requestId }) => requestId === undefined).flatMap(({ places }) => places);
  leaked.push(...others.filter((place) => !seeded.includes(place)));
  return { lost, twice, leaked };
}
