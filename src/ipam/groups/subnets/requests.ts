import type { SubnetFields } from "../../requests.js";

/** What several callers know a subnet by: extensible attributes and their values, compared exactly. */
export type SharedBy = Readonly<Record<string, string | number>>;

/** A subnet that is found by attributes, or made with them. Everything but `sharedBy` is as in `SubnetRequest`. */
export interface SharedSubnetRequest extends Omit<SubnetFields, "requestId"> {
  /**
   * What the subnet is known by: `{ "Network Name": "blue" }`. All of them, all callers alike. The grid must have
   * definitions of these names; such that aren't inherited, else the subnets of a container would have its own.
   */
  readonly sharedBy: SharedBy;
}
