/**
 * Puts the library's messages into the words of the docker command: its user knows nothing of the library's options.
 */

import { explain, isInfobloxError, PoolExhaustedError } from "../errors.js";
import type { TermName } from "../phrase.js";
import { oneLine, redact } from "../redaction.js";

const lostSubnet = "The grid has lost the subnet of this network: remove the network and create it again.";

/** The driver's words for the library's terms for code. */
const terms: Readonly<Record<TermName, string>> = {
  setup: "Run infoblox-ipam setup once",
  cascade: "let the driver release it when they are gone",
  force: "Let its owner do it",
  noDns: "leave host-name out",
  dnsView: "dns-view",
  ownerInComment: "leave owner out",
  marked: "which the driver marks its objects with, and infoblox-ipam setup defines",
  seePartial: "",
  url: "give url, or set INFOBLOX_URL",
  anotherAddress: "Name another address, or none to get the next free one.",
  outsideSubnets: lostSubnet,
  missing: "Check network-view, and that the object exists there.",
  missingSource: lostSubnet,
};

/** The message of an error on one line, without secrets. */
export function messageFor(error: unknown): string {
  return oneLine(redact(inWords(error)));
}

function inWords(error: unknown): string {
  if (isInfobloxError(error, "SubnetInUseError"))
    return `${error.message} The driver releases it when they are gone.`;
  if (isInfobloxError(error, "UncertainWriteError"))
    return `${error.message} Run the docker command again: what was done is found.`;
  if (isInfobloxError(error, "RequestMismatchError")) {
    const told = error.differences.map(
      ({ field, requested, existing }) => `${field} is ${existing}, requested is ${requested}`,
    );
    return `An earlier call for this network took something else: ${told.join("; ")}. Release that first, or ask for the same again.`;
  }
  // The grid itself did not find something that the call names: the subnet, or its network view.
  if (isInfobloxError(error, "NotFoundError") && !isInfobloxError(error.cause) && error.status > 0)
    return `${error.message} ${lostSubnet}`;
  return explain(error, { ...plainly, term: (name) => terms[name] });
}

const plainly = {
  field: (name: string) => name,
  got: (shown: string, valid: string | undefined) =>
    valid === undefined ? `(got ${shown})` : `(got ${shown}; valid: ${valid})`,
};

/** The advice if no subnet is free. */
export const moreContainers = "Remove networks, ask for a smaller subnet, or configure more containers.";

/** Gives an error about full sources other advice, and throws it. */
export function fullWith(advice: string): (error: unknown) => never {
  return (error) => {
    if (!isInfobloxError(error, "PoolExhaustedError")) throw error;
    throw new PoolExhaustedError(error.message, { tried: error.tried, hint: advice, cause: error });
  };
}
