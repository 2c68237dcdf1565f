import type { AddressSource } from "../addresses/address-sources.js";
import type { IpamSettings } from "../settings.js";
import { begin, type Choice, choiceOf, chooseAnother } from "../sources/source-choices.js";
import type { Intent } from "./intent.js";
import type { Stage } from "./stages.js";

/** Which sources the steps of a plan take from. */
export class SourceChoices {
  readonly #settings: IpamSettings;
  readonly #signal: AbortSignal | undefined;
  readonly #choices = new Map<Intent, readonly Choice[]>();

  constructor(settings: IpamSettings, intents: readonly Intent[], signal: AbortSignal | undefined) {
    this.#settings = settings;
    this.#signal = signal;
    for (const intent of intents) {
      this.#choices.set(
        intent,
        intent.pools.map((pool) => choiceOf(intent.name, pool)),
      );
    }
  }

  /** Puts the sources of these steps in order. Without it they are tried as they stand. */
  async begin(intents: readonly Intent[]): Promise<void> {
    await begin(this.#settings, this.#chosenBy(intents), this.#signal);
  }

  /** The source of a step's pool that is tried now. */
  of(intent: Intent, pool: number): AddressSource {
    const choice = this.#choices.get(intent)?.[pool];
    if (choice === undefined) throw new RangeError(`${intent.name} has no pool ${pool}`);
    return choice.current;
  }

  /**
   * Chooses anew after a refusal. Whether there is anything else to try.
   *
   * @throws {PoolExhaustedError} where all sources are exhausted
   * @throws {NotFoundError} where there is no such source
   */
  another(stage: Stage, error: unknown): Promise<boolean> {
    return chooseAnother(this.#settings, this.#chosenBy(stage), error, this.#signal, noRoom);
  }

  #chosenBy(intents: readonly Intent[]): Choice[] {
    return intents.flatMap((intent) => this.#choices.get(intent) ?? []);
  }
}

function noRoom(choices: readonly Choice[]): string {
  const steps = [...new Set(choices.map(({ taker }) => taker))].join(", ");
  return `The plan has no room: for one of its steps (${steps}) no source has anything left. Nothing of this request was done.`;
}
