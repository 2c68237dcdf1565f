/**
 * Runs the command line with arbitrary input. It must end at once with its own exit code and message, without a secret
 * or a control character.
 */

import fc from "fast-check";
import { FakeGrid } from "infoblox-ipam/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment } from "../unit/cli/grid-session.js";
import { session } from "../unit/cli/session.js";
import { Bounds, hostileText, leaksIn, patience, planted, seed, share } from "./inputs.js";

let grid: FakeGrid;
beforeAll(async () => {
  grid = await FakeGrid.listen({
    ...{ setup: true, tls: false, password: planted },
    seed: { containers: ["10.0.0.0/8"], networks: ["10.0.0.0/24"], zones: ["example.com"] },
  });
});
afterAll(() => grid.close());

/** Commands that end by themselves, unlike `grid`, `docker` and those that follow changes. */
const commands = [
  ...["subnet request", "subnet release", "subnet find", "subnet split", "subnet join", "subnet resize"],
  ...["address request", "address release", "address find", "host add", "host find", "dns add", "dns remove"],
  ...["dns find", "range request", "container ensure", "view ensure", "audit", "collect", "lookup", "peek"],
  ...["utilization", "types", "setup", "apply", "completion", "", "help"],
];
const flags = [
  ...["--from", "--prefix-length", "--name", "--ip", "--mac", "--request-id", "--comment", "--attribute"],
  ...["--view", "--count", "--strategy", "--json", "--dry-run", "--owner", "--expires-in", "--zone"],
  ...["--password", "--url", "--user", "--timeout", "--retries", "--profile", "--format", "--ttl", "--type"],
];
const usual = ["10.0.0.0/8", "10.0.0.0/24", "10.0.0.5", "24", "web.example.com", "A", "1"];

const text = fc.oneof({ weight: 2, arbitrary: fc.constantFrom(...usual) }, hostileText);
const flag = fc
  .tuple(fc.constantFrom(...flags), text)
  .chain(([name, value]) => fc.constantFrom([name, value], [`${name}=${value}`], [name]));
const line = fc
  .tuple(fc.constantFrom(...commands), fc.array(text, { maxLength: 2 }), fc.array(flag, { maxLength: 4 }))
  .map(([command, words, options]) => [...command.split(" "), ...words, ...options.flat()]);

/** What a terminal acts on, but for the ends of lines. */
const control = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

it(
  "the command line takes anything, or refuses it in words of its own",
  async () => {
    const bounds = new Bounds();
    const env = { ...environment(grid), INFOBLOX_PASSWORD: planted };
    await fc.assert(
      fc.asyncProperty(line, async (args) => {
        const { code, stdout, stderr } = await bounds.of(args, async () => {
          const { exitCode, ...printed } = session([...args], { env });
          return { code: await exitCode, ...printed };
        });
        const printed = `${stdout()}${stderr()}`;
        expect([0, 1, 2, 3, 4, 5, 6, 7, 8]).toContain(code);
        expect(leaksIn(printed), printed).toBe(false);
        expect(stderr()).not.toMatch(/^ {4}at |TypeError|RangeError|Cannot read/m);
        expect(control.test(stderr().replaceAll("\n", "")), JSON.stringify(stderr())).toBe(false);
      }),
      { numRuns: share(0.05), seed },
    );
    bounds.expectKept();
  },
  patience,
);
