/** Experiments with a `request` of several steps: transactions, visibility, and states. */

import { type Experiment, refusal } from "./experiment.js";
import { type Laboratory, made, type RequestStep } from "./laboratory.js";
import { plainHost, reservation } from "./objects.js";
import { twins } from "./searches.js";

export const requests: readonly Experiment[] = [
  {
    id: "requestIsTransactional",
    question: "Does a refused request undo all of its steps?",
    async run(lab) {
      const cidr = lab.cidr();
      await lab.request([lab.networkStep({ network: cidr }), lab.networkStep({ network: "nowhere" })]);
      // A second create shows it at once, even if searches lag.
      return (await lab.networkAt(cidr)).ok;
    },
    yes: "The grid undoes a refused request",
    no: "The library finds and deletes what a refused request created",
  },
  {
    id: "requestStatus",
    question: "Which HTTP status does a successful request have?",
    run: async (lab) => (await lab.request([lab.searchStep(lab.token())])).status,
    meaning: () => "The library accepts 200 and 201",
  },
  {
    id: "requestSeesItsWrites",
    question: "Does a search in a request find what earlier steps of the request created?",
    async run(lab) {
      const comment = lab.token();
      const reply = await lab.request([
        lab.networkStep({ network: lab.cidr(), comment }),
        lab.searchStep(comment),
      ]);
      made(reply);
      return reply.data?.[1]?.length === 1;
    },
    yes: "A guard counts the new object",
    no: "A guard cannot count the new object: places make request ids unique",
  },
  refusal({
    id: "negativeLimitFails",
    question: "Does a request fail if a search in it finds two objects and has _max_results: -1 in args?",
    cause: "tooManyFound",
    ask: async (lab) => lab.request([lab.searchStep(await twins(lab), { args: { _max_results: -1 } })]),
    yes: "Guards work",
    no: "Guards do not work: places make request ids unique",
  }),
  refusal({
    id: "emptyAssignFails",
    question: "Does a request fail if it assigns a state from an empty search?",
    cause: "stateEmpty",
    ask: (lab) => lab.request([emptySearch(lab)]),
    yes: "A search that finds nothing stops the request",
    no: "The library also uses the state, so that the request stops",
  }),
  refusal({
    id: "emptyStateFails",
    question: "Does a request fail if it uses a state from an empty search?",
    cause: "stateEmpty",
    ask: (lab) => lab.request([emptySearch(lab), { ...emptyState, method: "GET", discard: true }]),
    yes: "One request checks that an address is free and takes it",
    no: "The library must read an address before it takes it",
  }),
  refusal({
    id: "emptyDeleteFails",
    question: "Does a request fail if it deletes a state from an empty search?",
    cause: "stateEmpty",
    ask: (lab) => lab.request([emptySearch(lab), { ...emptyState, method: "DELETE" }]),
    yes: "A release shows that the object was gone",
    no: "A release does not show that the object was gone",
  }),
  {
    id: "substitutesInReferences",
    question: "Does the grid substitute a state in the object of a later step?",
    run: (lab) => substitutes(lab, { method: "GET", object: "##STATE:made:##" }),
    yes: "Later steps can use objects of earlier steps",
    no: "The library sends a plan in several requests",
  },
  {
    id: "substitutesInAddresses",
    question: "Does the grid substitute a state in the address of a later step?",
    run(lab) {
      const data = reservation(lab, "func:nextavailableip:##STATE:made:##");
      return substitutes(lab, { method: "POST", object: "fixedaddress", data });
    },
    yes: "One request creates a subnet and its addresses",
    no: "A subnet and its addresses need several requests",
  },
  {
    id: "substitutesInSearches",
    question: "Does the grid substitute a state in the arguments of a search?",
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
    yes: "A search can use values of earlier steps",
    no: "A search can only use values known before the request",
  },
  {
    id: "assignsFromLists",
    question: "Can a state be assigned from a member of a list, as ipv4addrs[0]?",
    async run(lab) {
      const host = {
        ...hostStep(lab, await lab.newAddress()),
        args: { _return_fields: "ipv4addrs" },
        assign_state: { first: "ipv4addrs[0]" },
      };
      const reply = await lab.request([host]);
      lab.note("stateEmpty", reply);
      return reply.ok;
    },
    yes: "Later steps can use addresses of a host",
    no: "The library reads the addresses of a host first",
  },
  {
    id: "requestTakes250Steps",
    question: "Does the grid accept a request of 250 steps?",
    run: async (lab) => (await lab.request(lab.padding(250))).ok,
    yes: "One request can create a hundred objects",
    no: "Bulk requests must be smaller",
  },
];

/** The use of the state that {@link emptySearch} assigns. */
const emptyState = { object: "##STATE:probe_state:##", enable_substitution: true };

function emptySearch(lab: Laboratory): RequestStep {
  return lab.searchStep(lab.token(), { assign_state: { probe_state: "_ref" } });
}

/** A step of a `request` that creates a host. */
export function hostStep(lab: Laboratory, ipv4addr: string): RequestStep {
  return { method: "POST", object: "record:host", data: plainHost(lab, { ipv4addr }) };
}

async function substitutes(lab: Laboratory, use: RequestStep): Promise<boolean> {
  const make = { ...lab.networkStep({ network: lab.cidr() }), assign_state: { made: "_ref" } };
  return (await lab.request([make, { ...use, enable_substitution: true }])).ok;
}
