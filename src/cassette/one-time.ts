/**
 * Values that the library makes anew in each run and the grid gives back: ids of attempts (UUIDs), names of what one
 * step of a batch hands to another, DUIDs of reservations. On record each has a number; in a replay the number stands
 * for what this run has made in that place.
 */

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";
const state = "\\bs[0-9a-f]{12}_\\d+(?=_)";
const duid = "00:04:69:70:61:6d(?::[0-9a-f]{2}){12}";
const made = new RegExp(`${uuid}|${state}|${duid}`, "g");
const numbered = /«one-time (\d+)»/g;

/** Numbers the one-time values of a recording. */
export class OneTimeNumbers {
  readonly #numbers = new Map<string, number>();

  /** The request's JSON, with a number for each value; new ones are numbered. */
  inRequest(json: string): string {
    return json.replace(made, (value) => {
      const number = this.#numbers.get(value) ?? this.#numbers.size + 1;
      this.#numbers.set(value, number);
      return placeholder(number);
    });
  }

  /** The answer's JSON, with a number for each value that a request brought. */
  inAnswer(json: string): string {
    return json.replace(made, (value) => {
      const number = this.#numbers.get(value);
      return number === undefined ? value : placeholder(number);
    });
  }
}

/** Knows what the numbers on record stand for in this run. */
export class OneTimeValues {
  readonly #values = new Map<string, string>();

  /** Whether a recorded request is the one at hand, but for one-time values; if so, their numbers now stand for these. */
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
