/**
 * The place of the experiments: a network view that the probe creates and deletes, its DNS view and, if the caller named
 * one, a zone. The probe writes nothing outside of it. Outside it reads only the definitions of attributes, and a few
 * ranges with the utilization of their networks.
 */

import {
  AbortedError,
  ConflictError,
  type InfobloxError,
  isInfobloxError,
  type WapiError,
} from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";
import { systemClock } from "../../wapi/clock.js";
import type { Cause } from "../profile/sentences.js";
import {
  attributesIn,
  type Definition,
  definitionFields,
  isRequired,
  withRequired,
} from "./required-attributes.js";
import { generalized } from "./sentences.js";

/** The answer to a question about a grid. */
export type Fact = boolean | number | string;

/** An experiment is not possible on this grid. The message says why, and contains no data of the user. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

/** An answer of the grid. */
export interface Reply {
  readonly ok: boolean;
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape, and experiments look into them
  readonly data: any;
  /** The grid's text of a refusal. */
  readonly text: string;
  /** The names and values of extensible attributes in a refused request. */
  readonly attributes?: readonly string[];
}

export interface RequestStep {
  readonly method: string;
  readonly object?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly args?: Readonly<Record<string, unknown>>;
  readonly assign_state?: Readonly<Record<string, string>>;
  readonly enable_substitution?: boolean;
  readonly discard?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "DELETE";

interface Ask {
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly body?: unknown;
}

/** How the comment of a network view begins if a probe made it. */
export const mark = "Scratch space of infoblox-ipam's probe, which deletes it";
/** How often the probe tries to delete the view: searches may lag, and not yet find its contents. */
const mostSweeps = 6;
/** The longest lag of searches that the probe waits for, in milliseconds. */
export const longestLag = 10_000;

export class Laboratory {
  readonly networkView: string;
  readonly zone: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** The lag of searches in milliseconds, as far as measured. */
  lag = 0;
  /** The duration of the longest `request` so far, in milliseconds. */
  longestRequest = 0;
  /** The answers so far. */
  readonly facts: Record<string, Fact> = {};
  readonly sentences: Record<string, string> = {};
  /** Whether creates must give values to required attributes. */
  insists = false;
  readonly #wapi: WapiClient;
  /** `undefined` if the user may not read them. */
  #definitions: readonly Definition[] | undefined;
  readonly #made = new Map<string, Promise<unknown>>();
  #networks = 0;
  #blocks = 0;
  #names = 0;

  constructor(
    wapi: WapiClient,
    { networkView, zone, signal }: Pick<Laboratory, "networkView" | "zone" | "signal">,
  ) {
    this.#wapi = wapi;
    this.networkView = networkView;
    this.zone = zone;
    this.signal = signal;
  }

  // --- asking --------------------------------------------------------------------------------------------------

  /**
   * Sends one request. A refusal by the grid is a normal answer. If the refusal names a required attribute, sends the
   * request again with all required attributes, and adds them to every later create.
   */
  async ask(method: Method, path: string, ask: Ask = {}): Promise<Reply> {
    const send = () => this.#send(method, path, { ...ask, body: this.#filled(method, path, ask) });
    const reply = await send();
    const isNamed = (one: Definition) => isRequired(one) && reply.text.includes(one.name);
    if (this.insists || reply.ok || !this.#definitions?.some(isNamed)) return reply;
    this.insists = true;
    return send();
  }

  async #send(method: Method, path: string, { query = {}, body }: Ask): Promise<Reply> {
    try {
      const { data, status } = await this.#wapi
        .request({ method, path, query, body, ...(this.signal ? { signal: this.signal } : {}) })
        .withResponse();
      return { ok: true, status, data, text: "" };
    } catch (error) {
      if (isRefusal(error)) {
        const { status, text } = error;
        return { ok: false, status, data: undefined, text, attributes: attributesIn(body) };
      }
      if (isInfobloxError(error, "PermissionDeniedError"))
        throw new Unanswered("this user does not have the permission", { cause: error });
      throw error;
    }
  }

  /** Adds required attributes to the body of a create, if the grid needs them. */
  #filled(method: Method, path: string, { query, body }: Ask): unknown {
    const creates = method === "POST" && !path.includes("/") && query?.["_method"] === undefined;
    if (!this.insists || !creates) return body;
    const fill = (type: string, object: RequestStep["data"] = {}) =>
      withRequired(type, object, this.#definitions ?? [], versionOf(this.#wapi));
    if (path !== "request") return fill(path, body as RequestStep["data"]);
    return (body as readonly RequestStep[]).map((step) => {
      const { method: verb, object = "", data } = step;
      return verb === "POST" && /^[a-z]/.test(object) ? { ...step, data: fill(object, data) } : step;
    });
  }

