import { type Phrase, phrase } from "../phrase.js";

/** Hints by pattern of a text. The first match counts, so specific patterns come first. */
type HintTable = readonly (readonly [pattern: RegExp, hint: string | Phrase])[];

/** The grid's own texts that need an explanation. */
const gridTexts: HintTable = [
  [
    /Only read-only API access supported/i,
    "This node is a grid master candidate: it serves reads only. Send writes to the grid master.",
  ],
  [
    /^Version \S+ not supported/i,
    phrase(
      "This grid is older than that WAPI version: set ",
      { field: "wapiVersion" },
      " to one that it has, or leave it out to use the newest.",
    ),
  ],
  [
    /Field is not searchable/i,
    "The grid can return this field, but not search by it. Search by another field, and filter the results.",
  ],
  [
    /Search modifier .* not allowed/i,
    "This field can be searched, but not in this way: plain equality works for every searchable field.",
  ],
  [
    /Field is not (writable|readable)|not allowed for (update|insert)/i,
    "The field can't be used in this operation: some are read-only, some can only be set when the object is created.",
  ],
  [
    /Unknown argument\/field/i,
    "Either the field is misspelt, or it is newer than the WAPI version in use, or it is an extensible attribute: those are searched with a star before the name (*Site), or as extattrs.",
  ],
  [/Unknown object type/i, "Either the type is misspelt, or it is newer than the WAPI version in use."],
  [
    /Unknown extensible attribute/i,
    "The grid has no definition of that attribute: a superuser has to create the extensibleattributedef first. Names are case-sensitive.",
  ],
  [
    /Bad value for extensible attribute/i,
    "The value doesn't fit the attribute's definition: its type (a date is text such as 2026-01-02T03:04:05Z), its list of values, or whether it takes several.",
  ],
  [
    /A parent was not found/i,
    "No zone of that DNS view holds this name, or the user may not see it. Check the DNS view, create the zone, or make a host record without DNS.",
  ],
  [
    /Cannot find the parent network/i,
    "No network of that network view holds these addresses. Check the network view, or create the network first.",
  ],
  [
    /At least one host address must belong to an existing network/i,
    "A host record without DNS needs an address in a network that exists in its network view.",
  ],
  [
    /\bNetwork View\b.*\bnot found/i,
    "The network view doesn't exist, or the user may not see it. A network view is not a DNS view.",
  ],
  [
    /\bView\b.*\bnot found/i,
    "The DNS view doesn't exist, or the user may not see it. A DNS view is not a network view: the default one of another network view is called default.NAME.",
  ],
  [
    /Reference .* not found/i,
    "The object is gone, or its reference has changed, as it does when an object is renamed or moved to another address. Search for the object again.",
  ],
  [
    /Result set too large/i,
    "More objects match than the grid hands out at once. Page through them, or narrow the search.",
  ],
  [
    /Cannot find \d+ available IP/i,
    "Addresses in DHCP ranges, reservations, host records and discovered addresses all count as taken: a network whose ranges cover it has none, however empty it looks.",
  ],
  [
    /Can ?not find requested number of networks/i,
    "No block of that size is free in the parent. Ask for a smaller one, or in another container.",
  ],
  [/must be between 1 and 20/i, "The grid gives at most 20 next addresses in one call."],
  [
    /does not match any unique networks\/ranges/i,
    "That network or range doesn't exist in that network view, or several match. Write it with its prefix length, and name the network view.",
  ],
  [
    /search parameters .* did not return any result/is,
    "No object fits the search for the parent. Names of extensible attributes in it begin with a star (*Site).",
  ],
  [
    /will overlap an existing network|The network \S+ already exists/i,
    "The block is taken in this network view, in whole or in part.",
  ],
  [
    /MAC address .* is used in two fixed addresses/i,
    "Within one network a MAC address can have one fixed address only.",
  ],
  [
    /MAC address is required when match_client is undefined/i,
    "A fixed address needs a mac, or a match_client that does without, such as RESERVED.",
  ],
  [
    /Duplicate object .* already exists/i,
    "There is one already: find it and use it, or choose another name.",
  ],
  [
    /The record '.*' already exists/i,
    "The name is taken in this DNS view: a host record is unique by name, and a CNAME tolerates no other record of its name.",
  ],
  [
    /Only superusers|You have no permission/i,
    "The user is known, but does not have the permission. Ask the grid's administrators.",
  ],
  [
    /_return_as_object needs to be enabled for paging/i,
    "Paging needs _return_as_object=1 and a positive _max_results beside _paging=1.",
  ],
];

export const busyHint = "The grid is busy or restarting: try again later.";

/** Hints for pages of the web server, which explain nothing. */
export const pageHints: Readonly<Record<number, string>> = {
  401: "Check the username and the password. Several wrong ones in a row lock users out.",
  403: "The user may lack the right to use the API. After several wrong passwords a grid also answers 403 to every user on this machine, for a while.",
  404: "WAPI itself answers in JSON: is this address a grid's?",
  407: "A proxy on the way asks for credentials: see the option proxy.",
  413: "The request is too large: send it in parts.",
  414: "The search is too long for a URL: send it in parts.",
  431: "The search is too long for a URL: send it in parts.",
};

/** Hints for the codes of failed connections. */
const connectionFailures: HintTable = [
  [/^ECONNREFUSED$/, "Nothing listens there: check the address and the port."],
  [/^(ENOTFOUND|EAI_)/, "The name could not be resolved: check it, and the DNS of this machine."],
  [/^(EHOSTUNREACH|ENETUNREACH)$/, "There is no route to the grid from here: check the network or VPN."],
  [
    /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|CERT_UNTRUSTED)/,
    phrase(
      "The grid's certificate is not signed by an authority that this machine trusts: pass that authority's certificate as ",
      { field: "tls.ca" },
      " (INFOBLOX_SSL_VERIFY with a file's path).",
    ),
  ],
  [
    /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    "The grid's certificate is for another name: use that name in the address, or set tls.servername to it.",
  ],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, "Check the grid's certificate, and the clock of this machine."],
  [
    /^(EPROTO|ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG))/,
    "What listens there doesn't speak TLS: is it the HTTPS port?",
  ],
  [
    /^ERR_SSL_.*ALERT/,
    "The grid refused the TLS handshake: it may ask for a client certificate, or not trust this one.",
  ],
];

/** The hint for a grid's text, if it needs one. */
export function hintForText(text: string): string | Phrase | undefined {
  return find(gridTexts, text);
}

/** The hint for a failed connection. */
export function hintForConnection(code: string | undefined, address: string): string | Phrase | undefined {
  if (code === undefined) return undefined;
  // A TLS server closes a connection that sends plain text.
  if (code === "ECONNRESET" && address.startsWith("http:")) return plainHint;
  return find(connectionFailures, code);
}

const plainHint = "If what listens there speaks TLS, the address begins with https://.";

/** Longer texts are not matched: some patterns take quadratic time, and a grid's own sentences are short. */
const longest = 1_000;

function find(table: HintTable, text: string): string | Phrase | undefined {
  const beginning = text.slice(0, longest);
  return table.find(([pattern]) => pattern.test(beginning))?.[1];
}
