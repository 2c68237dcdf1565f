import { inspect } from "node:util";

const shown = "[redacted]";

/** A value that no log, inspection, template string or JSON shows. Only {@link Sealed.open} returns it. */
export class Sealed<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  open(): T {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
