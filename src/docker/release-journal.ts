import { explain, isInfobloxError } from "../errors.js";
import { oneLine, redact } from "../redaction.js";
import type { DriverLogger, DriverSettings } from "./settings.js";
import type { StateFile } from "./state-file.js";

/** A release that Docker asked for. Docker asks only once. Without `address` it is a pool's. */
export interface AskedRelease {
  readonly poolId: string;
  readonly address?: string | undefined;
}

/** A take that was under way when the driver was killed, by its request id. Docker never got its answer. */
export interface UnfinishedTake {
  readonly requestId: string;
  readonly networkView: string;
  /** The subnet, if the object can have addresses in several: a host record. */
  readonly cidr?: string | undefined;
}

export type PendingRelease = AskedRelease | UnfinishedTake;

const [shortestWait, longestWait] = [5_000, 300_000];
/** Milliseconds within which a grid may still carry out what a driver has sent, also one that was killed since. */
const lateWrites = 120_000;

/**
 * Repeats failed releases until they succeed: Docker never repeats them. With a file, each release is written down
 * before it begins, so that a driver that is killed meanwhile does it at its next start. Each take is written down
 * until just before Docker gets its answer, so that the next start rolls it back.
 */
export class ReleaseJournal {
  readonly #file: StateFile | undefined;
  readonly #release: (release: PendingRelease) => Promise<boolean>;
  readonly #logger: DriverLogger;
  readonly #now: () => number;
  /** What is pending, and since when. */
  readonly #pending = new Map<string, { readonly release: PendingRelease; readonly since: number }>();
  /** Takes that are under way. */
  readonly #taking = new Map<string, UnfinishedTake>();
  #loading: Promise<void> | undefined;
  #round: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #wait = shortestWait;

  constructor(
    file: StateFile | undefined,
    release: (release: PendingRelease) => Promise<boolean>,
    { logger, now }: Pick<DriverSettings, "logger" | "now">,
  ) {
    this.#file = file;
    this.#release = release;
    this.#logger = logger;
    this.#now = now;
  }

  get pending(): readonly PendingRelease[] {
    return [...this.#pending.values()].map(({ release }) => release);
  }

  /**
   * Takes something, and remembers the take while it is under way, and afterwards if its outcome is unknown. Without a
   * file it remembers nothing, because the memory would end with the process.
   */
  async taking<T>(take: UnfinishedTake, work: () => Promise<T>): Promise<T> {
    await this.load();
    const key = keyOf(take);
    this.#pending.delete(key);
    // A repetition that has begun may be rolling back the same take.
    await this.#round;
    if (this.#file === undefined) return work();
    this.#taking.set(key, take);
    await this.#write();
    try {
      return await work();
    } catch (error) {
      if (isInfobloxError(error, "UncertainWriteError")) {
        this.#note(take);
        this.#schedule();
      }
      throw error;
    } finally {
      this.#taking.delete(key);
      await this.#write();
    }
  }

  /** Does a release, and remembers it if it fails. */
  async doing<T>(release: AskedRelease, work: () => Promise<T>): Promise<T> {
    await this.load();
    this.#note(release);
    await this.#write();
    try {
      const result = await work();
      await this.forget(release);
      return result;
    } catch (error) {
      // A PoolID of another driver stays invalid: a repetition does not help.
      if (isInfobloxError(error, "InvalidRequestError")) await this.forget(release);
      else this.#schedule();
      throw error;
    }
  }

  /** Notes a release that nobody will ask for, to be done later. */
  async owe(release: AskedRelease): Promise<void> {
    this.#note(release);
    this.#schedule();
    await this.#write();
  }

  /**
   * Forgets a release that is done, or whose address or pool the engine uses again: a late release would take it away.
   */
  async forget(release: PendingRelease): Promise<void> {
    if (this.#pending.delete(keyOf(release))) await this.#write();
  }

  /** The addresses of the pool that wait for their release. */
  addressesOwedTo(poolId: string): readonly string[] {
    return this.pending.flatMap((one) => ("poolId" in one && one.poolId === poolId && one.address) || []);
  }

  /** Repeats what is pending, before something new is taken. Never fails: it tries the rest later. */
  async repeat(): Promise<void> {
    await this.load();
    if (this.#pending.size === 0) return;
    this.#round ??= this.#repeatAll().finally(() => {
      this.#round = undefined;
    });
    await this.#round;
  }

  /** Reads what an earlier process has left. */
  async load(): Promise<void> {
    this.#loading ??= this.#read();
    await this.#loading;
  }

  /** Stops the repetitions. */
  close(): void {
    clearTimeout(this.#timer);
  }

  async #repeatAll(): Promise<void> {
    for (const { release, since } of [...this.#pending.values()]) {
      // The engine may use it again since this round began.
      if (this.#pending.get(keyOf(release))?.release !== release) continue;
      try {
        const isReleased = await this.#release(release);
        if (isReleased) this.#logger.info(`released late: ${keyOf(release).trimEnd()}`);
        // Also after a rollback: the same request may arrive once more, or the killed driver's earlier one.
        if ("requestId" in release && this.#now() - since < lateWrites) continue;
        await this.forget(release);
        this.#wait = shortestWait;
      } catch (error) {
        // A subnet in use waits for its other users, and a take waits for the engine's start. The next release does not
        // depend on them.
        if (isInfobloxError(error, "SubnetInUseError")) continue;
        if (isInfobloxError(error) && error.code === "ERR_INFOBLOX_DOCKER_ENGINE") continue;
        const reason = oneLine(redact(explain(error)));
        this.#logger.warn(`${this.#pending.size} releases wait for the grid: ${reason}`);
        break;
      }
    }
    if (this.#pending.size > 0) this.#schedule();
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.repeat(), this.#wait);
    this.#timer.unref();
    this.#wait = Math.min(2 * this.#wait, longestWait);
  }

  async #read(): Promise<void> {
    const list = await this.#file?.read();
    if (!Array.isArray(list)) return;
    for (const release of list as readonly PendingRelease[]) this.#note(release);
    if (list.length > 0) this.#schedule();
  }

  #note(release: PendingRelease): void {
    this.#pending.set(keyOf(release), { release, since: this.#now() });
  }

  async #write(): Promise<void> {
    await this.#file?.write(() => [...this.pending, ...this.#taking.values()]);
  }
}

function keyOf(release: PendingRelease): string {
  if ("requestId" in release) return `${release.networkView} ${release.requestId} ${release.cidr ?? ""}`;
  return `${release.poolId} ${release.address ?? ""}`;
}
