/** NS records that clients create: only at the top of a zone. */

import { conflict } from "../model/answers.js";
import type { Rules } from "../model/rules.js";
import { checkServers } from "./dns-servers.js";
import { recordName, wholeKey, zoneOf } from "./record-place.js";
import { recordRules, viewName } from "./records.js";
import { viewOf, zoneAround, zoneName } from "./zone-lookup.js";

export const nameServerRules: Rules = recordRules("record:ns", "dns.bind_ns", {
  key: (record, grid) => `${wholeKey(record, grid)}..${String(record.values["nameserver"])}`,
  name: (record, grid) => [
    String(record.values["nameserver"]),
    zoneName(zoneOf(record, grid)),
    viewName(record, grid),
  ],
  beforeCreate(draft, grid) {
    checkServers(draft, grid);
    const name = recordName(draft).toLowerCase();
    const zone = zoneAround(name, viewOf(draft, grid), grid);
    // Guess ns-sentence (recorded; asks strayServerIsRefused): how the sentence ends.
    if (zone && zoneName(zone) !== name)
      throw conflict(`Cannot add a manual NS record for '${name}': it is not a zone.`);
  },
  beforeUpdate: (draft, _before, grid) => checkServers(draft, grid),
});
