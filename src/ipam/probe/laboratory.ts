/**
 * Where the experiments take place: a network view that the probe makes and deletes, with its DNS view and, where one is
 * asked for, a zone in that. Nothing outside is written. Definitions of attributes, which have no view, are read, and a few
 * ranges with how full their networks are.
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

/** What a property of a grid is recorded as. */
export type Fact = boolean | number | string;

/** The grid doesn't let a question be asked. The message says why, in words that hold nothing of the user's. */
export class Unanswered extends Error {
  override readonly name = "Unanswered";
}

export interface LaboratoryOptions {
  readonly wapi: WapiClient;
  readonly networkView: string;
  readonly zone: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** What the grid answered. */
export interface Reply {
  readonly ok: boolean;
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: answers are of any shape, and experiments look into them
  readonly data: any;
  /** The sentence of a refusal. */
  readonly text: string;
  /** Of what was refused: names of extensible attributes, and their values. */
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

/** By this beginning of its comment the probe knows a network view for its own. */
export const mark = "Scratch space of infoblox-ipam's probe, which deletes it";
/** How often the view is tried to be deleted, while searches may not yet show what is in it. */
const mostSweeps = 6;
/** How long a search may lag, in milliseconds, before the probe gives up waiting. */
export const longestLag = 10_000;

export class Laboratory {
  readonly networkView: string;
  readonly zone: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds by which searches lag, as far as is known. */
  lag = 0;
  /** The longest `request` so far, in milliseconds. */
  longestRequest = 0;
  /** What was found out so far. */
  readonly facts: Record<string, Fact> = {};
  readonly sentences: Record<string, string> = {};
  /** Whether creates say what is required of extensible attributes. */
  insists = false;
  readonly #wapi: WapiClient;
  /** `undefined`: this user may not read them. */
  #definitions: readonly Definition[] | undefined;
  readonly #made = new Map<string, Promise<unknown>>();
  #networks = 0;
  #blocks = 0;
  #names = 0;

  constructor({ wapi, networkView, zone, signal }: LaboratoryOptions) {
    this.#wapi = wapi;
    this.networkView = networkView;
    this.zone = zone;
    this.signal = signal;
  }

  // --- asking --------------------------------------------------------------------------------------------------

  /**
   * One request. A refusal in the grid's own words is an answer like any other, unless the grid insists on attributes: then
   * it is given them, from here on.
   */
  async ask(method: Method, path: string, ask: Ask = {}): Promise<Reply> {
    const send = () => this.#send(method, path, { ...ask, body: this.#filled(method, path, ask) });
    const reply = await send();
    if (this.insists || reply.ok || !this.#required().some(({ name }) => reply.text.includes(name)))
      return reply;
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
        throw new Unanswered("this user may not ask it", { cause: error });
      throw error;
    }
  }

  /** The body with the attributes that the grid insists on where it creates something. */
  #filled(method: Method, path: string, { query, body }: Ask): unknown {
    const creates = method === "POST" && !path.includes("/") && query?.["_method"] === undefined;
    if (!this.insists || !creates) return body;
    const fill = (type: string, object: unknown) =>
      withRequired(
        type,
        (object ?? {}) as Readonly<Record<string, unknown>>,
        this.#definitions ?? [],
        versionOf(this.#wapi),
      );
    if (path !== "request") return fill(path, body);
    return (body as readonly RequestStep[]).map((step) => {
      const { method: verb, object = "", data } = step;
      return verb === "POST" && /^[a-z]/.test(object) ? { ...step, data: fill(object, data) } : step;
    });
  }

  #required(): readonly Definition[] {
    return (this.#definitions ?? []).filter(isRequired);
  }

  /** Definitions of attributes that fit. Their names are sent, and never shown. */
  definitions(fits: (definition: Definition) => boolean): readonly Definition[] {
    if (this.#definitions === undefined) throw new Unanswered("this user may not ask it");
    return this.#definitions.filter(fits);
  }

  async #readDefinitions(): Promise<void> {
    try {
      const query = { _return_fields: definitionFields, _max_results: 1000 };
      const { data } = await this.ask("GET", "extensibleattributedef", { query });
      this.#definitions = Array.isArray(data) ? data : [];
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
    }
  }

