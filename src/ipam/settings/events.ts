import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { invalid, isInfobloxError } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import type { ReleasedOne } from "../objects/results.js";

/** What an event is about. Only what is known is there: a CIDR that was released has no reference any more. */
export interface EventObject {
  readonly ref?: string;
  /** The WAPI object type: `"network"`, `"record:host"`. */
  readonly type?: string;
  readonly cidr?: string;
  readonly ip?: string;
  /** All addresses of a host that has several. */
  readonly ips?: readonly string[];
  readonly name?: string;
  readonly networkView?: string;
}

/** One thing that an {@link Ipam} did. Plain data, without attributes, comments or secrets. */
export interface IpamEvent {
  /** Different for each event, as a UUID: a receiver that is told twice can tell. */
  readonly id: string;
  readonly event: IpamEventName;
  /** When, as `"2026-11-25T13:46:00.123Z"`, by this machine's clock. */
  readonly time: string;
  /** The call that did it: `"requestSubnet"`, `"hosts.move"`. */
  readonly call: string;
  readonly object: EventObject;
  /** Of the `Ipam`, where it has one. */
  readonly owner: string | undefined;
  /** Of the call, where it has one. */
  readonly requestId: string | undefined;
  /** From the beginning of the call, or of its chunk. */
  readonly durationMs: number;
}

/** A call that was to change something ended with an error. */
export interface RefusedEvent extends IpamEvent {
  readonly event: "refused";
  /** Name, code and message of the error. With `UncertainWriteError`, the grid may have done it nevertheless. */
  readonly error: { readonly name: string; readonly code: string; readonly message: string };
}

/** The events of an {@link Ipam}, by name. */
export interface IpamEvents {
  /** Something is held now that was not: a subnet, an address, a range, a record. */
  readonly allocated: IpamEvent;
  /** A call got what was there already: by its request id, or by its description. */
  readonly adopted: IpamEvent;
  /** Something was given back. What was gone already makes no event. */
  readonly released: IpamEvent;
  /** Something was changed: a host moved, a subnet split, a time of expiry renewed. */
  readonly changed: IpamEvent;
  readonly refused: RefusedEvent;
  /** Something that a call made was removed again, because the call could not be finished. */
  readonly rolledBack: IpamEvent;
}

export type IpamEventName = keyof IpamEvents;
export type IpamListener<Name extends IpamEventName> = (event: IpamEvents[Name]) => unknown;

type Told = Pick<IpamEvent, "call" | "object" | "requestId" | "durationMs">;

interface CurrentCall {
  readonly call: string;
  readonly request: unknown;
  /** By `performance.now()`. */
  readonly started: number;
}

/** What a result says happened, and to what. */
export type Happening = readonly [
  name: Exclude<IpamEventName, "refused">,
  object: unknown,
  requestId?: string | undefined,
];

/** Hears of each chunk of what a call gives, and of an error. `started` by `performance.now()`. */
export interface ChunkWatch<Thing> {
  readonly given: (things: readonly Thing[], started: number) => void;
  readonly failed: (error: unknown, started: number) => void;
}

interface Watchable<Thing> {
  watchedBy(watch: ChunkWatch<Thing>): this;
}

export const eventNames: readonly IpamEventName[] = [
  "allocated",
  "adopted",
  "released",
  "changed",
  "refused",
  "rolledBack",
];

const channels = Object.fromEntries(
  eventNames.map((name) => [name, channel(`infoblox-ipam:${name}`)]),
) as unknown as Readonly<Record<IpamEventName, ReturnType<typeof channel>>>;

/** Tells listeners and diagnostics channels what an `Ipam` did. */
export class EventEmitter {
  readonly #owner: string | undefined;
  readonly #listeners = new Map<IpamEventName, Set<IpamListener<never>>>();
  /** The call whose work goes on: the code that rolls back is far below it. */
  readonly #current = new AsyncLocalStorage<CurrentCall>();

  constructor(owner: string | undefined) {
    this.#owner = owner;
  }

