/** Experiments with addresses: next available addresses, exclusions, and conflicts. */

import { type Experiment, refusal } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { called, reserved } from "./objects.js";
import { hostStep } from "./requests.js";

export const addresses: readonly Experiment[] = [
  {
    id: "nextAddressIsCapped",
    question: "Does the grid refuse a call for more than 20 next available addresses?",
    run: async (lab) => !(await next(lab, { num: 21 })),
    yes: "The library asks for twenty addresses at a time",
    no: "The library may ask for more at a time",
  },
  {
    id: "excludesHundred",
    question: "Does a call accept 100 excluded addresses?",
    run: (lab) => next(lab, {}, 100),
    yes: "Exclude lists can be as long as practice needs",
    no: "Exclude lists must be short",
  },
  {
    id: "excludesThousand",
    question: "Does a call accept 1,000 excluded addresses?",
    run: (lab) => next(lab, {}, 1_000),
    yes: "Exclude lists can be very long",
    no: "Long exclude lists are refused",
  },
  {
    id: "hostsShareAddresses",
    question: "Can two hosts without DHCP have the same address?",
    async run(lab) {
      const ip = await lab.newAddress();
      const at = () => lab.request([hostStep(lab, ip)]);
      made(await at());
      const reply = await at();
      lab.note("addressInUse", reply);
      return reply.ok;
    },
    yes: "The library prevents that two hosts get one address",
    no: "The grid prevents that two hosts get one address",
  },
  refusal({
    id: "reservationsAreUnique",
    question: "Does the grid refuse a second reservation of an address?",
    cause: "addressInUse",
    async ask(lab) {
      const ip = await lab.newAddress();
      made(await reserved(lab, ip));
      return reserved(lab, ip);
    },
    yes: "The grid prevents double reservations",
    no: "The library prevents double reservations",
  }),
  refusal({
    id: "fullSubnetIsRefused",
    question: "Does the grid refuse a next available address of a full network?",
    cause: "addressesExhausted",
    async ask(lab) {
      const cidr = lab.cidr().replace("/24", "/30");
      made(await lab.networkAt(cidr));
      const take = () => reserved(lab, `func:nextavailableip:${cidr},${lab.networkView}`);
      await take();
      await take();
      return take();
    },
    yes: "The library recognises a full subnet by the text",
    no: "The library cannot recognise a full subnet",
  }),
  refusal({
    id: "strayReservationIsRefused",
    question: "Does the grid refuse a reservation of an address in no network?",
    cause: "addressOutsideNetworks",
    ask: (lab) => reserved(lab, "198.19.255.7"),
    yes: "Every address lies in a subnet",
    no: "An address may lie in no subnet",
  }),
];

/** Whether the grid accepts a call with these parameters and excluded addresses. */
async function next(
  lab: Laboratory,
  more: Readonly<Record<string, unknown>>,
  excluded = 0,
): Promise<boolean> {
  const cidr = "198.19.224.0/21";
  const reply = await lab.networkAt(cidr);
  const ref = reply.ok ? made(reply) : await found(lab, cidr);
  const exclude = Array.from(
    { length: excluded },
    (_, at) => `198.19.${224 + ((at + 1) >> 8)}.${(at + 1) & 255}`,
  );
  const body = { ...more, ...(excluded > 0 && { exclude }) };
  return (await called(lab, ref, "next_available_ip", body)).ok;
}

async function found(lab: Laboratory, network: string): Promise<string> {
  await lab.untilSearchable();
  const { data } = await lab.find("network", { network });
  return String(data?.[0]?._ref);
}
