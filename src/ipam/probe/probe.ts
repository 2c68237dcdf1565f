/** The probe: about a hundred experiments in a scratch network view, whose answers make the profile of a grid. */

import { explain } from "../../errors.js";
import type { WapiClient } from "../../wapi/client.js";
import { type Progress, Stopwatch } from "../../wapi/progress.js";
import type { GridProfile } from "../profile/profile.js";
import { requestCheck, type Shape } from "../requests/request-check.js";
import { requestFields } from "../requests/request-fields.js";
import type { Abortable } from "../requests/requests.js";
import { addresses } from "./addresses.js";
import { attributes } from "./attributes.js";
import { concurrency } from "./concurrency.js";
import { deleted, deletedView } from "./deleted.js";
import { dns } from "./dns.js";
import { dnsRefusals } from "./dns-refusals.js";
import type { Experiment } from "./experiment.js";
import { figures } from "./figures.js";
import { type Fact, Laboratory, Unanswered, versionOf } from "./laboratory.js";
import { networks } from "./networks.js";
import { refusals } from "./refusals.js";
import { requests } from "./requests.js";
import { searches } from "./searches.js";
import { shownByTheGrid } from "./shown.js";
import { views } from "./views.js";

/** The progress of a probe. */
export interface ProbeProgress extends Progress {
  /** The next question; `undefined` at the end. */
  readonly question: string | undefined;
}

/** Options of `probe`. */
export interface ProbeOptions extends Abortable {
  /** The name of the scratch network view, which the probe creates and deletes. Default: `"infoblox-ipam probe"`. */
  readonly networkView?: string | undefined;
  /** The name of a scratch zone, created in the DNS view of the scratch view. Without it, no question about DNS is asked. */
  readonly zone?: string | undefined;
  /** Called before each question, and at the end. */
  readonly onProgress?: ((progress: ProbeProgress) => void) | undefined;
}

const checkProbe = requestCheck((z) => {
  const { call, called } = requestFields(z);
  return {
    probe: z.strictObject({
      ...call,
      networkView: z
        .string()
        .regex(/^(?!default$)\S(.{0,60}\S)?$/, "must be the name of a network view that does not exist yet")
        .optional(),
      zone: z
        .string()
        .regex(
          /^[a-z0-9]([\w-]*[a-z0-9])?(\.[a-z0-9]([\w-]*[a-z0-9])?)+$/i,
          "must be the name of a zone that does not exist yet",
        )
        .optional(),
      onProgress: called<NonNullable<ProbeOptions["onProgress"]>>().optional(),
    } satisfies Shape<ProbeOptions>),
  };
});

/** In the order in which they run. `searches` comes early: it measures how long later experiments have to wait. */
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

/** How long the delete of the scratch view may take, in milliseconds. */
const longestDelete = 30_000;

/** See `Ipam.probe`. */
export async function probe(wapi: WapiClient, options: ProbeOptions = {}): Promise<GridProfile> {
  const checked = await checkProbe("probe", options);
  const { networkView = "infoblox-ipam probe", zone, onProgress, signal } = checked;
  const lab = new Laboratory(wapi, { networkView, zone, signal });
  lab.stopIfAborted();
  const watch = new Stopwatch();
  const unanswered: Record<string, string> = {};
  // With its own signal, so that the view is deleted after an abort, too. If the connection breaks, the next probe does it.
  const dismantle = () =>
    new Laboratory(wapi, { networkView, zone, signal: AbortSignal.timeout(longestDelete) }).dismantle();
  try {
    await lab.open();
    for (const [done, experiment] of experiments.entries()) {
      onProgress?.({ ...watch.of(done, experiments.length), question: experiment.question });
      await perform(experiment, lab, unanswered);
    }
  } catch (error) {
    // The first error says more than an error of the delete.
    await dismantle().catch(() => undefined);
    // Only `open` throws `Unanswered` here: the user may not create the view.
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

/** One line of the table that people read. */
export interface ProbeAnswer {
  readonly id: string;
  readonly question: string;
  /** `yes`, `no`, `120 ms` or another word; `–` if the question was not answered. */
  readonly answer: string;
  readonly meaning: string;
}

/** The answers of a profile, question by question. */
export function answersOf({ facts, unanswered = {} }: GridProfile): ProbeAnswer[] {
  return experiments.map((experiment) => {
    const { id, question } = experiment;
    const fact = facts[id];
    if (fact === undefined) return { id, question, answer: "–", meaning: unanswered[id] ?? "not asked" };
    return { id, question, answer: answerText(id, fact), meaning: meaningOf(experiment, fact) };
  });
}

function meaningOf(experiment: Experiment, fact: Fact): string {
  if ("meaning" in experiment) return experiment.meaning(fact);
  return fact === true ? experiment.yes : experiment.no;
}

const milliseconds: readonly string[] = ["searchSeesWritesAfter", "searchFindsGoneFor", "longestRequest"];

function answerText(id: string, fact: Fact): string {
  if (typeof fact === "boolean") return fact ? "yes" : "no";
  return milliseconds.includes(id) ? `${fact} ms` : String(fact);
}
