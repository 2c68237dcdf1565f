import { formatSpan, type Span } from "../../../cidr.js";
import { invalid } from "../../../errors.js";
import { type AddressSource, sourceAround } from "../../addresses/address-sources.js";
import type { IpamSettings } from "../../settings.js";
import { peekAddresses, peekSubnets } from "../../sources/peek.js";
import type { Source, Target } from "../../sources/targets.js";
import { networkInstead } from "../../subnets/request-subnet.js";
import type { Earlier } from "../earlier.js";
import type { SourcePool } from "../intent.js";
import type { StepKind } from "../results.js";

/** What the plan says for all of its steps. */
const ofThePlan = ["requestId", "signal"] as const;

/**
 * A step's request as the same request outside a plan: earlier steps that it names are sources like others.
 *
 * @throws {InvalidRequestError} where it names none, or says what only the plan can
 */
export function outsidePlan(request: unknown, earlier: Earlier, kinds: readonly StepKind[]): object {
  if (typeof request !== "object" || request === null) {
    throw invalid("request", request, "must be an object", { from: "10.0.0.0/16" });
  }
  const said = ofThePlan.find((field) => field in request);
  if (said !== undefined) {
    throw invalid(said, "…", "is said once for the whole plan: ipam.plan({ … })", undefined);
  }
  const { from, strategy } = request as { readonly from?: unknown; readonly strategy?: unknown };
  if (strategy !== undefined && strategy !== "first") {
    throw invalid("strategy", strategy, "a plan tries its sources in the order in which they stand", "first");
  }
  if (from === undefined) return request;
  const isDual = typeof from === "object" && from !== null && ("ipv4" in from || "ipv6" in from);
  if (!isDual) return { ...request, from: earlier.source(from, kinds, "from") };
  const { ipv4, ipv6 } = from as { readonly ipv4?: unknown; readonly ipv6?: unknown };
  return {
    ...request,
    from: {
      ipv4: earlier.source(ipv4, kinds, "from.ipv4"),
      ipv6: earlier.source(ipv6, kinds, "from.ipv6"),
    },
  };
}

interface Taken {
  readonly targets: readonly Target[];
  readonly exclude: readonly Span[];
  readonly networkView: string;
}

/** Sources of addresses. What the plan itself makes is taken to have room. */
export function addressPool(settings: IpamSettings, taken: Taken, earlier: Earlier): SourcePool {
  const { targets, exclude, networkView } = taken;
  return {
    ...{ targets, exclude, networkView },
    queried: "network",
    hasRoom: async (source, signal) => {
      if (earlier.standsFor(source.target) !== undefined) return true;
      const options = { ...peeking(source, networkView), signal };
      return (await peekAddresses(settings, sourceOf(source.target), 1, options)).length > 0;
    },
    instead: (source, error, signal) => sourceAround(settings, { networkView, signal }, source, error),
  };
}

/** Sources of subnets. */
export function subnetPool(
  settings: IpamSettings,
  taken: Taken & { readonly prefixLength: number },
  earlier: Earlier,
): SourcePool {
  const { targets, exclude, networkView, prefixLength } = taken;
  return {
    ...{ targets, exclude, networkView },
    queried: "container",
    hasRoom: async (source, signal) => {
      if (earlier.standsFor(source.target) !== undefined) return true;
      const options = { ...peeking(source, networkView), prefixLength, signal };
      return (await peekSubnets(settings, sourceOf(source.target), options)).length > 0;
    },
    instead: async (source, _error, signal) => {
      const { family } = source.target;
      const target = await networkInstead(settings, { family, networkView, signal }, source.target);
      return target === undefined ? source : { ...source, target };
    },
  };
}

function peeking({ exclude }: AddressSource, networkView: string) {
  return { networkView, exclude: exclude.map(formatSpan) };
}

/** The source as it can be named. */
function sourceOf(target: Target): Source {
  if (target.kind === "ref") return { ref: target.ref };
  return target.kind === "query" ? target.query : target.text;
}
