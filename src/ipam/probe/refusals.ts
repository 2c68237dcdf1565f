/** Requests that the grid should refuse: networks, addresses, searches. The profile keeps the texts of the refusals. */

import { refused } from "./experiment.js";
import { type Laboratory, made, type Reply } from "./laboratory.js";
import { called, fixed, plainHost, range, reserved, searched, shared } from "./objects.js";

export const refusals = refused([
  {
    id: "overlappingRangeIsRefused",
    question: "Does the grid refuse a range that overlaps another?",
    async ask(lab) {
      const { cidr } = await lab.network();
      made(await range(lab, cidr, 10, 19));
      return range(lab, cidr, 15, 25);
    },
  },
  {
    id: "strayExclusionIsRefused",
    question: "Does the grid refuse an exclusion outside of its range?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const exclude = [{ start_address: lab.address(cidr, 50), end_address: lab.address(cidr, 59) }];
      return range(lab, cidr, 10, 19, { exclude });
    },
  },
  {
    id: "secondClientIdentifierIsRefused",
    question: "Does the grid refuse a second fixed address for a client identifier?",
    ask: (lab) => twoFixed(lab, { match_client: "CLIENT_ID", dhcp_client_identifier: lab.token() }),
  },
  {
    id: "secondMacIsRefused",
    question: "Does the grid refuse a second fixed address for a MAC address?",
    ask: (lab) => twoFixed(lab, { mac: "02:00:00:00:00:01" }),
  },
  {
    id: "badMacIsRefused",
    question: "Does the grid refuse an invalid MAC address?",
    ask: async (lab) => fixed(lab, await lab.newAddress(), { mac: "none" }),
  },
  {
    id: "unknownOptionIsRefused",
    question: "Does the grid refuse an unknown DHCP option?",
    ask: (lab) => withOption(lab, { name: "no-such-option", value: "1" }),
  },
  {
    id: "badOptionValueIsRefused",
    question: "Does the grid refuse a DHCP option for addresses whose value is no address?",
    ask: (lab) => withOption(lab, { name: "routers", num: 3, value: "none", use_option: true }),
  },
  {
    id: "longCommentIsRefused",
    question: "Does the grid refuse a comment of more than 256 characters?",
    ask: (lab) => lab.create("network", lab.networkBody({ comment: "x".repeat(300) })),
  },
  {
    id: "shortPrefixIsRefused",
    question: "Does the grid refuse a next available network that is larger than its container?",
    async ask(lab) {
      const ref = made(await lab.create("networkcontainer", lab.networkBody()));
      return called(lab, ref, "next_available_network", { cidr: 8, num: 1 });
    },
  },
  {
    id: "shortSplitIsRefused",
    question: "Does the grid refuse to split a network into larger networks?",
    ask: async (lab) => called(lab, (await lab.network()).ref, "split_network", { prefix: 8 }),
  },
  {
    id: "secondSharedNetworkIsRefused",
    question: "Does the grid refuse a shared network whose network belongs to another shared network?",
    async ask(lab) {
      const { ref } = await lab.network();
      made(await shared(lab, ref));
      return shared(lab, ref);
    },
  },
  {
    id: "usedNetworkIsDivided",
    question: "Does the grid refuse a smaller network in a network with a range?",
    async ask(lab) {
      const { cidr } = await lab.network();
      made(await range(lab, cidr, 1, 254));
      return lab.networkAt(cidr.replace("/24", "/28"));
    },
  },
  {
    id: "lastAddressIsKept",
    question: "Does the grid refuse to remove the last address of a host?",
    async ask(lab) {
      const host = plainHost(lab, { ipv4addr: await lab.newAddress() });
      return lab.update(made(await lab.create("record:host", host)), { ipv4addrs: [] });
    },
  },
  {
    id: "hostDhcpNeedsMac",
    question: "Does the grid refuse a host with DHCP but without a MAC address?",
    async ask(lab) {
      const address = { ipv4addr: await lab.newAddress(), configure_for_dhcp: true };
      return lab.create("record:host", plainHost(lab, address));
    },
  },
  {
    id: "badPatternIsRefused",
    question: "Does the grid refuse a search with an invalid pattern?",
    ask: (lab) => lab.find("network", { "comment~": "(" }),
  },
  {
    id: "badSwitchIsRefused",
    question: "Does the grid refuse a search for a boolean that is neither true nor false?",
    ask: (lab) => lab.find("network", { unmanaged: "perhaps" }),
  },
  {
    id: "unknownPageIsRefused",
    question: "Does the grid refuse an unknown page id?",
    ask: (lab) =>
      lab.find("network", { _page_id: "none", _paging: 1, _return_as_object: 1, _max_results: 1 }),
  },
  {
    id: "unknownReturnTypeIsRefused",
    question: "Does the grid refuse an unknown format of answers?",
    ask: (lab) => lab.find("network", { _return_type: "yaml" }),
  },
  {
    id: "bareAddressSearchIsRefused",
    question: "Does the grid refuse a search for addresses without arguments?",
    ask: (lab) => lab.find("ipv4address", {}, false),
  },
  {
    id: "missingNetworkSearchIsRefused",
    question: "Does the grid refuse a search for the addresses of a missing network?",
    ask: (lab) => lab.find("ipv4address", { network: "198.19.252.0/24" }),
  },
  {
    id: "postToReferenceIsRefused",
    question: "Does the grid refuse a POST to a reference that calls no function?",
    ask: async (lab) => lab.ask("POST", (await lab.network()).ref, { body: {} }),
  },
  {
    id: "badNetworkIsRefused",
    question: "Does the grid refuse a network that is no CIDR?",
    ask: (lab) => lab.networkAt("nowhere"),
  },
  {
    id: "emptyRangeIsRefused",
    question: "Does the grid refuse a range without addresses?",
    ask: (lab) => lab.create("range", { network_view: lab.networkView }),
  },
  {
    id: "secondDuidIsRefused",
    question: "Does the grid refuse a second IPv6 fixed address for a DUID?",
    async ask(lab) {
      const network = lab.block();
      made(await lab.create("ipv6network", lab.networkBody({ network })));
      const fixed = (last: number) => ({
        ipv6addr: network.replace("/48", String(last)),
        network_view: lab.networkView,
        duid: "00:01:00:01:00:00:00:01",
      });
      made(await lab.create("ipv6fixedaddress", fixed(5)));
      return lab.create("ipv6fixedaddress", fixed(6));
    },
  },
  {
    id: "nextOfPrefixesIsRefused",
    question: "Does the grid refuse a next available address of a range of prefixes?",
    async ask(lab) {
      const network = lab.block();
      made(await lab.create("ipv6network", lab.networkBody({ network })));
      const prefixes = {
        ...{ network, network_view: lab.networkView, address_type: "PREFIX", ipv6_prefix_bits: 64 },
        ipv6_start_prefix: network.replace("::/48", ":10::"),
        ipv6_end_prefix: network.replace("::/48", ":1f::"),
      };
      return called(lab, made(await lab.create("ipv6range", prefixes)), "next_available_ip", { num: 1 });
    },
  },
  {
    id: "badParametersAreRefused",
    question: "Does the grid refuse an in-body function call whose parameters are text?",
    async ask(lab) {
      const next = { _object_function: "next_available_ip", _result_field: "ips", _parameters: "none" };
      return reserved(lab, { ...next, _object_ref: (await lab.network()).ref });
    },
  },
  {
    id: "longPatternIsRefused",
    question: "Does the grid refuse a pattern of 20,000 characters?",
    ask: (lab) => searched(lab, "network", { "comment~": "x".repeat(20_000) }),
  },
  {
    id: "halfCharacterIsRefused",
    question: "Does the grid refuse half a character (a single surrogate)?",
    ask: (lab) => searched(lab, "network", { comment: "probe \ud83d" }),
  },
  {
    id: "searchForTwoIsRefused",
    question: "Does the grid refuse a global search by both an address and a MAC address?",
    ask: (lab) => lab.find("search", { address: "198.19.255.1", mac_address: "02:00:00:00:00:01" }, false),
  },
]);

/** Creates two fixed addresses for one client. */
async function twoFixed(lab: Laboratory, client: Readonly<Record<string, unknown>>): Promise<Reply> {
  const { cidr } = await lab.network();
  made(await fixed(lab, lab.address(cidr, 5), client));
  return fixed(lab, lab.address(cidr, 6), client);
}

function withOption(lab: Laboratory, option: Readonly<Record<string, unknown>>): Promise<Reply> {
  return lab.create("network", lab.networkBody({ options: [option] }));
}
