/** What kind of grid this is: some hundred questions, asked in a scratch network view, and the profile that comes of them. */

import { explain, invalid } from "../../errors.js";
import { checkSignal } from "../../wapi/call-options.js";
import type { WapiClient } from "../../wapi/client.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";
import type { GridProfile } from "../profile/profile.js";
import { addresses } from "./addresses.js";
import { attributes } from "./attributes.js";
import { concurrency } from "./concurrency.js";
import { deleted, deletedView } from "./deleted.js";
import { dns } from "./dns.js";
import { dnsRefusals } from "./dns-refusals.js";
import { type Experiment, type Fact, Unanswered } from "./experiment.js";
import { figures } from "./figures.js";
import { Laboratory, versionOf } from "./laboratory.js";
import { networks } from "./networks.js";
import { refusals } from "./refusals.js";
import { requests } from "./requests.js";
import { searches } from "./searches.js";
import { shownByTheGrid } from "./shown.js";
import { views } from "./views.js";

/** How far a probe is. */
export interface ProbeProgress extends Progress {
  /** What is asked next; `undefined` at the end. */
  readonly question: string | undefined;
}

/** What `Ipam.probe` takes. */
export interface ProbeOptions {
  /** Name of the scratch network view, which is made and deleted. `"infoblox-ipam probe"` unless said otherwise. */
  readonly networkView?: string | undefined;
  /** A scratch zone for questions about DNS, made in the scratch view's own DNS view; left out: they aren't asked. */
  readonly zone?: string | undefined;
  /** Called before each question, and at the end. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** In the order in which they are asked: searches early, since others wait as long as these lag. */
export const experiments: readonly Experiment[] = [
  ...attributes,
  ...searches,
  ...requests,
  ...networks,
  ...addresses,
  ...figures,
  ...refusals,
  ...dnsRefusals,
  ...shownByTheGrid,
  ...deleted,
  ...dns,
  ...concurrency,
  ...views,
  ...deletedView,
];

/** How long deleting the scratch view may take after an abort, in milliseconds. */
const patience = 30_000;

/** See `Ipam.probe`. */
export async function probe(wapi: WapiClient, options: ProbeOptions = {}): Promise<GridProfile> {
  const { networkView = "infoblox-ipam probe", zone, onProgress, signal } = checked(options);
  const lab = new Laboratory({ wapi, networkView, zone, signal });
  lab.stopIfAborted();
  const watch = new Stopwatch();
  const unanswered: Record<string, string> = {};
  // Also after an abort nothing stays behind. What a broken connection leaves is deleted by the next probe.
  const dismantle = () =>
    new Laboratory({ wapi, networkView, zone, signal: AbortSignal.timeout(patience) }).dismantle();
  try {
    await lab.open();
    for (const [done, experiment] of experiments.entries()) {
      onProgress?.({ ...watch.of(done, experiments.length), question: experiment.question });
      await perform(experiment, lab, unanswered);
    }
  } catch (error) {
    // Why the probe failed says more than why its view couldn't be deleted.
    await dismantle().catch(() => undefined);
    // Not a question was open to this user: the view itself was refused.
    throw error instanceof Unanswered && error.cause !== undefined ? error.cause : error;
  }
  await dismantle();
  onProgress?.({ ...watch.of(experiments.length, experiments.length), question: undefined });
  return {
    format: 1,
    wapiVersion: versionOf(wapi),
    probed: new Date().toISOString().slice(0, 10),
    facts: lab.facts,
    sentences: lab.sentences,
    unanswered,
  };
}

async function perform(
  { id, needs, run }: Experiment,
  lab: Laboratory,
  unanswered: Record<string, string>,
): Promise<void> {
  lab.stopIfAborted();
  if (needs === "zone" && lab.zone === undefined) {
    unanswered[id] = "a zone is needed";
    return;
  }
  try {
    lab.facts[id] = await run(lab);
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    unanswered[id] = explain(error);
  }
}

function checked(options: ProbeOptions): ProbeOptions {
  if (typeof options !== "object" || options === null)
    throw invalid("options", options, "must be an object", { zone: "probe.example.com" });
  const { networkView, zone, onProgress, signal } = options;
  checkSignal(signal);
  if (onProgress !== undefined && typeof onProgress !== "function")
    throw invalid("onProgress", onProgress, "must be a function", undefined);
  const known = ["networkView", "zone", "onProgress", "signal"];
  const strange = Object.keys(options).find((name) => !known.includes(name));
  if (strange !== undefined)
    throw invalid(
      strange,
      Reflect.get(options, strange),
      `is no option of probe; it has ${known.join(", ")}`,
      "zone",
    );
  if (networkView !== undefined && (!/^\S(.{0,60}\S)?$/.test(networkView) || networkView === "default"))
    throw invalid(
      "networkView",
      networkView,
      "must be the name of a network view that doesn't exist yet",
      "scratch",
    );
  if (zone !== undefined && !/^[a-z0-9]([\w-]*[a-z0-9])?(\.[a-z0-9]([\w-]*[a-z0-9])?)+$/i.test(zone))
    throw invalid("zone", zone, "must be the name of a zone that doesn't exist yet", "probe.example.com");
  return options;
}

/** One line of the table for people. */
export interface ProbeAnswer {
  readonly id: string;
  readonly question: string;
  /** `yes`, `no`, `120 ms`, a word of the grid's; `–` where nobody could ask. */
  readonly answer: string;
  readonly meaning: string;
}

/** What a profile says, question by question. */
export function answersOf({ facts, unanswered = {} }: GridProfile): ProbeAnswer[] {
  return experiments.map(({ id, question, meaning }) => {
    const fact = facts[id];
    if (fact === undefined) return { id, question, answer: "–", meaning: unanswered[id] ?? "not asked" };
    return { id, question, answer: answerText(id, fact), meaning: meaning(fact) };
  });
}

const milliseconds: readonly string[] = ["searchSeesWritesAfter", "searchFindsGoneFor", "longestRequest"];

function answerText(id: string, fact: Fact): string {
  if (typeof fact === "boolean") return fact ? "yes" : "no";
  return milliseconds.includes(id) ? `${fact} ms` : String(fact);
}
