import type { Ref } from "../../wapi/ref.js";
import { Step } from "../../wapi/step.js";
import { newestKnown } from "../../wapi/version.js";
import { atOnce } from "../engine/chunk-size.js";
import { type ComposedIntent, type Composing, composeAll } from "../engine/compose.js";
import { needsNoSearch } from "../engine/intent.js";
import type { AddressSource } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { sourcesOf } from "./apply-plan.js";
import type { PlanIntent } from "./intent.js";
import type { PlanOptions } from "./requests.js";
import type { StepKind } from "./results.js";
import { type Stage, stagesOf } from "./stages.js";

/** What `Plan.apply` would send, as far as it is known before. */
export interface PlanPreview {
  /** Whether it is one request, which the grid does as a whole or not at all. If not, a failure rolls back earlier requests. */
  readonly allOrNothing: boolean;
  /** Why it is one request, or why it is several. */
  readonly why: string;
  /** What the plan reads before it writes. */
  readonly looks: readonly string[];
  readonly requests: readonly PreviewedRequest[];
  /** Everything in words, line by line. */
  readonly text: string;
}

/** One request of a plan. */
export interface PreviewedRequest {
  readonly steps: readonly PreviewedStep[];
}

/** One step of a previewed request. */
export interface PreviewedStep {
  readonly name: string;
  readonly kind: StepKind;
  /** The step in words: `a subnet: the next /24 of 10.0.0.0/8`. */
  readonly text: string;
  /**
   * The entries of the `request` object, with `##STATE:blue:##` for the reference of the step `blue`. `undefined` if they depend on
   * the answer of an earlier request or of a look.
   */
  readonly sends: readonly object[] | undefined;
}

/** See `Plan.preview`. */
export function previewOf(
  settings: IpamSettings,
  intents: readonly PlanIntent[],
  { requestId, signal }: PlanOptions,
): PlanPreview {
  const stages = stagesOf(intents);
  const composing: Omit<Composing<AddressSource>, "results"> = {
    sources: sourcesOf(settings, intents, signal),
    marks: ({ requestId: id }, described) => settings.ownership.marksOf({ ...described, requestId: id }),
    isRevocable: stages.length > 1,
  };
  const version = String(settings.wapi.toJSON()["wapiVersion"] ?? newestKnown);
  const requests = stages.map((stage, index) => ({
    steps: previewedSteps(stage, { ...composing, results: standIns(stages.slice(0, index)) }, version),
  }));
  const { keepsParts, searchLag } = settings.observed;
  // Only a plan that one request can make safely needs no search for what an earlier call has made.
  const isPlain = !keepsParts && searchLag === 0 && intents.every(needsNoSearch) && stages.length <= 1;
  const looks = [
    ...(requestId === undefined || isPlain
      ? []
      : [`what an earlier call with the request id ${requestId} has made`]),
    ...intents.flatMap(({ looksAt }) => looksAt ?? []),
  ];
  const described = { allOrNothing: stages.length <= 1, why: whyOf(stages), looks, requests };
  return { ...described, text: textOf(described) };
}

type Composings = Composing<AddressSource>;

function previewedSteps(stage: Stage, composing: Composings, version: string): PreviewedStep[] {
  const written = composeAll(writable(stage, composing), composing);
  const names = stateNames(written, version);
  return stage.map((intent) => {
    const own = written.find((one) => one.intent === intent);
    const { name, known, summary: text } = intent;
    return {
      name,
      kind: known.kind,
      text,
      sends: own && entriesOf(own, version).map((entry) => legible(entry, names)),
    };
  });
}

/** The steps that can be composed now: not those that need an earlier answer or a look, nor those that use such steps. */
function writable(stage: Stage, { results }: Composings): PlanIntent[] {
  const ready = new Set(results.keys());
  return stage.filter(({ name, needs, uses = [], known: { kind } }) => {
    const isWritable = needs.length === 0 && kind !== "release" && uses.every((one) => ready.has(one));
    if (isWritable) ready.add(name);
    return isWritable;
  });
}

/** References for the objects that earlier requests make, for the preview only. */
function standIns(earlier: readonly Stage[]): Composings["results"] {
  return new Map(
    earlier.flat().map(({ name, known }) => [name, { ref: `${known.type}/of-step:${name}` as Ref }]),
  );
}

function entriesOf({ composed }: ComposedIntent<AddressSource>, version: string): object[] {
  return composed.steps.map((step) => (step instanceof Step ? step.toWire(version).entry : step));
}

/** The names of states, which are random, with the names of the steps to show instead. */
function stateNames(written: readonly ComposedIntent<AddressSource>[], version: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const one of written) {
    for (const entry of entriesOf(one, version)) {
      const assigned = (entry as { readonly assign_state?: Readonly<Record<string, string>> }).assign_state;
      for (const [state, source] of Object.entries(assigned ?? {})) {
        names.set(state, source === "_ref" ? one.intent.name : `${one.intent.name} ${source}`);
      }
    }
  }
  return names;
}

function legible(entry: object, names: ReadonlyMap<string, string>): object {
  let text = JSON.stringify(entry);
  for (const [state, name] of names) text = text.replaceAll(state, JSON.stringify(name).slice(1, -1));
  return JSON.parse(text) as object;
}

function whyOf(stages: readonly Stage[]): string {
  if (stages.length <= 1) return "The grid can do all steps in one request: as a whole, or not at all.";
  const waiting = stages.flat().flatMap(({ name, summary, needs }) => {
    const [first] = needs;
    return first === undefined ? [] : [`${name} (${summary}) needs the result of ${first}`];
  });
  const reasons = waiting.length > 0 ? waiting : [`one request takes ${atOnce} steps at most`];
  return `It takes ${stages.length} requests: ${reasons.join("; ")}. If one fails, those before it are rolled back.`;
}

function textOf({ why, looks, requests }: Omit<PlanPreview, "text">): string {
  return [
    why,
    ...looks.map((look) => `Before: look at ${look}.`),
    ...requests.flatMap(({ steps }, index) => [
      `Request ${index + 1}:`,
      ...steps.map(({ name, text }) => `  ${name}: ${text}`),
    ]),
  ].join("\n");
}