  /** A search in the scratch view; `within: false` for what has no view. */
  find(type: string, args: Readonly<Record<string, string | number>>, within = true): Promise<Reply> {
    return this.ask("GET", type, {
      query: { ...(within ? { network_view: this.networkView } : {}), ...args },
    });
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

  /** Many steps in one `request`. */
  async request(steps: readonly RequestStep[]): Promise<Reply> {
    const begun = systemClock.now();
    const reply = await this.ask("POST", "request", { body: steps });
    this.longestRequest = Math.max(this.longestRequest, Math.ceil(systemClock.now() - begun));
    return reply;
  }

  /** Several at the same moment, over connections of their own. */
  together<T>(count: number, ask: (index: number) => Promise<T>): Promise<T[]> {
    return Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
  }

  // --- making --------------------------------------------------------------------------------------------------

  /** A CIDR that nothing has used: /24 networks of the range for benchmarks. */
  cidr(): string {
    const number = this.#networks++;
    return `198.${18 + (number >> 8)}.${number & 255}.0/24`;
  }

  /** An IPv6 block that nothing has used: a /48 of those for documentation. */
  block(): string {
    return `2001:db8:${(0x10 + this.#blocks++).toString(16)}::/48`;
  }

  /** A text that nothing has used. */
  token(): string {
    return `probe-${++this.#names}`;
  }

  /** A network of its own for an experiment. @throws {Unanswered} where the grid refuses it */
  async network(
    more: Readonly<Record<string, unknown>> = {},
  ): Promise<{ cidr: string; ref: string; comment: string }> {
    const comment = this.token();
    const body = this.networkBody({ comment, ...more });
    return { cidr: String(body.network), comment, ref: made(await this.create("network", body)) };
  }

  /** A network that nothing has used. */
  networkBody(more: Readonly<Record<string, unknown>> = {}) {
    return { network: this.cidr(), network_view: this.networkView, ...more };
  }

  /** What several questions need and none changes: it is made for the first of them. */
  once<T>(what: string, make: () => Promise<T>): Promise<T> {
    const known = this.#made.get(what) ?? make();
    this.#made.set(what, known);
    return known as Promise<T>;
  }

  /** A step that creates a network, for a `request`. */
  networkStep(body: Readonly<Record<string, unknown>>): RequestStep {
    return { method: "POST", object: "network", data: { network_view: this.networkView, ...body } };
  }

  /** A step that searches networks, for a `request`. */
  searchStep(comment: string, more: Partial<RequestStep> = {}): RequestStep {
    return { method: "GET", object: "network", data: { network_view: this.networkView, comment }, ...more };
  }

  /** Steps that do nothing but take time, so that requests overlap. */
  padding(count = 8): RequestStep[] {
    const step = this.searchStep(this.token(), { discard: true });
    return Array.from({ length: count }, () => step);
  }

  /** The address of a network: the 5th of `198.18.0.0/24` is 198.18.0.5. */
  address(cidr: string, last: number): string {
    return cidr.replace(/0\/24$/, String(last));
  }

  // --- waiting and noting --------------------------------------------------------------------------------------

  /** Until searches show what was written. */
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
   * Keeps the sentence of a refusal, without anything of the user's in it: by a cause that errors are recognized by, or by
   * its question.
   */
  note(cause: Cause | (string & {}), reply: Reply): void {
    if (reply.ok || reply.text === "") return;
    const { networkView, zone } = this;
    const { text, attributes } = reply;
    this.sentences[cause] ??= generalized(text, { networkView, zone, attributes });
  }

  // --- the scratch space ---------------------------------------------------------------------------------------

  /**
   * Makes the network view, and the zone. What an earlier run has left is deleted.
   *
   * @throws {ConflictError} where somebody else's view has the name
   */
  async open(): Promise<void> {
    await this.#readDefinitions();
    const create = () => this.create("networkview", { name: this.networkView, comment: `${mark}.` });
    let reply = await create();
    for (let tries = 0; !reply.ok && tries < mostSweeps; tries++) {
      if (!(await this.dismantle())) await this.sleep(50 * 2 ** tries);
      reply = await create();
    }
    if (!reply.ok)
      throw new ConflictError(
        `The network view "${this.networkView}" can't be made: ${reply.text}`,
        context(reply),
      );
    if (this.zone !== undefined) await this.#openZone(this.zone);
  }

  async #openZone(zone: string): Promise<void> {
    const view = await this.dnsView();
    const reply = await this.create("zone_auth", { fqdn: zone, view });
    if (!reply.ok)
      throw new ConflictError(
        `The zone "${zone}" can't be made in the DNS view "${view}": ${reply.text}`,
        context(reply),
      );
  }

