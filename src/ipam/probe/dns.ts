/** Experiments with DNS, in a scratch zone of the DNS view that belongs to the scratch network view. */

import { type Experiment, refusal } from "./experiment.js";
import { type Laboratory, made, Unanswered } from "./laboratory.js";
import { name } from "./objects.js";

export const dns: readonly Experiment[] = [
  refusal({
    id: "missingZoneIsRefused",
    question: "Does the grid refuse a host whose zone does not exist?",
    cause: "zoneMissing",
    ask: async (lab) =>
      lab.create("record:host", await hostBody(lab, { name: `${lab.token()}.nowhere.invalid` })),
    yes: "The library recognises a missing zone by the text",
    no: "A name needs no zone",
  }),
  refusal({
    id: "secondHostIsRefused",
    question: "Does the grid refuse a second host with the same name?",
    needs: "zone",
    cause: "hostExists",
    async ask(lab) {
      const body = await hostBody(lab);
      made(await lab.create("record:host", body));
      return lab.create("record:host", body);
    },
    yes: "The grid keeps the names of hosts unique",
    no: "The library keeps the names of hosts unique",
  }),
  refusal({
    id: "aliasBesideAddressIsRefused",
    question: "Does the grid refuse a CNAME record with the name of another record?",
    needs: "zone",
    cause: "aliasBesideAddress",
    async ask(lab) {
      const { name, view } = await address(lab);
      return lab.create("record:cname", { name, view, canonical: `x.${lab.zone}` });
    },
    yes: "The grid follows RFC 1034",
    no: "The grid does not compare records of one name",
  }),
  refusal({
    id: "pointerNeedsReverseZone",
    question: "Does the grid refuse a PTR record whose reverse zone does not exist?",
    needs: "zone",
    cause: "reverseZoneMissing",
    async ask(lab) {
      const { name: ptrdname, view } = await name(lab);
      return lab.create("record:ptr", { ptrdname, view, ipv4addr: await lab.newAddress() });
    },
    yes: "The library creates no PTR record without a reverse zone",
    no: "A PTR record needs no zone",
  }),
  {
    id: "textsAreSplit",
    question: "Does the grid split the text of a TXT record at blanks if it has no quotes?",
    needs: "zone",
    async run(lab) {
      const body = await name(lab);
      made(await lab.create("record:txt", { ...body, text: "one two" }));
      // Creates the same record with two strings. A refusal shows that the first record has two strings, too.
      return !(await lab.create("record:txt", { ...body, text: '"one" "two"' })).ok;
    },
    yes: "The library puts texts in quotes",
    no: "The grid keeps a text unchanged",
  },
  {
    id: "unknownDnsMemberIsRefused",
    question: "Does the grid refuse a zone whose primary is no member of the grid?",
    needs: "zone",
    async run(lab) {
      const grid_primary = [{ name: `${lab.token()}.invalid` }];
      const { name: fqdn, view } = await name(lab);
      return !(await lab.create("zone_auth", { fqdn, view, grid_primary })).ok;
    },
    yes: "The grid checks the names of members",
    no: "The grid does not check the names of members",
  },
  {
    id: "ttlRaisesUseTtl",
    question: "Does the grid set use_ttl if a record gets a TTL?",
    needs: "zone",
    run: async (lab) => raisesUseTtl(lab, (await address(lab, { ttl: 600 })).ref),
    yes: "The library sends only the TTL",
    no: "The library also sends use_ttl",
  },
  {
    id: "hostTtlRaisesUseTtl",
    question: "Does the grid set use_ttl if a host gets a TTL?",
    needs: "zone",
    run: async (lab) =>
      raisesUseTtl(lab, made(await lab.create("record:host", await hostBody(lab, { ttl: 600 })))),
    yes: "The library sends only the TTL",
    no: "The library also sends use_ttl",
  },
];

async function hostBody(lab: Laboratory, more: Readonly<Record<string, unknown>> = {}) {
  return { ...(await name(lab)), ipv4addrs: [{ ipv4addr: await lab.newAddress() }], ...more };
}

/** Creates an A record. */
async function address(lab: Laboratory, more: Readonly<Record<string, unknown>> = {}) {
  const named = await name(lab);
  const body = { ...named, ipv4addr: await lab.newAddress(), ...more };
  return { ...named, ref: made(await lab.create("record:a", body)) };
}

async function raisesUseTtl(lab: Laboratory, ref: string): Promise<boolean> {
  const { ok, data } = await lab.read(ref, "ttl,use_ttl");
  if (!ok) throw new Unanswered("the record cannot be read");
  return data.use_ttl === true;
}
