/** Zones and records that the grid should refuse. The profile keeps the texts of the refusals. */

import { made } from "./laboratory.js";
import { name } from "./objects.js";
import { refused } from "./question.js";

export const dnsRefusals = refused([
  {
    id: "blockAsZoneIsRefused",
    question: "Does the grid refuse a forward zone with a CIDR as its name?",
    ask: async (lab) => lab.create("zone_auth", { fqdn: lab.cidr(), view: await lab.dnsView() }),
  },
  {
    id: "badReverseZoneIsRefused",
    question: "Does the grid refuse an IPv4 reverse zone with an IPv6 CIDR?",
    ask: async (lab) =>
      lab.create("zone_auth", { fqdn: "2001:db8::/64", zone_format: "IPV4", view: await lab.dnsView() }),
  },
  {
    id: "longTextIsRefused",
    question: "Does the grid refuse a TXT record of more than 512 bytes?",
    needs: "zone",
    ask: async (lab) =>
      lab.create("record:txt", {
        ...(await name(lab)),
        text: Array(9)
          .fill(`"${"x".repeat(100)}"`)
          .join(" "),
      }),
  },
  {
    id: "secondAliasIsRefused",
    question: "Does the grid refuse an alias that another host has?",
    needs: "zone",
    async ask(lab) {
      const ipv4addrs = [{ ipv4addr: await lab.newAddress() }];
      const aliases = [`${lab.token()}.${lab.zone}`];
      made(await lab.create("record:host", { ...(await name(lab)), aliases, ipv4addrs }));
      return lab.create("record:host", { ...(await name(lab)), aliases, ipv4addrs });
    },
  },
  {
    id: "strayServerIsRefused",
    question: "Does the grid refuse an NS record whose name is no zone?",
    needs: "zone",
    ask: async (lab) =>
      lab.create("record:ns", {
        ...(await name(lab)),
        nameserver: `ns.${lab.zone}`,
        addresses: [{ address: "198.19.255.7" }],
      }),
  },
  {
    id: "badTargetIsRefused",
    question: "Does the grid refuse a CNAME record whose target has a label of more than 63 characters?",
    needs: "zone",
    ask: async (lab) =>
      lab.create("record:cname", { ...(await name(lab)), canonical: `${"x".repeat(64)}.${lab.zone}` }),
  },
  {
    id: "aliasFormIsRefused",
    question: "Does the grid refuse an HTTPS record with priority 0?",
    needs: "zone",
    ask: async (lab) =>
      lab.create("record:https", { ...(await name(lab)), priority: 0, target_name: `x.${lab.zone}` }),
  },
]);
