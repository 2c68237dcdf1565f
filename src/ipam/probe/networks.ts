/** Experiments with networks: valid networks, next available networks, and conflicts. */

import { type Experiment, refusal } from "./experiment.js";
import { type Laboratory, made, Unanswered } from "./laboratory.js";
import { called, reserved } from "./objects.js";

export const networks: readonly Experiment[] = [
  {
    id: "takesHostNetworks",
    question: "Does the grid accept a /128 as a network?",
    run: async (lab) =>
      (await lab.create("ipv6network", { network: "2001:db8:0:1::7/128", network_view: lab.networkView })).ok,
    yes: "A place takes a single IPv6 address",
    no: "A place takes a /64",
  },
  {
    id: "loneAddressIsNetwork",
    question: "Does the grid accept an address without a prefix length as a network?",
    run: async (lab) => (await lab.networkAt(lab.address(lab.cidr(), 7))).ok,
    yes: "The address becomes a /32",
    no: "A network needs a CIDR",
  },
  {
    id: "leafParentIsConverted",
    question: "Does a network become a container if a smaller network is created in it?",
    async run(lab) {
      const { cidr } = await lab.network();
      return (await lab.networkAt(nextIn(lab, cidr, 28))).ok;
    },
    yes: "A subnet can be a source of subnets",
    no: "Sources of subnets must be containers",
  },
  {
    id: "nextNetworkIsCapped",
    question: "Does the grid refuse a call for more than 20 next available networks?",
    async run(lab) {
      const { ref } = await containerOf(lab);
      return !(await called(lab, ref, "next_available_network", { cidr: 30, num: 21 })).ok;
    },
    yes: "The library asks for twenty networks at a time",
    no: "The library may ask for more at a time",
  },
  {
    id: "deleteKeepsSubnets",
    question: "Does the grid keep networks if their container is deleted without remove_subnets?",
    async run(lab) {
      const { ref, cidr } = await containerOf(lab);
      const inside = cidr.replace("/24", "/28");
      made(await lab.networkAt(inside));
      if (!(await lab.remove(ref)).ok) throw new Unanswered("the container cannot be deleted");
      // If the network still exists, the grid refuses to create it again.
      return !(await lab.networkAt(inside)).ok;
    },
    yes: "The delete of a container keeps its networks",
    no: "The delete of a container also deletes its networks",
  },
  refusal({
    id: "fullNetworkIsRefused",
    question: "Does the grid refuse a next available network of a full container?",
    cause: "networksExhausted",
    async ask(lab) {
      const { cidr } = await containerOf(lab);
      const next = () => lab.networkAt(nextIn(lab, cidr, 25));
      await next();
      await next();
      return next();
    },
    yes: "The library recognises a full container by the text",
    no: "The library cannot recognise a full container",
  }),
  refusal({
    id: "existingNetworkIsRefused",
    question: "Does the grid refuse a network that exists?",
    cause: "networkExists",
    ask: async (lab) => lab.networkAt((await lab.network()).cidr),
    yes: "Each CIDR can be taken only once",
    no: "Two callers can take the same CIDR",
  }),
  refusal({
    id: "usedNetworkIsKept",
    question: "Does the grid refuse a smaller network in a network with an address in use?",
    cause: "networkOverlaps",
    async ask(lab) {
      const { cidr } = await lab.network();
      made(await reserved(lab, lab.address(cidr, 5)));
      return lab.networkAt(cidr.replace("/24", "/28"));
    },
    yes: "A subnet in use stays a subnet",
    no: "A subnet in use may turn into a container",
  }),
  refusal({
    id: "missingNetworkIsRefused",
    question: "Does the grid refuse a create whose source does not exist?",
    cause: "networkMissing",
    ask: (lab) => reserved(lab, `func:nextavailableip:198.19.254.0/24,${lab.networkView}`),
    yes: "The library recognises a missing source by the text",
    no: "The library cannot recognise a missing source",
  }),
  refusal({
    id: "missingViewIsRefused",
    question: "Does the grid refuse a create in a network view that does not exist?",
    cause: "networkViewMissing",
    ask: (lab) => lab.create("network", lab.networkBody({ network_view: lab.token() })),
    yes: "The library recognises a missing view by the text",
    no: "The library cannot recognise a missing view",
  }),
];

async function containerOf(lab: Laboratory): Promise<{ cidr: string; ref: string }> {
  const cidr = lab.cidr();
  const body = { network: cidr, network_view: lab.networkView };
  return { cidr, ref: made(await lab.create("networkcontainer", body)) };
}

/** The field `network` of a create that takes the next available network of a container. */
function nextIn(lab: Laboratory, container: string, prefixLength: number): string {
  return `func:nextavailablenetwork:${container},${lab.networkView},${prefixLength}`;
}