  /** @returns stops it */
  on<Name extends IpamEventName>(name: Name, listener: IpamListener<Name>): () => void {
    if (!eventNames.includes(name))
      throw invalid("event", name, `must be one of ${eventNames.join(", ")}`, "allocated");
    if (typeof listener !== "function")
      throw invalid("listener", listener, "must be a function", "(event) => console.log(event)");
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
    };
  }

  /** For the code that rolls back: no result tells of it. */
  rolledBack(object: unknown): void {
    const { call, request, started } = this.#current.getStore() ?? {
      call: "",
      request: undefined,
      started: performance.now(),
    };
    this.happened(call, request, started, () => [["rolledBack", object]]);
  }

  /**
   * Does a call's work and tells what came of it. Costs nothing while nobody listens.
   *
   * @param call - name of the public method
   * @param request - what was asked for: it may hold the request id, and name the object of an error
   * @param happenings - what the result says happened
   */
  async during<Result>(
    call: string,
    request: unknown,
    work: () => Promise<Result>,
    happenings: (result: Result) => readonly Happening[],
  ): Promise<Result> {
    const started = performance.now();
    try {
      const result = await (this.#isHeard() ? this.#current.run({ call, request, started }, work) : work());
      this.happened(call, request, started, () => happenings(result));
      return result;
    } catch (error) {
      const name = call.startsWith("release") ? "released" : "allocated";
      this.happened(call, request, started, () => partialOf(error).map((ref) => [name, ref]));
      this.failed(call, request, started, error);
      throw error;
    }
  }

  /** The same for what comes in chunks: each tells as soon as it is done. */
  duringChunks<Thing, Chunks extends Watchable<Thing>>(
    call: string,
    request: unknown,
    chunks: Chunks & Watchable<Thing>,
    happenings: (thing: Thing) => readonly Happening[],
  ): Chunks {
    return chunks.watchedBy({
      given: (things, started) => this.happened(call, request, started, () => things.flatMap(happenings)),
      failed: (error, started) => this.failed(call, request, started, error),
    });
  }

  /** @param started - by `performance.now()` */
  happened(call: string, request: unknown, started: number, happenings: () => readonly Happening[]): void {
    if (!this.#isHeard()) return;
    const durationMs = performance.now() - started;
    for (const [name, object, requestId = requestIdOf(request)] of happenings())
      this.#tell(name, { call, object: eventObject(object), requestId, durationMs });
  }

  failed(call: string, request: unknown, started: number, error: unknown): void {
    if (!this.#isHeard() || !isInfobloxError(error)) return;
    const { name, code, message } = error;
    this.#tell(
      "refused",
      {
        call,
        object: eventObject(request),
        requestId: requestIdOf(request),
        durationMs: performance.now() - started,
      },
      { name, code, message },
    );
  }

  #isHeard(): boolean {
    return eventNames.some((name) => this.#listeners.get(name)?.size || channels[name].hasSubscribers);
  }

  #tell(event: IpamEventName, told: Told, error?: RefusedEvent["error"]): void {
    const listeners = this.#listeners.get(event) ?? [];
    if (!channels[event].hasSubscribers && [...listeners].length === 0) return;
    const time = new Date().toISOString();
    const message = { id: randomUUID(), event, time, owner: this.#owner, ...told, ...(error && { error }) };
    channels[event].publish(message);
    for (const listener of listeners) call(listener as (event: object) => unknown, message);
  }
}

/** What was done is done: an error of a listener becomes a warning of the process, not one of the call. */
function call(listener: (event: object) => unknown, event: object): void {
  const warn = (error: unknown) =>
    process.emitWarning(
      `a listener of infoblox-ipam failed: ${error instanceof Error ? error.name : typeof error}`,
    );
  try {
    const result = listener(event);
    if (result instanceof Promise) result.catch(warn);
  } catch (error) {
    warn(error);
  }
}

function partialOf(error: unknown): readonly string[] {
  const partial = isInfobloxError(error) ? (error.partial ?? []) : [];
  return partial.filter((ref) => typeof ref === "string");
}

function requestIdOf(request: unknown): string | undefined {
  const { requestId } = Object(request) as { requestId?: unknown };
  return typeof requestId === "string" ? requestId : undefined;
}

/** What names an object, from a result, a request, a reference, a CIDR or an address. */
function eventObject(given: unknown): EventObject {
  if (typeof given === "string") {
    const type = parseRef(given)?.type;
    if (type !== undefined) return { ref: given, type };
    return given.includes("/") ? { cidr: given } : { ip: given };
  }
  const fields = Object(given) as Readonly<Record<string, unknown>>;
  const text = (name: string) => (typeof fields[name] === "string" ? { [name]: fields[name] } : {});
  const type = typeof fields["ref"] === "string" ? parseRef(fields["ref"])?.type : undefined;
  const { ips, first, last } = fields;
  return {
    ...text("ref"),
    ...(type !== undefined && { type }),
    ...text("cidr"),
    ...(typeof first === "string" && typeof last === "string" && { cidr: `${first}-${last}` }),
    ...text("ip"),
    ...(Array.isArray(ips) && ips.length > 1 && { ips: ips as readonly string[] }),
    ...text("name"),
    ...text("networkView"),
  };
}

/** Of what is there once and for all: a new one was allocated, another adopted. */
export function given(thing: { readonly created: boolean }): readonly Happening[] {
  return [[thing.created ? "allocated" : "adopted", thing]];
}

export function released(target: unknown): (result: { readonly released: boolean }) => readonly Happening[] {
  return (result) => (result.released ? [["released", target]] : []);
}

/** @param target - what was to be changed, for a result that names nothing */
export function changed(target?: unknown): (result: unknown) => readonly Happening[] {
  return (result) => [["changed", isNamed(result) ? result : target]];
}

function isNamed(result: unknown): boolean {
  return typeof result === "object" && result !== null && "ref" in result;
}

export function releasedOne(one: ReleasedOne): readonly Happening[] {
  return one.released ? [["released", one.ref]] : [];
}
