import { inspect } from "node:util";
import * as sdk from "infoblox-ipam";
import { isInfobloxError } from "infoblox-ipam";
import { afterAll, describe, expect, it, vi } from "vitest";

/** What programs without a compiler pass: nothing of it is what any function takes. */
const garbage: readonly unknown[] = [
  null,
  undefined,
  3,
  Number.NaN,
  true,
  Symbol("x"),
  () => 1,
  new Map(),
  {},
  { toString: null },
  [],
  [null],
  [{}],
];

/** Errors are made of anything; what waits or asks the grid needs a grid. */
const isLeftOut = (name: string) => /Error$|^isInfobloxError$/.test(name);

const exported = Object.entries(sdk)
  .filter(([name, value]) => typeof value === "function" && !isLeftOut(name))
  .map(([name, value]) => [name, value as (...args: readonly unknown[]) => unknown] as const);

async function outcomeOf(
  name: string,
  call: (...args: readonly unknown[]) => unknown,
  args: readonly unknown[],
) {
  try {
    // Classes begin with a capital.
    const result = await (/^[A-Z]/.test(name)
      ? Reflect.construct(call, args)
      : (call(...args) as Promise<unknown>));
    if (typeof result !== "object" || result === null || !(Symbol.asyncIterator in result)) return undefined;
    let count = 0;
    for await (const _ of result as AsyncIterable<unknown>) if (++count === 3) break;
    return undefined;
  } catch (error) {
    return error;
  }
}

describe("everything that the package exports", () => {
  // A client without a URL looks into the environment.
  vi.stubEnv("INFOBLOX_URL", undefined);
  afterAll(() => vi.unstubAllEnvs());

  it.each(exported)("%s takes anything, or says what belongs there", async (name, call) => {
    for (const one of garbage) {
      for (const args of [[one], [one, one], ["10.0.0.0/24", one], [{}, one]]) {
        const error = await outcomeOf(name, call, args);
        if (error === undefined) continue;
        const shown = `${name}(${args.map((arg) => inspect(arg)).join(", ")})`;
        expect(isInfobloxError(error, "InvalidRequestError"), `${shown}: ${inspect(error)}`).toBe(true);
        expect((error as Error).message, shown).not.toMatch(/\[object |valid: undefined|got "a /);
      }
    }
  });
});
