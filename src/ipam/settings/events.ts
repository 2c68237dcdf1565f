import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { channel } from "node:diagnostics_channel";
import { invalid, isInfobloxError } from "../../errors.js";
import { parseRef } from "../../wapi/ref.js";
import type { ReleasedOne } from "../objects/results.js";

/** The object of an event. Only known fields are set: a released CIDR has no reference any more. */
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
  /** A UUID, different for each event, by which a receiver can recognize an event that arrives twice. */
  readonly id: string;
  readonly event: IpamEventName;
  /** The time by this machine's clock: `"2026-11-25T13:46:00.123Z"`. */
  readonly time: string;
  /** The name of the method that was called: `"requestSubnet"`, `"hosts.move"`. */
  readonly call: string;
  readonly object: EventObject;
  /** The owner of the `Ipam`. */
  readonly owner: string | undefined;
  /** The request id of the call. */
  readonly requestId: string | undefined;
  /** Milliseconds since the beginning of the call, or of its chunk. */
  readonly durationMs: number;
}

/** The event of a writing call that ended with an error. */
export interface RefusedEvent extends IpamEvent {
  readonly event: "refused";
  /** Name, code and message of the error. With `UncertainWriteError`, the grid may have done the write. */
  readonly error: { readonly name: string; readonly code: string; readonly message: string };
}

/** The events of an {@link Ipam}, by name. */
export interface IpamEvents {
  /** A call made a subnet, an address, a range or a record. */
  readonly allocated: IpamEvent;
  /** A call returned an object that existed already, by its request id or its description. */
  readonly adopted: IpamEvent;
  /** A call released an object. A release of an object that was gone makes no event. */
  readonly released: IpamEvent;
  /** A call changed an object: moved a host, split a subnet, renewed a time of expiry. */
  readonly changed: IpamEvent;
  /** A writing call ended with an error. */
  readonly refused: RefusedEvent;
  /** A call removed an object that it had made, because it could not be finished. */
  readonly rolledBack: IpamEvent;
}

export type IpamEventName = keyof IpamEvents;
export type IpamListener<Name extends IpamEventName> = (event: IpamEvents[Name]) => unknown;

/** A call that is running. */
export interface CurrentCall {
  readonly call: string;
  readonly request: unknown;
  /** By `performance.now()`. */
  readonly started: number;
}

/** One event, before the call and its duration are added. */
export type Happening = readonly [
  name: Exclude<IpamEventName, "refused">,
  object: unknown,
  requestId?: string | undefined,
];

/** Called for each chunk of a call's results, and for its error. `started` is a value of `performance.now()`. */
export interface ChunkWatch<Thing> {
  readonly given: (things: readonly Thing[], started: number) => void;
  readonly failed: (error: unknown, started: number) => void;
}

interface Watchable<Thing> {
  watchedBy(watch: ChunkWatch<Thing>): this;
}

const channels = {
  allocated: channel("infoblox-ipam:allocated"),
  adopted: channel("infoblox-ipam:adopted"),
  released: channel("infoblox-ipam:released"),
  changed: channel("infoblox-ipam:changed"),
  refused: channel("infoblox-ipam:refused"),
  rolledBack: channel("infoblox-ipam:rolledBack"),
} satisfies Readonly<Record<IpamEventName, unknown>>;

const eventNames = Object.keys(channels) as IpamEventName[];

/** Sends the events of an `Ipam` to its listeners and to diagnostics channels. */
export class EventEmitter {
  readonly #owner: string | undefined;
  readonly #listeners = new Map<IpamEventName, Set<IpamListener<never>>>();
  /** The call that is running, for the code that rolls back, which does not know it. */
  readonly #current = new AsyncLocalStorage<CurrentCall>();

  constructor(owner: string | undefined) {
    this.#owner = owner;
  }

  /** @returns a function that removes the listener */
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

