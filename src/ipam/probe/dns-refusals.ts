/** Zones and records that the grid should refuse. The profile keeps the texts of the refusals. */

import { refused } from "./experiment.js";
import { made } from "./laboratory.js";
import { record, zone } from "./objects.js";

export const dnsRefusals = refused([
  {
    id: "blockAsZoneIsRefused",
    question: "Does the grid refuse a forward zone with a CIDR as its name?",
    ask: (lab) => zone(lab, lab.cidr()),
  },
  {
    id: "badReverseZoneIsRefused",
    question: "Does the grid refuse an IPv4 reverse zone with an IPv6 CIDR?",
    ask: (lab) => zone(lab, "2001:db8::/64", { zone_format: "IPV4" }),
  },
  {
    id: "longTextIsRefused",
    question: "Does the grid refuse a TXT record of more than 512 bytes?",
    needs: "zone",
    ask: (lab) => record(lab, "record:txt", { text: `"${"x".repeat(100)}" `.repeat(9).trim() }),
  },
  {
    id: "secondAliasIsRefused",
    question: "Does the grid refuse an alias that another host has?",
    needs: "zone",
    async ask(lab) {
      const ipv4addrs = [{ ipv4addr: await lab.newAddress() }];
      const aliases = [`${lab.token()}.${lab.zone}`];
      made(await record(lab, "record:host", { aliases, ipv4addrs }));
      return record(lab, "record:host", { aliases, ipv4addrs });
    },
  },
  {
    id: "strayServerIsRefused",
    question: "Does the grid refuse an NS record whose name is no zone?",
    needs: "zone",
    ask(lab) {
      const addresses = [{ address: "198.19.255.7" }];
      return record(lab, "record:ns", { nameserver: `ns.${lab.zone}`, addresses });
    },
  },
  {
    id: "badTargetIsRefused",
    question: "Does the grid refuse a CNAME record whose target has a label of more than 63 characters?",
    needs: "zone",
    ask: (lab) => record(lab, "record:cname", { canonical: `${"x".repeat(64)}.${lab.zone}` }),
  },
  {
    id: "aliasFormIsRefused",
    question: "Does the grid refuse an HTTPS record with priority 0?",
    needs: "zone",
    ask: (lab) => record(lab, "record:https", { priority: 0, target_name: `x.${lab.zone}` }),
  },
]);
