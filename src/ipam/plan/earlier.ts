import { randomUUID } from "node:crypto";
import { type Address, type Block, contains, type Family, formatBlock } from "../../cidr.js";
import { invalid } from "../../errors.js";
import { type Ref, refParts } from "../../wapi/ref.js";
import type { AddressSource, SourceObject, Target } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { type DoneBefore, NamedNetworks } from "../subnets/relatives.js";
import type { Known, PlanStep } from "./intent.js";
import type { StepKind } from "./results.js";

/** What a release frees: an object, or an address. `undefined` before the release has looked, and if it frees nothing. */
export type Released = () =>
  | {
      readonly ref?: string;
      readonly address?: { readonly ip: string; readonly networkView: string };
    }
  | undefined;

interface EarlierStep extends Known, Pick<PlanStep, "requestId" | "isThere"> {}

/** The steps before the one that is compiled, by name. */
export class Earlier {
  readonly #steps = new Map<string, EarlierStep>();
  /** Stand-ins for references that do not exist yet, with the names of their steps. They are random, so no request can name one. */
  readonly #standIns = new Map<string, string>();

  readonly #used = new Set<string>();
  readonly #releases: Released[] = [];
  /** The subnets and containers that the steps name. */
  readonly networks: NamedNetworks;

  /** The request ids of all steps that make something. */
  readonly #planned: ReadonlySet<string>;

  /** @param gone - references of what is deleted before all steps */
  constructor(
    settings: IpamSettings,
    { gone, ids }: { readonly gone: readonly string[]; readonly ids: readonly string[] },
  ) {
    this.#planned = new Set(ids);
    this.networks = new NamedNetworks(settings);
    this.#releases.push(...gone.map((ref) => () => ({ ref })));
  }

  add(step: EarlierStep): void {
    this.#steps.set(step.name, step);
  }

  /** The request id of a step's object. */
  idOf(name: string): string | undefined {
    return this.#steps.get(name)?.requestId;
  }

  /** Whether a step of the plan makes the object with this request id. */
  isPlanned(requestId: string | undefined): boolean {
    return requestId !== undefined && this.#planned.has(requestId);
  }

  has(name: string): boolean {
    return this.#steps.has(name);
  }

  /** Notes a release. @returns the releases before it */
  releases(released: Released): readonly Released[] {
    const before = [...this.#releases];
    this.#releases.push(released);
    return before;
  }

  /** What the steps before the one that is compiled do with subnets and containers. */
  doneBefore(family: Family, networkView: string): DoneBefore {
    const before = [...this.#releases];
    return {
      made: this.#made(family, networkView).map(({ block }) => block),
      deletes: ({ _ref }) => before.some((released) => isSameObject(released()?.ref, _ref)),
    };
  }

  /**
   * A subnet around another block becomes a container: the result of its step would not exist.
   *
   * @throws {InvalidRequestError} if a block lies in a subnet of an earlier step, or a subnet around an earlier block
   */
  refuseNested(kind: "subnet" | "container", block: Block, networkView: string): void {
    for (const made of this.#made(block.family, networkView)) {
      if (made.block === undefined || made.block.prefixLength === block.prefixLength) continue;
      const isAround = contains(made.block, block);
      if (!(isAround && made.kind === "subnet") && !(kind === "subnet" && contains(block, made.block)))
        continue;
      const problem = `lies ${isAround ? "in" : "around"} ${formatBlock(made.block)} of "${made.name}", and only a container has others in it`;
      throw invalid("cidr", formatBlock(block), problem, undefined);
    }
  }

  /** Whether a step makes a subnet that contains the address. */
  makesSubnetOf(address: Address, networkView: string): boolean {
    return this.#made(address.family, networkView).some(
      ({ kind, block }) => kind === "subnet" && block !== undefined && contains(block, address),
    );
  }

  #made(family: Family, networkView: string): readonly Known[] {
    return [...this.#steps.values()].filter(
      (step) =>
        (step.kind === "subnet" || step.kind === "container") &&
        step.family === family &&
        step.networkView === networkView &&
        !step.isThere,
    );
  }

  /** An earlier step by its name. @throws {InvalidRequestError} if no earlier step of this kind has the name */
  step(kind: StepKind, name: unknown, field: string): Known {
    const found = typeof name === "string" ? this.#steps.get(name) : undefined;
    if (found?.kind === kind) {
      this.#used.add(found.name);
      return found;
    }
    const names = [...this.#steps.values()].filter((step) => step.kind === kind).map((step) => step.name);
    const problem =
      found === undefined
        ? `no earlier step makes a ${kind} of that name`
        : `makes a ${found.kind}, not a ${kind}`;
    throw invalid(`${field}.${kind}`, name, problem, names[0] ?? `a ${kind} that the plan makes before`);
  }

  /** The steps that were used since the last call of this. */
  takeUsed(): readonly string[] {
    const names = [...this.#used];
    this.#used.clear();
    return names;
  }

  /** The source; a stand-in for its reference if it names an earlier step: `{ subnet: "blue" }`. */
  source(source: unknown, kinds: readonly StepKind[], field: string): unknown {
    if (Array.isArray(source)) {
      return source.map((one, index) => this.source(one, kinds, `${field}[${index}]`));
    }
    const kind = kinds.find((one) => typeof source === "object" && source !== null && one in source);
    if (kind === undefined) return source;
    const step = this.step(kind, (source as Readonly<Record<string, unknown>>)[kind], field);
    const ref = `${step.type}/${randomUUID()}`;
    this.#standIns.set(ref, step.name);
    const { block, networkView } = step;
    return { ref, cidr: block && formatBlock(block), networkView } satisfies SourceObject;
  }

  /** The name of the step that a target stands for; `undefined` for other targets. */
  standsFor(target: Target): string | undefined {
    return target.kind === "ref" ? this.#standIns.get(target.ref) : undefined;
  }

  /** The source in the form that is sent: a stand-in is replaced by the reference of the step's object. */
  grounded(source: AddressSource, refOf: (name: string) => Ref): AddressSource {
    const { target } = source;
    const name = this.standsFor(target);
    if (name === undefined || target.kind !== "ref") return source;
    return { ...source, target: { ...target, ref: refOf(name), text: name } };
  }

  /** The form of a target in messages. */
  textOf(target: Target): string {
    return this.standsFor(target) ?? target.text;
  }
}

/** Whether both are references of one object: without the names in them, which change. */
export function isSameObject(one: string | undefined, other: string): boolean {
  return one !== undefined && keyOfRef(one) === keyOfRef(other);
}

function keyOfRef(ref: string): string {
  const { type, id } = refParts(ref);
  return `${type}/${id}`;
}