  /** Sends an event for an object that was rolled back: no result shows it. */
  rolledBack(object: unknown): void {
    const unknown = { call: "", request: undefined, started: performance.now() };
    this.happened(this.#current.getStore() ?? unknown, () => [["rolledBack", object]]);
  }

  /**
   * Does the work of a call and sends events for its result or error. Costs nothing while nobody listens.
   *
   * @param call - the name of the public method
   * @param request - the request, for its request id and for the object of an error
   * @param happenings - the events of a result
   */
  async during<Result>(
    call: string,
    request: unknown,
    work: () => Promise<Result>,
    happenings: (result: Result) => readonly Happening[],
  ): Promise<Result> {
    const current = { call, request, started: performance.now() };
    try {
      const result = await (this.#isHeard() ? this.#current.run(current, work) : work());
      this.happened(current, () => happenings(result));
      return result;
    } catch (error) {
      const name = call.startsWith("release") ? "released" : "allocated";
      const partial = isInfobloxError(error) ? (error.partial ?? []) : [];
      const refs = partial.filter((ref) => typeof ref === "string");
      this.happened(current, () => refs.map((ref) => [name, ref]));
      this.failed(current, error);
      throw error;
    }
  }

  /** The same for a call with chunks: sends the events of each chunk as soon as it is done. */
  duringChunks<Thing, Chunks extends Watchable<Thing>>(
    call: string,
    request: unknown,
    chunks: Chunks & Watchable<Thing>,
    happenings: (thing: Thing) => readonly Happening[],
  ): Chunks {
    return chunks.watchedBy({
      given: (things, started) => this.happened({ call, request, started }, () => things.flatMap(happenings)),
      failed: (error, started) => this.failed({ call, request, started }, error),
    });
  }

  happened(current: CurrentCall, happenings: () => readonly Happening[]): void {
    if (!this.#isHeard()) return;
    for (const [name, object, requestId] of happenings()) this.#tell(name, current, { object, requestId });
  }

  failed(current: CurrentCall, error: unknown): void {
    if (!this.#isHeard() || !isInfobloxError(error)) return;
    const { name, code, message } = error;
    this.#tell("refused", current, { object: current.request, error: { name, code, message } });
  }

  #isHeard(): boolean {
    return eventNames.some((name) => this.#listeners.get(name)?.size || channels[name].hasSubscribers);
  }

  #tell(
    event: IpamEventName,
    { call: name, request, started }: CurrentCall,
    told: { readonly object: unknown } & Partial<Pick<RefusedEvent, "requestId" | "error">>,
  ): void {
    const { object, error } = told;
    const { requestId: own } = Object(request) as { requestId?: unknown };
    const requestId = told.requestId ?? (typeof own === "string" ? own : undefined);
    const listeners = this.#listeners.get(event) ?? [];
    if (!channels[event].hasSubscribers && [...listeners].length === 0) return;
    const message = {
      ...{ id: randomUUID(), event, time: new Date().toISOString(), owner: this.#owner },
      ...{ call: name, object: eventObject(object), requestId, durationMs: performance.now() - started },
      ...(error && { error }),
    };
    channels[event].publish(message);
    for (const listener of listeners) call(listener as (event: object) => unknown, message);
  }
}

/** Calls a listener. Its error becomes a warning of the process: the call itself has succeeded. */
function call(listener: (event: object) => unknown, event: object): void {
  const warn = (error: unknown) => {
    const name = error instanceof Error ? error.name : typeof error;
    process.emitWarning(`A listener of infoblox-ipam failed: ${name}`);
  };
  try {
    const result = listener(event);
    if (result instanceof Promise) result.catch(warn);
  } catch (error) {
    warn(error);
  }
}

/** The fields of an event's object, from a result, a request, a reference, a CIDR or an address. */
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

/** The event for an object that a call returns: `allocated` if it is new, `adopted` if not. */
export function given(thing: { readonly created: boolean }): readonly Happening[] {
  return [[thing.created ? "allocated" : "adopted", thing]];
}

export function released(target: unknown): (result: { readonly released: boolean }) => readonly Happening[] {
  return (result) => (result.released ? [["released", target]] : []);
}

/** @param target - the target of the change, if the result names no object */
export function changed(target?: unknown): (result: unknown) => readonly Happening[] {
  return (result) => [["changed", "ref" in Object(result) ? result : target]];
}

export function releasedOne(one: ReleasedOne): readonly Happening[] {
  return one.released ? [["released", one.ref]] : [];
}
