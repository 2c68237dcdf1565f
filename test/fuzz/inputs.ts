/**
 * Inputs for the fuzz program: hostile texts and values, always the same ones for a seed. `FUZZ=200000` has that many in
 * place of 5,000, `FUZZ_SEED=7` has others.
 */

import { inspect } from "node:util";
import fc from "fast-check";
import { expect } from "vitest";
import { millisecondsOf } from "../processor-time.js";

/** All inputs together, and the part of them that a test takes. */
const total = Number(process.env["FUZZ"] ?? 5_000);
export const seed = Number(process.env["FUZZ_SEED"] ?? 16);
export const share = (part: number): number => Math.max(1, Math.round(total * part));
/** More inputs may take longer. */
export const patience = 300_000 + total * 10;

/** Planted wherever a secret may stand, and looked for in everything that comes out. */
export const planted = "S3cr3t-Pl4nted!9";
const spellings = [planted, encodeURIComponent(planted), Buffer.from(planted).toString("base64")];

export function leaksIn(text: string): boolean {
  return spellings.some((spelling) => text.includes(spelling));
}

/** Texts that mean something to a URL, to JSON, to JavaScript, to a terminal, to a pattern, or to a grid. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    ...[
      "",
      " ",
      "'",
      '"',
      "&",
      "#",
      "?",
      "=",
      "%",
      "%00",
      "%ff",
      "%2e%2e%2f",
      "+",
      "/",
      "\\",
      "..",
      "../../admin",
    ],
    ...[
      "\n",
      "\r\nX-Evil: 1",
      "\u0000",
      "\u007f",
      "\u009b31m",
      "\u001b[2J",
      "\u202e",
      "\u2028",
      "\ufeff",
      "\ud800",
      "a\udc00b",
    ],
    ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "valueOf", "then", "toJSON"],
    ...[
      "func:nextavailableip:10.0.0.0/24",
      "func:nextavailablenetwork:10.0.0.0/8,default,24",
      " FUNC:x:y",
      "##STATE:x:##",
    ],
    ...[
      "10.0.0.0/24",
      "10.0.0.5",
      "10.0.0.300",
      "10.0.0.0/33",
      "::1",
      "2001:db8::/64",
      "fe80::1%eth0",
      "0x7f.1",
      "1.2.3",
    ],
    ...[
      "10.0.0.1-10.0.0.9",
      "-",
      "0",
      "-1",
      "1e999",
      "NaN",
      "default",
      "network",
      "record:host",
      "a.b.c",
      "*Site",
      "Site~:=",
    ],
    ...["((a+))+$", "(a|(a))+$", "(?=a)", "[", "(?P<x>", "\\1", "a{1001}", "..", "*."],
    ...[
      "network/ZG5zLm5ldHdvcmskMTAuMC4wLjAvMjQvMA:10.0.0.0/24/default",
      "network/x",
      "network/",
      "//evil.example.com",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: "grapheme", maxLength: 12 }),
  fc.nat({ max: 400 }).map((length) => "a".repeat(length === 400 ? 70_000 : length % 80)),
);

/** Names that the interfaces know, so that inputs come further than the first check. */
export const fieldName = fc.constantFrom(
  ...[
    "from",
    "prefixLength",
    "networkView",
    "requestId",
    "gateway",
    "extattrs",
    "name",
    "mac",
    "ip",
    "count",
    "exclude",
  ],
  ...[
    "where",
    "fields",
    "addFields",
    "limit",
    "failAbove",
    "pageSize",
    "signal",
    "timeout",
    "deadline",
    "maxRetries",
    "args",
  ],
  ...[
    "url",
    "username",
    "tls",
    "proxy",
    "logger",
    "session",
    "wapiVersion",
    "validate",
    "network",
    "container",
    "range",
  ],
  ...[
    "comment",
    "network_view",
    "view",
    "ipv4addr",
    "ipv4addrs",
    "start_addr",
    "end_addr",
    "members",
    "options",
    "value",
  ],
  ...[
    "_object_function",
    "_parameters",
    "_result_field",
    "_object",
    "_object_parameters",
    "_object_ref",
    "_ref",
  ],
  ...[
    "_return_fields",
    "_return_fields+",
    "_max_results",
    "_paging",
    "_page_id",
    "_function",
    "_method",
    "_schema",
  ],
);

/** Nested more deeply than any recursion goes. */
const deepJson = `${'[{"a":'.repeat(5_000)}1${"}]".repeat(5_000)}`;
const deep: unknown = JSON.parse(deepJson);
const circle: Record<string, unknown> = {};
circle["self"] = circle;

/** Any value that a program may pass, on purpose or not. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: hostileText },
  {
    weight: 4,
    arbitrary: fc.constantFrom<unknown>(
      ...[undefined, null, true, false, 0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 10n],
      ...[
        [],
        {},
        [null],
        [undefined],
        [[]],
        Symbol("x"),
        () => planted,
        new Date(Number.NaN),
        /x/,
        new Map(),
        Buffer.from("x"),
      ],
    ),
  },
  { weight: 1, arbitrary: fc.nat({ max: 30 }).map((rare) => (rare === 0 ? deep : circle)) },
  {
    weight: 3,
    arbitrary: fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        hostileText,
        fc.integer(),
        fc.constant(null),
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      object: fc.dictionary(fc.oneof(hostileText, fieldName), tie("value"), { maxKeys: 4 }),
    })).value,
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<unknown>(
      { password: planted },
      [{ password: planted }],
      { name: "Password", value: planted },
      { shared_secret: [planted] },
    ),
  },
);

/** The value as JSON; of one that has none, its kind. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return deepJson;
  }
}

const mebibyte = 1024 * 1024;

/**
 * That nothing hangs, and that memory stays bounded: how long the slowest of the inputs took, which one it was, and the
 * memory that the process has had at most.
 */
export class Bounds {
  readonly #memoryBefore = process.resourceUsage().maxRSS / 1024;
  #slowest = 0;
  #input: unknown;
  /** The processor's time is asked for seldom: that takes longer than most inputs do. */
  #asked = { at: performance.now(), usage: process.cpuUsage() };

  async of<T>(input: unknown, work: () => Promise<T> | T): Promise<T> {
    const begun = performance.now();
    if (begun - this.#asked.at > 100) this.#asked = { at: begun, usage: process.cpuUsage() };
    const result = (async () => work())();
    await result.catch(() => {});
    // What takes a second by the clock may have waited for its turn on a busy machine.
    const elapsed = performance.now() - begun;
    const took = elapsed < 1_000 ? elapsed : millisecondsOf(process.cpuUsage(this.#asked.usage));
    if (took > this.#slowest) {
      this.#slowest = took;
      this.#input = input;
    }
    return result;
  }

  /** Within ten seconds of the processor each, and within half a gibibyte together. */
  expectKept(): void {
    expect(this.#slowest, inspect(this.#input).slice(0, 1_000)).toBeLessThan(5_000);
    const grown = process.resourceUsage().maxRSS / 1024 - this.#memoryBefore;
    expect(grown * mebibyte, "bytes of memory").toBeLessThan(512 * mebibyte);
  }
}
