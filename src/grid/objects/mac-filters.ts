/** MAC address filters and the addresses in them. */

import { notFound } from "../model/answers.js";
import { canonicalMac } from "../model/hardware-address.js";
import type { Draft, NameLink, Rules } from "../model/rules.js";

const filterLink: NameLink = {
  link: "filter",
  type: "filtermac",
  // Guess mac-filter-missing-sentence (analogy; cannot): the sentence follows those for views and members.
  notFound: (name) => notFound(`MAC Filter ${name} not found`),
};

const filter: Rules = {
  type: "filtermac",
  internal: "dns.mac_filter",
  beforeDelete(entity, _args, grid) {
    for (const address of grid.linked("macfilteraddress", "filter", entity.id)) grid.delete(address);
  },
};

const filterAddress: Rules = {
  type: "macfilteraddress",
  internal: "dns.mac_filter_item",
  names: { filter: filterLink },
  defaults: { never_expires: true, is_registered_user: false },
  key: ({ values, links }) => `dns.mac_filter_item$${String(links["filter"])}.${String(values["mac"])}`,
  name: (address, grid) => [String(address.values["mac"]), String(grid.read(address, "filter"))],
  beforeCreate: settle,
  beforeUpdate: settle,
  searchValue: { mac: (value) => canonicalMac("mac", value) },
};

function settle({ values }: Draft): void {
  values["mac"] = canonicalMac("mac", values["mac"] ?? "");
}

export const macFilterRules: readonly Rules[] = [filter, filterAddress];
