import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { invalid } from "../errors.js";
import { markAttributes } from "../ipam/marks/attribute-names.js";
import type { Abortable } from "../ipam/requests/requests.js";
import { oneLine, redact, redactValue } from "../redaction.js";
import { releaseAddress, requestAddress } from "./addresses.js";
import { CloudAttributes } from "./cloud-attributes.js";
import { GivenAddresses } from "./given-addresses.js";
import { LoginBackoff } from "./login-backoff.js";
import type {
  AddressSpacesAnswer,
  Capabilities,
  CapabilitiesAnswer,
  IpamCalls,
  ReleaseAddressCall,
  ReleasePoolCall,
  RequestAddressAnswer,
  RequestAddressCall,
  RequestPoolAnswer,
  RequestPoolCall,
} from "./messages.js";
import { addressTypeOption, endpointNameOption, gatewayType, macOption, readCall } from "./messages.js";
import type { DriverParts } from "./parts.js";
import { addressSpaceName } from "./pool-order.js";
import { releasePool, requestPool } from "./pools.js";
import { Prerequisites } from "./prerequisites.js";
import type { Leftover, Reconciliation } from "./reconcile.js";
import { type PendingRelease, ReleaseJournal } from "./release-journal.js";
import { RepeatGuard } from "./repeat-guard.js";
import { RequestIds } from "./request-ids.js";
import type { DriverListenOptions, DriverServer } from "./server.js";
import { type DriverSettings, type IpamDriverOptions, normalizeOptions } from "./settings.js";
import type { ListenPlace } from "./socket.js";
import { StateFile } from "./state-file.js";
import { type DriverHealth, DriverStatus } from "./status.js";
import { rollBackTake } from "./unfinished-takes.js";
import { messageFor } from "./wording.js";

/** Options of `IpamDriver.reconcile`. */
export interface ReconcileOptions extends Abortable {
  /** Docker's own socket: `"/run/docker.sock"`. Default: the driver's. */
  readonly dockerSocket?: string | undefined;
  /** Releases what two comparisons show without a holder. Default `false`: only reports it. */
  readonly apply?: boolean | undefined;
  /** Milliseconds between the two comparisons. A container that is just starting shows in the second. Default ten minutes. */
  readonly apart?: number | undefined;
}

/** What the comparison with the engine found, and what the driver released. */
export interface Reconciled extends Reconciliation {
  readonly released: readonly Leftover[];
}

const tenMinutes = 600_000;

/**
 * Creates Docker's remote IPAM driver.
 *
 * @param options - `ipam` takes the subnets and addresses; `local` and `global` name their containers
 * @throws {InvalidRequestError} if an option is wrong
 * @example
 * import { createIpamDriver } from "infoblox-ipam/docker";
 *
 * const driver = createIpamDriver({ ipam, local: { networkView: "docker", containers: ["10.1.0.0/16"] } });
 * const server = await driver.listen({ socket: "/run/docker/plugins/infoblox.sock" });
 */
export function createIpamDriver(options: IpamDriverOptions): IpamDriver {
  return new IpamDriver(options);
}

/**
 * Docker's remote IPAM driver: a method per call of the protocol, and a server for Docker to call them.
 *
 * The driver keeps no state of its own. All that it needs is in the PoolID, which Docker keeps, and on the grid. It can
 * be killed and started again at any time, and any number of engines can share a grid.
 *
 * @example
 * const driver = createIpamDriver({ ipam, local: { networkView: "docker", containers: ["10.1.0.0/16"] } });
 * await using server = await driver.listen({ socket: "/run/docker/plugins/infoblox.sock" });
 */
export class IpamDriver implements IpamCalls {
  readonly #parts: DriverParts;
  readonly #logins: LoginBackoff;
  readonly #journal: ReleaseJournal;
  readonly #status = new DriverStatus();
  #askAgainAt = 0;