  /** The DNS view that came with the network view; a search may show it only after a while. */
  dnsView(): Promise<string> {
    return this.once("DNS view", () => this.#findDnsView());
  }

  async #findDnsView(): Promise<string> {
    for (let waited = 0; ; waited += 50) {
      const { data } = await this.ask("GET", "view", { query: { network_view: this.networkView } });
      if (data?.[0]?.name !== undefined) return data[0].name;
      if (waited >= longestLag) throw new Unanswered("the scratch network view has no DNS view");
      await this.sleep(50);
    }
  }

  /**
   * Deletes the network view with all that is in it. Never another one than the probe's own.
   *
   * @returns whether there was one
   * @throws {ConflictError} where somebody else's view has the name
   */
  async dismantle(): Promise<boolean> {
    let refused: Reply | undefined;
    for (let tries = 0; tries < mostSweeps; tries++) {
      const { data } = await this.ask("GET", "networkview", {
        query: { name: this.networkView, _return_fields: "name,comment" },
      });
      const view = data?.[0];
      if (view === undefined) return refused !== undefined;
      if (!String(view.comment ?? "").startsWith(mark)) {
        throw new ConflictError(
          `The network view "${this.networkView}" wasn't made by a probe. Name another one: networkView.`,
          context({ ok: false, status: 400, data: undefined, text: "" }),
        );
      }
      const deleted = await this.remove(view._ref);
      // Gone already: a search still shows it.
      if (deleted.ok || deleted.status === 404) return true;
      refused = deleted;
      await this.#empty();
      if (tries > 0) await this.sleep(50 * 2 ** tries);
    }
    throw new ConflictError(
      `The network view "${this.networkView}" can't be deleted: ${refused?.text ?? ""} Delete it by hand.`,
      context(refused ?? { ok: false, status: 400, data: undefined, text: "" }),
    );
  }

  /** Deletes what is in the view, where the grid doesn't do so itself. */
  async #empty(): Promise<void> {
    for (const type of contents) {
      const { data } = await this.find(type, { _max_results: 1000 });
      for (const { _ref } of Array.isArray(data) ? data : []) await this.remove(_ref);
    }
    const { data: views } = await this.find("view", {});
    for (const { name } of Array.isArray(views) ? views : []) {
      const { data: zones } = await this.ask("GET", "zone_auth", { query: { view: name } });
      for (const { _ref } of Array.isArray(zones) ? zones : []) await this.remove(_ref);
    }
    // The first one goes with the network view.
    for (const { _ref, name } of Array.isArray(views) ? views : [])
      if (name !== `default.${this.networkView}`) await this.remove(_ref);
  }
}

/** In an order in which nothing stands in the way of what follows. */
const contents = [
  "record:host",
  "sharednetwork",
  "network",
  "ipv6network",
  "networkcontainer",
  "ipv6networkcontainer",
];

/** The reference of what a create made. @throws {Unanswered} where it was refused */
export function made(reply: Reply): string {
  if (!reply.ok) throw new Unanswered("the grid refuses what the experiment needs");
  return String(typeof reply.data === "string" ? reply.data : reply.data?._ref);
}

/** The version that the client speaks, which it knows after its first request. */
export function versionOf(wapi: WapiClient): string {
  const { wapiVersion } = wapi.toJSON();
  return String(wapiVersion);
}

/** What the grid says in its own words, and no proxy before it. */
function isRefusal(error: unknown): error is WapiError {
  if (!isInfobloxError(error, "WapiError") || isInfobloxError(error, "AuthenticationError")) return false;
  if (isInfobloxError(error, "PermissionDeniedError")) return false;
  return !/^(HTTP|ERR)[._]/.test((error as InfobloxError).code);
}

function context({ status, text }: Reply) {
  return { status, code: "Client.Ibap.Data.Conflict", text, method: "POST", path: "networkview" };
}
