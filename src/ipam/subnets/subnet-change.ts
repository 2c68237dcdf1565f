import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { step } from "../../wapi/step.js";
import { type Change, changeObject } from "../engine/change.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { subnetFields, subnetOf } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import { notFound } from "../sources/pool.js";

type SubnetChange<T extends Subnet> = Omit<Change<T, never>, "object" | "what" | "read"> &
  Partial<Pick<Change<T, never>, "read">>;

/** Changes a subnet once: see {@link changeObject}. */
export function changeSubnet<T extends Subnet = Subnet>(
  settings: IpamSettings,
  subnet: T,
  change: SubnetChange<T>,
): Promise<T> {
  return changeObject<T>(settings, {
    read: async (signal) => {
      const row = await settings.wapi.get(subnet.ref as Ref<"network">, { fields: subnetFields, signal });
      return { ...subnet, ...subnetOf(row, false, settings.ownership.expiryAttribute, subnet.gateway) };
    },
    ...change,
    what: `the change of ${subnet.cidr}`,
    object: subnet,
  });
}

/**
 * What was read by the reference of a subnet, if it is that subnet: a reference is a place, and may be another's by now.
 *
 * @throws {NotFoundError}
 */
export function sameSubnet<T extends Subnet>({ ownership }: IpamSettings, meant: Subnet, now: T): T {
  if (ownership.tokenOf(now) === ownership.tokenOf(meant)) return now;
  throw notFound(`subnet ${meant.cidr} any more, but another of its CIDR`, meant.networkView);
}

/** The token of the change, set by a step of its own: for changes that aren't updates of the subnet. */
export function touch(ref: Ref, { extattrs }: { readonly extattrs?: ExtattrsToUpdate }) {
  if (extattrs === undefined) return [];
  return [step.update(ref as Ref<SubnetType>, { extattrs }, { fields: ["network"] }).discard()];
}
