/** What searches see, and when. These come first: later experiments wait as long as searches lag. */

import { systemClock } from "../../wapi/clock.js";
import { type Experiment, either, type Fact, Unanswered } from "./experiment.js";
import { type Laboratory, longestLag, made } from "./laboratory.js";

/** How often each is measured; the longest counts. */
const samples = 3;

export const searches: readonly Experiment[] = [
  {
    id: "searchSeesWritesAfter",
    question: "How long until a search finds a new object?",
    async run(lab) {
      const lags = [];
      for (let sample = 0; sample < samples; sample++) {
        const { comment } = await lab.network();
        lags.push(await untilFound(lab, comment, true));
      }
      lab.lag = Math.max(...lags);
      return lab.lag;
    },
    meaning: lagMeaning(
      "Guards see everything that was committed",
      "A guard may miss a new object: creates with a request id need a place",
    ),
  },
  {
    id: "searchFindsGoneFor",
    question: "How long does a search find what was deleted, or changed objects as they were?",
    async run(lab) {
      const lags = [];
      for (let sample = 0; sample < samples; sample++) {
        const { ref, comment } = await lab.network();
        await lab.untilSearchable();
        const changed = lab.token();
        made(await lab.update(ref, { comment: changed }));
        lags.push(await untilFound(lab, comment, false));
        await lab.untilSearchable();
        made(await lab.remove(ref));
        lags.push(await untilFound(lab, changed, false));
      }
      const longest = Math.max(...lags);
      lab.lag = Math.max(lab.lag, longest);
      return longest;
    },
    meaning: lagMeaning(
      "A release finds the object that is there now",
      "A release may find what is gone: deletes are fenced",
    ),
  },
  {
    id: "hasUuids",
    question: "Do objects have a uuid?",
    async run(lab) {
      const { ref } = await lab.network();
      const { ok, data } = await lab.ask("GET", ref, { query: { _return_fields: "uuid" } });
      return ok && typeof data?.uuid === "string" && data.uuid !== "";
    },
    meaning: either(
      "Objects without a token are told apart by it",
      "Objects without a token are compared by all that was read",
    ),
  },
  {
    id: "addressOutsideNetworks",
    question: "What is an address answered that lies in no network?",
    async run(lab) {
      const reply = await lab.find("ipv4address", { ip_address: "198.19.255.1" });
      lab.note("addressOutsideNetworks", reply);
      return reply.ok ? "empty" : "refused";
    },
    meaning: (fact) =>
      fact === "refused" ? "lookup() takes the refusal for: in no subnet" : "lookup() finds no row",
  },
  {
    id: "addressSearchesDefaultView",
    question: "Does a search by address without a view look in the default view only?",
    async run(lab) {
      const { cidr } = await lab.network();
      await lab.untilSearchable();
      const ip_address = lab.address(cidr, 9);
      const { ok, data } = await lab.find(
        "ipv4address",
        { ip_address, _return_fields: "network_view" },
        false,
      );
      return (
        !ok || !(data as { network_view?: string }[]).some((row) => row.network_view === lab.networkView)
      );
    },
    meaning: either("Searches always name their view", "Searches without a view answer for all of them"),
  },
  {
    id: "pagingNeedsLimit",
    question: "Is paging refused without _max_results?",
    run: async (lab) => !(await lab.find("network", { _paging: 1, _return_as_object: 1 })).ok,
    meaning: either("Pages always need a size", "Pages have a size of the grid's own"),
  },
  {
    id: "quotesUnknownFields",
    question: "Are unknown fields quoted in refusals?",
    async run(lab) {
      const reply = await lab.find("network", { nonsense: 1 });
      lab.note("fieldUnknown", reply);
      if (reply.ok) throw new Unanswered("unknown fields are accepted");
      return reply.text.includes("'nonsense'");
    },
    meaning: either("As on newer grids", "As on older grids"),
  },
  {
    id: "failsAboveLimit",
    question: "Does a search with a negative _max_results fail above it?",
    async run(lab) {
      await twins(lab);
      return !(await lab.find("network", { _max_results: -1 })).ok;
    },
    meaning: either("Searches fail rather than leave something out", "Searches can't be told to fail"),
  },
  {
    id: "keepsReferenceGone",
    question: "Is the reference of a deleted object refused?",
    async run(lab) {
      const { ref } = await lab.network();
      made(await lab.remove(ref));
      const reply = await lab.ask("GET", ref);
      lab.note("referenceGone", reply);
      return !reply.ok;
    },
    meaning: either("A deleted object is known to be gone", "A deleted object still answers"),
  },
];

/** Two networks with one comment, found by searches. */
export async function twins(lab: Laboratory): Promise<string> {
  const { comment } = await lab.network();
  await lab.network({ comment });
  await lab.untilSearchable();
  return comment;
}

/** Milliseconds until a search by comment finds something, or nothing any more. */
async function untilFound(lab: Laboratory, comment: string, wanted: boolean): Promise<number> {
  const begun = systemClock.now();
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 500)) {
    const asked = systemClock.now();
    const { data } = await lab.find("network", { comment });
    if (Array.isArray(data) && data.length > 0 === wanted) {
      // The first look is as quick as can be: what it sees has no lag that anybody could notice.
      return pause === 2 ? 0 : Math.ceil(asked - begun);
    }
    if (systemClock.now() - begun > longestLag) return longestLag;
    await lab.sleep(pause);
  }
}

function lagMeaning(none: string, some: string): (fact: Fact) => string {
  return (fact) => (fact === 0 ? none : some);
}
