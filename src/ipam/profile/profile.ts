/**
 * The profile of a grid: the properties that decide how the engine makes, changes and deletes each object exactly once.
 *
 * `ipam.probe()` finds them out. `setup({ profile })` keeps them, in short form, in the comments of attribute definitions. Each
 * client reads them once, before its first write with a request id.
 */

import { InvalidRequestError, invalid, isInfobloxError } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";

/**
 * What a probe found out about a grid: properties, no data. It holds no names, addresses or credentials, so you can attach it to
 * a bug report.
 *
 * @example
 * const profile = await ipam.probe();
 * const grid = await FakeGrid.listen({ like: profile });
 */
export interface GridProfile {
  readonly format: 1;
  /** The WAPI version that the probe used, e.g. `"2.12.3"`. */
  readonly wapiVersion: string;
  /** The day of the probe, e.g. `"2026-11-29"`. */
  readonly probed: string;
  readonly facts: GridFacts;
  /** The grid's texts for common refusals, by cause. Values of the probe are replaced, e.g. by `<network>`. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** The reasons why questions have no answer, by question. */
  readonly unanswered?: Readonly<Record<string, string>>;
}

/** Properties of a grid. Unknown ones are left out. Those that FakeGrid has a switch for have the name of the switch. */
export interface GridFacts {
  /** Whether a refused `request` leaves nothing. `false`: the steps before the refused one stay. */
  readonly requestIsTransactional?: boolean | undefined;
  /** Whether a search in a `request` finds the objects that its earlier steps have made. */
  readonly requestSeesItsWrites?: boolean | undefined;
  /** `"serial"`: requests that write run one after the other. `"none"`: they run side by side, and do not see each other's objects. */
  readonly isolation?: "serial" | "none" | undefined;
  /** Whether two creates at the same moment may get the same next available address. */
  readonly choosesNextSideBySide?: boolean | undefined;
  /** Milliseconds before a search finds a new object. */
  readonly searchSeesWritesAfter?: number | undefined;
  /** Milliseconds for which a search still finds a deleted object, or a changed object as it was. */
  readonly searchFindsGoneFor?: number | undefined;
  /** Whether the grid refuses one of two networks with one CIDR that are created at once, with the steps after it. */
  readonly networksAreUnique?: boolean | undefined;
  /** Whether the grid accepts networks of a single IPv6 address. */
  readonly takesHostNetworks?: boolean | undefined;
  /** Whether the grid refuses a change or deletion of an object that was replaced since the request began. `false`: it changes the replacement. */
  readonly refusesStaleWrites?: boolean | undefined;
  /** Whether a search with `_max_results: -1` in the `args` of a `request` fails the request if it finds two objects. */
  readonly negativeLimitFails?: boolean | undefined;
  /** Whether assigning the state of an empty search fails the `request`. */
  readonly emptyAssignFails?: boolean | undefined;
  /** The longest `request` that the probe saw, in milliseconds. */
  readonly longestRequest?: number | undefined;
  /** Whether objects have a `uuid`. */
  readonly hasUuids?: boolean | undefined;
  /** The answers to all other questions of the probe, by question. */
  readonly [question: string]: boolean | number | string | undefined;
}

/** How the engine makes sure that each object is made once: see docs/reliability.md. */
export type ProfileName = "serial" | "places" | "wait";

/** The value of the option `profile`: a name, or the result of a probe. */
export type ProfileOption = ProfileName | GridProfile;

/** How the engine works on this grid. */
export interface GridBehavior {
  /** `serial`: guards are enough. `places`: each id has a place that the grid keeps unique. `wait`: calls look again after `waitMs`. */
  readonly path: ProfileName;
  /** Whether deletes make a place first, since their search may find an object that is stale or replaced meanwhile. */
  readonly fence: boolean;
  /** Milliseconds after which no write and no search lags any more. Used by the path `wait` and for stale places. */
  readonly waitMs: number;
  /** Whether guards (searches that fail above a limit) work inside a `request`. */
  readonly guards: boolean;
  /** Whether a place may be a network of one IPv6 address. If not, it is a /64. */
  readonly hostPlaces: boolean;
  /** Whether two requests at once may both find an address unused. Then each address that a request names gets a place. */
  readonly sharesAddresses: boolean;
  /** Whether the grid may give two creates at once the same address. Then the client chooses each address, and it gets a place. */
  readonly choosesAlike: boolean;
  /** Milliseconds by which searches may lag. */
  readonly searchLag: number;
  /** Whether a refused `request` leaves nothing. */
  readonly rollsBack: boolean;
  /** Whether it comes from a probe or an option. If not, it is assumed. */
  readonly known: boolean;
}

