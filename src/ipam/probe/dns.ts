/** Experiments with DNS, in a scratch zone of the DNS view that belongs to the scratch network view. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";

export const dns: readonly Experiment[] = [
  {
    id: "missingZoneIsRefused",
    question: "Does the grid refuse a host whose zone does not exist?",
    async run(lab) {
      const { cidr } = await lab.network();
      const name = `${lab.token()}.nowhere.invalid`;
      const ipv4addrs = [{ ipv4addr: lab.address(cidr, 5) }];
      const reply = await lab.create("record:host", { name, view: await lab.dnsView(), ipv4addrs });
      lab.note("zoneMissing", reply);
      return !reply.ok;
    },
    meaning: either("The library recognises a missing zone by the text", "A name needs no zone"),
  },
  {
    id: "secondHostIsRefused",
    question: "Does the grid refuse a second host with the same name?",
    needs: "zone",
    async run(lab) {
      const { host, body } = await firstHost(lab);
      made(host);
      const reply = await lab.create("record:host", body);
      lab.note("hostExists", reply);
      return !reply.ok;
    },
    meaning: either(
      "The grid keeps the names of hosts unique",
      "The library keeps the names of hosts unique",
    ),
  },
  {
    id: "aliasBesideAddressIsRefused",
    question: "Does the grid refuse a CNAME record with the name of another record?",
    needs: "zone",
    async run(lab) {
      const { body } = await address(lab);
      const alias = { name: body["name"], view: body["view"], canonical: `x.${lab.zone}` };
      const reply = await lab.create("record:cname", alias);
      lab.note("aliasBesideAddress", reply);
      return !reply.ok;
    },
    meaning: either("The grid follows RFC 1034", "The grid does not compare records of one name"),
  },
  {
    id: "pointerNeedsReverseZone",
    question: "Does the grid refuse a PTR record whose reverse zone does not exist?",
    needs: "zone",
    async run(lab) {
      const { cidr } = await lab.network();
      const view = await lab.dnsView();
      const body = { ptrdname: `${lab.token()}.${lab.zone}`, ipv4addr: lab.address(cidr, 9), view };
      const reply = await lab.create("record:ptr", body);
      lab.note("reverseZoneMissing", reply);
      return !reply.ok;
    },
    meaning: either("The library creates no PTR record without a reverse zone", "A PTR record needs no zone"),
  },
  {
    id: "textsAreSplit",
    question: "Does the grid split the text of a TXT record at blanks if it has no quotes?",
    needs: "zone",
    async run(lab) {
      const body = { name: `${lab.token()}.${lab.zone}`, view: await lab.dnsView() };
      made(await lab.create("record:txt", { ...body, text: "one two" }));
      // Creates the same record with two strings. A refusal shows that the first record has two strings, too.
      return !(await lab.create("record:txt", { ...body, text: '"one" "two"' })).ok;
    },
    meaning: either("The library puts texts in quotes", "The grid keeps a text unchanged"),
  },
  {
    id: "unknownDnsMemberIsRefused",
    question: "Does the grid refuse a zone whose primary is no member of the grid?",
    needs: "zone",
    async run(lab) {
      const grid_primary = [{ name: `${lab.token()}.invalid` }];
      const fqdn = `${lab.token()}.${lab.zone}`;
      return !(await lab.create("zone_auth", { fqdn, view: await lab.dnsView(), grid_primary })).ok;
    },
    meaning: either("The grid checks the names of members", "The grid does not check the names of members"),
  },
  {
    id: "ttlRaisesUseTtl",
    question: "Does the grid set use_ttl if a record gets a TTL?",
    needs: "zone",
    run: async (lab) => raisesUseTtl(lab, (await address(lab, { ttl: 600 })).ref),
    meaning: either("The library sends only the TTL", "The library also sends use_ttl"),
  },
  {
    id: "hostTtlRaisesUseTtl",
    question: "Does the grid set use_ttl if a host gets a TTL?",
    needs: "zone",
    run: async (lab) => raisesUseTtl(lab, made((await firstHost(lab, { ttl: 600 })).host)),
    meaning: either("The library sends only the TTL", "The library also sends use_ttl"),
  },
];

async function firstHost(lab: Laboratory, more: Readonly<Record<string, unknown>> = {}) {
  const { cidr } = await lab.network();
  const ipv4addrs = [{ ipv4addr: lab.address(cidr, 5) }];
  const body = { name: `${lab.token()}.${lab.zone}`, view: await lab.dnsView(), ipv4addrs };
  return { body, host: await lab.create("record:host", { ...body, ...more }) };
}

async function address(lab: Laboratory, more: Readonly<Record<string, unknown>> = {}) {
  const { cidr } = await lab.network();
  const view = await lab.dnsView();
  const body: Readonly<Record<string, unknown>> = {
    ...{ name: `${lab.token()}.${lab.zone}`, view, ipv4addr: lab.address(cidr, 5) },
    ...more,
  };
  return { body, ref: made(await lab.create("record:a", body)) };
}

async function raisesUseTtl(lab: Laboratory, ref: string): Promise<boolean> {
  const { ok, data } = await lab.ask("GET", ref, { query: { _return_fields: "ttl,use_ttl" } });
  if (!ok) throw new Unanswered("the record cannot be read");
  return data.use_ttl === true;
}
