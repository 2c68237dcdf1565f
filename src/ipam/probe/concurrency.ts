/**
 * Experiments with requests at the same time, over several connections. If the grid isolates requests, these experiments
 * never see an effect of one request on another. That is evidence, but no proof.
 */

import type { Experiment } from "./experiment.js";
import { type Laboratory, type Reply, Unanswered } from "./laboratory.js";
import { reservation } from "./objects.js";
import { hostStep } from "./requests.js";

/** How often an experiment is repeated while it sees no effect. */
const rounds = 8;

export const concurrency: readonly Experiment[] = [
  {
    id: "isolation",
    question: "Do requests at the same time see each other's writes, or run one after the other?",
    async run(lab) {
      const shows = [
        ...(lab.facts["searchSeesWritesAfter"] === 0 ? [createsUnseen] : []),
        ...(lab.facts["searchFindsGoneFor"] === 0 ? [changesUnseen] : []),
      ];
      if (shows.length === 0) throw new Unanswered("searches lag, which hides the effect");
      for (const show of shows) if (await seen(rounds, () => show(lab))) return "none";
      return "serial";
    },
    meaning: (fact) =>
      fact === "serial"
        ? "One after the other, as far as observed: guards make request ids unique"
        : "At the same time: guards do not suffice, places make request ids unique",
  },
  {
    id: "choosesNextSideBySide",
    question: "Can two hosts that are created at the same time get the same next available address?",
    run: (lab) => seen(rounds, () => sameAddress(lab)),
    yes: "The library chooses the addresses of hosts, and protects each with a place",
    no: "The grid gives each next available address once",
  },
  {
    id: "networksAreUnique",
    question:
      "If two requests create a network with one CIDR at the same time, does the grid refuse all of one request?",
    run: async (lab) => !(await seen(rounds / 2, () => madeTwice(lab))),
    yes: "Places are reliable",
    no: "Places are not reliable: writes wait",
  },
  {
    id: "refusesStaleWrites",
    question: "Does the grid refuse a change to an object that changed after the request began?",
    async run(lab) {
      const { isolation } = lab.facts;
      if (isolation === undefined) throw new Unanswered("it is unknown whether requests overlap");
      if (isolation === "serial") throw new Unanswered("requests run one after the other");
      return seen(rounds / 2, async () => {
        const refused = (await changes(lab)).find(({ ok }) => !ok);
        if (refused) lab.note("changedMeanwhile", refused);
        return refused !== undefined;
      });
    },
    yes: "A late write cannot change the wrong object",
    no: "The library protects deletes with a place",
  },
  {
    id: "contentionIsRefused",
    question:
      "Can the grid refuse one of several next available networks that are requested at the same time?",
    async run(lab) {
      const container = lab.cidr();
      await lab.create("networkcontainer", { network: container, network_view: lab.networkView });
      const network = `func:nextavailablenetwork:${container},${lab.networkView},28`;
      return seen(3, async () => {
        const replies = await lab.together(() => [...lab.padding(), lab.networkStep({ network })]);
        const refusals = replies.filter(({ ok }) => !ok);
        const exists = refusals.filter(({ text }) => !/requested number/i.test(text));
        for (const reply of exists) lab.note("contention", reply);
        return exists.length > 0;
      });
    },
    yes: "The library repeats a create after a conflict",
    no: "Each create gets a different network",
  },
  {
    id: "longestRequest",
    question: "How long did the longest request take?",
    run: async (lab) => lab.longestRequest,
    meaning: (fact) =>
      `If writes have to wait, they wait ten times ${String(fact)} ms, and as long as searches lag`,
  },
];

/** Whether an effect is seen in at least one round. */
async function seen(most: number, round: () => Promise<boolean>): Promise<boolean> {
  for (let number = 0; number < most; number++) if (await round()) return true;
  return false;
}

/** Each request counts the objects after its own create. If requests run one after the other, no two counts are equal. */
async function createsUnseen(lab: Laboratory): Promise<boolean> {
  const comment = lab.token();
  const replies = await lab.together(() => [
    lab.networkStep({ network: lab.cidr(), comment }),
    ...lab.padding(),
    lab.searchStep(comment),
  ]);
  const counts = replies.filter(({ ok }) => ok).map(({ data }) => lastOf(data).length);
  return new Set(counts).size < counts.length;
}

/** If requests run one after the other, only the first finds the object unchanged. */
async function changesUnseen(lab: Laboratory): Promise<boolean> {
  const replies = await changes(lab);
  const found = replies.filter(({ ok, data }) => !ok || data?.[0]?.length > 0);
  return found.length > 1;
}

async function changes(lab: Laboratory): Promise<Reply[]> {
  const { ref, comment } = await lab.network();
  await lab.untilSearchable();
  return lab.together(() => [
    lab.searchStep(comment),
    ...lab.padding(),
    { method: "PUT", object: ref, data: { comment: lab.token() } },
  ]);
}

async function sameAddress(lab: Laboratory): Promise<boolean> {
  const { cidr } = await lab.network();
  const next = `func:nextavailableip:${cidr},${lab.networkView}`;
  const args = { _return_fields: "ipv4addrs" };
  const replies = await lab.together(() => [...lab.padding(), { ...hostStep(lab, next), args }]);
  const addresses = replies.filter(({ ok }) => ok).map(({ data }) => lastOf(data).ipv4addrs?.[0]?.ipv4addr);
  return new Set(addresses).size < addresses.length;
}

/** Whether several requests made a network with one CIDR, or a refused request left its second step done. */
async function madeTwice(lab: Laboratory): Promise<boolean> {
  const [contested, { cidr }] = [lab.cidr(), await lab.network()];
  const reserved = (index: number) => reservation(lab, lab.address(cidr, 10 + index));
  const replies = await lab.together((index) => [
    lab.networkStep({ network: contested }),
    { method: "POST", object: "fixedaddress", data: reserved(index) },
  ]);
  if (replies.filter(({ ok }) => ok).length !== 1) return true;
  for (const [index, { ok }] of replies.entries()) {
    // If the refused request made its reservation, the grid refuses the same reservation now.
    if (!ok && !(await lab.create("fixedaddress", reserved(index))).ok) return true;
  }
  return false;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
function lastOf(data: any): any {
  return data?.at(-1) ?? {};
}
