import { InfobloxError, isInfobloxError } from "../errors.js";

const [shortest, longest] = [60_000, 3_600_000];

/**
 * Keeps a wrong password from locking the account: after the grid has refused it, no call asks the grid for a minute, and
 * twice as long after each further refusal, up to an hour.
 */
export class LoginBackoff {
  readonly #now: () => number;
  #until = 0;
  #wait = shortest;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** @throws {InfobloxError} without a request, while the driver waits */
  async guarding<T>(work: () => Promise<T>): Promise<T> {
    const left = this.#until - this.#now();
    if (left > 0) {
      throw new InfobloxError(
        `The grid did not accept the driver's user name and password; the driver asks it again in ${Math.ceil(left / 1000)} s.`,
        "ERR_INFOBLOX_DOCKER_CREDENTIALS",
        { hint: "Correct the password and restart the driver." },
      );
    }
    try {
      const result = await work();
      this.#wait = shortest;
      return result;
    } catch (error) {
      if (isInfobloxError(error, "AuthenticationError")) {
        this.#until = this.#now() + this.#wait;
        this.#wait = Math.min(2 * this.#wait, longest);
      }
      throw error;
    }
  }
}
