/**
 * What is known of the user's grid: the properties on which the ways of making, changing and deleting exactly once rest.
 *
 * `ipam.probe()` finds them out, `setup({ profile })` keeps them in short form in the comment of the request id's attribute
 * definition, and each client reads them once, before its first write with a request id.
 */

import { InvalidRequestError, invalid, isInfobloxError } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";

/**
 * What a probe found out about a grid: properties, no data. It holds no names, addresses or credentials, so it can go with
 * a bug report.
 *
 * @example
 * const profile = await ipam.probe();
 * const grid = await FakeGrid.listen({ like: profile });
 */
export interface GridProfile {
  readonly format: 1;
  /** The WAPI version that was spoken, e.g. `"2.12.3"`. */
  readonly wapiVersion: string;
  /** The day of the probe, e.g. `"2026-11-29"`. */
  readonly probed: string;
  readonly facts: GridFacts;
  /** What the grid says of common refusals, by cause. Whatever came from the probe is replaced, e.g. by `<network>`. */
  readonly sentences?: Readonly<Record<string, string>>;
  /** Why a question has no answer. */
  readonly unanswered?: Readonly<Record<string, string>>;
}

/** Properties of a grid; what wasn't found out is left out. Those that FakeGrid has a switch for are named as there. */
export interface GridFacts {
  /** A `request` that is refused leaves nothing; `false`: the steps before the refused one stay. */
  readonly requestIsTransactional?: boolean | undefined;
  /** A search in a `request` finds what its earlier steps have made. */
  readonly requestSeesItsWrites?: boolean | undefined;
  /** Whether a `request` may begin before another one has committed, without seeing what that creates. */
  readonly isolation?: "serial" | "none" | undefined;
  /** Creates at the same moment are given the same next available address. */
  readonly choosesNextSideBySide?: boolean | undefined;
  /** Milliseconds before a search finds a new object. */
  readonly searchSeesWritesAfter?: number | undefined;
  /** Milliseconds for which a search finds what was deleted, or changed objects as they were. */
  readonly searchFindsGoneFor?: number | undefined;
  /** Of two networks with one CIDR that are created at once, one is refused, and the steps behind it aren't done. */
  readonly networksAreUnique?: boolean | undefined;
  /** Networks of a single IPv6 address are accepted. */
  readonly takesHostNetworks?: boolean | undefined;
  /** A change or deletion of what was replaced since its request began is refused; `false`: it meets the replacement. */
  readonly refusesStaleWrites?: boolean | undefined;
  /** A search with `_max_results: -1` in the `args` of a `request` fails it where there are two. */
  readonly negativeLimitFails?: boolean | undefined;
  /** An assigned state of an empty search fails the `request`. */
  readonly emptyAssignFails?: boolean | undefined;
  /** The longest `request` that the probe saw, in milliseconds. */
  readonly longestRequest?: number | undefined;
  /** Objects have a `uuid`. */
  readonly hasUuids?: boolean | undefined;
  /** Everything else that the probe asks, by question. */
  readonly [question: string]: boolean | number | string | undefined;
}

/** Which promise is asked for: see docs/reliability.md. */
export type ProfileName = "serial" | "places" | "wait";

/** What the option `profile` takes: the name of a way, or what a probe found. */
export type ProfileOption = ProfileName | GridProfile;

/** How the engine works on this grid. */
export interface GridBehavior {
  /** `serial`: guards are enough. `places`: each id has a place that the store keeps unique. `wait`: looks after `waitMs`. */
  readonly path: ProfileName;
  /** Deletes make a place first, which the store keeps unique: what they find may be stale, or replaced meanwhile. */
  readonly fence: boolean;
  /** Milliseconds after which no write and no search is behind any more; only for `path: "wait"` and for stale places. */
  readonly waitMs: number;
  /** Whether guards (searches that fail above a limit) work inside a `request`. */
  readonly guards: boolean;
  /** Whether a place may be a single IPv6 address; else it is a /64. */
  readonly hostPlaces: boolean;
  /** Whether two requests at once may both find an address unused: then each that is named has a place. */
  readonly sharesAddresses: boolean;
  /** Whether the grid may give two creates at once the same address: then each is chosen beforehand, and has a place. */
  readonly choosesAlike: boolean;
  /** Milliseconds by which searches may lag. */
  readonly searchLag: number;
  /** Whether a refused `request` leaves nothing. */
  readonly rollsBack: boolean;
  /** Whether a probe or a user has said so; else it is assumed. */
  readonly known: boolean;
}

/** W is what the probe measured, times this. */
const safety = 10;
/** The longest request where none was measured, in milliseconds. */
const assumedRequest = 5_000;

