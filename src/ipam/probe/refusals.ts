/** What the grid says of requests that it should refuse, in its own words: each is one request in the scratch view. */

import { type Experiment, either, type Fact } from "./experiment.js";
import { type Laboratory, made, type Reply } from "./laboratory.js";
import { hostStep } from "./requests.js";

interface Wrong {
  readonly id: string;
  readonly question: string;
  readonly needs?: "zone";
  ask(lab: Laboratory): Promise<Reply>;
}

const wrong: readonly Wrong[] = [
  {
    id: "overlappingRangeIsRefused",
    question: "Is a range refused that overlaps another?",
    async ask(lab) {
      const { cidr } = await lab.network();
      made(await range(lab, cidr, 10, 19));
      return range(lab, cidr, 15, 25);
    },
  },
  {
    id: "strayExclusionIsRefused",
    question: "Is an exclusion refused outside of its range?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const exclude = [{ start_address: lab.address(cidr, 50), end_address: lab.address(cidr, 59) }];
      return range(lab, cidr, 10, 19, { exclude });
    },
  },
  {
    id: "secondClientIdentifierIsRefused",
    question: "Is a second fixed address refused for a client identifier?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const body = { match_client: "CLIENT_ID", dhcp_client_identifier: lab.token() };
      made(await fixed(lab, lab.address(cidr, 5), body));
      return fixed(lab, lab.address(cidr, 6), body);
    },
  },
  {
    id: "secondMacIsRefused",
    question: "Is a second fixed address refused for a MAC address?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const body = { mac: "02:00:00:00:00:01" };
      made(await fixed(lab, lab.address(cidr, 5), body));
      return fixed(lab, lab.address(cidr, 6), body);
    },
  },
  {
    id: "badMacIsRefused",
    question: "Is a MAC address refused that is none?",
    async ask(lab) {
      const { cidr } = await lab.network();
      return fixed(lab, lab.address(cidr, 5), { mac: "none" });
    },
  },
  {
    id: "unknownOptionIsRefused",
    question: "Is a DHCP option refused that nobody knows?",
    ask: (lab) => withOption(lab, { name: "no-such-option", value: "1" }),
  },
  {
    id: "badOptionValueIsRefused",
    question: "Is a DHCP option refused whose value is no address?",
    ask: (lab) => withOption(lab, { name: "routers", num: 3, value: "none", use_option: true }),
  },
  {
    id: "longCommentIsRefused",
    question: "Is a comment refused of more than 256 characters?",
    ask: (lab) =>
      lab.create("network", { network: lab.cidr(), network_view: lab.networkView, comment: "x".repeat(300) }),
  },
  {
    id: "shortPrefixIsRefused",
    question: "Is a next available network refused that is larger than its container?",
    async ask(lab) {
      const container = { network: lab.cidr(), network_view: lab.networkView };
      const ref = made(await lab.create("networkcontainer", container));
      return called(lab, ref, "next_available_network", { cidr: 8, num: 1 });
    },
  },
  {
    id: "shortSplitIsRefused",
    question: "Is a network refused to be split into larger ones?",
    ask: async (lab) => called(lab, (await lab.network()).ref, "split_network", { prefix: 8 }),
  },
  {
    id: "secondSharedNetworkIsRefused",
    question: "Is a shared network refused whose network belongs to another?",
    async ask(lab) {
      const networks = [{ _ref: (await lab.network()).ref }];
      const share = () =>
        lab.create("sharednetwork", { name: lab.token(), network_view: lab.networkView, networks });
      made(await share());
      return share();
    },
  },
  {
    id: "usedNetworkIsDivided",
    question: "Is a smaller network refused in a network with a range?",
    async ask(lab) {
      const { cidr } = await lab.network();
      made(await range(lab, cidr, 1, 254));
      return lab.create("network", { network: cidr.replace("/24", "/28"), network_view: lab.networkView });
    },
  },
  {
    id: "lastAddressIsKept",
    question: "Is a host refused to lose its last address?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const { data } = hostStep(lab, { ipv4addr: lab.address(cidr, 5) });
      return lab.update(made(await lab.create("record:host", data ?? {})), { ipv4addrs: [] });
    },
  },
  {
    id: "hostDhcpNeedsMac",
    question: "Is a host refused that DHCP serves without a MAC address?",
    async ask(lab) {
      const { cidr } = await lab.network();
      const address = { ipv4addr: lab.address(cidr, 5), configure_for_dhcp: true };
      return lab.create("record:host", hostStep(lab, address).data ?? {});
    },
  },
  {
    id: "badPatternIsRefused",
    question: "Is a search refused whose pattern is none?",
    ask: (lab) => lab.find("network", { "comment~": "(" }),
  },
  {
    id: "badSwitchIsRefused",
    question: "Is a search refused for a switch that is neither true nor false?",
    ask: (lab) => lab.find("fixedaddress", { match_client: "perhaps" }),
  },
  {
    id: "unknownPageIsRefused",
    question: "Is a page refused that nobody has asked for?",
    ask: (lab) =>
      lab.find("network", { _page_id: "none", _paging: 1, _return_as_object: 1, _max_results: 1 }),
  },
  {
    id: "unknownReturnTypeIsRefused",
    question: "Is an answer refused in a form that the grid doesn't have?",
    ask: (lab) => lab.find("network", { _return_type: "yaml" }),
  },
  {
    id: "bareAddressSearchIsRefused",
    question: "Is a search for addresses refused without anything to go by?",
    ask: (lab) => lab.find("ipv4address", {}, false),
  },
  {
    id: "missingNetworkSearchIsRefused",
    question: "Is a search for the addresses of a missing network refused?",
    ask: (lab) => lab.find("ipv4address", { network: "198.19.252.0/24" }),
  },
  {
    id: "postToReferenceIsRefused",
    question: "Is a POST to a reference refused that calls no function?",
    ask: async (lab) => lab.ask("POST", (await lab.network()).ref, { body: {} }),
  },
  {
    id: "blockAsZoneIsRefused",
    question: "Is a zone refused that is named as a network, and isn't a reverse zone?",
    ask: async (lab) => lab.create("zone_auth", { fqdn: lab.cidr(), view: await lab.dnsView() }),
  },
  {
    id: "badReverseZoneIsRefused",
    question: "Is a reverse zone refused that is no network?",
    ask: async (lab) =>
      lab.create("zone_auth", { fqdn: "2001:db8::/64", zone_format: "IPV4", view: await lab.dnsView() }),
  },
  {
    id: "longTextIsRefused",
    question: "Is a TXT record refused of more than 512 bytes?",
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
    question: "Is an alias refused that another host has?",
    needs: "zone",
    async ask(lab) {
      const { cidr } = await lab.network();
      const aliases = [`${lab.token()}.${lab.zone}`];
      const host = async () => ({
        ...(await name(lab)),
        aliases,
        ipv4addrs: [{ ipv4addr: lab.address(cidr, 5) }],
      });
      made(await lab.create("record:host", await host()));
      return lab.create("record:host", await host());
    },
  },
];

