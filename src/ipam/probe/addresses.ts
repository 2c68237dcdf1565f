/** Experiments with addresses: next available addresses, exclusions, and conflicts. */

import { type Experiment, either } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { reserved } from "./objects.js";
import { hostStep } from "./requests.js";

export const addresses: readonly Experiment[] = [
  {
    id: "nextAddressIsCapped",
    question: "Does the grid refuse a call for more than 20 next available addresses?",
    run: async (lab) => !(await next(lab, { num: 21 })),
    meaning: either(
      "The library asks for twenty addresses at a time",
      "The library may ask for more at a time",
    ),
  },
  {
    id: "excludesHundred",
    question: "Does a call accept 100 excluded addresses?",
    run: (lab) => next(lab, {}, 100),
    meaning: either("Exclude lists can be as long as practice needs", "Exclude lists must be short"),
  },
  {
    id: "excludesThousand",
    question: "Does a call accept 1,000 excluded addresses?",
    run: (lab) => next(lab, {}, 1_000),
    meaning: either("Exclude lists can be very long", "Long exclude lists are refused"),
  },
  {
    id: "hostsShareAddresses",
    question: "Can two hosts without DHCP have the same address?",
    async run(lab) {
      const { cidr } = await lab.network();
      const at = () => lab.request([hostStep(lab, { ipv4addr: lab.address(cidr, 5) })]);
      made(await at());
      const reply = await at();
      lab.note("addressInUse", reply);
      return reply.ok;
    },
    meaning: either(
      "The library prevents that two hosts get one address",
      "The grid prevents that two hosts get one address",
    ),
  },
  {
    id: "reservationsAreUnique",
    question: "Does the grid refuse a second reservation of an address?",
    async run(lab) {
      const { cidr } = await lab.network();
      const reserve = () => reserved(lab, lab.address(cidr, 5));
      made(await reserve());
      const reply = await reserve();
      lab.note("addressInUse", reply);
      return !reply.ok;
    },
    meaning: either("The grid prevents double reservations", "The library prevents double reservations"),
  },
  {
    id: "fullSubnetIsRefused",
    question: "Does the grid refuse a next available address of a full network?",
    async run(lab) {
      const cidr = lab.cidr().replace("/24", "/30");
      made(await lab.create("network", { network: cidr, network_view: lab.networkView }));
      const take = () => reserved(lab, `func:nextavailableip:${cidr},${lab.networkView}`);
      await take();
      await take();
      const reply = await take();
      lab.note("addressesExhausted", reply);
      return !reply.ok;
    },
    meaning: either(
      "The library recognises a full subnet by the text",
      "The library cannot recognise a full subnet",
    ),
  },
  {
    id: "strayReservationIsRefused",
    question: "Does the grid refuse a reservation of an address in no network?",
    async run(lab) {
      const reply = await reserved(lab, "198.19.255.7");
      lab.note("addressOutsideNetworks", reply);
      return !reply.ok;
    },
    meaning: either("Every address lies in a subnet", "An address may lie in no subnet"),
  },
];

/** Whether the grid accepts a call with these parameters and excluded addresses. */
async function next(
  lab: Laboratory,
  more: Readonly<Record<string, unknown>>,
  excluded = 0,
): Promise<boolean> {
  const cidr = "198.19.224.0/21";
  const body = { network: cidr, network_view: lab.networkView };
  const reply = await lab.create("network", body);
  const ref = reply.ok ? made(reply) : await found(lab, cidr);
  const exclude = Array.from(
    { length: excluded },
    (_, at) => `198.19.${224 + ((at + 1) >> 8)}.${(at + 1) & 255}`,
  );
  const query = { _function: "next_available_ip" };
  return (await lab.ask("POST", ref, { query, body: { ...more, ...(excluded > 0 ? { exclude } : {}) } })).ok;
}

async function found(lab: Laboratory, network: string): Promise<string> {
  await lab.untilSearchable();
  const { data } = await lab.find("network", { network });
  return String(data?.[0]?._ref);
}
