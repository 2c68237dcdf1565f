import { isInfobloxError } from "infoblox-ipam";
import type { Thing } from "./customers.js";
import { type Order, requestIdOf } from "./orders.js";

/** Something on the grid that was made for an order. */
export interface Standing {
  readonly ref: string;
  readonly comment: string;
  /** The one-time id of the call that made it. */
  readonly attempt: string | undefined;
}

export interface Holding {
  readonly order: Order;
  readonly thing: Thing;
  /** `unknown`: an error said that it may exist or not. */
  state: "held" | "released" | "unknown";
}

/** The violations at the end. Each is a sentence about one object. */
export interface Findings {
  /** On the grid, but no caller got it and no error named it. */
  readonly leaked: string[];
  /** One object for two orders, or two objects for one. */
  readonly givenTwice: string[];
  /** A caller holds it, but it is not on the grid. */
  readonly lost: string[];
}

/** The model: who got which object, and what errors said. */
export class Ledger {
  /** By the comments of their orders. */
  readonly #holdings = new Map<string, Holding[]>();
  /** Texts of errors, by the comments of their orders. */
  readonly #told = new Map<string, string[]>();
  /** How often each kind of error was thrown. */
  readonly errors = new Map<string, number>();

  given(order: Order, things: readonly Thing[]): Holding[] {
    const holdings = things.map((thing): Holding => ({ order, thing, state: "held" }));
    this.#holdings.set(order.comment, [...this.#of(order.comment), ...holdings]);
    return holdings;
  }

  released(holdings: readonly Holding[]): void {
    for (const holding of holdings) holding.state = "released";
  }

  /** Notes a failed request: the caller knows the objects that the error names. */
  refused(order: Order, error: unknown): void {
    this.#count(error);
    const told = this.#told.get(order.comment) ?? [];
    this.#told.set(order.comment, [...told, textOf(error)]);
  }

  /** Notes a failed release: only what the error names is known to be released. */
  unreleased(holdings: readonly Holding[], error: unknown): void {
    this.#count(error);
    const released = new Set(isInfobloxError(error) ? (error.partial ?? []) : []);
    for (const holding of holdings) {
      holding.state = released.has(holding.thing.ref) ? "released" : "unknown";
    }
  }

  /** Compares what the grid holds at the end with what it should hold. */
  compare(standing: readonly Standing[]): Findings {
    const findings: Findings = { leaked: [], givenTwice: [], lost: [] };
    const byRef = new Map(standing.map((one) => [one.ref, one]));
    for (const { order, thing } of this.held) {
      if (byRef.get(thing.ref)?.comment !== order.comment)
        findings.lost.push(`${thing.ref} of ${order.comment}`);
    }
    this.#findDoubles(findings);
    for (const one of standing) {
      if (!this.#isAccountedFor(one)) findings.leaked.push(`${one.ref} of ${one.comment}`);
    }
    return findings;
  }

  /** The things that are held, each with its order. */
  get held(): readonly Holding[] {
    return [...this.#holdings.values()].flat().filter(({ state }) => state === "held");
  }

  #of(comment: string): readonly Holding[] {
    return this.#holdings.get(comment) ?? [];
  }

  #findDoubles({ givenTwice }: Findings): void {
    const orders = new Map<string, string>();
    const refs = new Map<string, string>();
    for (const { order, thing } of this.held) {
      const other = orders.get(thing.ref);
      if (other !== undefined && other !== order.comment)
        givenTwice.push(`${thing.ref} to ${other} and ${order.comment}`);
      orders.set(thing.ref, order.comment);
      if (order.requestId === undefined) continue;
      const wanted = `${order.requestId}/${thing.part ?? ""}`;
      const same = refs.get(wanted) ?? thing.ref;
      if (same !== thing.ref) givenTwice.push(`${wanted}: ${same} and ${thing.ref}`);
      refs.set(wanted, same);
    }
  }

  #isAccountedFor({ ref, comment, attempt }: Standing): boolean {
    const holdings = this.#of(comment);
    const own = holdings.filter(({ thing }) => thing.ref === ref);
    if (own.some(({ state }) => state !== "released")) return true;
    if (own.length > 0) return false;
    const isOneOnly = holdings.some(({ order, state }) => order.requestId !== undefined && state === "held");
    if (isOneOnly) return false;
    const names = [ref, attempt, `"${requestIdOf(comment)}"`];
    return (this.#told.get(comment) ?? []).some((text) =>
      names.some((name) => name !== undefined && text.includes(name)),
    );
  }

  #count(error: unknown): void {
    const name = error instanceof Error ? error.name : String(error);
    this.errors.set(name, (this.errors.get(name) ?? 0) + 1);
  }
}

/** The whole text of an error: message, hint, which names the creation token, partial results, and causes. */
export function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const partial = isInfobloxError(error) ? (error.partial ?? []) : [];
  const cause = error.cause === undefined ? "" : textOf(error.cause);
  return `${error}\n${JSON.stringify(partial)}\n${cause}`;
}
