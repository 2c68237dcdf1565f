/** What the grid takes and shows where nothing is refused. Nothing depends on it: a profile tells of it. */

import { Unanswered } from "./experiment.js";
import { type Laboratory, made } from "./laboratory.js";
import { range, reserved } from "./objects.js";
import { accepted, type Showing, shown } from "./question.js";
import { hostStep } from "./requests.js";

const showings: readonly Showing[] = [
  {
    id: "statisticsReference",
    question: "Is a row of statistics referred to as its network is?",
    async ask(lab) {
      const { cidr } = await lab.network();
      await lab.untilSearchable();
      return lab.find("ipam:statistics", { network: cidr.replace("/24", "") });
    },
    shows: (rows) => /:[\d.]+\/24\//.test(decodeURIComponent(oneOf(rows)._ref)),
    meaning: told,
  },
  {
    id: "staticInRangeCountsOnce",
    question: "Does a reserved address inside a range count once among the addresses of DHCP?",
    async ask(lab) {
      const { ref, cidr } = await lab.network();
      made(await range(lab, cidr, 10, 19));
      made(await reserved(lab, lab.address(cidr, 15)));
      return lab.ask("GET", ref, { query: { _return_fields: "total_hosts" } });
    },
    shows({ total_hosts: total }) {
      if (total !== 10 && total !== 11) throw new Unanswered("the grid counts later than the probe waits");
      return total === 10;
    },
    meaning: told,
  },
  {
    id: "ipv6NameServers",
    question: "Which number has the option domain-name-servers of IPv6 networks?",
    ask: ipv6Option,
    shows: ({ options }) => Number(oneOf(options, "domain-name-servers").num),
    meaning: told,
  },
  {
    id: "ipv6VendorClass",
    question: "Which vendor class have the standard options of IPv6?",
    ask: ipv6Option,
    shows: ({ options }) => String(oneOf(options, "domain-name-servers").vendor_class),
    meaning: told,
  },
  {
    id: "memberSaysItsKind",
    question: "Does the member of a range say which kind of server it is?",
    ask: (lab) =>
      lab.ask("GET", "range", {
        query: { _return_fields: "member", _paging: 1, _return_as_object: 1, _max_results: 100 },
      }),
    shows({ result }) {
      const served = rowsOf(result).find((row) => row.member);
      if (served === undefined) throw new Unanswered("no member serves a range");
      return served.member._struct !== undefined;
    },
    meaning: told,
  },
  {
    id: "reverseZoneDisplay",
    question: "How is a reverse zone displayed?",
    needs: "zone",
    async ask(lab) {
      const zone = { fqdn: lab.cidr(), zone_format: "IPV4", view: await lab.dnsView() };
      return lab.ask("GET", made(await lab.create("zone_auth", zone)), {
        query: { _return_fields: "display_domain" },
      });
    },
    shows: ({ display_domain: display }) => (String(display).includes("/") ? "CIDR" : "arpa"),
    meaning: told,
  },
  {
    id: "policyKeysAreOrdinary",
    question: "Do records of policy zones have references as ordinary records have?",
    needs: "zone",
    async ask(lab) {
      const [rp_zone, view] = [`${lab.token()}.${lab.zone}`, await lab.dnsView()];
      made(await lab.create("zone_rp", { fqdn: rp_zone, view }));
      return lab.create("record:rpz:a", { name: `x.${rp_zone}`, rp_zone, ipv4addr: "198.19.255.7", view });
    },
    shows: (ref) => internalName(ref).startsWith("dns.bind_a$"),
    meaning: told,
  },
  {
    id: "cloudRestrictions",
    question: "What does a schema say of cloud_additional_restrictions?",
    ask: (lab) => lab.ask("GET", "network", { query: { _schema: 1 } }),
    shows: ({ cloud_additional_restrictions: list }) => (Array.isArray(list) ? list.join(" ") : "nothing"),
    meaning: told,
  },
];

