import type { Family } from "../../cidr.js";
import type { Step } from "../../wapi/step.js";
import { search } from "../engine/kinds.js";
import type { FixedRow, HostRow } from "../objects/rows.js";

/** The searches for the hosts, and for the fixed addresses and reservations, that hold an address. */
export function holdersOf(
  family: Family,
  ip: string,
  networkView: string,
): readonly [Step<readonly HostRow[]>, Step<readonly FixedRow[]>] {
  const where = { network_view: networkView, [`ipv${family}addr`]: ip };
  const fixed = family === 4 ? "fixedaddress" : "ipv6fixedaddress";
  const searches = [search("record:host", where), search(fixed, where)];
  return searches as unknown as ReturnType<typeof holdersOf>;
}