/** `waitMs` is this many times as long as the probe measured. */
const safety = 10;
/** The longest request in milliseconds, if the probe measured none. */
const assumedRequest = 5_000;

/** How the engine works on a grid with this profile. Without a profile, it assumes a serial grid. */
export function behaviorOf(profile: ProfileOption | undefined): GridBehavior {
  const named = typeof profile === "string" ? profile : undefined;
  const facts: GridFacts = typeof profile === "object" ? profile.facts : {};
  const { searchSeesWritesAfter = 0, searchFindsGoneFor = 0, longestRequest = assumedRequest } = facts;
  const path = named ?? pathOf(facts);
  // A delete of a search result may hit another object: the result may be stale, or its object replaced unnoticed.
  const isStale = searchFindsGoneFor > 0;
  const isReplaced = facts.isolation !== "serial" && facts.refusesStaleWrites !== true;
  return {
    path,
    fence: path !== "serial" && (named !== undefined || isStale || isReplaced),
    waitMs:
      path === "serial" ? 0 : safety * (longestRequest + Math.max(searchSeesWritesAfter, searchFindsGoneFor)),
    guards: facts.negativeLimitFails ?? true,
    hostPlaces: facts.takesHostNetworks ?? true,
    sharesAddresses: path === "places" && facts.isolation !== "serial",
    choosesAlike: path === "places" && (facts.choosesNextSideBySide ?? facts.isolation !== "serial"),
    searchLag: Math.max(searchSeesWritesAfter, searchFindsGoneFor),
    rollsBack: facts.requestIsTransactional ?? true,
    known: profile !== undefined,
  };
}

/** The path `serial` needs guards that work. It is chosen unless the probe saw a property that breaks them. */
function pathOf(facts: GridFacts): ProfileName {
  const isSerial =
    facts.requestIsTransactional !== false &&
    facts.requestSeesItsWrites !== false &&
    facts.negativeLimitFails !== false &&
    facts.isolation !== "none" &&
    !((facts.searchSeesWritesAfter ?? 0) > 0) &&
    !((facts.searchFindsGoneFor ?? 0) > 0);
  if (isSerial) return "serial";
  return facts.networksAreUnique === false ? "wait" : "places";
}

// --- the short form --------------------------------------------------------------------------------------------

/** The names in the short form of the facts that the engine needs. */
const shortNames = {
  requestIsTransactional: "rollback",
  requestSeesItsWrites: "own",
  isolation: "isolation",
  choosesNextSideBySide: "sidebyside",
  searchSeesWritesAfter: "lag",
  searchFindsGoneFor: "gone",
  networksAreUnique: "unique",
  takesHostNetworks: "host",
  refusesStaleWrites: "stale",
  negativeLimitFails: "limit",
  emptyAssignFails: "empty",
  longestRequest: "longest",
  hasUuids: "uuid",
} as const satisfies { readonly [Fact in keyof GridFacts]: string };

const shortForm = /\[grid profile 1: ([^\]]*)\]/;
/** The search pattern for comments that keep a profile. */
export const profilePattern = "\\[grid profile 1: ";
/** The longest comment that a grid keeps, in characters. */
const mostComment = 256;

/**
 * The comment of an attribute definition with a profile in it. It replaces an older profile; other text stays.
 *
 * @example
 * "Written by infoblox-ipam [grid profile 1: 2.12.3 2026-11-29 rollback=yes isolation=serial lag=0]"
 */
export function withProfile(comment: string, profile: ProfileOption): string {
  const others = withoutProfile(comment);
  const short = `[grid profile 1: ${shortTextOf(profile)}]`;
  const room = mostComment - short.length - 1;
  return `${others.slice(0, Math.max(0, room))} ${short}`.trim();
}

/** The comment without its profile. */
export function withoutProfile(comment: string): string {
  return comment.replace(shortForm, "").trim();
}

/** The profile in a comment; `undefined` if there is none, or one in a newer form. */
export function profileIn(comment: string | undefined): ProfileOption | undefined {
  const [, text] = shortForm.exec(comment ?? "") ?? [];
  if (text === undefined) return undefined;
  const [first = "", probed = "", ...pairs] = text.split(" ");
  if (isProfileName(first)) return first;
  const facts = Object.fromEntries(
    pairs.flatMap((pair) => {
      const [short, value = ""] = pair.split("=");
      const [name] = Object.entries(shortNames).find(([, own]) => own === short) ?? [];
      return name === undefined ? [] : [[name, parsedValue(value)]];
    }),
  );
  return { format: 1, wapiVersion: first, probed, facts };
}