export const refusals: readonly Experiment[] = wrong.map(({ id, question, needs, ask }) => ({
  id,
  question,
  ...(needs && { needs }),
  async run(lab: Laboratory): Promise<Fact> {
    const reply = await ask(lab);
    lab.note(id, reply);
    return !reply.ok;
  },
  meaning: either("Refused, in words that the profile keeps", "The grid takes it"),
}));

function range(
  lab: Laboratory,
  cidr: string,
  first: number,
  last: number,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Reply> {
  const ends = { start_addr: lab.address(cidr, first), end_addr: lab.address(cidr, last) };
  return lab.create("range", { ...ends, network_view: lab.networkView, ...more });
}

function fixed(lab: Laboratory, ipv4addr: string, more: Readonly<Record<string, unknown>>): Promise<Reply> {
  return lab.create("fixedaddress", { ipv4addr, network_view: lab.networkView, ...more });
}

function withOption(lab: Laboratory, option: Readonly<Record<string, unknown>>): Promise<Reply> {
  return lab.create("network", { network: lab.cidr(), network_view: lab.networkView, options: [option] });
}

function called(
  lab: Laboratory,
  ref: string,
  name: string,
  body: Readonly<Record<string, unknown>>,
): Promise<Reply> {
  return lab.ask("POST", ref, { query: { _function: name }, body });
}

/** A name that nothing has, in the scratch zone. */
async function name(lab: Laboratory): Promise<{ name: string; view: string }> {
  return { name: `${lab.token()}.${lab.zone}`, view: await lab.dnsView() };
}
