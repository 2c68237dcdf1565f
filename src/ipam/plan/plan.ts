import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import { checkAddressRequest } from "../addresses/schemas.js";
import type { Release } from "../objects/results.js";
import { checkRangeRequest } from "../ranges/schemas.js";
import { changed, given, type Happening, released } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkSubnetRequest } from "../subnets/schemas.js";
import { applyPlan } from "./apply-plan.js";
import type { PlanIntent, PlanStep } from "./intent.js";
import { type PlanPreview, previewOf } from "./preview.js";
import type {
  AddressStep,
  ApplyOptions,
  Changes,
  ChangeTarget,
  ContainerStep,
  NewName,
  PlanNames,
  PlanOptions,
  RangeStep,
  RecordStep,
  ReleaseStepOptions,
  ReleaseTarget,
  SubnetStep,
  With,
} from "./requests.js";
import type { StepKind, StepResults } from "./results.js";
import { checkPlanRequest } from "./schemas.js";
import { understand } from "./understanding.js";

/** What a plan gives: the result of each step, by its name. */
export type PlanResults<Names extends PlanNames> = { [Name in keyof Names]: StepResults[Names[Name]] };

/**
 * Many steps at once, made by `Ipam.plan`. Each has a name, which later steps can use: `{ from: { subnet: "blue" } }`.
 * A plan isn't changed by its methods: each gives a new one, with one step more.
 *
 * Sent as one `request` object where WAPI can express it: one round trip, all or nothing on the grid. Where it can't,
 * in as few as possible, and what was done is undone when one fails. {@link Plan.preview} says which of the two.
 *
 * @example
 * const plan = ipam
 *   .plan()
 *   .subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "first" })
 *   .address("web", { from: { subnet: "blue" }, name: "web-1.example.com" })
 *   .record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } });
 * const { blue, web } = await plan.apply();
 */
export class Plan<Names extends PlanNames = PlanNames> {
  readonly #settings: IpamSettings;
  readonly #options: PlanOptions;
  readonly #steps: readonly PlanStep[];

  constructor(settings: IpamSettings, options: PlanOptions, steps: readonly PlanStep[]) {
    this.#settings = settings;
    this.#options = options;
    this.#steps = steps;
  }

  /**
   * Takes a subnet, as `Ipam.requestSubnet` does; `from` may be a container that the plan makes.
   *
   * @example
   * plan.subnet("blue", { from: "10.0.0.0/8", prefixLength: 24, gateway: "first" });
   */
  subnet<const Name extends string>(
    name: NewName<Names, Name>,
    request: SubnetStep<Names>,
  ): Plan<With<Names, Name, "subnet">> {
    return this.#with({ kind: "subnet", name, request });
  }

  /**
   * Makes a container: the next free block of a size, or the one that is named.
   *
   * WAPI: creates a `networkcontainer` (`ipv6networkcontainer`).
   *
   * @example
   * plan.container("site", { from: "10.0.0.0/8", prefixLength: 16, extattrs: { Site: "Paris" } });
   */
  container<const Name extends string>(
    name: NewName<Names, Name>,
    request: ContainerStep<Names>,
  ): Plan<With<Names, Name, "container">> {
    return this.#with({ kind: "container", name, request });
  }

  /**
   * Makes a DHCP range. In a subnet whose addresses aren't known yet, its ends are counted, which takes a second request.
   *
   * WAPI: creates a `range` (`ipv6range`).
   *
   * @example
   * plan.range("leases", { in: { subnet: "blue" }, first: 100, last: -2 });
   */
  range<const Name extends string>(
    name: NewName<Names, Name>,
    request: RangeStep<Names>,
  ): Plan<With<Names, Name, "range">> {
    return this.#with({ kind: "range", name, request });
  }

  /**
   * Takes an address, as `Ipam.requestAddress` does: a host, a fixed address or a reservation; `from` may be a subnet
   * or range that the plan makes.
   *
   * @example
   * plan.address("web", { from: { subnet: "blue" }, name: "web-1.example.com" });
   */
  address<const Name extends string>(
    name: NewName<Names, Name>,
    request: AddressStep<Names>,
  ): Plan<With<Names, Name, "address">> {
    return this.#with({ kind: "address", name, request });
  }

  /**
   * Makes a DNS record; what it points at may be an address that the plan makes. The address of a host that isn't known
   * yet takes a second request.
   *
   * WAPI: creates a `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `record:txt`, `record:mx` or `record:srv`.
   *
   * @example
   * plan.record("www", { type: "CNAME", name: "www.example.com", canonical: { address: "web" } });
   */
  record<const Name extends string>(
    name: NewName<Names, Name>,
    request: RecordStep<Names>,
  ): Plan<With<Names, Name, "record">> {
    return this.#with({ kind: "record", name, request });
  }

