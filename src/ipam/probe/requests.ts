/** What a `request` of several steps promises: all or nothing, what it sees, what its states do. */

import { type Experiment, either } from "./experiment.js";
import { type Laboratory, made, type Reply, type RequestStep } from "./laboratory.js";
import { twins } from "./searches.js";

export const requests: readonly Experiment[] = [
  {
    id: "requestIsTransactional",
    question: "Does a refused request leave nothing?",
    async run(lab) {
      const cidr = lab.cidr();
      await lab.request([lab.networkStep({ network: cidr }), lab.networkStep({ network: "nowhere" })]);
      // Uniqueness knows it at once, whatever searches see.
      return (await lab.create("network", { network: cidr, network_view: lab.networkView })).ok;
    },
    meaning: either("Many steps are one", "What a refused request has made is looked for and rolled back"),
  },
  {
    id: "requestStatus",
    question: "Which status has a successful request?",
    run: async (lab) => (await lab.request([lab.searchStep(lab.token())])).status,
    meaning: () => "Either is taken",
  },
  {
    id: "requestSeesItsWrites",
    question: "Does a search in a request find what its earlier steps have made?",
    async run(lab) {
      const comment = lab.token();
      const reply = await lab.request([
        lab.networkStep({ network: lab.cidr(), comment }),
        lab.searchStep(comment),
      ]);
      made(reply);
      return reply.data?.[1]?.length === 1;
    },
    meaning: either(
      "A guard counts the object that it guards",
      "Guards can't count the new object: ids need places",
    ),
  },
  {
    id: "negativeLimitFails",
    question: "Does a search with _max_results: -1 in args fail the request where there are two?",
    async run(lab) {
      const reply = await lab.request([lab.searchStep(await twins(lab), { args: { _max_results: -1 } })]);
      lab.note("tooManyFound", reply);
      return !reply.ok;
    },
    meaning: either("Guards work", "Guards don't work: ids need places"),
  },
  {
    id: "emptyAssignFails",
    question: "Does assigning a state of an empty search fail the request?",
    async run(lab) {
      const reply = await lab.request([emptySearch(lab)]);
      lab.note("stateEmpty", reply);
      return !reply.ok;
    },
    meaning: either(
      "A search that finds nothing stops the request",
      "Requests use the state, too, so that they stop",
    ),
  },
  {
    id: "emptyStateFails",
    question: "Does using a state of an empty search fail the request?",
    async run(lab) {
      const use = {
        method: "GET",
        object: "##STATE:probe_state:##",
        enable_substitution: true,
        discard: true,
      };
      return refused(lab, await lab.request([emptySearch(lab), use]));
    },
    meaning: either(
      "An address that is in use isn't given out",
      "A named address must be looked up before it is taken",
    ),
  },
  {
    id: "emptyDeleteFails",
    question: "Does deleting a state of an empty search fail the request?",
    async run(lab) {
      const use = { method: "DELETE", object: "##STATE:probe_state:##", enable_substitution: true };
      return refused(lab, await lab.request([emptySearch(lab), use]));
    },
    meaning: either(
      "A release of what is gone says so",
      "A release of what is gone looks like one that was done",
    ),
  },
  {
    id: "substitutesInReferences",
    question: "Is a state filled into the object of a later step?",
    run: (lab) => substitutes(lab, () => ({ method: "GET", object: "##STATE:made:##" })),
    meaning: either("Later steps reach what earlier ones made", "Plans are sent in several requests"),
  },
  {
    id: "substitutesInAddresses",
    question: "Is a state filled into an address of a later step?",
    run: (lab) =>
      substitutes(lab, () => ({
        method: "POST",
        object: "fixedaddress",
        data: {
          ipv4addr: "func:nextavailableip:##STATE:made:##",
          network_view: lab.networkView,
          match_client: "RESERVED",
        },
      })),
    meaning: either(
      "A subnet and its addresses are one request",
      "A subnet and its addresses are several requests",
    ),
  },
  {
    id: "substitutesInSearches",
    question: "Is a state filled into the arguments of a search?",
    async run(lab) {
      const comment = lab.token();
      const make = {
        ...lab.networkStep({ network: lab.cidr(), comment }),
        assign_state: { said: "comment" },
      };
      const reply = await lab.request([
        make,
        { ...lab.searchStep("##STATE:said:##"), enable_substitution: true },
      ]);
      return reply.ok && Array.isArray(reply.data?.[1]);
    },
    meaning: either("Searches can go by what was made", "Searches go by what was known before"),
  },
  {
    id: "assignsFromLists",
    question: "Can a state be a member of a list, ipv4addrs[0]?",
    async run(lab) {
      const { cidr } = await lab.network();
      const host = {
        ...hostStep(lab, { ipv4addr: lab.address(cidr, 5) }),
        args: { _return_fields: "ipv4addrs" },
        assign_state: { first: "ipv4addrs[0]" },
      };
      return refused(lab, await lab.request([host])) === false;
    },
    meaning: either("Addresses of a host can be used in later steps", "Addresses of a host are read first"),
  },
  {
    id: "requestTakes250Steps",
    question: "Does a request take 250 steps?",
    run: async (lab) => (await lab.request(lab.padding(250))).ok,
    meaning: either("A hundred things to a request", "Bulk requests must be smaller"),
  },
];

function emptySearch(lab: Laboratory): RequestStep {
  return lab.searchStep(lab.token(), { assign_state: { probe_state: "_ref" } });
}

/** A host without DNS, which needs no zone. */
export function hostStep(
  lab: Laboratory,
  ...addresses: readonly Readonly<Record<string, unknown>>[]
): RequestStep {
  const data = {
    name: lab.token(),
    network_view: lab.networkView,
    configure_for_dns: false,
    ipv4addrs: addresses,
  };
  return { method: "POST", object: "record:host", data };
}

async function substitutes(lab: Laboratory, use: () => RequestStep): Promise<boolean> {
  const make = { ...lab.networkStep({ network: lab.cidr() }), assign_state: { made: "_ref" } };
  return (await lab.request([make, { ...use(), enable_substitution: true }])).ok;
}

function refused(lab: Laboratory, reply: Reply): boolean {
  lab.note("stateEmpty", reply);
  return !reply.ok;
}