/** Whether two profiles have the same effect on the engine. */
export function sameProfile(one: ProfileOption, other: ProfileOption): boolean {
  const [left, right] = [behaviorOf(one), behaviorOf(other)];
  // A name sets the path only.
  if (typeof one === "string" || typeof other === "string") return left.path === right.path;
  return left.path === right.path && left.fence === right.fence && left.waitMs === right.waitMs;
}

function shortTextOf(profile: ProfileOption): string {
  if (typeof profile === "string") return profile;
  const pairs = Object.entries(shortNames).flatMap(([fact, short]) => {
    const value = profile.facts[fact];
    const text = typeof value === "boolean" ? (value ? "yes" : "no") : value;
    return text === undefined ? [] : [`${short}=${text}`];
  });
  return [profile.wapiVersion, profile.probed, ...pairs].join(" ");
}

function parsedValue(text: string): boolean | number | string {
  if (text === "yes" || text === "no") return text === "yes";
  return /^\d+$/.test(text) ? Number(text) : text;
}

function isProfileName(value: unknown): value is ProfileName {
  return value === "serial" || value === "places" || value === "wait";
}

/** @throws {InvalidRequestError} if the value is no profile */
export function checkProfile(field: string, profile: unknown): ProfileOption {
  if (isProfileName(profile)) return profile;
  if (typeof profile === "object" && profile !== null) {
    const { format, wapiVersion, probed, facts } = profile as Partial<GridProfile>;
    const texts = [wapiVersion, probed].every((text) => typeof text === "string" && /^[\w.:-]+$/.test(text));
    if (format === 1 && texts && typeof facts === "object" && facts !== null) return profile as GridProfile;
  }
  throw invalid(field, profile, 'must be "serial", "places", "wait" or a result of ipam.probe()', "places");
}

// --- reading it, once per client -------------------------------------------------------------------------------

const kept = new WeakMap<WapiClient, Promise<ProfileOption | undefined>>();

/**
 * How the engine works on the grid of this client: by the profile that the grid keeps, which is read once per client; without
 * one by the option `profile`; without both as on a serial grid.
 *
 * WAPI: searches `extensibleattributedef` for a comment with a profile, in attributes of any name.
 *
 * @throws {InvalidRequestError} if the option `profile` differs from the profile that the grid keeps
 */
export async function readBehavior(
  wapi: WapiClient,
  given: ProfileOption | undefined,
): Promise<GridBehavior> {
  const onGrid = await keptProfile(wapi);
  if (given !== undefined && onGrid !== undefined && !sameProfile(given, onGrid))
    throw differs(given, onGrid);
  return behaviorOf(onGrid ?? given);
}

function keptProfile(wapi: WapiClient): Promise<ProfileOption | undefined> {
  const known = kept.get(wapi);
  if (known !== undefined) return known;
  const reading = readProfile(wapi);
  kept.set(wapi, reading);
  // A failed reading is not kept: the next call reads again.
  reading.catch(() => kept.delete(wapi));
  return reading;
}

/** Makes the next call read the profile again: `setup` has written another one. */
export function forgetProfile(wapi: WapiClient): void {
  kept.delete(wapi);
}

async function readProfile(wapi: WapiClient): Promise<ProfileOption | undefined> {
  try {
    const [definition] = await wapi.find("extensibleattributedef", {
      ...{ where: { comment: { matches: profilePattern } }, fields: ["comment"], limit: 1 },
    });
    return profileIn(definition?.comment);
  } catch (error) {
    // A user who may not read definitions works as on a grid without a profile.
    if (isInfobloxError(error, "PermissionDeniedError")) return undefined;
    throw error;
  }
}

function differs(given: ProfileOption, onGrid: ProfileOption): InvalidRequestError {
  return new InvalidRequestError(
    `The option profile is ${wordsOf(given)}, but this grid keeps ${wordsOf(onGrid)}. All clients of a grid must use one profile.`,
    {
      field: "profile",
      value: typeof given === "string" ? given : shortTextOf(given),
      example: behaviorOf(onGrid).path,
      hint: "Leave the option out, or change the profile of the grid with setup({ profile }).",
    },
  );
}

function wordsOf(profile: ProfileOption): string {
  const { path, fence } = behaviorOf(profile);
  return `"${path}"${fence ? " with fenced deletes" : ""}`;
}
