import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import type { RestartOptions, ServiceOptions, ServiceStatus } from "./requests.js";
import { checkServiceRequest } from "./schemas.js";
import { currentStatus, look } from "./service-status.js";
import { SharedWork, unlessAborted } from "./shared-work.js";

/**
 * Reads the state of DNS and DHCP services, and restarts them: `ipam.services`. A grid stores a change at once, but its DNS and DHCP
 * servers apply some changes only after a restart.
 *
 * @example
 * await ipam.requestAddress({ from: subnet, mac: "02:42:ac:11:00:02" });
 * if ((await ipam.services.status()).pending) await ipam.services.restart();
 */
export class Services {
  readonly #settings: IpamSettings;
  readonly #restarts = new SharedWork<ServiceStatus>();

  /** Made by `Ipam`: see `ipam.services`. */
  constructor(settings: IpamSettings) {
    this.#settings = settings;
  }

  /**
   * Checks which services need a restart. It makes the grid check first, which costs one request, and one more for each time that
   * the grid is still busy.
   *
   * WAPI: calls `requestrestartservicestatus` of the `grid`, and reads `restartservicestatus`.
   *
   * @throws {TimeoutError} if the grid is busy for longer than `patience`
   * @example
   * const { pending, members } = await ipam.services.status();
   */
  async status(options: ServiceOptions = {}): Promise<ServiceStatus> {
    const { every, patience, signal } = await checkServiceRequest("status", options);
    return unlessAborted(currentStatus(this.#settings, { every, patience }), signal);
  }

  /**
   * Restarts the services that need it, and waits until they are up again. It costs two requests, and one more for each time that
   * the grid is still busy. Equal calls of one `Ipam` at the same moment share one restart. A call during a restart shares the next
   * one, since the current one may not include its changes.
   *
   * WAPI: calls `restartservices` of the `grid` with `RESTART_IF_NEEDED`.
   *
   * @returns the states of the services afterwards
   * @throws {TimeoutError} if they are not up within `patience`; the restart continues
   * @throws {PermissionDeniedError} if the user may not restart services
   * @example
   * await ipam.services.restart({ services: ["DHCP"] });
   */
  async restart(options: RestartOptions = {}): Promise<ServiceStatus> {
    const checked = await checkServiceRequest("restart", options);
    const { services, members, force, wait, every, patience, signal } = checked;
    const same = JSON.stringify([services, members, force, wait, every, patience]);
    const restart = this.#restarts.do(same, async () => {
      await this.#send({ services, members, force });
      return wait ? currentStatus(this.#settings, { every, patience }) : look(this.#settings, false);
    });
    return unlessAborted(restart, signal);
  }

  async #send({ services, members, force }: RestartOptions): Promise<void> {
    const grid = step.find("grid", { fields: ["name"], limit: 1 });
    const restart = step.call(grid.ref, "restartservices", {
      restart_option: force ? "FORCE_RESTART" : "RESTART_IF_NEEDED",
      // Without `services`, or with `service_option`, a grid demands an order of members.
      services: services ?? ["ALL"],
      ...(members !== undefined && { members }),
    });
    await this.#settings.wapi.batch([grid, restart]);
  }
}
