import { inspect } from "node:util";
import { checkObject, invalidKind } from "../errors.js";
import type { Ref } from "../schema/field.js";
import { type BatchResults, type BatchSteps, batch } from "./batch.js";
import type { CallOptions } from "./call-options.js";
import { Conversation } from "./conversation.js";
import { call } from "./functions.js";
import { Listing } from "./listing.js";
import type {
  CallArguments,
  DeleteOptions,
  FindOneOptions,
  FindOptions,
  GetOptions,
  WapiClientOptions,
  WapiClientOverrides,
  WriteOptions,
} from "./options.js";
import { type RawRequest, request } from "./raw-request.js";
import { find, findOne, get, readPages } from "./reading.js";
import type {
  Creatable,
  FieldName,
  FunctionName,
  FunctionResult,
  ObjectType,
  Row,
  StandardField,
  Updatable,
} from "./types.js";
import { type WapiPromise, wapiPromise } from "./wapi-promise.js";
import { create, remove, update } from "./writing.js";

/**
 * A grid's WAPI, typed: WAPI's verbs on WAPI's objects.
 *
 * Every call takes `signal`, `timeout`, `deadline` and `maxRetries`, and gives a promise that also has
 * `withResponse()`. It throws `InvalidRequestError` before anything is sent where the client knows better, else
 * `WapiError` and its kinds where the grid refused, `ConnectionError`, `TimeoutError` and `AbortedError` where nothing
 * was written, and `UncertainWriteError` where a write may have happened.
 *
 * @example
 * await using wapi = new WapiClient({ url: "https://grid.example.com", username: "automation", password });
 * const nets = await wapi.find("network", { where: { network_view: "default" }, fields: ["network", "extattrs"] });
 */
export class WapiClient {
  readonly #grid: Conversation;

  /**
   * Connects to nothing yet.
   *
   * @param options - what is left out is read from the environment, else has a default
   * @param parent - whose session, queue and connections to share: see {@link WapiClient.with}
   * @throws {InvalidRequestError} that names the option or variable, its value and a valid one
   */
  constructor(options: WapiClientOptions = {}, parent?: WapiClient) {
    if (parent !== undefined && !(parent instanceof WapiClient)) {
      throw invalidKind("parent", parent, "must be a WapiClient", "new WapiClient({ … })");
    }
    this.#grid = new Conversation(options, parent ? parent.#grid : undefined);
  }

