import type { Ref } from "../../wapi/ref.js";
import { Step } from "../../wapi/step.js";
import { newestKnown } from "../../wapi/version.js";
import { atOnce } from "../engine/chunk-size.js";
import { type ComposedIntent, type Composing, composeAll } from "../engine/compose.js";
import { leavesNoTrace } from "../engine/intent.js";
import type { AddressSource } from "../requests/targets.js";
import type { IpamSettings } from "../settings/settings.js";
import { sourcesOf } from "./apply-plan.js";
import type { PlanIntent } from "./intent.js";
import type { PlanOptions } from "./requests.js";
import type { StepKind } from "./results.js";
import { type Stage, stagesOf } from "./stages.js";

/** What applying a plan would send, as far as that is known before. */
export interface PlanPreview {
  /** Whether it is one request, which the grid does as a whole or not at all; else several, undone when one fails. */
  readonly allOrNothing: boolean;
  /** Why it is one request, or why it can't be. */
  readonly why: string;
  /** What is read first. */
  readonly looks: readonly string[];
  readonly requests: readonly PreviewedRequest[];
  /** All of it in words, line by line. */
  readonly text: string;
}

/** One request of a plan. */
export interface PreviewedRequest {
  readonly steps: readonly PreviewedStep[];
}

export interface PreviewedStep {
  readonly name: string;
  readonly kind: StepKind;
  /** In words: `a subnet: the next /24 of 10.0.0.0/8`. */
  readonly text: string;
  /**
   * The entries of the grid's `request` object, with `##STATE:blue:##` for the reference of the step `blue`.
   * `undefined` where they follow from what a request before, or a look, will say.
   */
  readonly sends: readonly object[] | undefined;
}

/** What would be sent; sends nothing. */
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
  const looks = [
    ...(looksForEarlierTry(settings, intents, requestId)
      ? [`what an earlier try with the request id ${requestId} has made`]
      : []),
    ...intents.flatMap(({ looksAt }) => looksAt ?? []),
  ];
  const described = { allOrNothing: stages.length <= 1, why: whyOf(stages), looks, requests };
  return { ...described, text: textOf(described) };
}

/** Whether applying looks first for what an earlier call with the request id has made. */
function looksForEarlierTry(
  { observed }: IpamSettings,
  intents: readonly PlanIntent[],
  requestId: string | undefined,
): boolean {
  if (requestId === undefined) return false;
  const isPlain = intents.every((intent) => !leavesNoTrace(intent) && intent.look === undefined);
  return observed.keepsParts || observed.searchLag > 0 || !isPlain || stagesOf(intents).length > 1;
}

type Composings = Composing<AddressSource>;

function previewedSteps(stage: Stage, composing: Composings, version: string): PreviewedStep[] {
  const written = composeAll(writable(stage, composing), composing);
  const names = stateNames(written, version);
  return stage.map((intent) => {
    const own = written.find((one) => one.intent === intent);
    const { name, kind, summary: text } = intent;
    return { name, kind, text, sends: own && entriesOf(own, version).map((entry) => legible(entry, names)) };
  });
}

/** What only a request before can give, or a look, isn't known yet; nor is what builds on it. */
function writable(stage: Stage, { results }: Composings): PlanIntent[] {
  const known = new Set(results.keys());
  return stage.filter(({ name, needs, uses = [], kind }) => {
    const isWritable = needs.length === 0 && kind !== "release" && uses.every((one) => known.has(one));
    if (isWritable) known.add(name);
    return isWritable;
  });
}

/** References to what earlier requests will have made, for the preview only. */
function standIns(earlier: readonly Stage[]): Composings["results"] {
  return new Map(
    earlier.flat().map(({ name, known }) => [name, { ref: `${known.type}/of-step:${name}` as Ref }]),
  );
}

function entriesOf({ composed }: ComposedIntent<AddressSource>, version: string): object[] {
  return composed.steps.map((step) => (step instanceof Step ? step.toWire(version).entry : step));
}

/** Names of states are made up; here they are called as the steps are. */
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
  if (stages.length <= 1) return "The grid can do all of it in one request: as a whole, or not at all.";
  const waiting = stages.flat().flatMap(({ name, summary, needs }) => {
    const [first] = needs;
    return first === undefined ? [] : [`${name} (${summary}) can be written down only once ${first} is made`];
  });
  const reasons = waiting.length > 0 ? waiting : [`one request takes ${atOnce} steps`];
  return `It takes ${stages.length} requests: ${reasons.join("; ")}. When one fails, those before it are undone.`;
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
