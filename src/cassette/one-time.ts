/**
 * Random values that the library creates in each run and the grid returns: ids of attempts (UUIDs), names of states
 * that one step of a batch passes to another, DUIDs of reservations. A recording has a number for each. In a replay,
 * the number stands for this run's value in the same place.
 */

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const state = "\\bs[0-9a-f]{12}_\\d+(?=_)";
const duid = "00:04:69:70:61:6d(?::[0-9a-f]{2}){12}";
const made = new RegExp(`${uuid}|${state}|${duid}`, "g");
const numbered = /«one-time (\d+)»/g;

/** Numbers the one-time values of a recording. */
export class OneTimeNumbers {
  readonly #numbers = new Map<string, number>();

  /** The request's JSON, with a number for each value. New values get a new number. */
  inRequest(json: string): string {
    return json.replace(made, (value) => {
      const number = this.#numbers.get(value) ?? this.#numbers.size + 1;
      this.#numbers.set(value, number);
      return placeholder(number);
    });
  }

  /** The answer's JSON, with a number for each value of a request. */
  inAnswer(json: string): string {
    return json.replace(made, (value) => {
      const number = this.#numbers.get(value);
      return number === undefined ? value : placeholder(number);
    });
  }
}

/** Maps the recorded numbers to this run's values. */
export class OneTimeValues {
  readonly #values = new Map<string, string>();

  /**
   * Whether a recorded request equals the present one except for one-time values. If so, stores these under their
   * numbers.
   */
  bind(recorded: string, present: string): boolean {
    if (masked(recorded) !== masked(present)) return false;
    const numbers = [...recorded.matchAll(numbered)].map(([, number = ""]) => number);
    const values = [...present.matchAll(made)].map(([value]) => value);
    const pairs = numbers.map((number, index) => [number, values[index] ?? ""] as const);
    if (pairs.some(([number, value]) => (this.#values.get(number) ?? value) !== value)) return false;
    for (const [number, value] of pairs) this.#values.set(number, value);
    return true;
  }

  /** A recorded answer's JSON, with this run's values. */
  filledIn(json: string): string {
    return json.replace(numbered, (text, number: string) => this.#values.get(number) ?? text);
  }
}

function placeholder(number: number): string {
  return `«one-time ${number}»`;
}

function masked(json: string): string {
  return json.replace(numbered, "«one-time»").replace(made, "«one-time»");
}