  /**
   * Changes an object: that of an earlier step, or one that is there. What isn't named stays.
   *
   * @example
   * plan.update("note", subnet, { comment: "in use since today", extattrs: { Site: "Rome", Owner: null } });
   */
  update<const Name extends string>(
    name: NewName<Names, Name>,
    target: ChangeTarget<Names>,
    changes: Changes,
  ): Plan<With<Names, Name, "change">> {
    return this.#with({ kind: "change", name, target, request: changes });
  }

  /**
   * Sets extensible attributes of an object; `null` removes one, all others stay.
   *
   * @example
   * plan.attributes("site", { subnet: "blue" }, { Site: "Paris" });
   */
  attributes<const Name extends string>(
    name: NewName<Names, Name>,
    target: ChangeTarget<Names>,
    extattrs: ExtattrsToUpdate,
  ): Plan<With<Names, Name, "change">> {
    return this.#with({ kind: "change", name, target, request: { extattrs } });
  }

  /**
   * Gives something back. It is looked at first, so that nothing in use goes, and nothing of another owner. It keeps
   * its place among the steps: what stands before is done before, what stands behind after. It can't be undone.
   *
   * @example
   * plan.release("old", "10.0.7.0/24", { cascade: true });
   */
  release<const Name extends string>(
    name: NewName<Names, Name>,
    target: ReleaseTarget,
    options: ReleaseStepOptions = {},
  ): Plan<With<Names, Name, "release">> {
    return this.#with({ kind: "release", name, target, request: options });
  }

  /**
   * What would be sent, in words (`text`) and as data, and whether it is one request or several, and why. Sends nothing.
   *
   * Waits for nothing, so that it may be the first thing that a program does. Until the first request of the `Ipam` the
   * types of fields are then taken on trust; {@link Plan.apply} checks everything.
   *
   * @throws {InvalidRequestError} where a step is wrong; its name stands before that of the field
   * @example
   * console.log(plan.preview().text);
   */
  preview(): PlanPreview {
    const { settings, intents, options } = this.#understood({});
    return previewOf(settings, intents, options);
  }

  /**
   * Does it. With a `requestId`, the same plan again gives the same results, and makes what is missing.
   *
   * @throws {PoolExhaustedError} where no source of one of its steps has anything left
   * @throws {ConflictError} and the other errors of a grid that refuses a step: nothing was done. Where it took several
   *   requests, what was done before is undone; `partial` lists what could not be
   * @throws {RequestMismatchError} where the `requestId` stands for other things than these
   * @throws {AmbiguousTargetError} where several objects have the request id of one step, and stay
   * @throws {UncertainWriteError} where an answer was lost, and what became of the plan can't be found out; says what to
   *   look for
   * @throws {InvalidRequestError} where a step is wrong; its name stands before that of the field
   * @example
   * const { blue, web } = await plan.apply({ signal, onProgress: ({ done, total }) => console.log(done, total) });
   */
  async apply(options: ApplyOptions = {}): Promise<PlanResults<Names>> {
    await Promise.all([
      checkSubnetRequest.load(),
      checkAddressRequest.load(),
      checkRangeRequest.load(),
      checkPlanRequest.load(),
    ]);
    const understood = this.#understood(options);
    const results = await this.#settings.events.during(
      "plan.apply",
      understood.options,
      () => applyPlan(understood.settings, understood.intents, understood.options),
      applied(this.#steps),
    );
    // Every name has its step, and every step gave its result.
    return Object.fromEntries(results) as PlanResults<Names>;
  }

  #understood(given: ApplyOptions): {
    readonly settings: IpamSettings;
    readonly intents: readonly PlanIntent[];
    readonly options: PlanOptions & ApplyOptions;
  } {
    const plan: PlanOptions = checkPlanRequest.now("plan", this.#options);
    const apply: ApplyOptions = checkPlanRequest.now("apply", given);
    const settings = { ...this.#settings, networkView: plan.networkView ?? this.#settings.networkView };
    const intents = understand(settings, this.#steps, plan.requestId);
    return { settings, intents, options: { ...plan, ...apply, signal: apply.signal ?? plan.signal } };
  }

  #with<Name extends string, Kind extends StepKind>(
    step: PlanStep & { readonly name: Name; readonly kind: Kind },
  ): Plan<With<Names, Name, Kind>> {
    return new Plan<With<Names, Name, Kind>>(this.#settings, this.#options, [...this.#steps, step]);
  }
}

/** What the steps of a plan did. */
function applied(
  steps: readonly { readonly name: string; readonly kind: StepKind; readonly target?: unknown }[],
): (results: Iterable<readonly [string, unknown]>) => readonly Happening[] {
  return (results) => {
    const byName = new Map(results);
    return steps.flatMap(({ name, kind, target }) => {
      const result = byName.get(name);
      if (kind === "change") return changed(target)(result);
      if (kind === "release") return released(target)(result as Release);
      return given(result as { created: boolean });
    });
  };
}
