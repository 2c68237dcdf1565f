import { step } from "../../wapi/step.js";
import type { IpamSettings } from "../settings/settings.js";
import type { RestartOptions, ServiceOptions, ServiceStatus } from "./requests.js";
import { checkServiceRequest } from "./schemas.js";
import { currentStatus, look } from "./service-status.js";
import { SharedWork, unlessAborted } from "./shared-work.js";

const usual = { every: 1_000, patience: 300_000 };

/**
 * DNS and DHCP services, which take up some changes only when they are restarted: `ipam.services`. What is written is
 * on the grid at once; what its servers answer may be older until then.
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
   * Which services wait for a restart. The grid is asked to look first: one request, and one more for each time that
   * it is still busy.
   *
   * WAPI: calls `requestrestartservicestatus` of the `grid`, and reads `restartservicestatus`.
   *
   * @throws {TimeoutError} where the grid is busy for longer than `patience`
   * @example
   * const { pending, members } = await ipam.services.status();
   */
  async status(options: ServiceOptions = {}): Promise<ServiceStatus> {
    const checked = await checkServiceRequest("status", options);
    const { every = usual.every, patience = usual.patience, signal } = checked;
    return unlessAborted(currentStatus(this.#settings, { every, patience }), signal);
  }

  /**
   * Restarts the services that need it, and waits until they are up again. Callers of one `Ipam` that ask for the same
   * at the same moment share one restart; who asks while one is under way shares the next, since that one may not have
   * seen their changes. Two requests, and one more for each time that the grid is still busy.
   *
   * WAPI: calls `restartservices` of the `grid` with `RESTART_IF_NEEDED`.
   *
   * @returns how services stand afterwards
   * @throws {TimeoutError} where they aren't up within `patience`; the restart goes on
   * @throws {PermissionDeniedError} where the user may not restart services
   * @example
   * await ipam.services.restart({ services: ["DHCP"] });
   */
  async restart(options: RestartOptions = {}): Promise<ServiceStatus> {
    const checked = await checkServiceRequest("restart", options);
    const { services, members, force = false, wait = true, signal } = checked;
    const { every = usual.every, patience = usual.patience } = checked;
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
      // Without any, or with `service_option`, a grid wants to know an order of members.
      services: services ?? ["ALL"],
      ...(members !== undefined && { members }),
    });
    await this.#settings.wapi.batch([grid, restart]);
  }
}
