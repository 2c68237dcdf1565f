import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import { checkAddressRequest } from "../addresses/schemas.js";
import type { Release } from "../objects/results.js";
import { checkRangeRequest } from "../ranges/schemas.js";
import { changed, given, type Happening, released } from "../settings/events.js";
import type { IpamSettings } from "../settings/settings.js";
import { checkSubnetRequest } from "../subnets/schemas.js";
import { applyPlan } from "./apply-plan.js";
import { compilePlan } from "./compile-plan.js";
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

/** The results of a plan, by the names of its steps. */
export type PlanResults<Names extends PlanNames> = { [Name in keyof Names]: StepResults[Names[Name]] };

/**
 * Several steps that one call carries out, made by `Ipam.plan`. Each step has a name that later steps can use:
 * `{ from: { subnet: "blue" } }`. The methods do not change the plan: each returns a new plan with one step more.
 *
 * If WAPI can express all steps in one `request` object, the plan is one round trip, all or nothing. If not, it takes as few
 * requests as possible, and a failure rolls back the earlier ones. {@link Plan.preview} says which of both applies.
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
   * Adds a step that takes a subnet, as `Ipam.requestSubnet` does. `from` may name a container of the plan.
   *
   * WAPI: creates a `network` (`ipv6network`).
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
   * Adds a step that makes a container: the next free block of a size, or a given one.
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
   * Adds a step that makes a DHCP range. In a subnet that the grid chooses, its ends are positions, which takes a second request.
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
   * Adds a step that takes an address, as `Ipam.requestAddress` does: a host, a fixed address or a reservation. `from` may name a
   * subnet or range of the plan.
   *
   * WAPI: creates a `record:host`, `fixedaddress` or `ipv6fixedaddress`.
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
   * Adds a step that makes a DNS record. It may point to an address of the plan. If that is a host's address that the grid chooses,
   * it takes a second request.
   *
   * WAPI: creates a `record:a`, `record:aaaa`, `record:ptr`, `record:cname`, `record:txt`, `record:mx`, `record:srv`, `record:ns`
   * or `record:caa`.
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
   * Adds a step that changes an object: that of an earlier step, or an existing one. Fields that are not given stay. An
   * object that is given by its reference alone is read first, and compared.
   *
   * WAPI: updates the object.
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
   * Adds a step that sets extensible attributes of an object. `null` removes an attribute; all others stay.
   *
   * WAPI: updates `extattrs` of the object.
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
   * Adds a step that releases an object. The plan reads the object first, and refuses to release one that is in use or has another
   * owner. All steps before it are done before it, all others after it. It cannot be rolled back.
   *
   * WAPI: deletes the object.
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
   * Shows what `apply` would send, in words (`text`) and as data, and whether it is one request or several. Sends nothing.
   *
   * It is synchronous. Before the first asynchronous call of the `Ipam`, the types of fields are not checked yet;
   * {@link Plan.apply} checks everything.
   *
   * @throws {InvalidRequestError} if a step is not valid; the field has the name of the step in front
   * @example
   * console.log(plan.preview().text);
   */
  preview(): PlanPreview {
    const { settings, intents, options } = this.#compiled({});
    return previewOf(settings, intents, options);
  }

  /**
   * Carries out the plan. With a `requestId`, the same plan again returns the same results, and makes what is missing.
   *
   * WAPI: one or several `request` objects.
   *
   * @returns the results, by the names of the steps
   * @throws {PoolExhaustedError} if all sources of a step are exhausted
   * @throws {ConflictError} and other errors of the grid if it refuses a step: nothing was done. If the plan took several
   *   requests, the earlier ones are rolled back; `partial` lists what could not be
   * @throws {RequestMismatchError} if the `requestId` stands for objects that differ from the plan
   * @throws {AmbiguousTargetError} if several objects have the request id of one step
   * @throws {UncertainWriteError} if an answer was lost, and the outcome cannot be found out; the hint says what to search for
   * @throws {InvalidRequestError} if a step is not valid; the field has the name of the step in front
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
    const compiled = this.#compiled(options);
    const results = await this.#settings.events.during(
      "plan.apply",
      compiled.options,
      () => applyPlan(compiled.settings, compiled.intents, compiled.options),
      applied(this.#steps),
    );
    // Each step has a result under its name.
    return Object.fromEntries(results) as PlanResults<Names>;
  }

  #compiled(given: ApplyOptions): {
    readonly settings: IpamSettings;
    readonly intents: readonly PlanIntent[];
    readonly options: PlanOptions & ApplyOptions;
  } {
    const plan: PlanOptions = checkPlanRequest.now("plan", this.#options);
    const apply: ApplyOptions = checkPlanRequest.now("apply", given);
    const settings = { ...this.#settings, networkView: plan.networkView ?? this.#settings.networkView };
    const intents = compilePlan(settings, this.#steps, plan.requestId);
    return { settings, intents, options: { ...plan, ...apply, signal: apply.signal ?? plan.signal } };
  }

  #with<Name extends string, Kind extends StepKind>(
    step: PlanStep & { readonly name: Name; readonly kind: Kind },
  ): Plan<With<Names, Name, Kind>> {
    return new Plan<With<Names, Name, Kind>>(this.#settings, this.#options, [...this.#steps, step]);
  }
}

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