  /**
   * All objects of a type that fit, however many: read page by page. `limit` cuts, `failAbove` has the grid refuse.
   *
   * @example
   * const nets = await wapi.find("network", {
   *   where: { comment: { matches: "prod", ignoreCase: true }, extattrs: { Site: "Paris", VLAN: { gte: 100 } } },
   *   fields: ["network", "extattrs"],
   *   limit: 50,
   * });
   */
  find<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, options: FindOptions<T, F, A> = {}): WapiPromise<Row<T, F | A>[]> {
    return wapiPromise(find<Row<T, F | A>>(this.#grid, type, options));
  }

  /**
   * The one object that fits; `undefined` if none does. Asks for two at most.
   *
   * @throws {AmbiguousTargetError} if several fit
   * @example
   * const view = await wapi.findOne("networkview", { where: { name: "default" } });
   */
  findOne<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, options: FindOneOptions<T, F, A> = {}): WapiPromise<Row<T, F | A> | undefined> {
    return wapiPromise(findOne<Row<T, F | A>>(this.#grid, type, options));
  }

  /**
   * All objects of a type that fit, read as they are used: never more than a page in memory. Nothing is sent before
   * the loop begins, nor after it is left.
   *
   * @example
   * for await (const host of wapi.iterate("record:host", { where: { zone: "example.com" } })) console.log(host.name);
   */
  iterate<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, options: FindOptions<T, F, A> = {}): Listing<Row<T, F | A>> {
    checkObject("options", options, { limit: 50 });
    return new Listing(() => readPages<Row<T, F | A>>(this.#grid, type, options), options.signal);
  }

  /**
   * One object by its reference; the type follows from the reference's own.
   *
   * @throws {NotFoundError} if it is gone, or renamed: some objects change their reference with their name
   * @example
   * const net = await wapi.get(ref, { fields: ["network", "members"] });
   */
  get<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(ref: Ref<T>, options: GetOptions<T, F, A> = {}): WapiPromise<Row<T, F | A>> {
    return wapiPromise(get<Row<T, F | A>>(this.#grid, ref, options));
  }

  /**
   * Creates an object, and gives it as the grid holds it: from the same request, with what the grid chose.
   *
   * @throws {ConflictError} if it exists, or something is in its way
   * @throws {NotFoundError} if what it needs doesn't exist: a zone, a network, a view
   * @example
   * const net = await wapi.create("network", { network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }) });
   */
  create<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(type: T, values: Creatable<T>, options: WriteOptions<T, F, A> = {}): WapiPromise<Row<T, F | A>> {
    return wapiPromise(create<Row<T, F | A>>(this.#grid, type, values, options));
  }

  /**
   * Changes what is named; everything else stays. Extensible attributes merge: `null` removes one,
   * {@link replaceExtattrs} sets all. {@link listChange} adds to a list or removes from it. The reference may change:
   * use that of the answer.
   *
   * @example
   * await wapi.update(net._ref, { comment: "blue", extattrs: { Site: "Rome", Owner: null } });
   */
  update<
    T extends ObjectType,
    const F extends FieldName<T> = StandardField<T>,
    const A extends FieldName<T> = never,
  >(ref: Ref<T>, changes: Updatable<T>, options: WriteOptions<T, F, A> = {}): WapiPromise<Row<T, F | A>> {
    return wapiPromise(update<Row<T, F | A>>(this.#grid, ref, changes, options));
  }

  /**
   * Deletes an object, and gives the reference that it had.
   *
   * @throws {NotFoundError} if it is gone already
   * @example
   * await wapi.delete(container._ref, { args: { remove_subnets: false } });
   */
  delete<T extends ObjectType>(ref: Ref<T>, options: DeleteOptions<T> = {}): WapiPromise<Ref<T>> {
    return wapiPromise(remove(this.#grid, ref, options));
  }

  /**
   * Calls a function of an object, or of a type that has no objects (`fileop`). What `next_available_…` gives is
   * reserved for nobody: to take an address or network, see {@link nextAvailableIp} and {@link nextAvailableNetwork}.
   *
   * @example
   * const { ips } = await wapi.call(net._ref, "next_available_ip", { num: 3, exclude: ["10.0.0.5"] });
   */
  call<T extends ObjectType, Name extends FunctionName<T>>(
    target: Ref<T> | T,
    name: Name,
    ...[parameters, options]: CallArguments<T, Name>
  ): WapiPromise<FunctionResult<T, Name>> {
    return wapiPromise(call<FunctionResult<T, Name>>(this.#grid, target, name, parameters, options));
  }

  /**
   * Many steps in one request, of which the grid does all or none. Results come by position.
   *
   * @example
   * const net = step.create("network", { network: nextAvailableNetwork({ container: "10.0.0.0/8", prefixLength: 24 }) });
   * const gateway = step.create("fixedaddress", { ipv4addr: nextAvailableIp({ network: net.ref }), match_client: "RESERVED" });
   * const [network, address] = await wapi.batch([net, gateway]);
   */
  batch<const Steps extends BatchSteps>(
    steps: Steps,
    options: CallOptions = {},
  ): WapiPromise<BatchResults<Steps>> {
    return wapiPromise(batch<BatchResults<Steps>>(this.#grid, steps, options));
  }

  /**
   * Any request, for what isn't typed yet: with the same session, retries and errors. The answer comes as it is.
   *
   * @example
   * const schema = await wapi.request<{ fields: unknown[] }>({ path: "network", query: { _schema: 1 } });
   */
  request<Data = unknown>(raw: RawRequest): WapiPromise<Data> {
    return wapiPromise(request<Data>(this.#grid, raw));
  }

  /**
   * This client, or where it reads from candidates, a child that reads from the master.
   *
   * @internal
   */
  readingFromMaster(): WapiClient {
    return this.#grid.readFrom === "master" ? this : this.with({ readFrom: "master" });
  }

  /**
   * A client with time limits, retries, hooks or checks of its own, that shares session, queue and connections.
   *
   * @example
   * const patient = wapi.with({ timeout: 120_000 });
   */
  with(overrides: WapiClientOverrides): WapiClient {
    return new WapiClient(overrides, this);
  }

  /** Waits for what is under way, logs the session out, and closes the connections. A child closes nothing. */
  async close(): Promise<void> {
    await this.#grid.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Address, version and user; never a secret. */
  toJSON(): Record<string, unknown> {
    return this.#grid.toJSON();
  }

  [inspect.custom](): string {
    return `WapiClient ${inspect(this.toJSON())}`;
  }
}
