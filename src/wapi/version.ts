import { AbortedError, InvalidRequestError, invalid, TimeoutError } from "../errors.js";
import { compareVersions, factsVersion } from "../schema/schema.js";

/** The newest WAPI version that the client knows. */
export const newestKnown: string = factsVersion;

/** How many versions an error names: a grid has about sixty, of which the newest are useful. */
const mostNamed = 8;

/** `2.12`, also written `v2.12`. */
export function parseVersion(text: unknown): string {
  const [, version] = (typeof text === "string" && /^v?(\d+\.\d+(?:\.\d+)?)$/.exec(text.trim())) || [];
  if (version === undefined) throw invalid("wapiVersion", text, "not a WAPI version", "2.12");
  return version;
}

/**
 * The newest version that the grid offers and the client knows; patch versions (2.12.3) count.
 *
 * @throws {InvalidRequestError} that names the versions of both sides, if they share none
 */
export function newestShared(offered: readonly string[], known: string = factsVersion): string {
  const shared = offered.filter((version) => compareVersions(version, known) <= 0).sort(compareVersions);
  const newest = shared.at(-1);
  if (newest !== undefined) return newest;
  throw new InvalidRequestError(
    `The grid offers no WAPI version that this client knows: it has ${list(offered)}, the client knows up to ${known}.`,
    {
      field: "wapiVersion",
      example: offered.at(-1),
      hint: "Set wapiVersion to one of the grid's to try it.",
    },
  );
}

/** The error for a version that the grid refused. It names the grid's versions. */
export function unsupportedVersion(version: string, offered: readonly string[], cause: unknown): Error {
  return new InvalidRequestError(`The grid has no WAPI ${version}; it has ${list(offered)}.`, {
    field: "wapiVersion",
    value: version,
    example: offered.at(-1),
    cause,
    hint: "Leave wapiVersion out to take the newest that both sides know.",
  });
}

/** The versions in the answer to `?_schema`; empty if it is another answer. */
export function offeredVersions(answer: unknown): readonly string[] {
  const versions = (answer as { supported_versions?: unknown } | null)?.supported_versions;
  if (!Array.isArray(versions)) return [];
  return versions.map(String).filter((version) => /^\d+(\.\d+)+$/.test(version));
}

function list(versions: readonly string[]): string {
  if (versions.length === 0) return "none";
  const newest = [...versions].sort(compareVersions).slice(-mostNamed).reverse();
  const others = versions.length - newest.length;
  return newest.join(", ") + (others > 0 ? ` and ${others} older ones` : "");
}

/** The version that a client and its children use: given, or requested from the grid once for all of them. */
export class VersionInUse {
  readonly #ask: () => Promise<readonly string[]>;
  #version: string | undefined;
  #asking: Promise<string> | undefined;

  /** @param ask - requests the versions that the grid offers */
  constructor(given: string | undefined, ask: () => Promise<readonly string[]>) {
    this.#version = given;
    this.#ask = ask;
  }

  /** The version if it is known already. */
  get known(): string | undefined {
    return this.#version;
  }

  /**
   * The version. If a caller gives up, other callers still get it.
   *
   * @param deadline - milliseconds that the caller waits
   */
  async get(signal?: AbortSignal, deadline?: number): Promise<string> {
    return this.#version ?? (await withinLimits(this.#askOnce(), signal, deadline));
  }

  #askOnce(): Promise<string> {
    this.#asking ??= this.#ask()
      .then((offered) => {
        this.#version = newestShared(offered);
        return this.#version;
      })
      .finally(() => {
        this.#asking = undefined;
      });
    return this.#asking;
  }
}

function withinLimits<Value>(
  promise: Promise<Value>,
  signal: AbortSignal | undefined,
  deadline: number | undefined,
): Promise<Value> {
  if (signal === undefined && deadline === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(new AbortedError("Aborted before anything was sent.", { cause: signal?.reason }));
    };
    const timer =
      deadline === undefined ? undefined : setTimeout(() => reject(unansweredInTime(deadline)), deadline);
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    });
  });
}

function unansweredInTime(deadline: number): TimeoutError {
  return new TimeoutError(`The grid's version wasn't known within ${deadline} ms, so nothing was sent.`, {
    method: "GET",
    path: "/wapi/v1.0/",
    hint: "Set wapiVersion to save the question, or allow more with the option deadline.",
  });
}
