import type { ExtensibleAttributes } from "../../wapi/extattrs.js";
import type { IpamSettings } from "../settings/settings.js";

interface MarkedRow {
  readonly comment?: string | undefined;
  readonly extattrs?: ExtensibleAttributes;
}

/** The owner and the request id of an object, also if this `Ipam` has no owner. */
export function marksOf(
  { ownership }: IpamSettings,
  row: MarkedRow,
): { readonly owner?: string | undefined; readonly requestId?: string | undefined } {
  return { owner: ownership.ownerNamed(row), requestId: ownership.requestIdOf(row) };
}
