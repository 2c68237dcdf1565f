import { invalid } from "../../../errors.js";
import type { Ref } from "../../../wapi/ref.js";
import type { AddressSource } from "../../requests/targets.js";
import type { SourcedIntent, SourcePool } from "../../sources/source-choices.js";
import type { Earlier } from "../earlier.js";
import type { StepKind } from "../results.js";

/** Fields that are given once for the whole plan. */
const ofThePlan = ["requestId", "signal"] as const;

/**
 * Turns the request of a step into a request outside a plan: names of earlier steps become sources.
 *
 * @throws {InvalidRequestError} if an earlier step does not exist, or a field belongs to the plan
 */
export function outsidePlan(request: unknown, earlier: Earlier, kinds: readonly StepKind[]): object {
  if (typeof request !== "object" || request === null) {
    throw invalid("request", request, "must be an object", { from: "10.0.0.0/16" });
  }
  const said = ofThePlan.find((field) => field in request);
  if (said !== undefined) {
    throw invalid(said, "…", "is given once for the whole plan: ipam.plan({ … })", undefined);
  }
  const { from, addresses } = request as { readonly from?: unknown; readonly addresses?: unknown };
  return {
    ...request,
    ...(from !== undefined && { from: sourceInPlan(from, earlier, kinds, "from") }),
    ...(Array.isArray(addresses) && {
      addresses: addresses.map((one: unknown, index) =>
        isObject(one) && one["from"] !== undefined
          ? { ...one, from: sourceInPlan(one["from"], earlier, kinds, `addresses[${index}].from`) }
          : one,
      ),
    }),
  };
}

function sourceInPlan(from: unknown, earlier: Earlier, kinds: readonly StepKind[], field: string): unknown {
  if (!isObject(from) || !("ipv4" in from || "ipv6" in from)) return earlier.source(from, kinds, field);
  return {
    ipv4: earlier.source(from["ipv4"], kinds, `${field}.ipv4`),
    ipv6: earlier.source(from["ipv6"], kinds, `${field}.ipv6`),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/**
 * The intent as a part of a plan: the grid fills in the references of earlier steps' objects, and these count as having room.
 */
export function inPlan<I extends SourcedIntent>(intent: I, earlier: Earlier): I {
  return {
    ...intent,
    pools: intent.pools.map((pool) => ({
      ...pool,
      hasRoom: async (source: AddressSource, signal: AbortSignal | undefined) =>
        earlier.standsFor(source.target) !== undefined || pool.hasRoom(source, signal),
      grounded: (source: AddressSource, refOf: (name: string) => Ref | undefined) => {
        const name = earlier.standsFor(source.target);
        const ref = name === undefined ? undefined : refOf(name);
        if (name !== undefined && ref === undefined) return undefined;
        return earlier.grounded(source, () => ref as Ref);
      },
    })),
    compose: (context) =>
      intent.compose({
        ...context,
        sourceOf: (pool) => earlier.grounded(context.sourceOf(pool), context.refOf),
      }),
  };
}

export function sourcesText(
  { targets, strategy }: Pick<SourcePool, "targets" | "strategy">,
  earlier: Earlier,
): string {
  const texts = targets.map((target) => earlier.textOf(target));
  return strategy === "first" || texts.length === 1
    ? texts.join(", else of ")
    : `${texts.join(", ")} (${strategy})`;
}
