/** What the grid accepts and returns. The library does not depend on these facts; the profile only records them. */

import { accepted, shown } from "./experiment.js";
import { type Laboratory, made, rowsOf, Unanswered } from "./laboratory.js";
import { plainHost, range, reserved, zone } from "./objects.js";

const showings = shown([
  {
    id: "statisticsReference",
    question: "Does the reference of a row of statistics contain the CIDR of the network?",
    async ask(lab) {
      const { cidr } = await lab.network();
      await lab.untilSearchable();
      return lab.find("ipam:statistics", { network: cidr.replace("/24", "") });
    },
    shows: (rows) => /:[\d.]+\/24\//.test(decodeURIComponent(oneOf(rows)._ref)),
  },
  {
    id: "staticInRangeCountsOnce",
    question: "Does total_hosts count a reserved address in a range only once?",
    async ask(lab) {
      const { ref, cidr } = await lab.network();
      made(await range(lab, cidr, 10, 19));
      made(await reserved(lab, lab.address(cidr, 15)));
      return lab.read(ref, "total_hosts");
    },
    shows({ total_hosts: total }) {
      if (total !== 10 && total !== 11) throw new Unanswered("the grid counts later than the probe waits");
      return total === 10;
    },
  },
  {
    id: "ipv6NameServers",
    question: "Which number does the option domain-name-servers of IPv6 networks have?",
    ask: ipv6Option,
    shows: ({ options }) => Number(oneOf(options, "domain-name-servers").num),
  },
  {
    id: "ipv6VendorClass",
    question: "Which vendor class do the standard options of IPv6 have?",
    ask: ipv6Option,
    shows: ({ options }) => String(oneOf(options, "domain-name-servers").vendor_class),
  },
  {
    id: "memberSaysItsKind",
    question: "Does the member of a range contain its kind of server?",
    ask: (lab) => lab.page("range", "member"),
    shows({ result }) {
      const served = rowsOf(result).find((row) => row.member);
      if (served === undefined) throw new Unanswered("no member serves a range");
      return served.member._struct !== undefined;
    },
  },
  {
    id: "reverseZoneDisplay",
    question: "Does the grid display a reverse zone as a CIDR or as an arpa name?",
    needs: "zone",
    async ask(lab) {
      return lab.read(made(await zone(lab, lab.cidr(), { zone_format: "IPV4" })), "display_domain");
    },
    shows: ({ display_domain: display }) => (String(display).includes("/") ? "CIDR" : "arpa"),
  },
  {
    id: "policyKeysAreOrdinary",
    question: "Do records of policy zones have references like ordinary records?",
    needs: "zone",
    async ask(lab) {
      const [rp_zone, view] = [`${lab.token()}.${lab.zone}`, await lab.dnsView()];
      made(await lab.create("zone_rp", { fqdn: rp_zone, view }));
      return lab.create("record:rpz:a", { name: `x.${rp_zone}`, rp_zone, ipv4addr: "198.19.255.7", view });
    },
    shows: (ref) => internalName(ref).startsWith("dns.bind_a$"),
  },
  {
    id: "cloudRestrictions",
    question: "What does a schema list as cloud_additional_restrictions?",
    ask: (lab) => lab.ask("GET", "network", { query: { _schema: 1 } }),
    shows: ({ cloud_additional_restrictions: list }) => (Array.isArray(list) ? list.join(" ") : "nothing"),
  },
]);

export const shownByTheGrid = [
  ...showings,
  ...accepted([
    {
      id: "addressRowsHaveUuids",
      question: "Does the grid return a uuid for the row of a free address?",
      async ask(lab) {
        const ip_address = await lab.newAddress();
        await lab.untilSearchable();
        return lab.find("ipv4address", { ip_address, _return_fields: "uuid" });
      },
    },
    {
      id: "blankViewIsAccepted",
      question: "Does the grid accept a blank as the view of a host without DNS, as it returns it?",
      async ask(lab) {
        const host = plainHost(lab, { ipv4addr: await lab.newAddress() });
        return lab.create("record:host", { ...host, view: " " });
      },
    },
    {
      id: "nullNameIsAccepted",
      question: "Does the grid accept null for the name of another object?",
      ask: async (lab) => range(lab, (await lab.network()).cidr, 10, 19, { failover_association: null }),
    },
    {
      id: "readOnlyMembersAreAccepted",
      question: "Does the grid accept a structure as it returned it, with read-only members?",
      async ask(lab) {
        const { ref } = await lab.network();
        const { data } = await lab.read(ref, "cloud_info");
        if (data?.cloud_info === undefined) throw new Unanswered("networks have no such structure");
        return lab.update(ref, { cloud_info: data.cloud_info });
      },
    },
    {
      id: "readOnlyFieldsAreAccepted",
      question:
        "Does the grid accept the addresses of a host as it returned them, with the name of the host?",
      async ask(lab) {
        const host = plainHost(lab, { ipv4addr: await lab.newAddress() });
        const ref = made(await lab.create("record:host", host));
        const { data } = await lab.read(ref, "ipv4addrs");
        return lab.update(ref, { ipv4addrs: data?.ipv4addrs ?? [] });
      },
    },
    {
      id: "arpaZoneIsAccepted",
      question: "Does the grid accept a reverse zone with a name in in-addr.arpa?",
      needs: "zone",
      ask: (lab) => zone(lab, "254.19.198.in-addr.arpa", { zone_format: "IPV4" }),
    },
    {
      id: "policyLeavesZoneOut",
      question: "Does the grid accept a record in a zone whose name breaks the policy for names of records?",
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
    return lab.read(ref, "options");
  });
}

/** The first row, or the row with a name. @throws {Unanswered} if there is none */
function oneOf(rows: unknown, name?: string) {
  const row = rowsOf(rows).find((one) => name === undefined || one.name === name);
  if (row === undefined) throw new Unanswered("the grid returned none");
  return row;
}

/** The internal name of an object, which its reference encodes. */
function internalName(ref: unknown): string {
  const [, encoded = ""] = String(ref).split("/");
  return Buffer.from(encoded.split(":")[0] ?? "", "base64").toString();
}
