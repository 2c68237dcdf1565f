/**
 * Experiments that name a deleted object, by its reference or its name, wherever a request can name an object. Objects
 * of the whole grid (templates, filters, members …) are left out: the probe must not delete them.
 */

import { refused } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { called, reserved, shared } from "./objects.js";

export const deleted = refused([
  {
    id: "updateOfDeletedIsRefused",
    question: "Does the grid refuse to change a deleted object?",
    ask: async (lab) => lab.update((await goneNetwork(lab)).ref, { comment: lab.token() }),
  },
  {
    id: "secondDeleteIsRefused",
    question: "Does the grid refuse to delete an object twice?",
    ask: async (lab) => lab.remove((await goneNetwork(lab)).ref),
  },
  {
    id: "callOfDeletedIsRefused",
    question: "Does the grid refuse to call a function of a deleted object?",
    ask: async (lab) => called(lab, (await goneNetwork(lab)).ref, "next_available_ip", { num: 1 }),
  },
  {
    id: "deletedInRequestIsRefused",
    question: "Does the grid refuse a request with a step that deletes a deleted object?",
    ask: async (lab) => lab.request([{ method: "DELETE", object: (await goneNetwork(lab)).ref }]),
  },
  {
    id: "deletedSourceIsRefused",
    question: "Does the grid refuse an in-body function call that names a deleted object?",
    async ask(lab) {
      const { ref } = await goneNetwork(lab);
      const next = { _object_function: "next_available_ip", _result_field: "ips", _object_ref: ref };
      return reserved(lab, { ...next, _parameters: { num: 1 } });
    },
  },
  {
    id: "deletedMemberIsRefused",
    question: "Does the grid refuse a shared network that names a deleted network?",
    ask: async (lab) => shared(lab, (await goneNetwork(lab)).ref),
  },
  {
    id: "deletedCidrIsRefused",
    question: "Does the grid refuse a next available address of the CIDR of a deleted network?",
    ask: async (lab) =>
      reserved(lab, `func:nextavailableip:${(await goneNetwork(lab)).cidr},${lab.networkView}`),
  },
  {
    id: "addressOfDeletedIsRefused",
    question: "Does the grid refuse to change an address whose network was deleted?",
    async ask(lab) {
      const { ref, cidr } = await lab.network();
      const address = made(await reserved(lab, lab.address(cidr, 5)));
      made(await lab.remove(ref));
      return lab.update(address, { comment: lab.token() });
    },
  },
  {
    id: "sharedNetworkIsKept",
    question: "Does the grid refuse to delete a network that belongs to a shared network?",
    async ask(lab) {
      const { ref } = await lab.network();
      made(await shared(lab, ref));
      return lab.remove(ref);
    },
  },
  {
    id: "zoneInDeletedViewIsRefused",
    question: "Does the grid refuse a zone in a deleted DNS view?",
    needs: "zone",
    ask: async (lab) =>
      lab.create("zone_auth", { fqdn: `${lab.token()}.${lab.zone}`, view: await goneView(lab) }),
  },
  {
    id: "searchInDeletedViewIsRefused",
    question: "Does the grid refuse a search for records in a deleted DNS view?",
    needs: "zone",
    ask: async (lab) => lab.find("record:a", { view: await goneView(lab) }, false),
  },
  {
    id: "recordInDeletedZoneIsRefused",
    question: "Does the grid refuse a record in a deleted zone?",
    needs: "zone",
    async ask(lab) {
      const { zone, view } = await goneZone(lab);
      return lab.create("record:txt", { name: `${lab.token()}.${zone}`, text: "probe", view });
    },
  },
  {
    id: "searchInDeletedZoneIsRefused",
    question: "Does the grid refuse a search for records in a deleted zone?",
    needs: "zone",
    ask: async (lab) => lab.find("allrecords", await goneZone(lab), false),
  },
]);

/** The last experiment: deletes the network view itself. */
export const deletedView = refused([
  {
    id: "networkInDeletedViewIsRefused",
    question: "Does the grid refuse a network in a deleted network view?",
    async ask(lab) {
      await lab.dismantle();
      return lab.create("network", lab.networkBody());
    },
  },
]);

function goneNetwork(lab: Laboratory): Promise<{ ref: string; cidr: string }> {
  return lab.once("deleted network", async () => {
    const network = await lab.network();
    made(await lab.remove(network.ref));
    return network;
  });
}

function goneView(lab: Laboratory): Promise<string> {
  return lab.once("deleted DNS view", async () => {
    const name = `${lab.networkView} ${lab.token()}`;
    made(await lab.remove(made(await lab.create("view", { name, network_view: lab.networkView }))));
    return name;
  });
}

/** A deleted zone outside of the scratch zone, which would take records with names below it. */
function goneZone(lab: Laboratory): Promise<{ zone: string; view: string }> {
  return lab.once("deleted zone", async () => {
    const [zone, view] = [`${lab.token()}.invalid`, await lab.dnsView()];
    made(await lab.remove(made(await lab.create("zone_auth", { fqdn: zone, view }))));
    return { zone, view };
  });
}
