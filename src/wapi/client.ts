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
 * A typed client of a grid's WAPI, with WAPI's verbs.
 *
 * Every call takes `signal`, `timeout`, `deadline` and `maxRetries`, and returns a promise that also has
 * `withResponse()`. It throws `InvalidRequestError` before it sends anything if the client itself finds an error,
 * `WapiError` and its kinds if the grid refuses, `ConnectionError`, `TimeoutError` and `AbortedError` if nothing was
 * written, and `UncertainWriteError` if a write may have happened.
 *
 * @example
 * await using wapi = new WapiClient({ url: "https://grid.example.com", username: "automation", password });
 * const nets = await wapi.find("network", { where: { network_view: "default" }, fields: ["network", "extattrs"] });
 */
export class WapiClient {
  readonly #grid: Conversation;

  /**
   * Creates a client. It sends nothing before the first call.
   *
   * @param options - missing options are read from the environment, else have a default
   * @param parent - the client whose session, queue and connections to share: see {@link WapiClient.with}
   * @throws {InvalidRequestError} that names the option or variable, its value and a valid one
   */
  constructor(options: WapiClientOptions = {}, parent?: WapiClient) {
    if (parent !== undefined && !(parent instanceof WapiClient)) {
      throw invalidKind("parent", parent, "must be a WapiClient", "new WapiClient({ … })");
    }
    this.#grid = new Conversation(options, parent ? parent.#grid : undefined);
  }

  /**
   * Finds all objects of a type that match, page by page (WAPI: `GET` with `_paging`). `limit` truncates the list; with
   * `failAbove` the grid refuses if there are more.
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
   * Finds the one object that matches; `undefined` if none does. It requests at most two.
   *
   * @throws {AmbiguousTargetError} if several match
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
   * Iterates over all objects of a type that match, with one page in memory at a time. It sends nothing before the loop
   * begins or after it ends.
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
   * Reads one object by its reference. Its type follows from the reference (WAPI: `GET`).
   *
   * @throws {NotFoundError} if it is deleted, or renamed: the reference of some objects changes with their name
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
   * Creates an object (WAPI: `POST`), and returns it as the grid holds it, from the same request, with the values that
   * the grid chose.
   *
   * @throws {ConflictError} if it exists, or conflicts with another object
   * @throws {NotFoundError} if an object that it needs does not exist: a zone, a network, a view
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
   * Changes the given fields of an object; others stay as they are (WAPI: `PUT`). Extensible attributes merge: `null`
   * removes one, {@link replaceExtattrs} replaces all. {@link listChange} adds to a list or removes from it. The
   * reference may change: use the one in the answer.
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
   * Deletes an object, and returns the reference that it had (WAPI: `DELETE`).
   *
   * @throws {NotFoundError} if it is deleted already
   * @example
   * await wapi.delete(container._ref, { args: { remove_subnets: false } });
   */
  delete<T extends ObjectType>(ref: Ref<T>, options: DeleteOptions<T> = {}): WapiPromise<Ref<T>> {
    return wapiPromise(remove(this.#grid, ref, options));
  }

  /**
   * Calls a function of an object, or of a type without objects, such as `fileop` (WAPI: `POST` with `_function`).
   * `next_available_…` reserves nothing: to take an address or network, use {@link nextAvailableIp} or {@link
   * nextAvailableNetwork} in a create.
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
   * Sends several steps in one request, of which the grid carries out all or none (WAPI: `POST request`). Returns their
   * results by position.
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
   * Sends any request, for what is not typed yet, with the same session, retries and errors. Returns the answer as it
   * is.
   *
   * @example
   * const schema = await wapi.request<{ fields: unknown[] }>({ path: "network", query: { _schema: 1 } });
   */
  request<Data = unknown>(raw: RawRequest): WapiPromise<Data> {
    return wapiPromise(request<Data>(this.#grid, raw));
  }

  /**
   * This client, or a child that reads from the master if this one reads from candidates.
   *
   * @internal
   */
  readingFromMaster(): WapiClient {
    return this.#grid.readFrom === "master" ? this : this.with({ readFrom: "master" });
  }

  /**
   * Creates a client with other time limits, retries, hooks or checks that shares session, queue and connections.
   *
   * @example
   * const patient = wapi.with({ timeout: 120_000 });
   */
  with(overrides: WapiClientOverrides): WapiClient {
    return new WapiClient(overrides, this);
  }

  /**
   * Waits for requests that are under way, logs the session out, and closes the connections. A child closes nothing.
   */
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
