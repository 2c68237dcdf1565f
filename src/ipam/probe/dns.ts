/** DNS, in a scratch zone of the scratch network view's own DNS view. */

import { type Experiment, either, Unanswered } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";

export const dns: readonly Experiment[] = [
  {
    id: "missingZoneIsRefused",
    question: "What is a host answered whose zone doesn't exist?",
    async run(lab) {
      const { cidr } = await lab.network();
      const name = `${lab.token()}.nowhere.invalid`;
      const ipv4addrs = [{ ipv4addr: lab.address(cidr, 5) }];
      const reply = await lab.create("record:host", { name, view: await lab.dnsView(), ipv4addrs });
      lab.note("zoneMissing", reply);
      return !reply.ok;
    },
    meaning: either("A missing zone is known by its sentence", "Names need no zone"),
  },
  {
    id: "secondHostIsRefused",
    question: "Is a second host with one name refused?",
    needs: "zone",
    async run(lab) {
      const { host, body } = await firstHost(lab);
      made(host);
      const reply = await lab.create("record:host", body);
      lab.note("hostExists", reply);
      return !reply.ok;
    },
    meaning: either("A name is taken once", "Names are guarded"),
  },
  {
    id: "aliasBesideAddressIsRefused",
    question: "Is a CNAME refused beside another record?",
    needs: "zone",
    async run(lab) {
      const { body } = await address(lab);
      const alias = { name: body["name"], view: body["view"], canonical: `x.${lab.zone}` };
      const reply = await lab.create("record:cname", alias);
      lab.note("aliasBesideAddress", reply);
      return !reply.ok;
    },
    meaning: either("As RFC 1034 says", "Records of one name aren't checked"),
  },
  {
    id: "pointerNeedsReverseZone",
    question: "Is a PTR refused whose reverse zone doesn't exist?",
    needs: "zone",
    async run(lab) {
      const { cidr } = await lab.network();
      const view = await lab.dnsView();
      const body = { ptrdname: `${lab.token()}.${lab.zone}`, ipv4addr: lab.address(cidr, 9), view };
      const reply = await lab.create("record:ptr", body);
      lab.note("reverseZoneMissing", reply);
      return !reply.ok;
    },
    meaning: either("Pointers are left out where their zone is missing", "Pointers need no zone"),
  },
  {
    id: "textsAreSplit",
    question: "Is a TXT text with blanks and no quotes several strings?",
    needs: "zone",
    async run(lab) {
      const body = { name: `${lab.token()}.${lab.zone}`, view: await lab.dnsView() };
      made(await lab.create("record:txt", { ...body, text: "one two" }));
      // The same record again, as several strings: refused where the first one is that.
      return !(await lab.create("record:txt", { ...body, text: '"one" "two"' })).ok;
    },
    meaning: either("The library quotes texts", "Texts are kept as they are"),
  },
  {
    id: "unknownDnsMemberIsRefused",
    question: "Is a zone refused whose primary is no member of the grid?",
    needs: "zone",
    async run(lab) {
      const grid_primary = [{ name: `${lab.token()}.invalid` }];
      const fqdn = `${lab.token()}.${lab.zone}`;
      return !(await lab.create("zone_auth", { fqdn, view: await lab.dnsView(), grid_primary })).ok;
    },
    meaning: either("Names of members are checked", "Names of members aren't checked"),
  },
  {
    id: "ttlRaisesUseTtl",
    question: "Does setting a record's TTL raise use_ttl?",
    needs: "zone",
    run: async (lab) => raisesUseTtl(lab, (await address(lab, { ttl: 600 })).ref),
    meaning: either("Setting a TTL is enough", "use_ttl is set beside it"),
  },
  {
    id: "hostTtlRaisesUseTtl",
    question: "Does setting a host's TTL raise use_ttl?",
    needs: "zone",
    run: async (lab) => raisesUseTtl(lab, made((await firstHost(lab, { ttl: 600 })).host)),
    meaning: either("Setting a TTL is enough", "use_ttl is set beside it"),
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
  if (!ok) throw new Unanswered("the record can't be read");
  return data.use_ttl === true;
}
