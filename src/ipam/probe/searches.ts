/** Experiments with searches. The first two measure their lag, so that later experiments wait long enough. */

import { systemClock } from "../../wapi/clock.js";
import { type Experiment, refusal } from "./experiment.js";
import { type Fact, type Laboratory, longestLag, made, Unanswered } from "./laboratory.js";

/** How often a lag is measured. The longest counts. */
const samples = 3;

export const searches: readonly Experiment[] = [
  {
    id: "searchSeesWritesAfter",
    question: "How long does it take until a search finds a new object?",
    async run(lab) {
      for (let sample = 0; sample < samples; sample++) {
        const { comment } = await lab.network();
        lab.lag = Math.max(lab.lag, await untilFound(lab, comment, true));
      }
      return lab.lag;
    },
    meaning: lagMeaning(
      "A guard finds every committed object",
      "A guard may miss a new object: places make request ids unique",
    ),
  },
  {
    id: "searchFindsGoneFor",
    question: "How long does a search find deleted objects, or the earlier values of changed objects?",
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
      "A release finds the current object",
      "A release may find a deleted object: the library protects deletes with a place",
    ),
  },
  {
    id: "hasUuids",
    question: "Do objects have a uuid?",
    async run(lab) {
      const { ref } = await lab.network();
      const { ok, data } = await lab.read(ref, "uuid");
      return ok && typeof data?.uuid === "string" && data.uuid !== "";
    },
    yes: "The uuid identifies objects without a token",
    no: "The library compares all fields of objects without a token",
  },
  {
    id: "addressOutsideNetworks",
    question: "What does a search for an address in no network return?",
    async run(lab) {
      const reply = await lab.find("ipv4address", { ip_address: "198.19.255.1" });
      lab.note("addressOutsideNetworks", reply);
      return reply.ok ? "empty" : "refused";
    },
    meaning: (fact) =>
      fact === "refused" ? "For lookup(), the refusal means: in no subnet" : "lookup() finds no row",
  },
  {
    id: "addressSearchesDefaultView",
    question: "Does a search by address without a view search only the default view?",
    async run(lab) {
      const ip_address = await lab.newAddress();
      await lab.untilSearchable();
      const search = { ip_address, _return_fields: "network_view" };
      const { ok, data } = await lab.find("ipv4address", search, false);
      const rows = data as readonly { network_view?: string }[];
      return !ok || !rows.some((row) => row.network_view === lab.networkView);
    },
    yes: "A search must name its view",
    no: "A search without a view covers all views",
  },
  {
    id: "pagingNeedsLimit",
    question: "Does the grid refuse paging without _max_results?",
    run: async (lab) => !(await lab.find("network", { _paging: 1, _return_as_object: 1 })).ok,
    yes: "A page needs a size",
    no: "The grid has a default size of pages",
  },
  {
    id: "quotesUnknownFields",
    question: "Does the grid put unknown fields in quotes when it refuses them?",
    async run(lab) {
      const reply = await lab.find("network", { nonsense: 1 });
      lab.note("fieldUnknown", reply);
      if (reply.ok) throw new Unanswered("unknown fields are accepted");
      return reply.text.includes("'nonsense'");
    },
    yes: "As newer versions do",
    no: "As older versions do",
  },
  {
    id: "failsAboveLimit",
    question: "Does a search with a negative _max_results fail if there are more objects?",
    async run(lab) {
      await twins(lab);
      return !(await lab.find("network", { _max_results: -1 })).ok;
    },
    yes: "A search can fail instead of omitting objects",
    no: "A search omits objects beyond its limit",
  },
  refusal({
    id: "keepsReferenceGone",
    question: "Does the grid refuse the reference of a deleted object?",
    cause: "referenceGone",
    async ask(lab) {
      const { ref } = await lab.network();
      made(await lab.remove(ref));
      return lab.ask("GET", ref);
    },
    yes: "The library recognises a deleted object",
    no: "The grid still returns a deleted object",
  }),
];

/** Creates two networks with the same comment, and waits until searches find them. */
export async function twins(lab: Laboratory): Promise<string> {
  const { comment } = await lab.network();
  await lab.network({ comment });
  await lab.untilSearchable();
  return comment;
}

/** Milliseconds until a search by comment finds an object (`wanted`), or no object. */
async function untilFound(lab: Laboratory, comment: string, wanted: boolean): Promise<number> {
  const begun = systemClock.now();
  for (let pause = 2; ; pause = Math.min(pause * 1.5, 500)) {
    const asked = systemClock.now();
    const { data } = await lab.find("network", { comment });
    if (Array.isArray(data) && data.length > 0 === wanted) {
      // The first search comes directly after the write: if it is right, there is no lag.
      return pause === 2 ? 0 : Math.ceil(asked - begun);
    }
    if (systemClock.now() - begun > longestLag) return longestLag;
    await lab.sleep(pause);
  }
}

function lagMeaning(none: string, some: string): (fact: Fact) => string {
  return (fact) => (fact === 0 ? none : some);
}
