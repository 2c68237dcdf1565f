import type { ExtattrsToUpdate } from "../../wapi/extattrs.js";
import type { Ref } from "../../wapi/ref.js";
import { type Step, step } from "../../wapi/step.js";
import { type Change, changeObject } from "../engine/change.js";
import { identityOf } from "../engine/delete.js";
import { searchSelf } from "../engine/kinds.js";
import { mustFind } from "../objects/must-find.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { type SubnetRow, subnetFields, subnetOf } from "../objects/rows.js";
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
 * A subnet that was read again by its reference.
 *
 * @throws {NotFoundError} if it is another one: a later subnet may have the same reference
 */
export function subnetNow({ ownership }: IpamSettings, meant: Subnet, row: SubnetRow): Subnet {
  const now = subnetOf(row, false, ownership.expiryAttribute, meant.gateway);
  if (ownership.tokenOf(now) === ownership.tokenOf(meant)) return now;
  throw notFound(`subnet ${meant.cidr} any more, but another one with its CIDR`, meant.networkView);
}

/** Steps that fail their request if the subnet is gone, even if another one has its reference by now. */
export function stillThere(settings: IpamSettings, subnet: Subnet): readonly Step<unknown>[] {
  return mustFind(searchSelf(subnet, identityOf(settings, subnet)));
}

/** The step that writes the token of a change, for changes that do not update the subnet itself. */
export function touch(ref: Ref, { extattrs }: { readonly extattrs?: ExtattrsToUpdate }) {
  if (extattrs === undefined) return [];
  return [step.update(ref as Ref<SubnetType>, { extattrs }, { fields: ["network"] }).discard()];
}