/** The way that holds on a grid with this profile; as on a serial grid where nothing is known. */
export function behaviorOf(profile: ProfileOption | undefined): GridBehavior {
  const named = typeof profile === "string" ? profile : undefined;
  const facts: GridFacts = typeof profile === "object" ? profile.facts : {};
  const { searchSeesWritesAfter = 0, searchFindsGoneFor = 0, longestRequest = assumedRequest } = facts;
  const path = named ?? pathOf(facts);
  return {
    path,
    fence: path !== "serial" && (named !== undefined || needsFence(facts)),
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

/** Guards are enough where nothing that they rest on was seen to be otherwise. */
function pathOf(facts: GridFacts): ProfileName {
  const { requestIsTransactional, requestSeesItsWrites, isolation, negativeLimitFails, networksAreUnique } =
    facts;
  const isSerial =
    requestIsTransactional !== false &&
    requestSeesItsWrites !== false &&
    negativeLimitFails !== false &&
    isolation !== "none" &&
    !((facts.searchSeesWritesAfter ?? 0) > 0) &&
    !((facts.searchFindsGoneFor ?? 0) > 0);
  if (isSerial) return "serial";
  return networksAreUnique === false ? "wait" : "places";
}

/** A delete by what a search found may hit something else where finds can be stale, or are replaced unseen. */
function needsFence({ isolation, refusesStaleWrites, searchFindsGoneFor = 0 }: GridFacts): boolean {
  return searchFindsGoneFor > 0 || (isolation !== "serial" && refusesStaleWrites !== true);
}

// --- the short form --------------------------------------------------------------------------------------------

/** How each fact that the engine needs stands in the short form. */
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
/** What finds the comments that keep one. */
export const profilePattern = "\\[grid profile 1: ";
/** What a grid keeps of a comment, in characters. */
const mostComment = 256;

/**
 * The comment of the attribute definition with a profile in it, in place of an older one; whatever else it says stays.
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

/** The comment without the profile that it keeps. */
export function withoutProfile(comment: string): string {
  return comment.replace(shortForm, "").trim();
}

/** The profile that a comment keeps; `undefined` where it keeps none, or one of a newer form. */
export function profileIn(comment: string | undefined): ProfileOption | undefined {
  const [, text] = shortForm.exec(comment ?? "") ?? [];
  if (text === undefined) return undefined;
  const [first = "", probed = "", ...pairs] = text.split(" ");
  if (isProfileName(first)) return first;
  const facts = Object.fromEntries(
    pairs.flatMap((pair) => {
      const [short, value = ""] = pair.split("=");
      const name = Object.keys(shortNames).find(
        (fact) => shortNames[fact as keyof typeof shortNames] === short,
      );
      return name === undefined ? [] : [[name, parsedValue(value)]];
    }),
  );
  return { format: 1, wapiVersion: first, probed, facts };
}

/** Whether two profiles ask the same of the engine. */
export function sameProfile(one: ProfileOption, other: ProfileOption): boolean {
  const [left, right] = [behaviorOf(one), behaviorOf(other)];
  // A name says which way, and nothing of the rest.
  if (typeof one === "string" || typeof other === "string") return left.path === right.path;
  return left.path === right.path && left.fence === right.fence && left.waitMs === right.waitMs;
}

function shortTextOf(profile: ProfileOption): string {
  if (typeof profile === "string") return profile;
  const pairs = Object.entries(shortNames).flatMap(([fact, short]) => {
    const value = profile.facts[fact];
    return value === undefined
      ? []
      : [`${short}=${typeof value === "boolean" ? (value ? "yes" : "no") : value}`];
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

/** @throws {InvalidRequestError} where it is no profile */
export function checkProfile(field: string, profile: unknown): ProfileOption {
  if (isProfileName(profile)) return profile;
  if (typeof profile === "object" && profile !== null) {
    const { format, wapiVersion, probed, facts } = profile as Partial<GridProfile>;
    const texts = [wapiVersion, probed].every((text) => typeof text === "string" && /^[\w.:-]+$/.test(text));
    if (format === 1 && texts && typeof facts === "object" && facts !== null) return profile as GridProfile;
  }
  throw invalid(field, profile, 'must be "serial", "places", "wait" or what ipam.probe() gives', "places");
}

// --- reading it, once per client -------------------------------------------------------------------------------

const kept = new WeakMap<WapiClient, Promise<ProfileOption | undefined>>();

/**
 * How the engine works on the grid of this client: what the grid keeps, read once per client, else what the client was
 * given, else as on a serial grid.
 *
 * WAPI: finds an `extensibleattributedef` whose comment has a profile, whatever the attribute is called.
 *
 * @throws {InvalidRequestError} where the client was given another profile than the grid keeps
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
  // Nobody knows yet: the next one asks again.
  reading.catch(() => kept.delete(wapi));
  return reading;
}

/** What the next reading of this client's grid has to find anew: `setup` has written another profile. */
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
    // Who may not read definitions works as where there is no profile.
    if (isInfobloxError(error, "PermissionDeniedError")) return undefined;
    throw error;
  }
}

function differs(given: ProfileOption, onGrid: ProfileOption): InvalidRequestError {
  return new InvalidRequestError(
    `The option profile asks for ${wordsOf(given)}, but this grid keeps ${wordsOf(onGrid)}. All clients of a grid must use one profile.`,
    {
      field: "profile",
      value: typeof given === "string" ? given : shortTextOf(given),
      example: behaviorOf(onGrid).path,
      hint: "Leave the option out, or keep another profile on the grid with setup({ profile }).",
    },
  );
}

function wordsOf(profile: ProfileOption): string {
  const { path, fence } = behaviorOf(profile);
  return `"${path}"${fence ? " with fenced deletes" : ""}`;
}