  constructor(options: IpamDriverOptions) {
    const settings = normalizeOptions(options);
    const { ipam } = settings;
    this.#logins = new LoginBackoff(stateFile(settings, "login@"), settings);
    this.#journal = new ReleaseJournal(
      stateFile(settings),
      (release) => this.#releaseAgain(release),
      settings,
    );
    this.#parts = {
      ipam,
      settings,
      attributes: new CloudAttributes(settings),
      ids: new RequestIds(idAttributeOf(ipam)),
      prerequisites: new Prerequisites(ipam),
      guard: new RepeatGuard(settings.now),
      given: new GivenAddresses(settings.now),
      journal: this.#journal,
    };
  }

  /**
   * Repeats a release of Docker's, or rolls back a take that was not finished. Returns whether anything was released.
   */
  #releaseAgain(release: PendingRelease): Promise<boolean> {
    return this.#logins.guarding(async (): Promise<boolean> => {
      if ("requestId" in release) return rollBackTake(this.#parts, release);
      const { poolId, address } = release;
      const released =
        address === undefined
          ? await releasePool(this.#parts, { PoolID: poolId })
          : await releaseAddress(this.#parts, { PoolID: poolId, Address: address });
      return released !== undefined;
    });
  }

  /**
   * Compares what the grid holds for this engine with the networks and containers that the engine shows, and reports
   * what has no holder. Releases nothing unless `apply` is set. With `apply`, it compares again after `apart`
   * milliseconds and releases what both comparisons show, but never a subnet of the global address space.
   *
   * @throws {InfobloxError} if the engine doesn't answer
   * @example
   * const { leftovers } = await driver.reconcile({ dockerSocket: "/run/docker.sock" });
   */
  async reconcile({
    dockerSocket = this.#parts.settings.dockerSocket,
    apply = false,
    apart = tenMinutes,
    signal,
  }: ReconcileOptions = {}): Promise<Reconciled> {
    if (dockerSocket === undefined)
      throw invalid("dockerSocket", dockerSocket, "is needed", "/run/docker.sock");
    const [{ readEngineState }, { compare, isReleasable, release }] = await Promise.all([
      import("./engine-state.js"),
      import("./reconcile.js"),
    ]);
    const look = async () => {
      const engine = await readEngineState(dockerSocket);
      return this.#logins.guarding(() => compare(this.#parts, engine, { signal }));
    };
    const first = await look();
    this.#status.leftovers = first.leftovers.length;
    const told = { leftovers: first.leftovers, compared: first.compared };
    if (!apply || !first.leftovers.some(isReleasable)) return { ...told, released: [] };
    await pause(apart, undefined, { signal });
    const { candidates } = await look();
    return { ...told, released: await release(this.#parts, first.candidates, candidates) };
  }

  /** What Docker asks when it first uses the driver's name. */
  activate(): { readonly Implements: readonly string[] } {
    return { Implements: ["IpamDriver"] };
  }

  /** The driver asks for MACs unless a listener is without them. Pools need no replay: the grid remembers them. */
  getCapabilities({ macAddresses = true }: Capabilities = {}): CapabilitiesAnswer {
    return { RequiresMACAddress: macAddresses, RequiresRequestReplay: false };
  }

  /** Two address spaces, even if both use one network view: their containers may differ. */
  getDefaultAddressSpaces(): AddressSpacesAnswer {
    const { local, global } = this.#parts.settings.spaces;
    return {
      LocalDefaultAddressSpace: addressSpaceName("local", local.networkView),
      GlobalDefaultAddressSpace: addressSpaceName("global", global.networkView),
    };
  }

  /**
   * Creates the network views and containers of the address spaces if they are missing, and defines the attribute that
   * keeps request ids. The first pool does the same; a call at the start shows early what is wrong. If the grid has
   * refused the password shortly before, also in an earlier process, it waits before it asks again.
   *
   * @throws {PermissionDeniedError} if the grid's user may not create them
   */
  async prepare(options: Abortable = {}): Promise<void> {
    const { prerequisites, settings } = this.#parts;
    await this.#logins.wait(options);
    const work = this.#logins.guarding(async () => {
      for (const space of Object.values(settings.spaces)) await prerequisites.prepare(space, options);
    });
    await this.#observed(work);
  }

  /**
   * Takes the subnet of a new network: the next free one, the one that `--subnet` names, or the one that engines share
   * by `network-name`. Each call without `--subnet` takes a new one.
   *
   * @throws {PoolExhaustedError} if no container has room
   * @throws {InvalidRequestError} if an option is wrong, in the words of the docker command
   * @throws {InfobloxError} if an engine has that subnet already, or keeps asking for the same one
   */
  async requestPool(given: RequestPoolCall): Promise<RequestPoolAnswer> {
    const call = readCall.requestPool(given);
    const asked = [call.AddressSpace, call.Pool, call.SubPool, ...equations(call.Options ?? {})];
    return this.#logged(
      "RequestPool",
      asked,
      async () => {
        // A subnet or address that waits for its release may block this request.
        await this.#journal.repeat();
        return requestPool(this.#parts, call);
      },
      ({ Pool }) => Pool,
    );
  }

  /** Releases the subnet of a network if this driver created it for that network alone. */
  async releasePool(given: ReleasePoolCall): Promise<Record<string, never>> {
    const call = readCall.releasePool(given);
    const what = (subnet: { cidr: string } | undefined) =>
      subnet ? `${subnet.cidr} released` : "nothing to release";
    await this.#logged(
      "ReleasePool",
      [call.PoolID],
      () => this.#journal.doing({ poolId: call.PoolID }, () => releasePool(this.#parts, call)),
      what,
    );
    return {};
  }

  /**
   * Takes an address: a reservation for a gateway or an auxiliary address, a fixed address or host record for a
   * container. The same endpoint gets the same address again. A container without a MAC gets a reservation.
   *
   * @throws {PoolExhaustedError} if none is free
   * @throws {ConflictError} if the container's `--ip` is in use
   */
  async requestAddress(
    given: RequestAddressCall,
    capabilities: Capabilities = {},
  ): Promise<RequestAddressAnswer> {
    const call = readCall.requestAddress(given);
    const options = call.Options ?? {};
    const purpose = options[addressTypeOption] === gatewayType ? "gateway" : options[macOption];
    const asked = [call.PoolID, call.Address, purpose, options[endpointNameOption]];
    return this.#logged(
      "RequestAddress",
      asked,
      async () => {
        await this.#journal.repeat();
        const answer = await requestAddress(this.#parts, call, capabilities);
        await this.#journal.forget({ poolId: call.PoolID, address: answer.Address.replace(/\/\d+$/, "") });
        return answer;
      },
      ({ Address }) => Address,
    );
  }

  /** Releases an address that this network's requests took. A shared gateway stays until its subnet is released. */
  async releaseAddress(given: ReleaseAddressCall): Promise<Record<string, never>> {
    const call = readCall.releaseAddress(given);
    const what = (released: readonly unknown[]) => (released.length > 0 ? "released" : "nothing to release");
    await this.#logged(
      "ReleaseAddress",
      [call.PoolID, call.Address],
      () =>
        this.#journal.doing({ poolId: call.PoolID, address: call.Address.replace(/\/\d+$/, "") }, () =>
          releaseAddress(this.#parts, call),
        ),
      what,
    );
    return {};
  }

  /**
   * Serves Docker on a Unix socket that only its owner can open, or on a loopback port of this machine.
   *
   * @throws {InvalidRequestError} if another driver listens there
   * @example
   * const server = await driver.listen({ socket: "/run/docker/plugins/infoblox.sock" });
   * await server.close(); // finishes what is under way
   */
  async listen(options: DriverListenOptions): Promise<DriverServer> {
    await this.#journal.load();
    const { listen } = await import("./server.js");
    return listen(this, options, this.#parts.settings.logger);
  }

  /**
   * Serves `GET /health` and `GET /metrics` (Prometheus' text, by the package `prom-client`) on a port of the loopback
   * interface, or on a Unix socket.
   *
   * @example
   * const status = await driver.listenForStatus({ port: 9477 });
   */
  async listenForStatus(place: ListenPlace): Promise<DriverServer> {
    const { listenForStatus } = await import("./status-server.js");
    const { logger } = this.#parts.settings;
    return listenForStatus({ driver: this, status: this.#status, logger }, place);
  }

  /** How many releases have failed and wait to be repeated. */
  get pendingReleases(): number {
    return this.#journal.pending.length;
  }

  /**
   * Whether the grid serves the driver, as the last call showed. After a call that failed, it asks the grid for the
   * network view of the local address space, at most once in ten seconds.
   */
  async health(): Promise<DriverHealth> {
    const { settings, ipam } = this.#parts;
    if (this.#status.reason !== undefined && settings.now() >= this.#askAgainAt) {
      this.#askAgainAt = settings.now() + 10_000;
      const { networkView } = settings.spaces.local;
      const look = this.#logins.guarding(() => ipam.ensureNetworkView(networkView, { create: false }));
      await this.#observed(look).catch(() => undefined);
    }
    const { reason } = this.#status;
    return {
      status: reason === undefined ? "ok" : "failing",
      engine: settings.engine,
      ...(reason !== undefined && { reason }),
      pendingReleases: this.pendingReleases,
    };
  }

  async #observed<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#status.noteGrid(undefined);
      return result;
    } catch (error) {
      this.#status.noteGrid(error);
      throw error;
    }
  }

  async #logged<T>(
    call: string,
    asked: readonly (string | undefined)[],
    work: () => Promise<T>,
    told: (result: T) => string,
  ): Promise<T> {
    const { logger, now } = this.#parts.settings;
    const started = now();
    const seconds = () => Math.max(0, now() - started) / 1000;
    // Options are what a user typed.
    const line = oneLine(redact([call, ...asked.filter(Boolean)].join(" ")));
    try {
      const result = await this.#logins.guarding(work);
      logger.info(`${line} → ${told(result)} (${Math.round(now() - started)} ms)`);
      this.#status.ended({ call, seconds: seconds() });
      return result;
    } catch (error) {
      logger.error(`${line} failed: ${messageFor(error)} (${Math.round(now() - started)} ms)`);
      this.#status.ended({ call, seconds: seconds(), error });
      throw error;
    }
  }
}

/** @param prefix - of a file beside the journal. The journal's name never has `@` in it. */
function stateFile({ stateDirectory, engine, logger }: DriverSettings, prefix = ""): StateFile | undefined {
  if (stateDirectory === undefined) return undefined;
  return new StateFile(join(stateDirectory, `${prefix}${encodeURIComponent(engine)}.json`), logger);
}

/** Redacts options one by one, before they are joined: the name decides whether its value is a secret. */
function equations(options: Readonly<Record<string, string>>): string[] {
  const shown = redactValue(undefined, options) as Readonly<Record<string, unknown>>;
  return Object.entries(shown).map(([name, value]) => `${name}=${value}`);
}

/**
 * The driver recognises its requests by the results' attributes. Results do not show a request id that a comment holds.
 */
function idAttributeOf({ requestIdAttribute }: DriverParts["ipam"]): string {
  if (requestIdAttribute !== undefined) return requestIdAttribute;
  const problem = "keeps request ids in comments, and the driver reads them from an attribute";
  throw invalid("ipam", "requestIdMarker: comment", problem, {
    requestIdMarker: { attribute: markAttributes.requestId },
  });
}