  /** The definitions of attributes that fit. Requests may contain their names; the profile must not. */
  definitions(fits: (definition: Definition) => boolean): readonly Definition[] {
    if (this.#definitions === undefined) throw new Unanswered("this user does not have the permission");
    return this.#definitions.filter(fits);
  }

  async #readDefinitions(): Promise<void> {
    try {
      const query = { _return_fields: definitionFields, _max_results: 1000 };
      const { data } = await this.ask("GET", "extensibleattributedef", { query });
      this.#definitions = rowsOf(data);
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** Searches in the scratch view; with `within: false`, in the whole grid. */
  find(type: string, args: Readonly<Record<string, string | number>>, within = true): Promise<Reply> {
    return this.ask("GET", type, { query: { ...(within && { network_view: this.networkView }), ...args } });
  }

  /** The first hundred objects of a type in the whole grid. */
  page(type: string, fields: string): Promise<Reply> {
    const paging = { _paging: 1, _return_as_object: 1, _max_results: 100 };
    return this.find(type, { _return_fields: fields, ...paging }, false);
  }

  /** Reads fields of an object. */
  read(ref: string, fields: string): Promise<Reply> {
    return this.ask("GET", ref, { query: { _return_fields: fields } });
  }

  create(type: string, body: Readonly<Record<string, unknown>>): Promise<Reply> {
    return this.ask("POST", type, { body });
  }

  update(ref: string, body: Readonly<Record<string, unknown>>): Promise<Reply> {
    return this.ask("PUT", ref, { body });
  }

  remove(ref: string): Promise<Reply> {
    return this.ask("DELETE", ref);
  }

  /** Sends many steps in one `request`. */
  async request(steps: readonly RequestStep[]): Promise<Reply> {
    const begun = systemClock.now();
    const reply = await this.ask("POST", "request", { body: steps });
    this.longestRequest = Math.max(this.longestRequest, Math.ceil(systemClock.now() - begun));
    return reply;
  }

  /** Sends four requests at the same time, each over its own connection. */
  together(steps: (index: number) => readonly RequestStep[]): Promise<Reply[]> {
    return Promise.all([0, 1, 2, 3].map((index) => this.request(steps(index))));
  }

  // --- making --------------------------------------------------------------------------------------------------

  /** An unused /24 network, from the range for benchmarks. */
  cidr(): string {
    const number = this.#networks++;
    return `198.${18 + (number >> 8)}.${number & 255}.0/24`;
  }

  /** An unused IPv6 /48, from the range for documentation. */
  block(): string {
    return `2001:db8:${(0x10 + this.#blocks++).toString(16)}::/48`;
  }

  /** An unused name. */
  token(): string {
    return `probe-${++this.#names}`;
  }

  /** Creates a network for an experiment. @throws {Unanswered} if the grid refuses it */
  async network(
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<{ cidr: string; ref: string; comment: string }> {
    const comment = this.token();
    const body = this.networkBody({ comment, ...more });
    return { cidr: String(body.network), comment, ref: made(await this.create("network", body)) };
  }

  /** Creates a network with this CIDR, or another value of the field. */
  networkAt(network: string): Promise<Reply> {
    return this.create("network", { network, network_view: this.networkView });
  }

  /** The body of a create of an unused network. */
  networkBody(more: Readonly<Record<string, unknown>> = {}) {
    return { network: this.cidr(), network_view: this.networkView, ...more };
  }

  /** Makes an object only once, for several experiments that need it and do not change it. */
  once<T>(what: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(what) ?? make();
    this.#made.set(what, known);
    return known as Promise<T>;
  }

  /** A step of a `request` that creates a network. */
  networkStep(body: Readonly<Record<string, unknown>>): RequestStep {
    return { method: "POST", object: "network", data: { network_view: this.networkView, ...body } };
  }

  /** A step of a `request` that searches for networks. */
  searchStep(comment: string, more: Partial<RequestStep> = {}): RequestStep {
    return { method: "GET", object: "network", data: { network_view: this.networkView, comment }, ...more };
  }

  /** Steps that only take time, so that requests overlap. */
  padding(count = 8): RequestStep[] {
    const step = this.searchStep(this.token(), { discard: true });
    return Array.from({ length: count }, () => step);
  }

  /** An unused address in a network of its own. */
  async newAddress(): Promise<string> {
    return this.address((await this.network()).cidr, 5);
  }

  /** An address in a /24: `198.18.0.5` for `198.18.0.0/24` and 5. */
  address(cidr: string, last: number): string {
    return cidr.replace(/0\/24$/, String(last));
  }

  // --- waiting and noting --------------------------------------------------------------------------------------

  /** Waits until searches find what was written. */
  async untilSearchable(): Promise<void> {
    if (this.lag > 0) await this.sleep(Math.ceil(this.lag * 1.2) + 5);
  }

  async sleep(milliseconds: number): Promise<void> {
    await systemClock.sleep(milliseconds, this.signal);
    this.stopIfAborted();
  }

  stopIfAborted(): void {
    if (this.signal?.aborted) throw new AbortedError("The probe was stopped.", { cause: this.signal.reason });
  }

  /**
   * Keeps the text of a refusal, without data of the user, under a cause by which the library recognises errors, or under
   * the id of the experiment.
   */
  note(cause: Cause | (string & {}), reply: Reply): void {
    if (reply.ok || reply.text === "") return;
    const { networkView, zone } = this;
    const { text, attributes } = reply;
    this.sentences[cause] ??= generalized(text, { networkView, zone, attributes });
  }

  // --- the scratch space ---------------------------------------------------------------------------------------

  /**
   * Creates the network view and the zone. Deletes what an earlier probe left.
   *
   * @throws {ConflictError} if a view with the name exists that no probe made
   */
  async open(): Promise<void> {
    await this.#readDefinitions();
    const create = () => this.create("networkview", { name: this.networkView, comment: `${mark}.` });
    let reply = await create();
    for (let tries = 0; !reply.ok && tries < mostSweeps; tries++) {
      if (!(await this.dismantle())) await this.sleep(50 * 2 ** tries);
      reply = await create();
    }
    if (!reply.ok) throw unmade(`The network view "${this.networkView}" cannot be created`, reply);
    if (this.zone === undefined) return;
    const view = await this.dnsView();
    const zone = await this.create("zone_auth", { fqdn: this.zone, view });
    if (!zone.ok) throw unmade(`The zone "${this.zone}" cannot be created in the DNS view "${view}"`, zone);
  }

  /** The DNS view that the grid created with the network view. Waits until a search finds it. */
  dnsView(): Promise<string> {
    return this.once("DNS view", () => this.#findDnsView());
  }

  async #findDnsView(): Promise<string> {
    for (let waited = 0; ; waited += 50) {
      const { data } = await this.find("view", {});
      if (data?.[0]?.name !== undefined) return data[0].name;
      if (waited >= longestLag) throw new Unanswered("the scratch network view has no DNS view");
      await this.sleep(50);
    }
  }

  /**
   * Deletes the network view with its contents, but only if a probe made it.
   *
   * @returns whether the view existed
   * @throws {ConflictError} if a view with the name exists that no probe made, or the grid refuses the delete
   */
  async dismantle(): Promise<boolean> {
    let refused: Reply | undefined;
    for (let tries = 0; tries < mostSweeps; tries++) {
      const search = { name: this.networkView, _return_fields: "name,comment" };
      const { data } = await this.find("networkview", search, false);
      const view = data?.[0];
      if (view === undefined) return refused !== undefined;
      if (!String(view.comment ?? "").startsWith(mark)) {
        throw new ConflictError(
          `The network view "${this.networkView}" was not made by a probe. Name another one: networkView.`,
          context(),
        );
      }
      const deleted = await this.remove(view._ref);
      // 404: the view is gone, but a search still found it.
      if (deleted.ok || deleted.status === 404) return true;
      refused = deleted;
      await this.#empty();
      if (tries > 0) await this.sleep(50 * 2 ** tries);
    }
    throw new ConflictError(
      `The network view "${this.networkView}" cannot be deleted: ${refused?.text ?? ""} Delete it by hand.`,
      context(refused),
    );
  }

  /** Deletes the contents of the view, for a grid that does not delete them with the view. */
  async #empty(): Promise<void> {
    for (const type of contents) {
      const { data } = await this.find(type, { _max_results: 1000 });
      for (const { _ref } of rowsOf(data)) await this.remove(_ref);
    }
    const { data: views } = await this.find("view", {});
    for (const { name } of rowsOf(views)) {
      const { data: zones } = await this.ask("GET", "zone_auth", { query: { view: name } });
      for (const { _ref } of rowsOf(zones)) await this.remove(_ref);
    }
    // The grid deletes the first DNS view with the network view.
    for (const { _ref, name } of rowsOf(views))
      if (name !== `default.${this.networkView}`) await this.remove(_ref);
  }
}

/** The types of the contents, in an order in which each can be deleted. */
const contents = [
  "record:host",
  "sharednetwork",
  "network",
  "ipv6network",
  "networkcontainer",
  "ipv6networkcontainer",
];

// biome-ignore lint/suspicious/noExplicitAny: rows are of any type
export function rowsOf(rows: unknown): readonly any[] {
  return Array.isArray(rows) ? rows : [];
}

/** The reference that a create returned. @throws {Unanswered} if the grid refused the create */
export function made(reply: Reply): string {
  if (!reply.ok) throw new Unanswered("the grid refuses what the experiment needs");
  return String(typeof reply.data === "string" ? reply.data : reply.data?._ref);
}

/** The WAPI version of the client, which is known after its first request. */
export function versionOf(wapi: WapiClient): string {
  return String(wapi.toJSON()["wapiVersion"]);
}

/** Whether the grid itself refused the request, and not a proxy before it. */
function isRefusal(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "WapiError") || isInfobloxError(error, "AuthenticationError")) return false;
  if (isInfobloxError(error, "PermissionDeniedError")) return false;
  return !/^(HTTP|ERR)[._]/.test((error as InfobloxError).code);
}

function unmade(problem: string, reply: Reply): ConflictError {
  return new ConflictError(`${problem}: ${reply.text}`, context(reply));
}

function context({ status = 400, text = "" }: Partial<Reply> = {}) {
  return { status, code: "Client.Ibap.Data.Conflict", text, method: "POST", path: "networkview" };
}
