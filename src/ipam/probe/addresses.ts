/** Addresses: what the next one is, how many at once, what is in its way. */

import { type Experiment, either } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { reserved } from "./objects.js";
import { hostStep } from "./requests.js";

export const addresses: readonly Experiment[] = [
  {
    id: "nextAddressIsCapped",
    question: "Are more than 20 next available addresses in one call refused?",
    run: async (lab) => !(await next(lab, { num: 21 })),
    meaning: either("Peeks ask for twenty at a time", "Peeks may ask for more"),
  },
  {
    id: "excludesHundred",
    question: "May a call exclude 100 addresses?",
    run: (lab) => next(lab, {}, 100),
    meaning: either("As many as are needed in practice", "Long exclude lists are refused"),
  },
  {
    id: "excludesThousand",
    question: "May a call exclude 1,000 addresses?",
    run: (lab) => next(lab, {}, 1_000),
    meaning: either("Exclude lists have no limit that matters", "Exclude lists must be short"),
  },
  {
    id: "hostsShareAddresses",
    question: "May two hosts without DHCP have one address?",
    async run(lab) {
      const { cidr } = await lab.network();
      const at = () => lab.request([hostStep(lab, { ipv4addr: lab.address(cidr, 5) })]);
      made(await at());
      const reply = await at();
      lab.note("addressInUse", reply);
      return reply.ok;
    },
    meaning: either(
      "The library guards addresses that hosts would share",
      "The grid itself gives an address once",
    ),
  },
  {
    id: "reservationsAreUnique",
    question: "Is a second reservation of an address refused?",
    async run(lab) {
      const { cidr } = await lab.network();
      const reserve = () => reserved(lab, lab.address(cidr, 5));
      made(await reserve());
      const reply = await reserve();
      lab.note("addressInUse", reply);
      return !reply.ok;
    },
    meaning: either("An address is reserved once", "Reservations are guarded"),
  },
  {
    id: "fullSubnetIsRefused",
    question: "Is a next available address of a full network refused?",
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
    meaning: either("Exhaustion is known by its sentence", "Exhaustion isn't told"),
  },
  {
    id: "strayReservationIsRefused",
    question: "Is a reservation refused whose address lies in no network?",
    async run(lab) {
      const reply = await reserved(lab, "198.19.255.7");
      lab.note("addressOutsideNetworks", reply);
      return !reply.ok;
    },
    meaning: either("Addresses always lie in a subnet", "Addresses may lie in no subnet"),
  },
];

/** Whether the grid takes these parameters, with some addresses excluded. */
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
