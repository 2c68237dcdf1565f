/** Networks: what may be one, what the next available one is, what is in its way. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { reserved } from "./objects.js";

export const networks: readonly Experiment[] = [
  {
    id: "takesHostNetworks",
    question: "Is a /128 accepted as a network?",
    run: async (lab) =>
      (await lab.create("ipv6network", { network: "2001:db8:0:1::7/128", network_view: lab.networkView })).ok,
    meaning: either("A place takes a single IPv6 address", "A place takes a /64"),
  },
  {
    id: "loneAddressIsNetwork",
    question: "Is an address without a prefix accepted as a network?",
    async run(lab) {
      const network = lab.address(lab.cidr(), 7);
      return (await lab.create("network", { network, network_view: lab.networkView })).ok;
    },
    meaning: either("It becomes a /32", "CIDRs are needed"),
  },
  {
    id: "leafParentIsConverted",
    question: "Does a network become a container when a smaller one is created in it?",
    async run(lab) {
      const { cidr } = await lab.network();
      const network = `func:nextavailablenetwork:${cidr},${lab.networkView},28`;
      return (await lab.create("network", { network, network_view: lab.networkView })).ok;
    },
    meaning: either("A subnet can be a source of subnets", "Sources of subnets must be containers"),
  },
  {
    id: "nextNetworkIsCapped",
    question: "Are more than 20 next available networks in one call refused?",
    async run(lab) {
      const container = await containerOf(lab);
      const query = { _function: "next_available_network" };
      return !(await lab.ask("POST", container.ref, { query, body: { cidr: 30, num: 21 } })).ok;
    },
    meaning: either("Peeks ask for twenty at a time", "Peeks may ask for more"),
  },
  {
    id: "deleteKeepsSubnets",
    question: "Do networks stay when their container is deleted without remove_subnets?",
    async run(lab) {
      const { ref, cidr } = await containerOf(lab);
      const inside = cidr.replace("/24", "/28");
      made(await lab.create("network", { network: inside, network_view: lab.networkView }));
      if (!(await lab.remove(ref)).ok) throw new Unanswered("the container can't be deleted");
      // A network that is still there is in the way of the same one.
      return !(await lab.create("network", { network: inside, network_view: lab.networkView })).ok;
    },
    meaning: either(
      "Deleting a container leaves its networks",
      "Deleting a container takes its networks along",
    ),
  },
  {
    id: "fullNetworkIsRefused",
    question: "Is a next available network of a full container refused?",
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
    meaning: either("Exhaustion is known by its sentence", "Exhaustion isn't told"),
  },
  {
    id: "existingNetworkIsRefused",
    question: "Is a network refused that exists?",
    async run(lab) {
      const { cidr } = await lab.network();
      const reply = await lab.create("network", { network: cidr, network_view: lab.networkView });
      lab.note("networkExists", reply);
      return !reply.ok;
    },
    meaning: either("A subnet at a named CIDR is taken once", "Named CIDRs aren't safe"),
  },
  {
    id: "usedNetworkIsKept",
    question: "Is a smaller network refused in a network with an address in use?",
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
    question: "What is a create answered whose source doesn't exist?",
    async run(lab) {
      const reply = await reserved(lab, `func:nextavailableip:198.19.254.0/24,${lab.networkView}`);
      lab.note("networkMissing", reply);
      return !reply.ok;
    },
    meaning: either("A missing source is known by its sentence", "A missing source isn't told"),
  },
  {
    id: "missingViewIsRefused",
    question: "What is a create answered whose network view doesn't exist?",
    async run(lab) {
      const network_view = lab.token();
      const reply = await lab.create("network", { network: lab.cidr(), network_view });
      lab.note("networkViewMissing", reply);
      return !reply.ok;
    },
    meaning: either("A missing view is known by its sentence", "A missing view isn't told"),
  },
];

async function containerOf(lab: Laboratory): Promise<{ cidr: string; ref: string }> {
  const cidr = lab.cidr();
  return {
    cidr,
    ref: made(await lab.create("networkcontainer", { network: cidr, network_view: lab.networkView })),
  };
}
