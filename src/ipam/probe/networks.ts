/** Experiments with networks: valid networks, next available networks, and conflicts. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { reserved } from "./objects.js";

export const networks: readonly Experiment[] = [
  {
    id: "takesHostNetworks",
    question: "Does the grid accept a /128 as a network?",
    run: async (lab) =>
      (await lab.create("ipv6network", { network: "2001:db8:0:1::7/128", network_view: lab.networkView })).ok,
    meaning: either("A place takes a single IPv6 address", "A place takes a /64"),
  },
  {
    id: "loneAddressIsNetwork",
    question: "Does the grid accept an address without a prefix length as a network?",
    async run(lab) {
      const network = lab.address(lab.cidr(), 7);
      return (await lab.create("network", { network, network_view: lab.networkView })).ok;
    },
    meaning: either("The address becomes a /32", "A network needs a CIDR"),
  },
  {
    id: "leafParentIsConverted",
    question: "Does a network become a container if a smaller network is created in it?",
    async run(lab) {
      const { cidr } = await lab.network();
      const network = `func:nextavailablenetwork:${cidr},${lab.networkView},28`;
      return (await lab.create("network", { network, network_view: lab.networkView })).ok;
    },
    meaning: either("A subnet can be a source of subnets", "Sources of subnets must be containers"),
  },
  {
    id: "nextNetworkIsCapped",
    question: "Does the grid refuse a call for more than 20 next available networks?",
    async run(lab) {
      const container = await containerOf(lab);
      const query = { _function: "next_available_network" };
      return !(await lab.ask("POST", container.ref, { query, body: { cidr: 30, num: 21 } })).ok;
    },
    meaning: either(
      "The library asks for twenty networks at a time",
      "The library may ask for more at a time",
    ),
  },
  {
    id: "deleteKeepsSubnets",
    question: "Does the grid keep networks if their container is deleted without remove_subnets?",
    async run(lab) {
      const { ref, cidr } = await containerOf(lab);
      const inside = cidr.replace("/24", "/28");
      made(await lab.create("network", { network: inside, network_view: lab.networkView }));
      if (!(await lab.remove(ref)).ok) throw new Unanswered("the container cannot be deleted");
      // If the network still exists, the grid refuses to create it again.
      return !(await lab.create("network", { network: inside, network_view: lab.networkView })).ok;
    },
    meaning: either(
      "The delete of a container keeps its networks",
      "The delete of a container also deletes its networks",
    ),
  },
  {
    id: "fullNetworkIsRefused",
    question: "Does the grid refuse a next available network of a full container?",
    async run(lab) {
      const { cidr } = await containerOf(lab);
      const network = `func:nextavailablenetwork:${cidr},${lab.networkView},25`;
      const next = () => lab.create("network", { network, network_view: lab.networkView });
      await next();
      await next();
      const reply = await next();
      lab.note("networksExhausted", reply);
      return !reply.ok;
    },
    meaning: either(
      "The library recognises a full container by the text",
      "The library cannot recognise a full container",
    ),
  },
  {
    id: "existingNetworkIsRefused",
    question: "Does the grid refuse a network that exists?",
    async run(lab) {
      const { cidr } = await lab.network();
      const reply = await lab.create("network", { network: cidr, network_view: lab.networkView });
      lab.note("networkExists", reply);
      return !reply.ok;
    },
    meaning: either("Each CIDR can be taken only once", "Two callers can take the same CIDR"),
  },
  {
    id: "usedNetworkIsKept",
    question: "Does the grid refuse a smaller network in a network with an address in use?",
    async run(lab) {
      const { cidr } = await lab.network();
      made(await reserved(lab, lab.address(cidr, 5)));
      const network = cidr.replace("/24", "/28");
      const reply = await lab.create("network", { network, network_view: lab.networkView });
      lab.note("networkOverlaps", reply);
      return !reply.ok;
    },
    meaning: either("A subnet in use stays a subnet", "A subnet in use may turn into a container"),
  },
  {
    id: "missingNetworkIsRefused",
    question: "Does the grid refuse a create whose source does not exist?",
    async run(lab) {
      const reply = await reserved(lab, `func:nextavailableip:198.19.254.0/24,${lab.networkView}`);
      lab.note("networkMissing", reply);
      return !reply.ok;
    },
    meaning: either(
      "The library recognises a missing source by the text",
      "The library cannot recognise a missing source",
    ),
  },
  {
    id: "missingViewIsRefused",
    question: "Does the grid refuse a create in a network view that does not exist?",
    async run(lab) {
      const network_view = lab.token();
      const reply = await lab.create("network", { network: lab.cidr(), network_view });
      lab.note("networkViewMissing", reply);
      return !reply.ok;
    },
    meaning: either(
      "The library recognises a missing view by the text",
      "The library cannot recognise a missing view",
    ),
  },
];

async function containerOf(lab: Laboratory): Promise<{ cidr: string; ref: string }> {
  const cidr = lab.cidr();
  return {
    cidr,
    ref: made(await lab.create("networkcontainer", { network: cidr, network_view: lab.networkView })),
  };
}
