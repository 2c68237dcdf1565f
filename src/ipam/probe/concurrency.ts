/**
 * What requests at the same moment do to each other, over several connections. A grid that isolates shows nothing here,
 * however often it is asked: that is evidence, no proof.
 */

import { type Experiment, either, Unanswered } from "./experiment.js";
import type { Laboratory, Reply, RequestStep } from "./laboratory.js";
import { hostStep } from "./requests.js";

/** Requests at once. */
const rivals = 4;
/** How often each experiment is repeated where it shows nothing. */
const rounds = 8;

export const concurrency: readonly Experiment[] = [
  {
    id: "isolation",
    question: "Do requests at the same moment see what each other creates and changes?",
    async run(lab) {
      const shows = [
        ...(lab.facts["searchSeesWritesAfter"] === 0 ? [createsUnseen] : []),
        ...(lab.facts["searchFindsGoneFor"] === 0 ? [changesUnseen] : []),
      ];
      if (shows.length === 0) throw new Unanswered("searches lag, so nobody can tell");
      for (const show of shows) if (await seen(rounds, () => show(lab))) return "none";
      return "serial";
    },
    meaning: (fact) =>
      fact === "serial"
        ? "Guards hold: one id gives one object"
        : "Guards don't hold: each id needs a place, which the grid keeps unique",
  },
  {
    id: "choosesNextSideBySide",
    question: "Are two hosts at the same moment given one next available address?",
    run: (lab) => seen(rounds, () => sameAddress(lab)),
    meaning: either(
      "Hosts are made at fixed addresses, each guarded by a place",
      "The next available address is given once",
    ),
  },
  {
    id: "networksAreUnique",
    question: "Is a second network of one CIDR at the same moment refused, and nothing behind it done?",
    run: async (lab) => !(await seen(rounds / 2, () => madeTwice(lab))),
    meaning: either("Places can be relied on", "Places can't be relied on: writes wait"),
  },
  {
    id: "refusesStaleWrites",
    question: "Is a change of what was changed since its request began refused?",
    async run(lab) {
      const { isolation } = lab.facts;
      if (isolation === undefined) throw new Unanswered("nobody can tell whether requests overlap");
      if (isolation === "serial") throw new Unanswered("requests run one after the other");
      return seen(rounds / 2, async () => {
        const refused = (await changes(lab)).find(({ ok }) => !ok);
        if (refused) lab.note("changedMeanwhile", refused);
        return refused !== undefined;
      });
    },
    meaning: either("A late write doesn't meet the wrong object", "Deletes are fenced by a place"),
  },
  {
    id: "contentionIsRefused",
    question: "Is one of two next available networks at the same moment refused?",
    async run(lab) {
      const container = lab.cidr();
      await lab.create("networkcontainer", { network: container, network_view: lab.networkView });
      const network = `func:nextavailablenetwork:${container},${lab.networkView},28`;
      return seen(3, async () => {
        const replies = await lab.together(rivals, () =>
          lab.request([...lab.padding(), lab.networkStep({ network })]),
        );
        const refusals = replies.filter(({ ok }) => !ok);
        const exists = refusals.filter(({ text }) => !/requested number/i.test(text));
        for (const reply of exists) lab.note("contention", reply);
        return exists.length > 0;
      });
    },
    meaning: either("Creates are repeated after a conflict", "Each create is given a network of its own"),
  },
  {
    id: "longestRequest",
    question: "How long did the longest request take?",
    run: async (lab) => lab.longestRequest,
    meaning: (fact) =>
      `Where writes have to wait, they wait ten times ${String(fact)} ms and the lag of searches`,
  },
];

/** Whether something shows in one of some rounds. */
async function seen(most: number, round: () => Promise<boolean>): Promise<boolean> {
  for (let number = 0; number < most; number++) if (await round()) return true;
  return false;
}

/** Each counts what is there after its own create: one after the other, no two count the same. */
async function createsUnseen(lab: Laboratory): Promise<boolean> {
  const comment = lab.token();
  const replies = await lab.together(rivals, () =>
    lab.request([
      lab.networkStep({ network: lab.cidr(), comment }),
      ...lab.padding(),
      lab.searchStep(comment),
    ]),
  );
  const counts = replies.filter(({ ok }) => ok).map(({ data }) => lastOf(data).length);
  return new Set(counts).size < counts.length;
}

/** One after the other, only the first finds the object as it was. */
async function changesUnseen(lab: Laboratory): Promise<boolean> {
  const replies = await changes(lab);
  const found = replies.filter(({ ok, data }) => !ok || data?.[0]?.length > 0);
  return found.length > 1;
}

function changes(lab: Laboratory): Promise<Reply[]> {
  return lab.network().then(async ({ ref, comment }) => {
    await lab.untilSearchable();
    return lab.together(rivals, () =>
      lab.request([
        lab.searchStep(comment),
        ...lab.padding(),
        { method: "PUT", object: ref, data: { comment: lab.token() } },
      ]),
    );
  });
}

async function sameAddress(lab: Laboratory): Promise<boolean> {
  const { cidr } = await lab.network();
  const next = { ipv4addr: `func:nextavailableip:${cidr},${lab.networkView}` };
  const step = (): RequestStep => ({
    ...hostStep(lab, next),
    args: { _return_fields: "ipv4addrs" },
  });
  const replies = await lab.together(rivals, () => lab.request([...lab.padding(), step()]));
  const addresses = replies.filter(({ ok }) => ok).map(({ data }) => lastOf(data).ipv4addrs?.[0]?.ipv4addr);
  return new Set(addresses).size < addresses.length;
}

/** Several networks of one CIDR, or a step behind a refused one that was done. */
async function madeTwice(lab: Laboratory): Promise<boolean> {
  const [contested, { cidr }] = [lab.cidr(), await lab.network()];
  const reserved = (index: number) => ({
    ipv4addr: lab.address(cidr, 10 + index),
    network_view: lab.networkView,
    match_client: "RESERVED",
  });
  const replies = await lab.together(rivals, (index) =>
    lab.request([
      lab.networkStep({ network: contested }),
      { method: "POST", object: "fixedaddress", data: reserved(index) },
    ]),
  );
  if (replies.filter(({ ok }) => ok).length !== 1) return true;
  for (const [index, { ok }] of replies.entries()) {
    // What a refused request has reserved is in the way of the same reservation.
    if (!ok && !(await lab.create("fixedaddress", reserved(index))).ok) return true;
  }
  return false;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are of any shape
function lastOf(data: any): any {
  return data?.at(-1) ?? {};
}
