import { invalid, isInfobloxError, NotFoundError } from "../../errors.js";
import { listChange } from "../../wapi/list-change.js";
import { nextAvailableVlanId } from "../../wapi/next-available.js";
import { step } from "../../wapi/step.js";
import type { Ref, Updatable } from "../../wapi/types.js";
import type { Subnet, SubnetType } from "../objects/results.js";
import { subnetFields, subnetOf } from "../objects/rows.js";
import type { IpamSettings } from "../settings/settings.js";
import type { AssignedVlan, SubnetToChange } from "./requests.js";
import { checkSubnetRequest } from "./schemas.js";
import { changeSubnet, sameSubnet } from "./subnet-change.js";
import { subnetToChange } from "./subnet-target.js";

const vlanFields = ["id", "name"] as const;

/** See `Subnets.assignVlan`. */
export async function assignVlan(
  settings: IpamSettings,
  target: SubnetToChange,
  request: unknown,
): Promise<AssignedVlan> {
  const options = await checkSubnetRequest("assignVlan", request);
  const { view, id, name, signal } = options;
  if (id === undefined && name === undefined) {
    throw invalid("name", name, "is needed for a new VLAN, unless id names one that exists", "blue");
  }
  const { subnet } = await subnetToChange(settings, target, options);
  const parent = step.find("vlanview", { where: { name: view }, fields: ["name"], limit: 1 });
  const vlan =
    id === undefined
      ? step.create(
          "vlan",
          { name: name ?? "", parent: parent.ref, id: nextAvailableVlanId({ in: parent.ref }) },
          { fields: vlanFields },
        )
      : step.find("vlan", { where: { id, parent: parent.ref }, fields: vlanFields, limit: 1 });
  const isMeant = (one: VlanOfSubnet) => (id === undefined ? one.name === name : one.id === id);
  const read = (signal: AbortSignal | undefined) => subnetVlans(settings, subnet, signal);
  try {
    const { vlans = [] } = await changeSubnet<SubnetVlans>(settings, subnet, {
      read,
      compose: (_now, ref, extattrs) => ({
        steps: [
          parent,
          vlan,
          step.update(
            ref as Ref<SubnetType>,
            { vlans: listChange({ add: [{ vlan: vlan.ref as Ref<"vlan"> }] }), ...extattrs },
            { fields: ["network"] },
          ),
        ],
        read: ([, found]) => {
          const row = (Array.isArray(found) ? found[0] : found) as {
            _ref: string;
            id?: number;
            name?: string;
          };
          return { ...subnet, vlans: [{ id: row?.id ?? id, name: row?.name ?? name, vlan: row?._ref }] };
        },
      }),
      isDone: ({ vlans = [] }) => vlans.some(isMeant),
      signal,
    });
    const found = vlans.find(isMeant);
    return { id: found?.id ?? id ?? 0, name: found?.name, ref: String(found?.vlan ?? "") };
  } catch (error) {
    throw await explained(settings, error, { view, id });
  }
}

/** See `Subnets.unassignVlan`. */
export async function unassignVlan(
  settings: IpamSettings,
  target: SubnetToChange,
  id: number,
  given: unknown,
): Promise<void> {
  const options = await checkSubnetRequest("unassignVlan", { ...Object(given), id });
  const { signal } = options;
  const { subnet } = await subnetToChange(settings, target, options);
  const isMeant = (one: VlanOfSubnet) => one.id === id && one.vlan !== undefined;
  const now = await subnetVlans(settings, subnet, signal);
  if (!now.vlans?.some(isMeant)) return;
  await changeSubnet<SubnetVlans>(settings, now, {
    read: (signal) => subnetVlans(settings, subnet, signal),
    compose: ({ vlans = [] }, ref, extattrs) => {
      const remove = vlans.filter(isMeant).map(({ vlan }) => ({ vlan: vlan as Ref<"vlan"> }));
      const changes: Updatable<SubnetType> = { vlans: listChange({ remove }), ...extattrs };
      return {
        steps: [step.update(ref as Ref<SubnetType>, changes, { fields: ["network"] })],
        read: () => ({ ...subnet, vlans: [] }),
      };
    },
    isDone: ({ vlans = [] }) => !vlans.some(isMeant),
    signal,
  });
}

/** A VLAN in the field `vlans` of a subnet. */
interface VlanOfSubnet {
  readonly id?: number | undefined;
  readonly name?: string | undefined;
  readonly vlan?: string | undefined;
}

interface SubnetVlans extends Subnet {
  readonly vlans?: readonly VlanOfSubnet[];
}

async function subnetVlans(
  settings: IpamSettings,
  subnet: Subnet,
  signal: AbortSignal | undefined,
): Promise<SubnetVlans> {
  const { wapi, ownership } = settings;
  const ref = subnet.ref as Ref<"network">;
  const row = await wapi.get(ref, { fields: [...subnetFields, "vlans"], signal });
  const vlans = (row.vlans ?? []) as readonly VlanOfSubnet[];
  const now = subnetOf(row, false, ownership.expiryAttribute, subnet.gateway);
  return { ...sameSubnet(settings, subnet, now), vlans };
}

/** Explains a refusal: a search that found nothing fails the request, and the grid does not say which. */
async function explained(
  { wapi }: IpamSettings,
  error: unknown,
  { view, id }: { readonly view: string; readonly id: number | undefined },
): Promise<unknown> {
  if (!isInfobloxError(error, "WapiError") || error.status === 0 || error.status >= 500) return error;
  const views = await wapi
    .find("vlanview", { where: { name: view }, fields: ["name"], limit: 1 })
    .catch(() => undefined);
  const [found] = views ?? [];
  const { status, code, text, method, path } = error;
  const details = { status, code, text, method, path, cause: error };
  if (views !== undefined && found === undefined) {
    return new NotFoundError(`There is no VLAN view "${view}"; nothing was changed.`, details);
  }
  if (found === undefined || id === undefined) return error;
  const vlans = await wapi
    .find("vlan", { where: { id, parent: found._ref }, fields: ["id"], limit: 1 })
    .catch(() => undefined);
  if (vlans?.length !== 0) return error;
  const hint = "To make a new VLAN, leave id out and pass a name.";
  return new NotFoundError(`There is no VLAN ${id} in VLAN view "${view}"; nothing was changed.`, {
    ...details,
    hint,
  });
}