export const shownByTheGrid = [
  ...shown(showings),
  ...accepted([
    {
      id: "addressRowsHaveUuids",
      question: "Has a row that the grid makes up for a search a uuid, that of an address?",
      async ask(lab) {
        const { cidr } = await lab.network();
        await lab.untilSearchable();
        return lab.find("ipv4address", { ip_address: lab.address(cidr, 5), _return_fields: "uuid" });
      },
    },
    {
      id: "blankViewIsAccepted",
      question: "May a host outside of DNS say that its view is a blank, as it reads?",
      async ask(lab) {
        const { data } = hostStep(lab, { ipv4addr: lab.address((await lab.network()).cidr, 5) });
        return lab.create("record:host", { ...data, view: " " });
      },
    },
    {
      id: "nullNameIsAccepted",
      question: "Is null accepted for the name of another object that there is none of?",
      ask: async (lab) => range(lab, (await lab.network()).cidr, 10, 19, { failover_association: null }),
    },
    {
      id: "readOnlyMembersAreAccepted",
      question: "Is a structure accepted as it was read, with members that only the grid sets?",
      async ask(lab) {
        const { ref } = await lab.network();
        const { data } = await lab.ask("GET", ref, { query: { _return_fields: "cloud_info" } });
        if (data?.cloud_info === undefined) throw new Unanswered("networks have no such structure");
        return lab.update(ref, { cloud_info: data.cloud_info });
      },
    },
    {
      id: "readOnlyFieldsAreAccepted",
      question: "Are the addresses of a host accepted as they were read, with the host's name?",
      async ask(lab) {
        const { data: host } = hostStep(lab, { ipv4addr: lab.address((await lab.network()).cidr, 5) });
        const ref = made(await lab.create("record:host", host ?? {}));
        const { data } = await lab.ask("GET", ref, { query: { _return_fields: "ipv4addrs" } });
        return lab.update(ref, { ipv4addrs: data?.ipv4addrs ?? [] });
      },
    },
    {
      id: "arpaZoneIsAccepted",
      question: "May a reverse zone be named in in-addr.arpa?",
      needs: "zone",
      ask: async (lab) =>
        lab.create("zone_auth", {
          fqdn: "254.19.198.in-addr.arpa",
          zone_format: "IPV4",
          view: await lab.dnsView(),
        }),
    },
    {
      id: "policyLeavesZoneOut",
      question: "Is a record accepted in a zone whose own name the policy for names of records would refuse?",
      needs: "zone",
      async ask(lab) {
        const [fqdn, view] = [`${lab.token()}$.${lab.zone}`, await lab.dnsView()];
        made(await lab.create("zone_auth", { fqdn, view }));
        return lab.create("record:txt", { name: `${lab.token()}.${fqdn}`, text: "probe", view });
      },
    },
  ]),
];

function ipv6Option(lab: Laboratory) {
  return lab.once("IPv6 option", async () => {
    const options = [{ name: "domain-name-servers", value: "2001:db8::53" }];
    const ref = made(await lab.create("ipv6network", lab.networkBody({ network: lab.block(), options })));
    return lab.ask("GET", ref, { query: { _return_fields: "options" } });
  });
}

function told(): string {
  return "Nothing depends on it";
}

// biome-ignore lint/suspicious/noExplicitAny: rows are of any type
function rowsOf(rows: unknown): readonly any[] {
  return Array.isArray(rows) ? rows : [];
}

/** The first row, or that of a name. @throws {Unanswered} where there is none */
function oneOf(rows: unknown, name?: string) {
  const row = rowsOf(rows).find((one) => name === undefined || one.name === name);
  if (row === undefined) throw new Unanswered("the grid shows none");
  return row;
}

/** What the grid calls an object inside, by its reference. */
function internalName(ref: unknown): string {
  const [, encoded = ""] = String(ref).split("/");
  return Buffer.from(encoded.split(":")[0] ?? "", "base64").toString();
}
